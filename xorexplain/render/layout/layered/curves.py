"""Draw edges as chains of cubic Bezier curves that keep clear of the boxes between their ends."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.render.layout.layered.flat import Bend, Box

Point = tuple[float, float]

PORT_GAP = 14.0  # at most, between the ends of two edges at one box
PORT_SHARE = 0.6  # of the width of a box, for the ends of edges
LOOP_WIDTH = 20.0
STRAIGHT_END = 10.0


@dataclass(frozen=True)
class Course:
    """The way of an edge between two boxes.

    `leave` and `arrive` are the top and bottom of the ranks of its ends, `bends` the places in
    between, None for the straight way.
    """

    tail: int
    head: int
    bundle: Hashable
    leave: tuple[float, float]
    arrive: tuple[float, float]
    bends: list[Bend] | None

    @property
    def down(self) -> bool:
        """Whether the edge leaves at the bottom of its tail."""
        return self.leave[0] <= self.arrive[0]


def draw(
    boxes: Sequence[Box], centres: Sequence[Point], courses: Sequence[Course]
) -> list[list[Point]]:
    """Return the control points, 3n + 1 in number, of each edge from border to border."""
    begins, ends = _ports(boxes, centres, courses)
    curves = []
    for course, begin_x, end_x in zip(courses, begins, ends, strict=True):
        tail, head = course.tail, course.head
        if tail == head:
            curves.append(_loop(boxes[tail], centres[tail]))
            continue
        side = 1.0 if course.down else -1.0
        begin = (begin_x, _border(boxes[tail], centres[tail], begin_x, side))
        end = (end_x, _border(boxes[head], centres[head], end_x, -side))
        if course.bends is None:
            curves.append(_line([begin], end))
            continue
        bends = course.bends if course.down else [(x, b, a) for x, a, b in course.bends]
        # Straight at the end, for an arrowhead that points straight too.
        if course.down:
            leave = max(begin[1], course.leave[1])
            arrive = min(end[1] - STRAIGHT_END, course.arrive[0])
        else:
            leave = min(begin[1], course.leave[0])
            arrive = max(end[1] + STRAIGHT_END, course.arrive[1])
        curves.append(_through([(begin_x, begin[1], leave), *bends, (end_x, arrive, end[1])]))
    return curves


def shorten(points: Sequence[Point], length: float) -> list[Point]:
    """Return the curve with its end drawn back along its last direction, to hold an arrowhead."""
    (ax, ay), (bx, by), (cx, cy), (x, y) = points[-4:]
    straight = math.isclose((bx - ax) * (y - ay), (by - ay) * (x - ax), abs_tol=0.01)
    from_x, from_y = (ax, ay) if straight else (cx, cy)
    distance = math.hypot(from_x - x, from_y - y)
    part = min(length / distance, 1.0) if distance else 0.0
    end = (x + (from_x - x) * part, y + (from_y - y) * part)
    if not straight:
        return [*points[:-1], end]
    if part == 1.0 and len(points) > 4:
        return [*points[:-3]]
    return _line([*points[:-3]], end)


def _ports(
    boxes: Sequence[Box], centres: Sequence[Point], courses: Sequence[Course]
) -> tuple[list[float], list[float]]:
    """Return where along x each edge leaves its tail and reaches its head.

    Ends at one side of a box are set apart, in the order of where they come from.
    """
    sides: dict[tuple[int, bool], dict[Hashable, list[tuple[float, int, bool]]]] = {}
    for i, course in enumerate(courses):
        passed = course.bends or []
        begin_to = passed[0][0] if passed else centres[course.head][0]
        end_to = passed[-1][0] if passed else centres[course.tail][0]
        below = sides.setdefault((course.tail, course.down), {})
        below.setdefault(("out", course.bundle, begin_to), []).append((begin_to, i, True))
        above = sides.setdefault((course.head, not course.down), {})
        above.setdefault(i, []).append((end_to, i, False))
    begins = [0.0] * len(courses)
    ends = [0.0] * len(courses)
    for (box, _), ports in sides.items():
        gap = min(PORT_GAP, boxes[box].width * PORT_SHARE / len(ports))
        x = centres[box][0] - gap * (len(ports) - 1) / 2
        for port in sorted(ports.values()):
            for _, i, begins_here in port:
                (begins if begins_here else ends)[i] = x
            x += gap
    return begins, ends


def _border(box: Box, centre: Point, x: float, side: float) -> float:
    """Return the y of the border at x; `side` is 1 for the bottom and -1 for the top."""
    reach = box.height / 2
    if box.round and box.width:
        reach *= max(0.0, 1 - (2 * (x - centre[0]) / box.width) ** 2) ** 0.5
    return centre[1] + side * reach


def _through(stretches: Sequence[Bend]) -> list[Point]:
    """Return a smooth curve along vertical lines, each given as x, begin and end."""
    x, begin, end = stretches[0]
    points = [(x, begin)]
    for next_x, begin, next_end in stretches[1:]:
        if next_x != x:
            _line(points, (x, end))
            middle = (end + begin) / 2
            points += [(x, middle), (next_x, middle), (next_x, begin)]
        x, end = next_x, next_end
    return _line(points, (x, end))


def _loop(box: Box, centre: Point) -> list[Point]:
    """Return an edge from a box to itself, at its right side."""
    right, y = centre[0] + box.width / 2, centre[1]
    step = min(box.height / 4, 12.0)
    out = right + LOOP_WIDTH
    return [(right, y - step), (out, y - 2 * step), (out, y + 2 * step), (right, y + step)]


def _line(points: list[Point], end: Point) -> list[Point]:
    """Extend a curve by a straight piece."""
    x, y = points[-1]
    dx, dy = (end[0] - x) / 3, (end[1] - y) / 3
    if dx or dy or len(points) == 1:
        points += [(x + dx, y + dy), (x + 2 * dx, y + 2 * dy), end]
    return points
