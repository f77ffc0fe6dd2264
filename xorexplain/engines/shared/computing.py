"""Compute ops one by one with an engine's own code, in Python where it can be had.

NumPy's functions take at most 32 operands, some ops have C code alone, and some of the engines'
Python code fails with the NumPy of today. Such an op is computed another way, alone; the others
are not concerned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy

from xorexplain.errors import NotComputedError

MAX_OPERANDS = 32
"""Inputs and outputs that NumPy's elementwise functions take together."""
MISFITS = (
    ValueError,
    IndexError,
    TypeError,
    AssertionError,
    ArithmeticError,
    numpy.linalg.LinAlgError,
)
"""What ops raise for values that do not fit them, in shape or in range."""
COMPILER_SAYS = re.compile(r"(?:(?<!collect2: )error: |(?=cannot find -))(.+?)(?:\\n|\n|\. /|$)")
"""The first thing a C compiler or linker complains of, in what an engine quotes of it."""
Run = Callable[[Any, Sequence[Any], Sequence[Any]], list[Any]]
"""Compute an apply node's outputs from values of its inputs."""


def is_too_wide(apply: Any) -> bool:
    """Tell whether an apply node has more operands than NumPy's functions take."""
    return len(apply.inputs) + len(apply.outputs) > MAX_OPERANDS


def in_parts(values: Sequence[Any], single: Callable[[Sequence[Any]], list[Any]]) -> list[Any]:
    """Compute an associative op on many operands, some at a time."""
    rest = list(values)
    while len(rest) > 1:
        room = MAX_OPERANDS - 1
        rest = [*single(rest[:room]), *rest[room:]]
    return rest


def run_fused(
    nodes: Iterable[Any],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    values: Sequence[Any],
    single: Callable[[Any, Sequence[Any]], list[Any]],
) -> list[Any]:
    """Run what an elementwise op fuses, one scalar op after the other on whole arrays."""
    known = dict(zip(inputs, values, strict=True))

    def value(variable: Any) -> Any:
        # A constant has its data; what stands for an input has none to ask for.
        if variable in known:
            return known[variable]
        return variable.data

    for node in nodes:
        arguments = [value(variable) for variable in node.inputs]
        for output, result in zip(node.outputs, single(node.op, arguments), strict=True):
            known[output] = numpy.asarray(result, dtype=output.dtype)
    return [value(variable) for variable in outputs]


def refused(apply: Any, label: str, error: Exception, can_compile: bool) -> Exception:
    """Return what to raise for an apply node that cannot be computed in any way there is here.

    What tells that the values do not fit it is the op's own error; `can_compile` says whether
    its C code had the last word, if it has such code.
    """
    if isinstance(error, MISFITS) and can_compile:
        return error
    words = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    wrong = COMPILER_SAYS.search(str(error)) if "Compilation failed" in str(error) else None
    if wrong:
        words = f"its C code does not compile: {wrong[1].strip()[:200]}"
    elif isinstance(error, NotImplementedError) or type(error).__name__ == "MethodNotDefined":
        words = "it has no Python code" if can_compile else "it has only C code, and no compiler"
    return NotComputedError(f"{label} cannot be computed here: {words}")


def kept_value(variable: Any, constant: type[Any], shared: type[Any]) -> Any:
    """Return the value a constant or shared variable keeps; raise NotComputedError for others."""
    if isinstance(variable, constant):
        return variable.data
    if isinstance(variable, shared):
        return variable.get_value()
    raise NotComputedError(f"there is no value for {variable}")


def by_node(
    outputs: Sequence[Any], inputs: Sequence[Any], value_of: Callable[[Any], Any], run: Run
) -> Callable[..., list[Any]]:
    """Make a function of the values of `inputs` that computes apply node by apply node.

    It raises NotComputedError, with what it could compute, where an op cannot be computed.
    """
    order = list(_between(outputs, set(inputs)))

    def compute(*given: Any) -> list[Any]:
        known = dict(zip(inputs, given, strict=True))
        unknown: dict[Any, NotComputedError] = {}
        for apply in order:
            lacking = [unknown[v] for v in apply.inputs if v in unknown]
            if lacking:
                unknown |= dict.fromkeys(apply.outputs, lacking[0])
                continue
            try:
                values = [known[v] if v in known else value_of(v) for v in apply.inputs]
                known |= dict(zip(apply.outputs, run(apply, apply.inputs, values), strict=True))
            except NotComputedError as error:
                unknown |= dict.fromkeys(apply.outputs, error)
        for variable in outputs:
            if variable not in known and variable not in unknown:
                try:
                    known[variable] = value_of(variable)
                except NotComputedError as error:
                    unknown[variable] = error
        found = [unknown[v] if v in unknown else known[v] for v in outputs]
        missing = [value for value in found if isinstance(value, NotComputedError)]
        if missing:
            raise NotComputedError(str(missing[0]), found)
        return found

    return compute


def python_first(
    whole: Callable[[], Callable[..., Any]], single: Callable[[], Callable[..., list[Any]]]
) -> Callable[..., list[Any]]:
    """Make a function that runs the engine's own function, and node by node where that fails."""
    try:
        made = [whole()]
    except Exception:  # noqa: BLE001 - an op's own code; node by node, it says which one it is
        return single()

    def compute(*values: Any) -> list[Any]:
        try:
            return list(made[-1](*values))
        except Exception:
            if len(made) > 1:
                raise
            made.append(single())
            return list(made[-1](*values))

    return compute


def _between(outputs: Sequence[Any], given: set[Any]) -> Iterator[Any]:
    """Yield the apply nodes from which outputs are computed, down to what is given."""
    done: set[Any] = set()
    stack = [v.owner for v in reversed(outputs) if v.owner is not None and v not in given]
    while stack:
        apply = stack[-1]
        if apply in done:
            stack.pop()
            continue
        owners = [v.owner for v in apply.inputs if v.owner is not None and v not in given]
        waiting = [owner for owner in owners if owner not in done]
        if waiting:
            stack.extend(reversed(waiting))
            continue
        done.add(apply)
        stack.pop()
        yield apply
