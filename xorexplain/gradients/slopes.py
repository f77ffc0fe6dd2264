"""Compare a gradient with finite differences of the cost, also where the cost has a kink."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy

from xorexplain.errors.records import dataclass

MAX_ELEMENTS = 200
"""Finite differences are taken for at most this many elements of each parameter."""
KINK = 1e-3
"""How far the slopes on both sides are apart at a kink at least, of the largest slope; what bends
without a kink gives less over so short a way."""
Array = Any


@dataclass(frozen=True)
class Slopes:
    """Hold the slopes of the cost along single elements of a parameter.

    `central` are (f(x + h) − f(x − h)) / 2h; `below` and `above` are taken on one side alone, and
    `exact` is the gradient. `noise` is what rounding of the cost makes of a slope that is 0.
    `lacking` says why there are none, where that is so.
    """

    exact: Array
    central: Array
    below: Array
    above: Array
    noise: float = 0.0
    lacking: str = ""

    def kink(self, allowed: float) -> str:
        """Say that the cost has a kink here, with the gradient between the slopes at its sides.

        Empty where that does not explain the difference: where some element's gradient is no slope
        between those of its two sides, or both sides agree.
        """
        finite = numpy.concatenate([self.below, self.above, self.exact])
        scale = float(numpy.max(numpy.abs(finite), initial=0.0))
        room = allowed * scale
        low, high = numpy.minimum(self.below, self.above), numpy.maximum(self.below, self.above)
        off = numpy.abs(self.central - self.exact) > room
        is_between = (self.exact >= low - room) & (self.exact <= high + room)
        if not off.any() or not (is_between & (high - low > max(room, KINK * scale)))[off].all():
            return ""
        worst = int(numpy.argmax(numpy.where(off, high - low, -1.0)))
        return (
            f"the cost has a kink here, its slope is {self.below[worst]:.3g} on one side and "
            f"{self.above[worst]:.3g} on the other: the gradient {self.exact[worst]:.3g} is "
            "between them"
        )


def slopes(
    cost: Callable[..., list[Any]],
    values: Mapping[str, Array],
    parameter: str,
    gradient: Array,
    precision: float,
    seed: int,
) -> Slopes:
    """Return the slopes of the cost along elements of a parameter, at most `MAX_ELEMENTS` of them.

    `precision` is the spacing of numbers around 1 as the cost is computed. Elements whose gradient
    is infinite are left out, as are those where the cost is not finite beside the values.
    """
    start = numpy.asarray(values[parameter])
    eps = max(float(numpy.finfo(start.dtype).eps), precision)
    h = eps ** (1 / 3)
    exact = numpy.asarray(gradient).ravel()
    finite = numpy.flatnonzero(~numpy.isinf(exact))
    count = min(len(finite), MAX_ELEMENTS)
    random = numpy.random.default_rng(seed)
    chosen = [int(e) for e in random.choice(finite, count, replace=False)] if count else []

    def at(element: int, by: float) -> float:
        moved = numpy.array(start)
        moved.flat[element] += by
        return float(numpy.asarray(cost(*{**values, parameter: moved}.values())[0]))

    here = float(numpy.asarray(cost(*values.values())[0]))
    with numpy.errstate(all="ignore"):
        right = numpy.array([at(e, h) for e in chosen])
        left = numpy.array([at(e, -h) for e in chosen])
    kept = numpy.isfinite(right) & numpy.isfinite(left)
    lacking = "the gradient or the cost is infinite at the values or beside them"
    right, left = right[kept], left[kept]
    return Slopes(
        exact=exact[chosen][kept].astype("float64") if count else numpy.zeros(0),
        central=(right - left) / (2 * h),
        below=(here - left) / h,
        above=(right - here) / h,
        noise=eps * abs(here) / h,
        lacking=lacking if exact.size else "it has no elements",
    )


def largest_gap(expected: Array, parts: Sequence[Array]) -> tuple[float, float]:
    """Measure how far a sum of parts is off: absolute, and on the scale of the largest of them.

    Elements that are the same infinity on both sides, or NaN on both, agree.
    """
    with numpy.errstate(all="ignore"):
        total, wanted = numpy.broadcast_arrays(sum(parts), expected)
        same = (total == wanted) | (numpy.isnan(total) & numpy.isnan(wanted))
        gap = numpy.where(same, 0.0, numpy.abs(total - wanted))
    absolute = float(numpy.max(gap, initial=0.0))
    scale = max(float(numpy.max(_finite(part), initial=0.0)) for part in [expected, *parts])
    return absolute, absolute / scale if scale else absolute


def _finite(value: Array) -> Array:
    size = numpy.abs(numpy.asarray(value))
    return size[numpy.isfinite(size)]
