"""Keep the titles of frames clear of edges: a title stands left, right or in the middle."""

from __future__ import annotations

import itertools

from xorexplain.render.layout.handles import POINTS, Attributes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from xorexplain.render.layout.handles import Handles

    Point = tuple[float, float]
    Box = tuple[float, float, float, float]

JUSTIFIED = b"labeljust"
SIDES = ("l", "r", "c")
STEPS = 8  # straight pieces of a curve
ROOM = 2.0  # points around a title


def clear_titles(gv: Any, found: Handles) -> bool:
    """Have titles stand where the fewest edges cross them; tell whether one is to be moved.

    The graph was laid out and written as text, which stores places.
    """
    course = Attributes(gv, found.graph, gv.AGEDGE, b"pos")
    titled = [part for part in found.clusters if gv.agget(part, b"lp")]
    curves = [list(pieces(course.get(edge))) for edge in found.edges] if titled else []
    is_moved = False
    for part in titled:
        frame, (x, y) = (_numbers(gv, part, name) for name in (b"bb", b"lp"))
        across, up = (POINTS * _numbers(gv, part, name)[0] / 2 for name in (b"lwidth", b"lheight"))
        beside = frame[0] + frame[2] - x
        centres = {"l": min(x, beside), "r": max(x, beside), "c": (frame[0] + frame[2]) / 2}
        crossed = {
            side: sum(
                crosses(curve, (at - across - ROOM, y - up, at + across + ROOM, y + up))
                for curve in curves
            )
            for side, at in centres.items()
        }
        now = (gv.agget(part, JUSTIFIED) or b"c").decode()
        best = min(SIDES, key=lambda side: (crossed[side], side != now))
        if best != now:
            gv.agsafeset(part, JUSTIFIED, best.encode(), b"c")
            is_moved = True
    return is_moved


def pieces(course: str) -> Iterator[Point]:
    """Yield the points of a course of Graphviz, its curves as straight pieces."""
    for curve in course.split(";"):
        # Those of arrowheads, `e,10,20`, come before the curve.
        found = [place.split(",") for place in curve.split()]
        places = [(float(place[0]), float(place[1])) for place in found if len(place) == 2]
        yield from places[:1]
        for i in range(0, len(places) - 3, 3):
            yield from (_at(places[i : i + 4], step / STEPS) for step in range(1, STEPS + 1))


def crosses(points: Sequence[Point], box: Box) -> bool:
    """Tell whether a row of straight pieces meets a box."""
    return any(_meets(one, other, box) for one, other in itertools.pairwise(points))


def _at(places: Sequence[Point], t: float) -> Point:
    s = 1 - t
    shares = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
    x, y = (sum(p[axis] * n for p, n in zip(places, shares, strict=True)) for axis in (0, 1))
    return x, y


def _meets(one: Point, other: Point, box: Box) -> bool:
    """Cut a straight piece by the sides of a box, one axis after the other."""
    first, last = 0.0, 1.0
    for axis in (0, 1):
        start, way = one[axis], other[axis] - one[axis]
        low, high = box[axis] - start, box[axis + 2] - start
        if way == 0:
            if low > 0 or high < 0:
                return False
            continue
        ends = sorted((low / way, high / way))
        first, last = max(first, ends[0]), min(last, ends[1])
    return first <= last


def _numbers(gv: Any, part: Any, name: bytes) -> list[float]:
    return [float(number) for number in (gv.agget(part, name) or b"0").split(b",")]
