"""Say what a distribution's parameters are where PyMC says `<constant>` or `<shared>`.

PyMC writes so of every array, and of all that is computed without a random variable: the rate of
`Exponential("x", 0.125)` is `1/0.125` in its graph, so PyMC's words for it are
`Exponential(<constant>)`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort

MAX_ELEMENTS = 4
"""Arrays of so many elements are written out; of longer rows the first three."""
MAX_WHOLE = 1e6
"""Below it whole numbers are written out: years are no round numbers."""
_OPEN = re.compile("<(?:constant|shared)>")
_NONE = "<none>"
"""Stands for what is no parameter: a size, or whether others are valid, as a CAR's neighbours."""


def with_constants(engine: Engine, theirs: Any, told: Mapping[str, str]) -> dict[str, str]:
    """Return what is told of each random variable, with its constants and data in it.

    Where PyMC's words do not fit what is found here, they stay as they are.
    """
    named = {*theirs.basic_RVs, *theirs.deterministics, *theirs.potentials}
    found = {str(v.name): list(_left_open(drawn_of(v), named)) for v in theirs.basic_RVs}
    found = {n: of for n, of in found.items() if of and len(of) == len(_OPEN.findall(told[n]))}
    lengths = set(theirs.dim_lengths.values())
    data = {v: _data(v, lengths) for of in found.values() for v in of}
    fixed = [v for v, names in data.items() if not names]
    values = engine.evaluator(fixed, [])() if fixed else []
    words = {v: _written(v, value) for v, value in zip(fixed, values, strict=True)}
    words |= {v: _computed_of(v, names) for v, names in data.items() if names and all(names)}
    words |= dict.fromkeys(map(_size_of, map(drawn_of, theirs.basic_RVs)), _NONE)
    return {**told, **{n: _filled(told[n], [words.get(v) for v in of]) for n, of in found.items()}}


def drawn_of(variable: Any) -> Any:
    """Return what a random variable draws; that of a mini-batch is wrapped, with a total size."""
    is_batch = type(variable.owner.op).__name__ == "MinibatchRandomVariable"
    return variable.owner.inputs[0] if is_batch else variable


def _filled(told: str, words: list[str | None]) -> str:
    found = iter(words)
    filled = _OPEN.sub(lambda match: next(found) or match[0], told)
    return filled.replace(f", {_NONE}", "").replace(f"{_NONE}, ", "")


def _left_open(variable: Any, named: set[Any]) -> Iterator[Any]:
    """Yield the parameters of a distribution that PyMC does not name, in the order of its words."""
    try:
        given = variable.owner.op.dist_params(variable.owner)
    except Exception:  # noqa: BLE001 - PyMC does the same where an op has no such signature
        kinds = ("RandomType", "RandomGeneratorType", "NoneTypeT")
        given = [v for v in variable.owner.inputs if type(v.type).__name__ not in kinds]
    for parameter in given:
        inner = parameter
        while inner not in named and _is_only_turned(inner):
            inner = inner.owner.inputs[0]
        if inner in named or (_is_drawn(inner) and inner.name):
            continue
        if _is_drawn(inner):
            yield from _left_open(inner, named)
        elif inner.owner is None:
            if _shape(inner) not in ((), (1,)):
                yield inner
        elif not any(v in named or _is_drawn(v) for v in _above(inner)):
            yield inner


def _size_of(variable: Any) -> Any:
    """Return the size that a truncated distribution hands on to the one it truncates."""
    node = variable.owner
    return node.inputs[1] if hasattr(node.op, "base_rv_op") else None


def _is_only_turned(variable: Any) -> bool:
    return variable.owner is not None and type(variable.owner.op).__name__ == "DimShuffle"


def _is_drawn(variable: Any) -> bool:
    kind = sys.modules["pymc.logprob.abstract"].MeasurableOp
    return variable.owner is not None and isinstance(variable.owner.op, kind)


def _shape(given: Any) -> tuple[int, ...]:
    return numpy.shape(given.data if hasattr(given, "data") else given.get_value())


def _above(variable: Any) -> list[Any]:
    """Return all that a variable is computed of."""
    return [v for node in toposort([variable]) for v in (*node.inputs, *node.outputs)]


def _data(variable: Any, lengths: set[Any]) -> list[str]:
    """Name the data that a parameter is computed of; the lengths of dimensions are none."""
    leaves = [variable] if variable.owner is None else _above(variable)
    shared = dict.fromkeys(v for v in leaves if hasattr(v, "get_value") and v not in lengths)
    return [str(v.name or "") for v in shared]


def _computed_of(variable: Any, names: list[str]) -> str:
    return names[0] if variable.owner is None else f"f({', '.join(names)})"


def _written(variable: Any, value: Any) -> str:
    """Write a constant: a number, a short array, the beginning of a row, or a shape."""
    array = numpy.asarray(value)
    if variable.owner is not None and array.dtype == bool and not array.ndim:
        return _NONE
    if variable.owner is None or not array.size or numpy.any(array != array.flat[0]):
        return _elements(array)
    inner = variable
    while _is_only_turned(inner):
        inner = inner.owner.inputs[0]
    scalar = getattr(getattr(inner.owner, "op", None), "scalar_op", None)
    is_one_over = type(scalar).__name__ == "Reciprocal" and array.flat[0] != 1
    return f"1/{1 / array.flat[0]:.3g}" if is_one_over else _elements(array.flat[0])


def _elements(array: Any) -> str:
    if numpy.ndim(array) == 0:
        is_whole = abs(array) < MAX_WHOLE and array == int(array)
        return str(int(array)) if is_whole else f"{array:.3g}"
    if array.size <= MAX_ELEMENTS:
        return f"[{', '.join(map(_elements, array))}]"
    if array.ndim == 1:
        return f"[{', '.join(map(_elements, array[:3]))}, …]"
    return f"{'×'.join(map(str, array.shape))} constant"
