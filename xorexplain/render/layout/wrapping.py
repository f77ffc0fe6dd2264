"""Wrap a tall or wide picture into columns, so that its text can be read in a window.

A graph of many ranks is a ribbon. Its ranks are laid into rows that go down, up, and down again,
and every edge is written from the higher row to the lower one, with its arrow turned where that is
against its direction. So Graphviz places the second half of the graph beside the first: the
backward part of a gradient comes up beside its forward part.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xorexplain.render.layout.layered.bridge import POINTS, Attributes, Handles, read
from xorexplain.render.layout.layered.ranks import assign_ranks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

COLUMNS = b"columns"
"""The attribute of a graph that says into how many columns it may be wrapped."""
TURNED = "turned"
"""The class, in SVG, of an edge that is written from its head to its tail."""
WINDOW = (1400.0, 800.0)
AIM = 9.0
"""Pixels, in the window, of a text that can be read."""
PIXELS = 96 / 72  # of a point
PAD = 4.0  # points around a picture, where its DOT text sets no other
FEW, MANY = 20, 600
"""Nodes with which text is never too small, and with which each way to wrap takes too long."""
_SWAPPED = (("arrowhead", "arrowtail"), ("headlabel", "taillabel"), ("lhead", "ltail"))


def fit(gv: Any, context: Any, graph: Any) -> None:
    """Wrap a graph that is laid out already, where its text is too small in the window.

    The fewest columns with which the text can be read are taken, else those with which it is
    largest.
    """
    most = int(gv.agget(graph, COLUMNS) or 1)
    if most < 2 or not FEW < gv.agnnodes(graph) <= MANY:
        return
    height = _text_height(gv, context, graph)
    if height >= AIM:
        return
    wrapping = _Wrapping(gv, context, read(gv, graph))
    heights = {1: height}
    columns = 1
    while height < AIM and columns < most:
        columns += 1
        height = heights[columns] = wrapping.height(columns)
    best = max(heights, key=lambda c: heights[c])
    if best != columns:
        wrapping.height(best)


def rows(ranks: Sequence[int], columns: int) -> list[int]:
    """Return in which row each node stands: down the first column, up the second, and so on."""
    length = -(-(max(ranks, default=0) + 1) // columns)
    places = [divmod(rank, length) for rank in ranks]
    return [place if column % 2 == 0 else length - 1 - place for column, place in places]


@dataclass
class _Wrapping:
    """Hold a graph that is laid out, and how its edges are written."""

    gv: Any
    context: Any
    found: Handles
    ranks: list[int] = field(init=False)
    turned: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        found = self.found
        self.ranks, _ = assign_ranks(len(found.nodes), found.arrows)
        self.turned = [False] * len(found.arrows)

    def height(self, columns: int) -> float:
        """Lay the graph out in columns and return its text height."""
        gv, graph = self.gv, self.found.graph
        gv.gvFreeLayout(self.context, graph)
        place = rows(self.ranks, columns)
        length = Attributes(gv, graph, gv.AGEDGE, b"minlen")
        for number, (tail, head) in enumerate(self.found.arrows):
            if (place[tail] > place[head]) != self.turned[number]:
                self._turn(number)
            level = columns > 1 and place[tail] == place[head]
            length.set(self.found.edges[number], "0" if level else "1")
        if gv.gvLayout(self.context, graph, b"dot"):
            raise RuntimeError("Graphviz could not lay the graph out in columns")
        return _text_height(gv, self.context, graph)

    def _turn(self, number: int) -> None:
        """Write an edge from its other end; Graphviz has no way but to make it anew."""
        gv, graph = self.gv, self.found.graph
        old = self.found.edges[number]
        new = gv.agedge(graph, gv.aghead(old), gv.agtail(old), None, 1)
        for symbol in _symbols(gv, graph):
            gv.agxset(new, symbol, gv.agxget(old, symbol) or b"")
        for one, other in _SWAPPED:
            first, second = (
                Attributes(gv, graph, gv.AGEDGE, name.encode()) for name in (one, other)
            )
            before, after = first.get(old), second.get(old)
            if before or after:
                first.set(new, after)
                second.set(new, before)
        self.turned[number] = is_turned = not self.turned[number]
        Attributes(gv, graph, gv.AGEDGE, b"dir").set(new, "back" if is_turned else "forward")
        Attributes(gv, graph, gv.AGEDGE, b"class").set(new, TURNED if is_turned else "")
        gv.agdeledge(graph, old)
        self.found.edges[number] = new


def _symbols(gv: Any, graph: Any) -> Iterator[Any]:
    """Yield the attributes that edges of a graph have."""
    symbol = None
    with suppress(StopIteration):  # which the binding raises at the end
        while True:
            symbol = gv.agnxtattr(graph, gv.AGEDGE, symbol)
            yield symbol


def _text_height(gv: Any, context: Any, graph: Any) -> float:
    """Return how many pixels the text of nodes is high in the window."""
    width, height = size(gv, context, graph)
    font = float(gv.agattrdefval(gv.agattr(graph, gv.AGNODE, b"fontsize", None)))
    scale = min(1.0, WINDOW[0] / (width * PIXELS), WINDOW[1] / (height * PIXELS))
    return font * PIXELS * scale


def size(gv: Any, context: Any, graph: Any) -> tuple[float, float]:
    """Return the width and height of a picture in points, with what is left free around it."""
    gv.gvRenderData(context, graph, b"dot")  # stores the bounding box as an attribute
    left, bottom, right, top = map(float, gv.agget(graph, b"bb").split(b","))
    pad = [float(n) * POINTS for n in (gv.agget(graph, b"pad") or b"").split(b",") if n]
    across, up = (pad[0], pad[-1]) if pad else (PAD, PAD)
    return right - left + 2 * across, top - bottom + 2 * up
