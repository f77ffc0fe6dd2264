"""Tell an index that is outside of what it is taken from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy

from xorexplain.graph.ops import entries_of, has
from xorexplain.graph.records import Op
from xorexplain.runs.arrays import number_text, shape_words
from xorexplain.runs.cases import Case, Diagnosis, said, sizes
from xorexplain.runs.records import Value

_OUTSIDE = re.compile(
    r"index (?P<index>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<size>\d+)"
)
"""How NumPy tells an index that is outside of an axis."""
_SHAPE = re.compile(r"\(([\d, ]+)\)")
"""How NumPy writes the shapes of what does not fit."""


def index(case: Case) -> Diagnosis | None:
    """Look for an index that is outside of what it is taken from."""
    if case.op.family != "indexing" or not case.values:
        return None
    shape = numpy.shape(case.arrays[0])
    skip = 2 if has(case.op.kind, "same shape") else 1
    told = _OUTSIDE.search(str(case.error))
    found = _outside(case, skip, told) if told is not None else None
    if found is not None:
        return found
    apart = _apart(case, skip) or (_written(case) if skip > 1 else None)
    if apart is not None:
        return apart
    if isinstance(case.error, IndexError) and shape:
        return Diagnosis(
            "index out of bounds",
            f"{case.values[0].expression} is {shape_words(shape)}: {said(case.error)}",
            "an index goes from −n to n − 1 along an axis of length n",
        )
    return None


def _outside(case: Case, skip: int, told: re.Match[str]) -> Diagnosis | None:
    """Find the index that an error is about; of two that hold the number, that of its axis."""
    shape = numpy.shape(case.arrays[0])
    axis, length = int(told["axis"]), int(told["size"])
    if shape[axis : axis + 1] != (length,):
        return None
    candidates = []
    axes = _axes(case.op, len(case.arrays) - skip)
    for at, value, array in zip(axes, case.values[skip:], case.arrays[skip:], strict=True):
        numbers = numpy.asarray(array)
        if numbers.dtype.kind not in "iu" or not numbers.size:
            continue
        outside = numbers[(numbers >= length) | (numbers < -length)]
        if int(told["index"]) in outside:
            candidates.append((at != axis, value, outside))
    if not candidates:
        return None
    _, value, outside = min(candidates, key=lambda candidate: candidate[0])
    return out_of_bounds(case.values[0], value, shape, axis, outside)


def _axes(op: Op, count: int) -> list[int]:
    """Return the axis that each input of an index is along: a slice may have several inputs."""
    entries = entries_of(op.param("index"))
    axes = [axis for axis, entry in enumerate(entries) for _ in range(entry.count("·"))]
    return axes if len(axes) == count else list(range(count))


def _apart(case: Case, skip: int) -> Diagnosis | None:
    """Tell indices of several axes, taken together, whose lengths do not fit."""
    pairs = [
        (value, numpy.shape(array))
        for value, array in zip(case.values[skip:], case.arrays[skip:], strict=True)
        if numpy.asarray(array).dtype.kind in "iu"
    ]
    try:
        numpy.broadcast_shapes(*(shape for _, shape in pairs))
    except ValueError:
        return Diagnosis(
            "dimension mismatch",
            f"{sizes([value for value, shape in pairs if shape])}: indices along several axes are "
            "taken in pairs, and theirs do not pair up",
            "give the indices the same length; for every pair of two, give the first an axis more: "
            "i[:, None]",
        )
    return None


def _written(case: Case) -> Diagnosis | None:
    """Tell a value that does not fit the part of an array that it is written into."""
    target, value = case.values[:2]
    shapes = [tuple(map(int, found.replace(",", " ").split())) for found in _told_shapes(case)]
    parts = [shape for shape in shapes if shape != numpy.shape(case.arrays[1])]
    if not isinstance(case.error, ValueError) or not parts:
        return None
    name = value.expression
    return Diagnosis(
        "dimension mismatch",
        f"{sizes([value])}, and the part of {target.expression} that it goes into "
        f"{'has' if len(parts[0]) == 1 else 'is'} {shape_words(parts[0])}",
        f"give {name} the lengths of that part, or length 1 along an axis to repeat it there",
    )


def _told_shapes(case: Case) -> list[str]:
    return _SHAPE.findall(str(case.error))


def out_of_bounds(
    taken: Value, index: Value, shape: Sequence[int], axis: int, outside: Any
) -> Diagnosis:
    """Tell an index that is outside of an axis."""
    length = shape[axis]
    number = number_text(numpy.ravel(outside)[0])
    more = f", and {outside.size - 1} more are" if outside.size > 1 else ""
    named = index.expression if index.role != "constant" else "the index"
    what = "rows" if axis == 0 and len(shape) > 1 else "elements"
    where = "" if axis == 0 else f" along axis {axis}"
    return Diagnosis(
        "index out of bounds",
        f"{named} is {number}{more}, and {taken.expression} has {length} {what}{where}",
        f"an index goes from {number_text(-length)} to {length - 1} here: mend {named}, or make "
        f"{taken.expression} longer",
    )
