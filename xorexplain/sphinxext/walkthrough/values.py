"""Write the values of a model in little room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.models.samples import own_value

MAX_ROWS, MAX_COLUMNS = 8, 6
DIGITS = 4
SMALL, USUAL = 1e-5, 1e-4
"""Python writes numbers below the second with an exponent; an array often has some of both."""
Array = Any


def array_of(engine: Engine, variable: Any, data: Mapping[str, Array]) -> Array | None:
    """Return a variable's own value or sample as an array; None where there is none."""
    value = own_value(engine, variable, data)
    return None if value is None else numbers(value)


def numbers(value: Any) -> Array | None:
    """Return a number or an array as one; other values, such as random states, are none."""
    try:
        array = numpy.asarray(value)
    except ValueError:
        # A list of arrays of several shapes.
        return None
    return array if array.dtype.kind in "fiubc" else None


def short(number: Any) -> str:
    """Write a number with a few digits; one that begins a place later than usual in full, too."""
    if numpy.asarray(number).dtype.kind in "iub":
        return str(int(number))
    if SMALL <= abs(number) < USUAL:
        return str(numpy.format_float_positional(number, DIGITS, fractional=False, trim="-"))
    return f"{float(number):.{DIGITS}g}"


def line(values: Array) -> str:
    """Write numbers beside each other."""
    return " ".join(short(n).replace("-", "−") for n in values)


def matrix(array: Array) -> str | None:
    """Write a small array as a LaTeX matrix; None for a large one or one of other dimensions."""
    if array.dtype.kind == "c" or array.ndim > 2 or array.size == 0:
        return None
    if array.ndim == 0:
        return short(array)
    table = numpy.atleast_2d(array)
    if table.shape[0] > MAX_ROWS or table.shape[1] > MAX_COLUMNS:
        return None
    lines = [" & ".join(number_tex(number) for number in row) for row in table]
    inside = r" \\ ".join(lines)
    return rf"\begin{{pmatrix}} {inside} \end{{pmatrix}}"


def number_tex(number: Any) -> str:
    """Write a number in LaTeX."""
    mantissa, _, exponent = short(number).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def summary(array: Array) -> str:
    """Say between which numbers the values of a large array lie."""
    if array.size == 0:
        return "no elements"
    low, high = short(array.min()), short(array.max())
    return f"{array.size} numbers" + (f", all {low}" if low == high else f" from {low} to {high}")
