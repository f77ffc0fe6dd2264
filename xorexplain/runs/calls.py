"""Bind the arguments of a call to the inputs of a compiled function, as the engine does."""

from __future__ import annotations

import contextlib
import copy
import traceback
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy

from xorexplain.engines import Engine
from xorexplain.errors.records import dataclass

Fault = Literal["", "missing", "too many", "unknown", "twice", "refused"]


@dataclass(frozen=True)
class Bound:
    """Hold a value for each input of a function, shared variables included, in its own order.

    `numbers` are the places in the call, by the position of the input. Where an argument does not
    fit, `fault` says how, `position` is its input's, and `value` what was given; `words` name what
    is no input.
    """

    values: tuple[Any, ...]
    numbers: Mapping[int, str]
    fault: Fault = ""
    position: int = -1
    value: Any = None
    words: str = ""


def bind(function: Any, arguments: Sequence[Any], named: Mapping[Any, Any]) -> Bound:
    """Return what a call gives the inputs of a function; arguments are converted as it does."""
    cells = function.input_storage
    values = [_as_array(cell.storage[0]) for cell in cells]
    given: dict[int, tuple[str, Any]] = {}
    explicit = [n for n, cell in enumerate(cells) if not cell.implicit]
    if len(arguments) > len(explicit):
        words = f"{len(arguments)} arguments for {len(explicit)}"
        return Bound(tuple(values), {}, "too many", words=words)
    for number, value in enumerate(arguments):
        given[number] = f"argument {number + 1} of the call", value
    for key, value in named.items():
        if key == "output_subset":
            continue
        position = _position(function, key)
        if position is None:
            return Bound(tuple(values), {}, "unknown", words=str(key))
        if position in given:
            return Bound(tuple(values), {}, "twice", position, value)
        given[position] = f"argument {key} of the call", value
    numbers = {position: told for position, (told, _) in given.items()}
    for position, (_, value) in given.items():
        try:
            values[position] = _taken(function, cells[position], value)
        except Exception:  # noqa: BLE001 - a type of the user's own may refuse in any way
            return Bound(tuple(values), numbers, "refused", position, value)
    for position, cell in enumerate(cells):
        if cell.required and position not in given:
            return Bound(tuple(values), numbers, "missing", position)
    return Bound(tuple(values), numbers)


@dataclass(frozen=True)
class Call:
    """Hold a call of a compiled function."""

    function: Any
    arguments: tuple[Any, ...]
    named: Mapping[Any, Any]


def call_of(error: BaseException) -> Call | None:
    """Find the call of a compiled function out of which an error came, by its traceback.

    None where it came out of none. Of calls inside each other it is the innermost.
    """
    found = None
    for current in chain(error):
        for frame, _ in traceback.walk_tb(current.__traceback__):
            if frame.f_code.co_name != "__call__":
                continue
            there = frame.f_locals
            function, arguments = there.get("self"), there.get("args")
            is_whole = hasattr(function, "maker") and hasattr(function, "input_storage")
            if is_whole and isinstance(arguments, tuple):
                found = Call(function, arguments, dict(there.get("kwargs") or {}))
        if found is not None:
            return found
    return None


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and those it came from."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def names_of(function: Any) -> list[str]:
    """Return what the inputs of a function are called, `input 2` for one without a name."""
    return [
        str(getattr(spec, "name", None) or spec.variable.name or f"input {number}")
        for number, spec in enumerate(function.maker.inputs, 1)
    ]


def shared_values(function: Any) -> dict[int, Any]:
    """Copy the values of the shared variables of a function, by the position of the input."""
    cells = function.input_storage
    return {n: copy.deepcopy(c.storage[0]) for n, c in enumerate(cells) if c.implicit}


def answer_of(engine: Engine, function: Any, answer: Any) -> dict[int, Any]:
    """Return the results of a call that has ended and the new values, by number in the graph."""
    updates = engine.source_of(function).updates or {}
    places = {v: n for n, v in enumerate(function.maker.fgraph.inputs)}
    if isinstance(answer, Mapping):
        answer = list(answer.values())
    listed = list(answer) if isinstance(answer, (list, tuple)) else [answer]
    cells = function.input_storage
    news = {n: cells[places[v]].storage[0] for n, v in updates.items() if v in places}
    results = (n for n in range(len(function.maker.fgraph.outputs)) if n not in updates)
    found = {**dict(zip(results, listed, strict=False)), **news}
    return {number: _as_array(value) for number, value in found.items()}


def _as_array(value: Any) -> Any:
    """Return the numbers that a backend has in arrays of its own, as JAX; else the value itself."""
    if isinstance(value, numpy.ndarray) or not hasattr(value, "__array__"):
        return value
    try:
        return numpy.asarray(value)
    except Exception:  # noqa: BLE001 - what has no numbers, as the keys of JAX's streams
        return value


@contextlib.contextmanager
def with_values(function: Any, values: Mapping[int, Any]) -> Iterator[None]:
    """Give shared variables of a function other values for a block."""
    cells = function.input_storage
    before = {position: cells[position].storage[0] for position in values}
    for position, value in values.items():
        cells[position].storage[0] = copy.deepcopy(value)
    try:
        yield
    finally:
        for position, value in before.items():
            cells[position].storage[0] = value


def _taken(function: Any, cell: Any, value: Any) -> Any:
    """Convert an argument as the function does, which may trust what it is given.

    It takes None for any input, and fails where that is used: here it is refused as any value.
    """
    if getattr(function, "trust_input", False):
        return value
    return cell.type.filter(value, strict=cell.strict, allow_downcast=cell.allow_downcast)


def _position(function: Any, key: Any) -> int | None:
    """Find the input that a keyword names: by a name, or by the variable itself."""
    for position, spec in enumerate(function.maker.inputs):
        is_named = isinstance(key, str) and key in (getattr(spec, "name", None), spec.variable.name)
        if is_named or spec.variable is key:
            return position
    return None
