"""Tell what Python asks of a variable that it can only ask of a number, and what is no variable."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from xorexplain.runs.building.faults import Building, Fault
from xorexplain.runs.building.operands import is_variable

_TRUTH = ("__bool__", "__nonzero__")
_NUMBER = ("__index__", "__int__", "__float__", "__len__", "__complex__")
_REFUSED = re.compile(r"has no len\(\)|interpreted as an integer|must be a .*number, not|iterable")


def _truth(built: Building) -> Fault | None:
    held = built.asked.of(*_TRUTH)
    if held is None:
        return None
    value = held.values.get("self")
    return Fault(
        "not a number yet",
        f"{built.name(value)} is a symbol while the graph is built, neither true nor false: `if`, "
        "`and`, `or`, `not` and chains like 0 < x < 1 need a value at once",
        f"choose in the graph: {built.tensor}.switch(condition, a, b), or ifelse; join conditions "
        "with & and |, each in brackets",
        [value],
    )


def _walked(built: Building) -> Fault | None:
    held = built.asked.of("__iter__")
    if held is None:
        return None
    value = held.values.get("self")
    return Fault(
        "not a number yet",
        f"{built.name(value)} is a symbol while the graph is built, and Python cannot go through "
        "its elements",
        f"use the engine's own functions: {built.tensor}.sum for sum, {built.tensor}.max for max; "
        "loop with scan",
        [value],
    )


def _number(built: Building) -> Fault | None:
    """Tell a length, or an integer, that Python wants of a variable."""
    held = built.asked.of(*_NUMBER)
    if held is None and (built.asked.frames or not _REFUSED.search(built.words)):
        return None
    values = [v for v in built.given if is_variable(built.engine, v)]
    value = held.values.get("self") if held is not None else next(iter(values), None)
    if value is None:
        return None
    return Fault(
        "not a number yet",
        f"{built.name(value)} is a symbol while the graph is built, and Python wants a number of "
        "it at once",
        f"use the engine's own functions: x.shape[0] for len(x), {built.tensor}.arange(n) and scan "
        "for range(n); for its value, compile a function and call it",
        [value],
    )


def _assigned(built: Building) -> Fault | None:
    """Tell a part of a variable that is set in place, as of an array."""
    held = built.asked.of("__setitem__")
    if held is None and "item assignment" not in built.words:
        return None
    values = [v for v in built.given if is_variable(built.engine, v)]
    value = held.values.get("self") if held is not None else next(iter(values), None)
    if value is None:
        return None
    name = built.name(value)
    return Fault(
        "not a number yet",
        f"{name} is a symbol while the graph is built: nothing can be set in it",
        f"make a new one with that part changed: {name} = {built.tensor}.set_subtensor("
        f"{name}[i], value), or {built.tensor}.inc_subtensor to add to it",
        [value],
    )


def _converted(built: Building) -> Fault | None:
    """Tell a value of which no tensor can be made."""
    held = built.asked.of("_as_tensor_variable", "as_tensor_variable", "constant")
    if held is None or not re.search(
        "[Cc]annot convert|Unsupported|NotScalarConstant", built.words
    ):
        return None
    value = next(iter(held.arguments.values()), None)
    wrong = _odd(built, value)
    return _not_tensor(built, wrong, [v for v in built.given if v is not wrong])


def _operator(built: Building) -> Fault | None:
    """Tell an operand that the engine's operators do not take, which Python refuses then."""
    if built.asked.frames or "unsupported operand" not in built.words:
        return None
    odd = [v for v in built.given if not _is_tensor(built, v)]
    if not odd or not any(is_variable(built.engine, v) for v in built.given):
        return None
    return _not_tensor(built, odd[0], [v for v in built.given if v is not odd[0]])


def _not_tensor(built: Building, value: Any, others: Sequence[Any]) -> Fault:
    name = built.name(value)
    if is_variable(built.engine, value):
        told = f"{name} is of the type {built.engine.type_of(value).text}, which is no tensor"
    else:
        told = f"{name} is a {type(value).__name__}, of which no tensor can be made"
    return Fault(
        "wrong type",
        told,
        "give numbers, arrays or tensors; a shared variable computes where it holds an array: "
        "shared(numpy.asarray(values))",
        [value, *others],
    )


def _odd(built: Building, value: Any) -> Any:
    """Return the element of a list of which no tensor can be made, else the value."""
    if isinstance(value, (list, tuple)):
        return next((_odd(built, v) for v in value if not _is_tensor(built, v)), value)
    return value


def _is_tensor(built: Building, value: Any) -> bool:
    if is_variable(built.engine, value):
        return bool(built.dtype(value))
    if isinstance(value, (list, tuple)):
        return all(_is_tensor(built, part) for part in value)
    return isinstance(value, (bool, int, float, complex, numpy.ndarray, numpy.generic))


def rules() -> Sequence[Callable[[Building], Fault | None]]:
    """List the rules, in the order in which they are asked."""
    return (_truth, _walked, _assigned, _number, _converted, _operator)
