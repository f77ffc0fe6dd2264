"""Wrap a tall or wide picture into columns, so that its text can be read in a window.

A graph of many ranks is a ribbon. Its ranks are laid into rows that go down, up, and down again,
and every edge is written from the higher row to the lower one, with its arrow turned where that is
against its direction. So Graphviz places the second half of the graph beside the first: the
backward part of a gradient comes up beside its forward part.
"""

from __future__ import annotations

import math
import time

from xorexplain.render.layout.faults import faults
from xorexplain.render.layout.handles import POINTS, Attributes, Handles, read
from xorexplain.render.layout.layered.ranks import assign_ranks
from xorexplain.render.layout.titles import clear_titles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    Way = tuple[int, bool]
    """How a graph is laid out: in how many columns, and whether with less room."""

COLUMNS = b"columns"
"""The attribute of a graph that says into how many columns it may be wrapped."""
TURNED = "turned"
"""The class, in SVG, of an edge that is written from its head to its tail."""
WINDOW = (1400.0, 800.0)
AIM = 9.0
"""Pixels, in the window, of a text that can be read."""
PIXELS = 96 / 72  # of a point
PAD = 4.0  # points around a picture, where its DOT text sets no other
TRYING_SHARE = 0.4  # of the time there is, for ways to wrap
PROMISING = 3  # ways that are tried with less room
ROOMIER = 1.25  # times as large as the columns tell may a text come out
WORSE = 2  # ways in turn that make it smaller, before no more columns are tried
TIGHTER = 1.5  # times as large it may become with less room
MANY = 600  # nodes; with more, each way to wrap takes too long
TIGHT = {b"nodesep": b"0.1", b"ranksep": b"0.17"}
USUAL_MARGIN, TIGHT_MARGIN = "0.14,0.07", "0.08,0.04"
"""What leaves less room, for a picture whose text is too small in any columns."""
_SWAPPED = (("arrowhead", "arrowtail"), ("headlabel", "taillabel"), ("lhead", "ltail"))


def place(gv: Any, context: Any, graph: Any) -> None:
    """Have the embedded Graphviz place a graph."""
    if gv.gvLayout(context, graph, b"dot"):
        raise RuntimeError("Graphviz could not lay the graph out")


def lay_out(
    gv: Any,
    context: Any,
    graph: Any,
    columns: int = 1,
    seconds: float = math.inf,
    place: Callable[[Any, Any, Any], None] = place,
) -> list[str]:
    """Have Graphviz place a graph, wrapped where its text is too small in the window.

    The fewest columns, from `columns` on, with which the text can be read are taken, else those
    with which it is largest; where there are none, the same is tried with less room. A placement
    in which Graphviz erred is taken only where there is no other; what is wrong in it is returned.
    No other way is begun when a share of the `seconds` is over.
    """
    end = time.monotonic() + TRYING_SHARE * seconds
    wrapping = _Wrapping(gv, context, read(gv, graph), place)
    placed = _placed(wrapping, columns, end)
    if len(wrapping.found.nodes) <= MANY and clear_titles(gv, wrapping.found):
        # Nothing but the titles moves.
        return wrapping.place(wrapping.way).faults
    return placed.faults


def _placed(wrapping: _Wrapping, columns: int, end: float) -> Placed:
    """Place a graph in the best of all ways that are tried until `end`."""
    gv, graph = wrapping.gv, wrapping.found.graph
    placed = wrapping.place((columns, False))
    most = int(gv.agget(graph, COLUMNS) or 1)
    if placed.is_good or columns >= most or len(wrapping.found.nodes) > MANY:
        return placed
    known: dict[Way, Placed] = {(columns, False): placed}
    for way in ways(known, columns, most):
        if time.monotonic() >= end:
            break
        known[way] = wrapping.place(way)
        if known[way].is_good:
            return known[way]
    best = max(known, key=lambda way: known[way].worth)
    is_last = best == [*known][-1]
    return known[best] if is_last else wrapping.place(best)


def ways(known: Mapping[Way, Placed], columns: int, most: int) -> Iterator[Way]:
    """Yield the ways to try after the first; `known` is how those before came out.

    Columns are left out in which the picture is too high by what the first placement tells, and
    more of them after those that made the text smaller.
    """
    first, others = known[columns, False], range(columns + 1, most + 1)
    hopeful = [c for c in others if ROOMIER * first.up * c / columns >= AIM] or others[-1:]
    for count in others if first.faults else hopeful:
        yield count, False
        heights = [made.height for made in known.values()]
        if heights.index(max(heights)) + WORSE < len(heights):
            break
    if all(made.faults for made in known.values()):
        yield from ((count, False) for count in others if (count, False) not in known)
    best = sorted(known, key=lambda way: known[way].worth, reverse=True)
    near = [way for way in best[:PROMISING] if known[way].height * TIGHTER >= AIM]
    yield from ((count, True) for count, _ in near or best[:1])


def fewest_columns(found: Handles, most: int, is_quick: Callable[[Sequence[int]], bool]) -> int:
    """Return the fewest columns in whose rows a graph is quick to place, 0 where there are none."""
    ranks, _ = assign_ranks(len(found.nodes), found.arrows)
    return next((c for c in range(1, most + 1) if is_quick(rows(ranks, c))), 0)


def rows(ranks: Sequence[int], columns: int) -> list[int]:
    """Return in which row each node stands: down the first column, up the second, and so on."""
    length = -(-(max(ranks, default=0) + 1) // columns)
    places = [divmod(rank, length) for rank in ranks]
    return [place if column % 2 == 0 else length - 1 - place for column, place in places]


class Placed:
    """Hold how a placement came out."""

    def __init__(self, across: float, up: float, font: float, faults: list[str]) -> None:
        self.up = up
        self.height = min(across, up, font)
        self.faults = faults

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with it and its text can be read."""
        return self.height >= AIM and not self.faults

    @property
    def worth(self) -> tuple[bool, float]:
        """What makes it better than another."""
        return not self.faults, min(self.height, AIM)


class _Wrapping:
    """Hold a graph, and how its edges are written."""

    def __init__(
        self, gv: Any, context: Any, found: Handles, placing: Callable[[Any, Any, Any], None]
    ) -> None:
        self.gv, self.context, self.found, self.placing = gv, context, found, placing
        self.ranks: list[int] = []
        self.turned: list[bool] = []
        self.usual = {name: gv.agget(found.graph, name) or b"" for name in TIGHT}
        self.own: dict[Attributes, list[str]] = {}
        for name in (b"margin", b"width", b"height"):
            own = Attributes(gv, found.graph, gv.AGNODE, name)
            self.own[own] = [own.get(node) for node in found.nodes]
        self.is_tight = False
        self.beside: list[tuple[Any, Any]] = []
        self.is_placed = False
        self.way: Way = (1, False)

    def place(self, way: Way) -> Placed:
        """Lay the graph out."""
        gv, graph = self.gv, self.found.graph
        self.way = way
        columns, is_tight = way
        if self.is_placed:
            gv.gvFreeLayout(self.context, graph)
            course = Attributes(gv, graph, gv.AGEDGE, b"pos")
            for edge in self.found.edges:
                course.set(edge, "")  # so that an edge that Graphviz loses has none
        if columns > 1 or self.ranks:
            self._arrange(columns)
        if is_tight != self.is_tight:
            self._set_room(is_tight)
        self.placing(gv, self.context, graph)
        self.is_placed = True
        heights = _text_heights(gv, self.context, self.found)
        return Placed(*heights, faults(gv, self.found) if len(self.found.nodes) <= MANY else [])

    def _set_room(self, tight: bool) -> None:
        """Leave less room between nodes and in them, or as much as the graph says.

        A graph written as text holds the sizes of its nodes, which would be their least ones.
        """
        gv, graph = self.gv, self.found.graph
        for name, value in TIGHT.items():
            gv.agset(graph, name, value if tight else self.usual[name])
        for own, values in self.own.items():
            for node, text in zip(self.found.nodes, values, strict=True):
                own.set(node, TIGHT_MARGIN if tight and text == USUAL_MARGIN else text)
        self.is_tight = tight

    def _arrange(self, columns: int) -> None:
        """Write each edge from the higher row to the lower one."""
        gv, graph, found = self.gv, self.found.graph, self.found
        if not self.ranks:
            self.ranks, _ = assign_ranks(len(found.nodes), found.arrows)
            self.turned = [False] * len(found.arrows)
        place = rows(self.ranks, columns)
        length = Attributes(gv, graph, gv.AGEDGE, b"minlen")
        for number, (tail, head) in enumerate(found.arrows):
            if (columns > 1 and place[tail] > place[head]) != self.turned[number]:
                self._turn(number)
            level = columns > 1 and place[tail] == place[head]
            length.set(found.edges[number], "0" if level else "1")
        self._set_side_by_side(columns, place)

    def _set_side_by_side(self, columns: int, place: Sequence[int]) -> None:
        """Keep columns in their order, from left to right, by nodes of the spine in the same row.

        Graphviz keeps the order of nodes that an edge joins inside a row.
        """
        gv, graph, found = self.gv, self.found.graph, self.found
        while self.beside:
            row, edge = self.beside.pop()
            gv.agdeledge(graph, edge)
            gv.agdelsubg(graph, row)
        length = max(place, default=0) + 1
        spine = {(self.ranks[node] // length, place[node]): node for node in self._spine()}
        for column in range(columns - 1):
            both = [r for r in range(length) if {(column, r), (column + 1, r)} <= {*spine}]
            for at in sorted({both[(len(both) - 1) * n // 4] for n in range(5) if both}):
                pair = [found.nodes[spine[column + side, at]] for side in (0, 1)]
                row = gv.agsubg(graph, b"row_%d_%d" % (column, at), 1)
                gv.agsafeset(row, b"rank", b"same", b"")
                for node in pair:
                    gv.agsubnode(row, node, 1)
                edge = gv.agedge(graph, *pair, None, 1)
                gv.agsafeset(edge, b"style", b"invis", b"")
                self.beside.append((row, edge))

    def _spine(self) -> Iterator[int]:
        """Yield the nodes of the heaviest edges that are in no frame."""
        weight = Attributes(self.gv, self.found.graph, self.gv.AGEDGE, b"weight", "1")
        weights = [weight.number(edge) for edge in self.found.edges]
        most = max(weights, default=1.0)
        for ends, found in zip(self.found.arrows, weights, strict=True):
            if found == most > 1:
                yield from (node for node in ends if self.found.homes[node] is None)

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
    while True:
        try:
            symbol = gv.agnxtattr(graph, gv.AGEDGE, symbol)
        except StopIteration:  # which the binding raises at the end
            return
        yield symbol


def _text_heights(gv: Any, context: Any, found: Handles) -> tuple[float, float, float]:
    """Return how many pixels the text of nodes is high.

    Where the picture is as wide as the window, as high as that, and as large as it is.
    """
    fonts = Attributes(gv, found.graph, gv.AGNODE, b"fontsize", "14")
    font = PIXELS * (fonts.number(found.nodes[0]) if found.nodes else 14.0)
    width, height = size(gv, context, found.graph)
    across, up = WINDOW
    return font * across / max(width * PIXELS, 1.0), font * up / max(height * PIXELS, 1.0), font


def size(gv: Any, context: Any, graph: Any) -> tuple[float, float]:
    """Return the width and height of a picture in points, with what is left free around it."""
    gv.gvRenderData(context, graph, b"dot")  # stores the bounding box as an attribute
    left, bottom, right, top = map(float, gv.agget(graph, b"bb").split(b","))
    pad = [float(n) * POINTS for n in (gv.agget(graph, b"pad") or b"").split(b",") if n]
    across, up = (pad[0], pad[-1]) if pad else (PAD, PAD)
    return right - left + 2 * across, top - bottom + 2 * up
