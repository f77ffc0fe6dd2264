"""Place the labels at the ends of edges: which argument it is, which of several outputs.

Every edge whose argument has a number brings it as its label at the head. Once all has its place,
the numbers are left out where the arrows arrive in their order, from left to right, and the others
are set beside the tips.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from xorexplain.render.layout.layered.bridge import SIDEWAYS, Attributes, read
from xorexplain.render.layout.wrapping import TURNED

if TYPE_CHECKING:
    from typing import Any

    Point = tuple[float, float]

ALONG, ASIDE, LETTER = 9.0, 3.0, 2.8
"""Points from the end of an edge to the middle of its label: back along it, and beside it, and
there for each letter."""
APART = 6.0
"""Points between arrows whose order can be seen."""


def number(gv: Any, context: Any, graph: Any) -> None:
    """Leave out numbers that tell nothing, and place all other labels; `graph` is laid out."""
    ends = {at_tail: _End(gv, graph, at_tail) for at_tail in (False, True)}
    edges = read(gv, graph).edges
    told = [(edge, end) for edge in edges for end in ends.values() if end.label.get(edge)]
    if not told:
        return
    gv.gvRenderData(context, graph, b"dot")  # stores places as attributes
    position = Attributes(gv, graph, gv.AGEDGE, b"pos")
    turned = Attributes(gv, graph, gv.AGEDGE, b"class")
    sideways = (gv.agget(graph, b"rankdir") or b"").decode() in SIDEWAYS
    arriving: dict[bytes, list[tuple[int, Arrow, Any, _End]]] = {}
    for edge, end in told:
        words, arrow = end.label.get(edge), Arrow(position.get(edge), end.at_tail)
        end.place(edge, arrow.beside(len(words), right=True))
        if words.isdigit() and end.at_tail == (turned.get(edge) == TURNED):
            node = gv.agnameof((gv.agtail if end.at_tail else gv.aghead)(edge))
            arriving.setdefault(node, []).append((int(words), arrow, edge, end))
    for found in arriving.values():
        found.sort(key=lambda one: one[0])
        arrows = [arrow for _, arrow, _, _ in found]
        middle = sum(arrow.tip[0] for arrow in arrows) / len(arrows)
        for _, arrow, edge, end in found:
            if in_order(arrows, sideways):
                end.label.set(edge, "")
            else:
                end.place(edge, arrow.beside(1, right=arrow.tip[0] >= middle))
    gv.gvFreeLayout(context, graph)
    gv.gvLayout(context, graph, b"nop2")


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


class Arrow:
    """Where an edge ends, and from where it comes there: at its head, or at its tail."""

    def __init__(self, spline: str, at_tail: bool) -> None:
        points = [_point(word) for word in spline.split() if word[0] not in "se"]
        ends = {word[0]: _point(word[2:]) for word in spline.split() if word[0] in "se"}
        last = points[0] if at_tail else points[-1]
        self.tip = ends.get("s" if at_tail else "e", last)
        before = points[1] if at_tail else points[-2]
        self.base = last if last != self.tip else before

    def beside(self, letters: int, right: bool) -> Point:
        """Return the middle of a label beside it."""
        along, across = self.base[0] - self.tip[0], self.base[1] - self.tip[1]
        length = (along**2 + across**2) ** 0.5 or 1.0
        back = (along / length, across / length)
        side = (-back[1], back[0])
        if (side[0] > 0) != right:
            side = (back[1], -back[0])
        aside = ASIDE + LETTER * letters
        return (
            self.tip[0] + ALONG * back[0] + aside * side[0],
            self.tip[1] + ALONG * back[1] + aside * side[1],
        )


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
