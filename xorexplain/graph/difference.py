"""Measure how far two values are apart, and how far rounding may take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from typing import Any

import numpy

from xorexplain.errors.records import dataclass

ROUNDING = {2: 1e-2, 4: 1e-4}
"""What rounding makes of numbers by their size in bytes, half of a complex one's; else `FINE`."""
FINE = 1e-9
Array = Any


@dataclass(frozen=True)
class Difference:
    """Hold how far two values are apart: the largest difference, absolute and relative.

    `relative` is over the largest absolute value of either side. `new_nan` and `new_inf` count
    elements that became NaN or infinite, `lost_nan` and `lost_inf` those that became something
    else, a number or the other infinity. `reason` says why values differ that have no numbers to
    subtract, and `uncompared` why it is not known whether they do. `units` is the largest
    difference in units of the last digit of the element, and `near` the element that is furthest
    apart.
    """

    absolute: float = 0.0
    relative: float = 0.0
    new_nan: int = 0
    new_inf: int = 0
    reason: str = ""
    lost_nan: int = 0
    lost_inf: int = 0
    uncompared: str = ""
    units: float = field(default=0.0, compare=False)
    near: float = field(default=0.0, compare=False)

    def fits(self, tolerance: float) -> bool:
        """Tell whether the values are the same but for rounding, as far as they are compared."""
        return not (self.reason or self.changes) and self.relative <= tolerance

    @property
    def changes(self) -> tuple[str, ...]:
        """Say what became NaN or infinite, or ceased to be."""
        found = (
            (self.new_nan, "", "became NaN"),
            (self.lost_nan, "NaN ", "became another value"),
            (self.new_inf, "", "became infinite"),
            (self.lost_inf, "infinite ", "became another value"),
        )
        return tuple(
            f"{count} {was}element{'' if count == 1 else 's'} {is_now}"
            for count, was, is_now in found
            if count
        )


NONE = Difference()
"""No difference at all."""


@dataclass(frozen=True)
class Unknown:
    """Stand for a value that could not be computed; `reason` says why.

    `lacks_code` tells that nothing is wrong but that an op has no code to run here.
    """

    reason: str
    lacks_code: bool = False


def difference(before: Array, after: Array, scale: float = 0.0) -> Difference:
    """Measure how far two values are apart; `scale` is the least number to measure them by."""
    for value in (before, after):
        if isinstance(value, Unknown):
            return Difference(uncompared=value.reason)
    if before is after:
        return NONE
    one, other = _numbers(before), _numbers(after)
    if one is None or other is None:
        return _of_objects(before, after)
    if one.shape != other.shape:
        return Difference(reason=f"shape {one.shape} became {other.shape}")
    if not one.size:
        return Difference()
    # Differences of bytes and of truth values would wrap around.
    one, other = (a if a.dtype.kind == "c" else a.astype("float64") for a in (one, other))
    was_finite, is_finite = numpy.isfinite(one), numpy.isfinite(other)
    was_nan, is_nan = numpy.isnan(one), numpy.isnan(other)
    turned = numpy.isinf(one) & numpy.isinf(other) & (one != other)
    found = Difference(
        new_nan=int((is_nan & ~was_nan).sum()),
        lost_nan=int((was_nan & ~is_nan).sum()),
        new_inf=int((numpy.isinf(other) & (was_finite | was_nan)).sum()),
        lost_inf=int((numpy.isinf(one) & is_finite).sum() + turned.sum()),
    )
    both = was_finite & is_finite
    if not both.any():
        return found
    gaps = numpy.abs(one[both] - other[both])
    absolute = float(gaps.max())
    if not absolute:
        return found
    sizes = numpy.maximum(numpy.abs(one[both]), numpy.abs(other[both]))
    return replace(
        found,
        absolute=absolute,
        relative=absolute / max(float(sizes.max()), scale),
        units=float((gaps / numpy.spacing(sizes)).max()),
        near=float(sizes[gaps.argmax()]),
    )


def _numbers(value: Array) -> Array | None:
    """Return a value as an array of numbers, also a sparse matrix; None for anything else."""
    if hasattr(value, "toarray"):
        value = value.toarray()
    if isinstance(value, (list, tuple)) and not all(numpy.isscalar(v) for v in value):
        return None
    array = numpy.asarray(value)
    return array if array.dtype.kind in "biufc" else None


def _of_objects(before: Array, after: Array) -> Difference:
    """Compare lists element by element, generators by their states, others by identity."""
    if before is None and after is None:
        return Difference()
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        if len(before) != len(after):
            return Difference(reason=f"length {len(before)} became {len(after)}")
        return worst(difference(*pair) for pair in zip(before, after, strict=True))
    states = [_state_of(value) for value in (before, after)]
    if type(before) is type(after) and None not in states:
        same = states[0] == states[1]
        return Difference() if same else Difference(reason="the random state is another")
    kind = type(after if before is None else before).__name__
    return Difference(uncompared=f"values of type {kind} are not compared")


def _state_of(value: Any) -> str | None:
    """Write the state of a random generator; None for anything else."""
    if isinstance(value, numpy.random.RandomState):
        return repr([numpy.asarray(part).tolist() for part in value.get_state(legacy=True)])
    if isinstance(value, numpy.random.Generator):
        return repr(value.bit_generator.state)
    return str(value) if isinstance(value, (slice, str, numpy.dtype)) else None


def are_equal(before: Array, after: Array) -> bool:
    """Tell whether two values are arrays of the same numbers, bit for bit but for NaN.

    What reads a zero may tell its sign: 1 ÷ 0 is inf, and 1 ÷ -0 is -inf.
    """
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return False
    one, other = _numbers(before), _numbers(after)
    if one is None or other is None or one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind == "f" and not numpy.array_equal(numpy.signbit(one), numpy.signbit(other)):
        return False
    return bool(numpy.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))


def worst(found: Iterable[Difference]) -> Difference:
    """Return the largest of each measure."""
    entries = list(found)
    return Difference(
        max((d.absolute for d in entries), default=0.0),
        max((d.relative for d in entries), default=0.0),
        sum(d.new_nan for d in entries),
        sum(d.new_inf for d in entries),
        next((d.reason for d in entries if d.reason), ""),
        sum(d.lost_nan for d in entries),
        sum(d.lost_inf for d in entries),
        next((d.uncompared for d in entries if d.uncompared), ""),
    )


def rounding_of(dtype: str | None) -> float:
    """Return what rounding makes of numbers of a dtype; nothing is rounded in any other."""
    kind = numpy.dtype(dtype) if _is_numeric(dtype) else numpy.dtype("bool")
    size = kind.itemsize // (2 if kind.kind == "c" else 1)
    return ROUNDING.get(size, FINE) if kind.kind in "fc" else FINE


def _is_numeric(dtype: str | None) -> bool:
    return (dtype or "").startswith(("float", "complex", "int", "uint", "bool"))
