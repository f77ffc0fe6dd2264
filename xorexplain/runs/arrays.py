"""Write values that went into a node: small ones exactly, of large ones the range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from xorexplain.engines.shared.common import plain
from xorexplain.errors.escaping import with_signs
from xorexplain.graph.records import EVERYWHERE

EXACT = 8
"""Elements of a value that is written out."""
DIGITS = 6
NOTHING = object()
"""Stands for a value that is not known."""


def value_text(value: Any) -> str:
    """Write a value: exactly where it is small, else by its range and what is not finite."""
    if value is NOTHING:
        return ""
    if not isinstance(value, (numpy.ndarray, numpy.generic, int, float, bool, complex)):
        return with_signs(plain(value))[:80]
    array = numpy.asarray(value)
    if array.size <= EXACT or array.dtype.kind not in "biufc":
        return list_text(array) if array.size <= EXACT else f"{array.size} elements"
    return summary(array)


def summary(array: Any) -> str:
    """Write the range and the mean of an array, and how many elements are not finite."""
    if array.dtype.kind == "c":
        return f"{array.size} complex numbers"
    finite = array[numpy.isfinite(array)] if array.dtype.kind == "f" else array
    counts = []
    if array.dtype.kind == "f":
        counts = [
            f"{int(number):,} {word}"
            for number, word in (
                (numpy.isnan(array).sum(), "NaN"),
                (numpy.isposinf(array).sum(), "∞"),
                (numpy.isneginf(array).sum(), "−∞"),
            )
            if number
        ]
    if not finite.size:
        return ", ".join(counts)
    return ", ".join([range_words(finite, array.size), *counts])


def number_text(number: Any, digits: int = DIGITS) -> str:
    """Write one number in a few digits."""
    array = numpy.asarray(number)
    if array.dtype.kind in "iu":
        return str(int(array)).replace("-", "−")
    if array.dtype.kind != "f":
        return plain(array[()])
    value = float(array)
    if numpy.isnan(value):
        return "NaN"
    if numpy.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}".replace("-", "−")


Write = Callable[[Any], str]


def range_words(finite: Any, size: int, write: Write = number_text) -> str:
    """Write the range and the mean of the finite elements of an array of `size` elements."""
    low, high = finite.min(), finite.max()
    if low == high:
        return f"{write(low)}{EVERYWHERE if finite.size == size else ' elsewhere'}"
    with numpy.errstate(all="ignore"):
        mean = finite.mean(dtype="float64")
    return f"from {write(low)} to {write(high)}, mean {write(mean)}"


def list_text(array: Any, write: Write = number_text) -> str:
    """Write all elements of an array, in brackets."""
    if numpy.ndim(array) == 0:
        return write(array)
    return "[" + ", ".join(list_text(entry, write) for entry in array) + "]"


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Return the shape of an array, None for what is none."""
    shape = getattr(value, "shape", None)
    if shape is None and isinstance(value, (int, float, bool, complex)):
        return ()
    return tuple(int(n) for n in shape) if isinstance(shape, tuple) else None


def shape_words(shape: Sequence[int | None] | None) -> str:
    """Write a shape as people say it: `2 × 4`, `5`, `a scalar`."""
    if shape is None:
        return "no array"
    return " × ".join("?" if n is None else str(n) for n in shape) if shape else "a scalar"
