"""Sum a value up: shape, range, what of it is zero or not finite, and what fits a picture."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy

from xorexplain.errors.records import dataclass
from xorexplain.render.numbers import DIGITS, described, short
from xorexplain.runs.arrays import list_text, number_text, range_words

FEW, EXACT = 4, 8
"""Elements of an array that is written out in a picture, and in a table."""
FEWER = 3
"""Digits of a number in a picture."""


@dataclass(frozen=True)
class Summary:
    """Describe an array: `text` is for people, `elements` are there in order where they are few.

    `zeros`, `nan` and `infinite` count elements; range and mean are of those that are finite.
    """

    shape: tuple[int, ...]
    dtype: str
    text: str
    brief: tuple[str, ...]
    zeros: int = 0
    nan: int = 0
    infinite: int = 0
    min: float | None = None
    max: float | None = None
    mean: float | None = None
    elements: tuple[float | int | str, ...] = ()


def summarized(value: Any) -> Summary | None:
    """Sum a value up, None for what is no array of numbers; a sparse matrix is one."""
    array = numpy.asarray(value.toarray() if hasattr(value, "toarray") else value)
    told = described(array)
    if told is None:
        return None
    is_real = array.dtype.kind != "c"
    finite = array[numpy.isfinite(array)] if is_real else array[:0]
    with numpy.errstate(all="ignore"):
        mean = float(finite.mean(dtype="float64")) if finite.size else None
    zeros = int(numpy.count_nonzero(array == 0))
    nan = int(numpy.isnan(array).sum())
    infinite = int(numpy.isinf(array).sum())
    counts = _counts(array, zeros, nan, infinite)
    return Summary(
        tuple(map(int, array.shape)),
        str(array.dtype),
        _text(array, finite, counts),
        (_range(array, finite, mean), counts) if counts else (_range(array, finite, mean),),
        zeros,
        nan,
        infinite,
        told.get("min"),
        told.get("max"),
        mean if mean is None or numpy.isfinite(mean) else None,
        tuple(told.get("cells", ())),
    )


def _text(array: Any, finite: Any, counts: str) -> str:
    """Write a value in a line: exactly where it is small, else what is to be known of it."""
    if not array.size:
        return "no elements"
    if array.dtype.kind == "c" and array.size > EXACT:
        return f"{array.size:,} complex numbers"
    if array.size <= EXACT:
        return list_text(array, _short)
    told = [range_words(finite, array.size, _short)] if finite.size else []
    return ", ".join([*told, *([counts] if counts else [])])


def _range(array: Any, finite: Any, mean: float | None) -> str:
    """Write a value in the little room that a node of a picture has."""
    if array.dtype.kind == "c" or not array.size:
        return "" if array.size else "no elements"
    if array.size <= FEW:
        return list_text(array, partial(_short, digits=FEWER))
    if not finite.size:
        return "nothing finite"
    low, high = finite.min(), finite.max()
    if low == high:
        return (
            f"all {_short(low, FEWER)}"
            if finite.size == array.size
            else f"else {_short(low, FEWER)}"
        )
    return f"{_short(low, FEWER)} … {_short(high, FEWER)}, mean {_short(mean, FEWER)}"


def _short(number: Any, digits: int = DIGITS) -> str:
    array = numpy.asarray(number)
    if array.dtype.kind == "f":
        return number_text(array + 0.0, digits)
    return short(array[()]).replace("-", "−")


def _counts(array: Any, zeros: int, nan: int, infinite: int) -> str:
    """Count what a range does not tell of an array."""
    if array.size <= FEW:
        return ""
    told = [(zeros if zeros < array.size else 0, "zero", "zeros"), (nan, "NaN", "NaN")]
    words = [f"{n:,} {one if n == 1 else many}" for n, one, many in told if n]
    return ", ".join([*words, *([f"{infinite:,} ∞"] if infinite else [])])


def full_text(value: Summary) -> str:
    """Write all elements of a small array, a row a line; of a large one what is said of it."""
    if not value.elements:
        return value.text
    rows = numpy.array([_cell(cell) for cell in value.elements], dtype=object)
    if len(value.shape) < 2 or 0 in value.shape:
        return "  ".join(rows)
    width = max(map(len, rows))
    lines = rows.reshape(-1, value.shape[-1])
    return "\n".join("  ".join(f"{cell:>{width}}" for cell in line) for line in lines)


def _cell(cell: float | str) -> str:
    number = float(cell)
    return number_text(int(number) if isinstance(cell, int) else numpy.float64(number))
