"""Place the labels at the ends of edges: which argument it is, which of several outputs.

Every edge whose argument has a number brings it as its label at the head. Once all has its place,
the numbers are left out where the arrows arrive in their order, from left to right, and the others
are set beside the tips.
"""

from __future__ import annotations

from itertools import pairwise

from xorexplain.render.layout.faults import node_boxes
from xorexplain.render.layout.handles import SIDEWAYS, Attributes, read
from xorexplain.render.layout.wrapping import TURNED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from xorexplain.render.layout.faults import Box

    Point = tuple[float, float]

ALONG, ASIDE, LETTER, HEIGHT = (9.0, 16.0, 24.0, 34.0, 46.0, 60.0), 3.0, 2.8, 9.0
"""Points from the end of an edge to the middle of its label: back along it, the first that is free,
and beside it, there more for each letter; and how high a label is."""
HALVINGS = 4
HEAD = 2.5  # half of what an arrowhead takes
APART = 6.0
"""Points between arrows whose order can be seen."""


def number(gv: Any, context: Any, graph: Any) -> None:
    """Leave out numbers that tell nothing, and place all other labels; `graph` is laid out."""
    ends = {at_tail: _End(gv, graph, at_tail) for at_tail in (False, True)}
    found = read(gv, graph)
    told = [(edge, end) for edge in found.edges for end in ends.values() if end.label.get(edge)]
    if not told:
        return
    gv.gvRenderData(context, graph, b"dot")  # stores places as attributes
    position = Attributes(gv, graph, gv.AGEDGE, b"pos")
    taken = node_boxes(gv, found)
    for edge, end in told:
        taken += Arrow(position.get(edge), end.at_tail).boxes()
    turned = Attributes(gv, graph, gv.AGEDGE, b"class")
    sideways = (gv.agget(graph, b"rankdir") or b"").decode() in SIDEWAYS
    arriving: dict[bytes, list[_Label]] = {}
    others: list[_Label] = []
    for edge, end in told:
        words, arrow = end.label.get(edge), Arrow(position.get(edge), end.at_tail)
        is_number = words.isdigit() and end.at_tail == (turned.get(edge) == TURNED)
        node = gv.agnameof((gv.agtail if end.at_tail else gv.aghead)(edge))
        siblings = arriving.setdefault(node, []) if is_number else others
        siblings.append(_Label(words, arrow, edge, end))
    for siblings in [*arriving.values(), others]:
        siblings.sort(key=lambda label: (len(label.words), label.words))
        arrows = [label.arrow for label in siblings]
        middle = sum(arrow.tip[0] for arrow in arrows) / max(len(arrows), 1)
        is_seen = siblings is not others and in_order(arrows, sideways)
        for label in siblings:
            if is_seen:
                label.end.label.set(label.edge, "")
            else:
                is_right = siblings is others or label.arrow.tip[0] >= middle
                box = free_box(label.arrow, len(label.words), is_right, taken)
                taken.append(box)
                label.end.place(label.edge, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
    frame = gv.agget(graph, b"bb").decode()
    for edge in found.edges:
        position.set(edge, held_by(position.get(edge), frame))
    gv.gvFreeLayout(context, graph)
    gv.gvLayout(context, graph, b"nop2")


def held_by(spline: str, frame: str) -> str:
    """Return a spline in pieces so short that the points that bend them stay in the frame.

    Where they do not, `nop2` would make the picture as large as they need.
    """
    left, bottom, right, top = map(float, frame.split(","))
    ends = [word for word in spline.split() if word[0] in "se"]
    points = [_point(word) for word in spline.split() if word[0] not in "se"]
    for _ in range(HALVINGS):
        if all(left <= x <= right and bottom <= y <= top for x, y in points):
            break
        pieces = [points[i : i + 4] for i in range(0, len(points) - 1, 3)]
        points = points[:1] + [point for piece in pieces for point in halved(*piece)]
    return " ".join([*ends, *(f"{x:.2f},{y:.2f}" for x, y in points)])


def halved(a: Point, b: Point, c: Point, d: Point) -> list[Point]:
    """Return the points, but for the first, of the two halves of a Bézier curve."""
    ab, bc, cd = _middle(a, b), _middle(b, c), _middle(c, d)
    abc, bcd = _middle(ab, bc), _middle(bc, cd)
    return [ab, abc, _middle(abc, bcd), bcd, cd, d]


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


class _End:
    """The labels at the heads of all edges of a graph, or at their tails."""

    def __init__(self, gv: Any, graph: Any, at_tail: bool) -> None:
        name = b"tail" if at_tail else b"head"
        self.at_tail = at_tail
        self.label = Attributes(gv, graph, gv.AGEDGE, name + b"label")
        self._place = Attributes(gv, graph, gv.AGEDGE, name + b"_lp")

    def place(self, edge: Any, point: Point) -> None:
        """Set where the label of an edge is."""
        self._place.set(edge, f"{point[0]:.2f},{point[1]:.2f}")


class _Label:
    """A label at the end of an edge."""

    def __init__(self, words: str, arrow: Arrow, edge: Any, end: _End) -> None:
        self.words, self.arrow, self.edge, self.end = words, arrow, edge, end


class Arrow:
    """Where an edge ends, and from where it comes there: at its head, or at its tail."""

    def __init__(self, spline: str, at_tail: bool) -> None:
        points = [_point(word) for word in spline.split() if word[0] not in "se"]
        ends = {word[0]: _point(word[2:]) for word in spline.split() if word[0] in "se"}
        last = points[0] if at_tail else points[-1]
        self.tip = ends.get("s" if at_tail else "e", last)
        before = points[1] if at_tail else points[-2]
        self.base = last if last != self.tip else before

    def boxes(self) -> list[Box]:
        """Return what it takes near its end."""
        shares = (0.3, 0.8)
        points = [
            tuple(t + share * (b - t) for t, b in zip(self.tip, self.base, strict=True))
            for share in shares
        ]
        return [(x - HEAD, y - HEAD, x + HEAD, y + HEAD) for x, y in points]

    def beside(self, letters: int, right: bool, away: float = ALONG[0]) -> Point:
        """Return the middle of a label beside it: at its right or left, or below or above it."""
        along, up = self.base[0] - self.tip[0], self.base[1] - self.tip[1]
        length = (along**2 + up**2) ** 0.5 or 1.0
        x, y = (end + away * by / length for end, by in zip(self.tip, (along, up), strict=True))
        sign = 1 if right else -1
        if abs(up) >= abs(along) / 2:
            return x + sign * (ASIDE + LETTER * letters), y
        return x, y - sign * (ASIDE + HEIGHT / 2)


def free_box(arrow: Arrow, letters: int, right: bool, taken: Sequence[Box]) -> Box:
    """Return where a label beside an arrow meets least, the nearest of such places."""
    boxes = []
    for away in ALONG:
        for side in (right, not right):
            x, y = arrow.beside(letters, side, away)
            half = LETTER * letters
            boxes.append((x - half, y - HEIGHT / 2, x + half, y + HEIGHT / 2))
    return min(boxes, key=lambda box: sum(meet(box, other) for other in taken))


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def in_order(arrows: list[Arrow], sideways: bool) -> bool:
    """Whether arrows, in the order of their arguments, arrive from left to right on one side.

    In a picture that goes `sideways` it is from the top down.
    """
    tips = [-arrow.tip[1] if sideways else arrow.tip[0] for arrow in arrows]
    axis = 0 if sideways else 1
    if len({arrow.base[axis] > arrow.tip[axis] for arrow in arrows}) > 1:
        return False
    return all(b - a >= APART for a, b in pairwise(tips))


def _point(words: str) -> Point:
    x, y = words.split(",")[:2]
    return float(x), float(y)
