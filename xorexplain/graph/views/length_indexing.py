"""Say which shapes indexing gives: by numbers, slices and arrays of whole numbers."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.graph.ops import entries_of
from xorexplain.graph.views.equations_of_length import Equations
from xorexplain.graph.views.forms_of_length import Form, is_at_least, known, minus, plus, quotient
from xorexplain.graph.views.length_given import Given, Lengths


def cut(given: Given) -> list[Lengths | None] | None:
    """Cut an array by plain indices and slices, whose numbers are the inputs behind it."""
    shape, entries = given.shapes[0], entries_of(given.apply.op.param("index"))
    if shape is None:
        return None
    bounds = iter(v if isinstance(v, Form) else None for v in given.values[1:])
    found: list[Form | None] = []
    for length, entry in zip(shape, entries, strict=False):
        parts = entry.split(":")
        read = [
            (part != "", next(bounds, None) if part == "·" else _number(part)) for part in parts
        ]
        if len(parts) == 1:
            _read_at(length, read[0][1], given.equations)
        else:
            found.append(slice_length(length, read, given.equations))
    return [(*found, *shape[len(entries) :])]


def _read_at(length: Form, place: Form | None, equations: Equations) -> None:
    """Keep that what is read at a place is there."""
    number = None if place is None else place.number
    if number is not None:
        equations.reach(length, number + 1 if number >= 0 else -number)


def _number(text: str) -> Form | None:
    return known(int(text)) if text else None


def slice_length(
    length: Form, bounds: Sequence[tuple[bool, Form | None]], equations: Equations
) -> Form | None:
    """Return the length of a slice of start, stop and step, each given or not; None if unsure."""
    if any(is_given and form is None for is_given, form in bounds):
        return None
    start, stop, step = ([form for _, form in bounds] + [None, None])[:3]
    by = (1 if step is None else step.number) or 0
    if by > 0:
        found = _forwards(length, start, stop)
    elif by == -1:
        found = _backwards(length, start, stop)
    else:
        return None
    if found is None:
        return None
    found = equations.no_less_than_0(found)
    return found if by < 0 else quotient(plus(found, known(by - 1)), by)


def _forwards(length: Form, start: Form | None, stop: Form | None) -> Form | None:
    """Return how many elements there are from a start to a stop, negative for none."""
    first = known(0) if start is None else place(start, length)
    last = length if stop is None else place(stop, length)
    if first is not None and last is not None:
        return minus(last, first)
    # Where there are fewer than what is left out, nothing is left.
    before = known(0) if start is None else start
    behind = known(0) if stop is None else minus(known(0), stop)
    is_sure = before.is_surely_no_less_than_0 and (stop is None or _is_surely_negative(stop))
    return minus(minus(length, before), behind) if is_sure else None


def _backwards(length: Form, start: Form | None, stop: Form | None) -> Form | None:
    """Return how many elements there are from a start back to a stop, negative for none."""
    end = minus(length, known(1))
    first = end if start is None else place(start, length, -1)
    if first is None:
        assert start is not None
        return (
            plus(plus(length, start), known(1))
            if stop is None and _is_surely_negative(start)
            else None
        )
    if not is_at_least(end, first):
        # Beyond the end is the last element.
        return None
    last = known(-1) if stop is None else place(stop, length, -1)
    return None if last is None else minus(first, last)


def _is_surely_negative(form: Form) -> bool:
    return minus(known(-1), form).is_surely_no_less_than_0


def place(bound: Form, length: Form, least: int = 0) -> Form | None:
    """Return the place, `least` at least, that a bound means; None where that is not sure."""
    if not bound.is_surely_no_less_than_0:
        if not _is_surely_negative(bound):
            return None
        bound = plus(length, bound)
        return bound if is_at_least(bound, known(least)) else None
    if is_at_least(length, bound):
        return bound
    return length if is_at_least(bound, length) else None


def rows(given: Given) -> list[Lengths | None] | None:
    """Take rows by one array of whole numbers."""
    array, rows = given.shapes[0], given.shapes[1]
    return None if not array or rows is None else [(*rows, *array[1:])]


def by_arrays(given: Given) -> list[Lengths | None] | None:
    """Take elements by arrays of whole numbers, which are broadcast, beside axes that are whole.

    Where arrays stand side by side, what they pick has their place, else it is in front.
    """
    entries = entries_of(given.apply.op.param("index"))
    shape, arrays = given.shapes[0], list(given.shapes[1:])
    kinds = [given.graph.variable[v].dtype or "" for v in given.apply.inputs[1:]]
    is_plain = {"·"} <= set(entries) <= {"·", ":"} and all("int" in kind for kind in kinds)
    if shape is None or not is_plain or len(arrays) != entries.count("·") or None in arrays:
        return None
    parts = [array for array in arrays if array is not None]
    rank = max(map(len, parts))
    found: list[Form | None] = []
    for axis in range(rank):
        lengths = {p[axis - rank + len(p)] for p in parts if axis - rank + len(p) >= 0}
        longer = {length for length in lengths if length.number != 1}
        # NumPy repeats what has a single element here, whatever its type says.
        found.append(longer.pop() if len(longer) == 1 else None if longer else known(1))
    first = entries.index("·")
    are_beside = entries[first : first + len(parts)].count("·") == len(parts)
    front = first if are_beside else 0
    whole = [length for length, entry in zip(shape, entries, strict=False) if entry == ":"]
    return [(*whole[:front], *found, *whole[front:], *shape[len(entries) :])]
