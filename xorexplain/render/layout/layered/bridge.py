"""Place a graph that Graphviz holds: read sizes from it, write places back for its `nop2` engine.

`gv` is the low-level module of pygraphviz. Lengths there are inches for sizes and points for
places, and y grows upwards.
"""

from __future__ import annotations

import re
from typing import Any

from xorexplain.render.layout.handles import POINTS, SIDEWAYS, Attributes, Handles
from xorexplain.render.layout.layered.compound import MARGIN, Cluster, Placement, place
from xorexplain.render.layout.layered.curves import Point, shorten
from xorexplain.render.layout.layered.flat import Box, Edge, Size, Spacing
from xorexplain.render.layout.layered.ordering import MAX_BENDS

ARROW = 10.0  # length of an arrowhead of size 1
# Beyond this many edges their labels stand beside the heads instead of getting room of their own.
MAX_ROOMY_LABELS = 5_000
LETTER = 0.58  # mean width of a letter by its size
LINE = 1.2  # height of a line by the size of its letters


def place_in_layers(gv: Any, context: Any, found: Handles, bends: int = MAX_BENDS) -> None:
    """Set where everything of the graph is; only `nop2` is left to run.

    `bends` is how many bends of edges are placed at most: they take the time.
    """
    graph = found.graph
    gv.agattr(graph, gv.AGNODE, b"pos", b"0,0")
    gv.agattr(graph, gv.AGRAPH, b"bb", b"0,0,1,1")
    splines = gv.agget(graph, b"splines")
    gv.agattr(graph, gv.AGRAPH, b"splines", b"none")
    # This measures the labels; writing as text is what stores the sizes as attributes.
    gv.gvLayout(context, graph, b"nop2")
    gv.gvRenderData(context, graph, b"dot")
    gv.gvFreeLayout(context, graph)
    gv.agattr(graph, gv.AGRAPH, b"splines", splines or b"")
    gv.agattr(graph, gv.AGRAPH, b"bb", b"")
    if gv.agget(graph, b"lp"):
        gv.agset(graph, b"lp", b"")  # Graphviz finds a place for the title once it knows the size
    # Where an edge had to be drawn straight, nodes cover it instead of being crossed out.
    gv.agattr(graph, gv.AGRAPH, b"outputorder", b"edgesfirst")

    direction = (gv.agget(graph, b"rankdir") or b"").decode() or "TB"
    sideways = direction in SIDEWAYS
    placement = place(
        _boxes(gv, found, sideways),
        _edges(gv, found, sideways),
        found.homes,
        _clusters(gv, found, direction),
        Spacing(
            _inches(gv.agget(graph, b"nodesep"), 0.25),
            _inches(gv.agget(graph, b"ranksep"), 0.5),
            bends,
        ),
    )
    _write(gv, found, placement, direction)


def _inches(value: bytes | None, default: float) -> float:
    number = re.match(rb"\s*([\d.]+)", value or b"")
    return POINTS * max(0.02, float(number[1]) if number else default)


def _turn(size: Size, sideways: bool) -> Size:
    return size[::-1] if sideways else size


def _boxes(gv: Any, found: Handles, sideways: bool) -> list[Box]:
    width = Attributes(gv, found.graph, gv.AGNODE, b"width", "0.75")
    height = Attributes(gv, found.graph, gv.AGNODE, b"height", "0.5")
    shape = Attributes(gv, found.graph, gv.AGNODE, b"shape", "ellipse")
    return [
        Box(
            *_turn((width.number(node) * POINTS, height.number(node) * POINTS), sideways),
            round=shape.get(node) in ("ellipse", "oval", "circle", "doublecircle"),
        )
        for node in found.nodes
    ]


def _edges(gv: Any, found: Handles, sideways: bool) -> list[Edge]:
    looks = [
        Attributes(gv, found.graph, gv.AGEDGE, name) for name in (b"color", b"style", b"penwidth")
    ]
    label = Attributes(gv, found.graph, gv.AGEDGE, b"label")
    font = Attributes(gv, found.graph, gv.AGEDGE, b"fontsize", "14")
    roomy = len(found.edges) <= MAX_ROOMY_LABELS
    edges = []
    for edge, (tail, head) in zip(found.edges, found.arrows, strict=True):
        size = None
        if roomy and (text := label.get(edge)).strip():
            size = _turn(_text_size(text, font.number(edge)), sideways)
        edges.append(Edge(tail, head, tuple(look.get(edge) for look in looks), size))
    return edges


def _text_size(text: str, font: float) -> Size:
    """Estimate the size of a label, HTML-like or plain; Graphviz keeps the real one to itself."""
    lines = re.split(r"<br\s*/?>|\\[nlr]|\n", text, flags=re.IGNORECASE)
    longest = max(len(re.sub(r"<[^>]*>|&(#?\w+);", "", line)) for line in lines)
    return longest * font * LETTER, len(lines) * font * LINE


def _clusters(gv: Any, found: Handles, direction: str) -> list[Cluster]:
    # Graphviz writes the label above its cluster, whatever the direction of the edges.
    side = {"LR": "left", "RL": "left", "BT": "bottom"}.get(direction, "top")
    return [
        Cluster(_turn(_label_size(gv, part), side == "left"), side, parent)
        for part, parent in zip(found.clusters, found.parents, strict=True)
    ]


def _label_size(gv: Any, part: Any) -> Size:
    width, height = (POINTS * float(gv.agget(part, name) or 0) for name in (b"lwidth", b"lheight"))
    return width, height


class _Sheet:
    """Turns a point of a placement into a point of Graphviz."""

    def __init__(self, size: Size, direction: str) -> None:
        self.size = size
        self.direction = direction

    def point(self, point: Point) -> Point:
        x, y = point
        if self.direction == "LR":
            return y, self.size[0] - x
        if self.direction == "RL":
            return self.size[1] - y, self.size[0] - x
        if self.direction == "BT":
            return x, y
        return x, self.size[1] - y

    def text(self, point: Point) -> str:
        x, y = self.point(point)
        return f"{x:.2f},{y:.2f}"

    def beside(self, tip: Point, words: str, size: float) -> str:
        """Return the centre for a label beside the head of an edge."""
        x, y = self.point(tip)
        width, height = _text_size(words, size)
        right = -1 if self.direction == "LR" else 1
        up = -1 if self.direction == "BT" else 1
        return f"{x + right * (ARROW + width) / 2:.2f},{y + up * (ARROW + height / 2):.2f}"


def _write(gv: Any, found: Handles, placement: Placement, direction: str) -> None:
    sheet = _Sheet(placement.size, direction)
    position = Attributes(gv, found.graph, gv.AGNODE, b"pos")
    for node, centre in zip(found.nodes, placement.centres, strict=True):
        position.set(node, sheet.text(centre))
    for part, (left, top, right, bottom) in zip(found.clusters, placement.frames, strict=True):
        (x0, y0), (x1, y1) = sheet.point((left, top)), sheet.point((right, bottom))
        low, high = (min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))
        gv.agset(part, b"bb", f"{low[0]:.2f},{low[1]:.2f},{high[0]:.2f},{high[1]:.2f}".encode())
        width, height = _label_size(gv, part)
        if height:
            spare = (high[0] - low[0] - width) / 2 - MARGIN
            shift = {b"l": -spare, b"r": spare}.get(gv.agget(part, b"labeljust"), 0.0)
            x, y = (low[0] + high[0]) / 2 + shift, high[1] - MARGIN / 2 - height / 2
            gv.agsafeset(part, b"lp", f"{x:.2f},{y:.2f}".encode(), b"")
    _write_edges(gv, found, placement, sheet)


def _write_edges(gv: Any, found: Handles, placement: Placement, sheet: _Sheet) -> None:
    def attributes(name: bytes, default: str = "") -> Attributes:
        return Attributes(gv, found.graph, gv.AGEDGE, name, default)

    position, label_place, head_place = (
        attributes(b"pos"),
        attributes(b"lp"),
        attributes(b"head_lp"),
    )
    label, head_label = attributes(b"label"), attributes(b"headlabel")
    font = attributes(b"fontsize", "14")
    directed = "forward" if gv.agisdirected(found.graph) else "none"
    arrows, scale = attributes(b"dir", directed), attributes(b"arrowsize", "1")
    head_shape, tail_shape = attributes(b"arrowhead", "normal"), attributes(b"arrowtail", "normal")
    for edge, curve, room in zip(found.edges, placement.curves, placement.labels, strict=True):
        length = ARROW * scale.number(edge)
        begin = end = ""
        points = curve
        if arrows.get(edge) in ("forward", "both") and head_shape.get(edge) != "none":
            end = f"e,{sheet.text(curve[-1])} "
            points = shorten(points, length)
        if arrows.get(edge) in ("back", "both") and tail_shape.get(edge) != "none":
            begin = f"s,{sheet.text(curve[0])} "
            points = shorten(points[::-1], length)[::-1]
        position.set(edge, begin + end + " ".join(map(sheet.text, points)))
        size = font.number(edge)
        if words := label.get(edge):
            centre = sheet.text(room) if room else sheet.beside(curve[-1], words, size)
            label_place.set(edge, centre)
        if words := head_label.get(edge):
            head_place.set(edge, sheet.beside(curve[-1], words, size))
