"""Arrange boxes without clusters: ranks from top to bottom, separate pieces side by side."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.render.layout.layered.coordinates import horizontal_coordinates, straighten
from xorexplain.render.layout.layered.ordering import MAX_BENDS, reduce_crossings, split_edges
from xorexplain.render.layout.layered.ranks import assign_ranks

Size = tuple[float, float]
Bend = tuple[float, float, float]  # x, and the top and bottom of the rank that is passed

BEND_GAP = 2 / 3  # of the distance between nodes, for bends
STRAIGHTENINGS = 3
ASPECT = 1.6  # width by height of the sheet that separate pieces are packed on


@dataclass(frozen=True)
class Box:
    """The size of a node in points, and whether it is an ellipse."""

    width: float
    height: float
    round: bool = False


@dataclass(frozen=True)
class Edge:
    """An edge between two boxes, with the size of its label, if any.

    Edges from one box with an equal bundle and no label share their course as far as it goes.
    """

    tail: int
    head: int
    bundle: Hashable = None
    label: Size | None = None


@dataclass(frozen=True)
class Spacing:
    """Distances in points between neighbours in a rank and between ranks.

    `bends` is how many bends of edges are placed at most.
    """

    nodes: float
    ranks: float
    bends: int = MAX_BENDS


@dataclass
class Arrangement:
    """Where everything is, in points from the top left corner; y grows downwards.

    `bands` holds the top and bottom of each box's rank, `bends` the places each edge passes
    between its two ends, None for an edge that takes the straight way.
    """

    centres: list[tuple[float, float]]
    bands: list[tuple[float, float]]
    bends: list[list[Bend] | None]
    size: Size


def arrange(boxes: Sequence[Box], edges: Sequence[Edge], spacing: Spacing) -> Arrangement:
    """Place boxes so that edges point down where they can."""
    centres = [(0.0, 0.0)] * len(boxes)
    bands = [(0.0, 0.0)] * len(boxes)
    bends: list[list[Bend] | None] = [None] * len(edges)
    pieces = _pieces(len(boxes), edges)
    arranged = [_arrange_piece(boxes, edges, *piece, spacing) for piece in pieces]
    corners, size = _pack([piece.size for piece in arranged], spacing)
    for (members, inside), piece, (left, top) in zip(pieces, arranged, corners, strict=True):
        for box, (x, y), (upper, lower) in zip(members, piece.centres, piece.bands, strict=True):
            centres[box] = (x + left, y + top)
            bands[box] = (upper + top, lower + top)
        for i, course in zip(inside, piece.bends, strict=True):
            if course is not None:
                bends[i] = [(x + left, a + top, b + top) for x, a, b in course]
    return Arrangement(centres, bands, bends, size)


def _pieces(count: int, edges: Sequence[Edge]) -> list[tuple[list[int], list[int]]]:
    """Return the boxes and the edges of each connected piece, in order of their first box."""
    leader = list(range(count))

    def find(box: int) -> int:
        while leader[box] != box:
            leader[box] = leader[leader[box]]
            box = leader[box]
        return box

    for edge in edges:
        first, second = sorted((find(edge.tail), find(edge.head)))
        leader[second] = first
    pieces: dict[int, tuple[list[int], list[int]]] = {}
    for box in range(count):
        pieces.setdefault(find(box), ([], []))[0].append(box)
    for i, edge in enumerate(edges):
        pieces[find(edge.tail)][1].append(i)
    return list(pieces.values())


def _arrange_piece(
    boxes: Sequence[Box],
    edges: Sequence[Edge],
    members: list[int],
    inside: list[int],
    spacing: Spacing,
) -> Arrangement:
    """Arrange one connected piece: the boxes `members`, joined by the edges `inside`."""
    local = {box: place for place, box in enumerate(members)}
    arrows = [(local[edges[i].tail], local[edges[i].head]) for i in inside]
    ranks, turned = assign_ranks(len(members), arrows)
    graph = split_edges(
        ranks,
        [arrow[::-1] if back else arrow for arrow, back in zip(arrows, turned, strict=True)],
        # A turned edge begins at its head, where it has no course to share.
        [(i,) if back else edges[i].bundle for i, back in zip(inside, turned, strict=True)],
        spacing.bends,
    )
    layers = reduce_crossings(graph)
    bend_count = len(graph.above) - len(members)
    widths = [boxes[box].width for box in members] + [0.0] * bend_count
    room = [width + spacing.nodes for width in widths[: len(members)]]
    room += [spacing.nodes * BEND_GAP] * bend_count
    xs = horizontal_coordinates(layers, graph.above, graph.below, room, len(members))
    chains = sorted(graph.trunks, key=lambda chain: sum(xs[bend] for bend in chain) / len(chain))
    for ordered in (chains, chains[::-1]) * STRAIGHTENINGS:
        straighten(layers, ordered, room, xs)
    left = min(x - width / 2 for x, width in zip(xs, widths, strict=True))
    right = max(x + width / 2 for x, width in zip(xs, widths, strict=True))

    heights = [boxes[box].height for box in members]
    rank_bands, height = _bands(layers, heights, spacing)
    bands = [rank_bands[rank] for rank in ranks]
    courses: list[list[Bend] | None] = []
    for (tail, head), chain, back in zip(arrows, graph.chains, turned, strict=True):
        if chain is None:
            courses.append(None)
            continue
        first = ranks[head if back else tail] + 1
        course = [(xs[bend] - left, *rank_bands[rank]) for rank, bend in enumerate(chain, first)]
        courses.append(course[::-1] if back else course)
    return Arrangement(
        [(x - left, (top + low) / 2) for x, (top, low) in zip(xs, bands, strict=False)],
        bands,
        courses,
        (right - left, height),
    )


def _bands(
    layers: list[list[int]], heights: list[float], spacing: Spacing
) -> tuple[list[tuple[float, float]], float]:
    """Return the top and bottom of each rank, and the height of all."""
    bands = []
    top = 0.0
    for layer in layers:
        height = max((heights[item] for item in layer if item < len(heights)), default=0.0)
        bands.append((top, top + height))
        top += height + spacing.ranks
    return bands, top - spacing.ranks


def _pack(sizes: list[Size], spacing: Spacing) -> tuple[list[tuple[float, float]], Size]:
    """Set boxes in rows, left to right, on a sheet of about the wanted aspect."""
    area = sum((width + spacing.nodes) * (height + spacing.ranks) for width, height in sizes)
    limit = max([math.sqrt(area * ASPECT), *(width for width, _ in sizes)])
    corners = []
    x = y = row = widest = 0.0
    for width, height in sizes:
        if x and x + width > limit:
            x, y, row = 0.0, y + row + spacing.ranks, 0.0
        corners.append((x, y))
        widest = max(widest, x + width)
        x += width + spacing.nodes
        row = max(row, height)
    return corners, (widest, y + row)
