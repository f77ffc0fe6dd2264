"""Tell why a function does not take the arguments of a call."""

from __future__ import annotations

from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.errors import did_you_mean
from xorexplain.errors.escaping import counted
from xorexplain.graph.records import SourceLine
from xorexplain.runs.arrays import shape_of, shape_words, value_text
from xorexplain.runs.calls import Bound, names_of
from xorexplain.runs.records import Explanation, Problem, Value


def argument_fault(engine: Engine, function: Any, bound: Bound, error: str) -> Explanation:
    """Explain an argument that is missing, too many, unknown or not of its input's type."""
    names = names_of(function)
    explicit = [
        n for n, cell in zip(names, function.input_storage, strict=True) if not cell.implicit
    ]
    listed = ", ".join(explicit) or "none"
    if bound.fault == "too many":
        return _fault(
            "wrong number of arguments",
            f"{bound.words}: the inputs are {listed}",
            "leave out what is no input; shared variables get a value by set_value",
            error,
        )
    if bound.fault == "unknown":
        return _fault(
            "wrong type",
            f"{bound.words} is no input: {did_you_mean(bound.words, explicit)}",
            f"the inputs are {listed}",
            error,
        )
    variable = function.maker.inputs[bound.position].variable
    name = names[bound.position]
    source = engine.source_line(variable)
    if bound.fault == "twice":
        sentence = f"{name} is given twice, by its place and by its name"
        return _fault("wrong number of arguments", sentence, "give it once", error, name, source)
    if bound.fault == "missing":
        cure = f"give a value for {name}, as an argument after the others or by its name"
        if not variable.name:
            cure = "give one value for each input, in the order they have in the function"
        sentence = f"there is no value for {name}: the inputs are {listed}"
        return _fault("missing input", sentence, cure, error, name, source)
    problem, sentence, cure = _refused(engine, variable, name, bound.value)
    value = Value(
        name,
        "input",
        str(getattr(bound.value, "dtype", type(bound.value).__name__)),
        shape_of(bound.value),
        value_text(bound.value),
        bound.numbers.get(bound.position, "an argument"),
        source,
    )
    return _fault(problem, sentence, cure, error, name, source, (value,))


def _refused(engine: Engine, variable: Any, name: str, value: Any) -> tuple[Problem, str, str]:
    """Compare a value with the type of its input."""
    info = engine.type_of(variable)
    array = None if info.shape is None else _array(value)
    if array is None or info.shape is None:
        kind = type(value).__name__
        return "wrong type", f"{name} is {info.text}, and gets a {kind}", f"give one of {info.text}"
    if array.ndim != len(info.shape):
        has = shape_words(array.shape)
        return (
            "wrong number of dimensions",
            f"{name} has {counted(len(info.shape), 'dimension')}, and gets {array.ndim}: its value "
            f"is {has}",
            f"give {name} another shape with `reshape`, or declare it with "
            f"{counted(array.ndim, 'dimension')}",
        )
    apart = [
        axis
        for axis, (length, wanted) in enumerate(zip(array.shape, info.shape, strict=True))
        if wanted is not None and wanted != length
    ]
    if apart:
        wanted = tuple("any" if n is None else str(n) for n in info.shape)
        return (
            "dimension mismatch",
            f"{name} is declared {' × '.join(wanted)}, and gets {shape_words(array.shape)}",
            f"give the length that is declared, or leave axis {apart[0]} open where {name} is "
            "declared",
        )
    if str(array.dtype) != info.dtype:
        return (
            "wrong dtype",
            f"{name} is {info.dtype}, and gets {array.dtype}, which may lose digits",
            f"convert it, value.astype({info.dtype!r}), or compile with allow_input_downcast=True",
        )
    return (
        "wrong type",
        f"{name} is strict and takes {info.text} alone, and gets a {type(value).__name__}",
        f"make it an array first: numpy.asarray(value, {info.dtype!r})",
    )


def _array(value: Any) -> Any:
    """Return a value as an array of numbers, None for what is none."""
    try:
        array = numpy.asarray(value)
    except (TypeError, ValueError):
        return None
    return array if array.dtype.kind in "biufc" else None


def _fault(
    problem: Problem,
    sentence: str,
    cure: str,
    error: str,
    name: str = "",
    source: SourceLine | None = None,
    values: tuple[Value, ...] = (),
) -> Explanation:
    return Explanation("argument", problem, sentence, name, "", source, values, cure, error)
