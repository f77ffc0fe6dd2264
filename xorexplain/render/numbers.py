"""Write arrays in little room: small ones in full, large ones by their range."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy

Json = dict[str, Any]
MAX_ELEMENTS = 24
"""Arrays of up to this many elements are written in full."""
DIGITS = 4
MAX_CELLS = 64
"""Arrays of up to this many elements are there number by number, to be seen as a matrix."""
CELL_DIGITS = 10


def described(value: Any) -> Json | None:
    """Return text, range, number of NaNs, and the numbers of a small array.

    Return None for what is no array of numbers.
    """
    array = numpy.asarray(value)
    if array.dtype.kind not in "biufc":
        return None
    found: Json = {"text": _text(array)}
    if array.size and array.dtype.kind != "c":
        finite = array[numpy.isfinite(array)]
        found["min"] = _plain(finite.min()) if finite.size else None
        found["max"] = _plain(finite.max()) if finite.size else None
        found["nan"] = int(numpy.isnan(array).sum()) if array.dtype.kind == "f" else 0
    if array.size <= MAX_CELLS and array.dtype.kind != "c":
        found["cells"] = [_cell(number) for number in array.ravel().tolist()]
        found["shape"], found["dtype"] = list(array.shape), str(array.dtype)
    return found


def short(number: Any) -> str:
    """Write a number with a few digits."""
    return _whole(number) if numpy.asarray(number).dtype.kind in "biu" else _rounded(number)


def _whole(number: Any) -> str:
    return str(int(number))


def _rounded(number: Any) -> str:
    return f"{number:.{DIGITS}g}"


def _text(array: Any) -> str:
    if array.size == 0:
        return f"empty, {'×'.join(map(str, array.shape))}"
    if array.size <= MAX_ELEMENTS:
        return _list_text(array)
    shape = "×".join(map(str, array.shape))
    if array.dtype.kind == "c":
        return f"{shape} complex numbers"
    with numpy.errstate(all="ignore"):
        low, high, mean = array.min(), array.max(), array.mean(dtype="float64")
    return f"{shape} from {short(low)} to {short(high)}, mean {short(mean)}"


def _list_text(array: Any) -> str:
    # Plain numbers are read and written much faster than NumPy's.
    write = _whole if array.dtype.kind in "biu" else _rounded
    return _nested_text(array.tolist(), write)


def _nested_text(entries: Any, write: Callable[[Any], str]) -> str:
    if not isinstance(entries, list):
        return write(entries)
    return "[" + " ".join(_nested_text(entry, write) for entry in entries) + "]"


def _cell(number: float) -> float | int | str:
    """Return a number with the digits that are kept; JSON has no word for what is not finite."""
    if isinstance(number, (bool, int)):
        return int(number)
    return float(f"{number:.{CELL_DIGITS}g}") if math.isfinite(number) else str(number)


def _plain(number: Any) -> float | int | None:
    """Return a number as JSON has it, with six digits."""
    value = float(number)
    return float(f"{value:.6g}") if math.isfinite(value) else None
