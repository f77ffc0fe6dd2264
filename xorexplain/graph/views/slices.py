"""Follow an array through slices to what they are slices of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import entries_of, has
from xorexplain.graph.records import Apply, Graph


@dataclass(frozen=True)
class Reading:
    """Say where the element t of an array stands in the variable it is a slice of.

    It is number `offset + t`; where it `is_backward`, number `offset - t`, and `offset` counts from
    the end, where -1 is the last. It is the transpose of that where it `is_turned`.
    """

    variable: str
    offset: int = 0
    is_backward: bool = False
    is_turned: bool = False


def reading(graph: Graph, variable: str) -> Reading:
    """Follow a variable through slices along its first axis, as far as their bounds are known."""
    found = Reading(variable)
    while True:
        apply = graph.owner(found.variable)
        further = None if apply is None else _through(graph, apply, found)
        if further is None:
            return found
        found = further


def _through(graph: Graph, apply: Apply, found: Reading) -> Reading | None:
    """Return where an element of what an apply node computes stands in its first input."""
    source = apply.inputs[0] if apply.inputs else ""
    if has(apply.op.kind, "carries"):
        return replace(found, variable=source)
    if has(apply.op.kind, "reorders axes") and len(apply.inputs) == 1:
        axes = len(graph.variable[source].shape or ())
        order = entries_of(apply.op.param("order"))
        return _reordered(order, axes, replace(found, variable=source))
    bounds = _bounds(graph, apply)
    if bounds is None:
        return None
    start, stop, step = bounds
    if step == -1 and not found.is_backward:
        first = -1 if start is None else start
        if isinstance(first, str) or first >= 0:
            return None
        return replace(found, variable=source, offset=first - found.offset, is_backward=True)
    if step != 1:
        return None
    if not found.is_backward:
        first = 0 if start is None else start
        if isinstance(first, str) or first < 0:
            return None
        return replace(found, variable=source, offset=found.offset + first)
    last = 0 if stop is None else stop
    if isinstance(last, str) or (stop is not None and last >= 0):
        return None
    return replace(found, variable=source, offset=found.offset + last)


def _reordered(order: Sequence[str], axes: int, found: Reading) -> Reading | None:
    """Return what is read of an array whose other axes are arranged: the elements, or transposes.

    Axes in front of an element NumPy adds by itself; what arranges it otherwise is another array.
    """
    if order == ["0", "2", "1"]:
        return replace(found, is_turned=not found.is_turned)
    first, rest = order[:1], order[1:]
    own = [str(axis) for axis in range(1, axes)]
    is_plain = first == ["0"] and rest[len(rest) - len(own) :] == own
    added = rest[: len(rest) - len(own)]
    return found if is_plain and set(added) <= {"x"} and not (added and found.is_turned) else None


Bound = int | str | None
"""A number, the variable that gives it, or None for the end of the axis."""


def _bounds(graph: Graph, apply: Apply) -> tuple[Bound, Bound, int] | None:
    """Return the bounds of a slice along the first axis; None for any other op."""
    index = apply.op.param("index") if apply.op.kind == "subtensor" else None
    if index is None or "," in index or ":" not in index:
        return None
    waiting = iter(apply.inputs[1:])
    parts: list[Bound] = []
    for text in (*index.split(":"), "")[:3]:
        variable = next(waiting, None) if text == "·" else None
        parts.append(None if variable is None else _number(graph, variable))
    start, stop, step = parts
    if step is None:
        return start, stop, 1
    return (start, stop, step) if isinstance(step, int) else None


def _number(graph: Graph, variable: str) -> int | str:
    value = graph.variable[variable].filling or ""
    return int(value) if value.lstrip("-").isdigit() else variable


def length_of(graph: Graph, number: str, array: str) -> bool:
    """Tell whether a number is the length of an array, by what either is made of."""
    lengths = graph.variable[array].lengths
    if lengths and graph.variable[number].value == lengths[0]:
        return True
    number = _bare(graph, number)
    apply = graph.owner(array)
    bounds = None if apply is None else _bounds(graph, apply)
    if bounds is not None and isinstance(bounds[1], str) and bounds[0] is None and bounds[2] == 1:
        return _bare(graph, bounds[1]) == number
    counted = graph.owner(number)
    if counted is not None and counted.op.kind == "subtensor":
        is_first = [_number(graph, v) for v in counted.inputs[1:]] == [0]
        counted = graph.owner(counted.inputs[0]) if is_first else None
    is_length = counted is not None and (
        counted.op.kind == "shape"
        or (counted.op.kind == "shape_i" and counted.op.param("axis") == "0")
    )
    return is_length and counted is not None and counted.inputs[0] == array


def _bare(graph: Graph, variable: str) -> str:
    """Return a number before it is made a scalar or an array."""
    apply = graph.owner(variable)
    while apply is not None and has(apply.op.kind, "converts"):
        variable = apply.inputs[0]
        apply = graph.owner(variable)
    return variable
