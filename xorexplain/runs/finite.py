"""Tell which elements of a value are not finite."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy

from xorexplain.runs.arrays import number_text
from xorexplain.runs.records import Bad, Elements

SHOWN = 5
"""Elements that are named."""


def holds_nan(values: Iterable[Any]) -> bool:
    """Tell whether any of some results has a NaN or an infinity; cheap enough for each call."""
    return any(is_bad(value) for value in values)


def elements_of(array: Any, bad: Bad) -> Elements:
    """Count the elements that are not finite, and name the first ones."""
    array = numpy.asarray(array)
    wrong = numpy.isnan(array) if bad == "NaN" else numpy.isinf(array)
    places = numpy.argwhere(wrong)[:SHOWN]
    return Elements(
        int(wrong.sum()),
        array.size,
        tuple(tuple(int(n) for n in place) for place in places),
        tuple(number_text(array[tuple(place)]) for place in places),
    )


def is_bad(value: Any) -> bool:
    """Tell whether a value has an element that is not finite."""
    array = _floats(value)
    return array is not None and not numpy.isfinite(array).all()


def has(value: Any, bad: Bad) -> bool:
    """Tell whether a value has a NaN, or an infinity."""
    array = _floats(value)
    if array is None:
        return False
    return bool((numpy.isnan(array) if bad == "NaN" else numpy.isinf(array)).any())


def _floats(value: Any) -> Any:
    """Return a value as an array of floats, None for anything else."""
    if not isinstance(value, (numpy.ndarray, numpy.generic, float, complex)):
        return None
    array = numpy.asarray(value)
    return array if array.dtype.kind in "fc" else None


def largest(value: Any) -> float:
    """Return the largest finite size of the elements of a value, 0 for what is no array."""
    array = _floats(value)
    if array is None:
        return 0.0
    finite = array[numpy.isfinite(array)]
    return float(numpy.abs(finite).max()) if finite.size else 0.0
