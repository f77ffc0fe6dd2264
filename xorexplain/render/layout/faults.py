"""Find what went wrong in a placement: Graphviz errs at times where frames are involved."""

from __future__ import annotations

from xorexplain.render.layout.handles import POINTS, Attributes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from xorexplain.render.layout.handles import Handles

    Box = tuple[float, float, float, float]

SLACK = 1.0
"""Points by which boxes may overlap: sizes are told in rounded numbers."""


def faults(gv: Any, found: Handles) -> list[str]:
    """Name what is wrong in a graph that was laid out and written as text, which stores places."""
    boxes = node_boxes(gv, found)
    frames = {
        number: frame
        for number, part in enumerate(found.clusters)
        if (frame := _frame(gv.agget(part, b"bb")))
    }
    around = [set(_around(home, found.parents)) for home in found.homes]
    course = Attributes(gv, found.graph, gv.AGEDGE, b"pos")
    lost = ["an edge is not drawn"] if not all(map(course.get, found.edges)) else []
    return [*overlaps(boxes), *misplaced(boxes, frames, around), *lost]


def node_boxes(gv: Any, found: Handles) -> list[Box]:
    """Return the boxes of all nodes, left, bottom, right, top, of a graph written as text."""
    position, width, height = (
        Attributes(gv, found.graph, gv.AGNODE, name) for name in (b"pos", b"width", b"height")
    )
    boxes = []
    for node in found.nodes:
        x, y = map(float, position.get(node).split(","))
        across, up = (POINTS * size.number(node) / 2 for size in (width, height))
        boxes.append((x - across, y - up, x + across, y + up))
    return boxes


def overlaps(boxes: Sequence[Box]) -> list[str]:
    """Tell whether boxes overlap, in one line."""
    order = sorted(range(len(boxes)), key=lambda i: boxes[i][0])
    near: list[int] = []
    for i in order:
        left, bottom, _, top = boxes[i]
        near = [j for j in near if boxes[j][2] > left + SLACK]
        if any(boxes[j][1] + SLACK < top and bottom + SLACK < boxes[j][3] for j in near):
            return ["nodes overlap"]
        near.append(i)
    return []


def misplaced(
    boxes: Sequence[Box], frames: Mapping[int, Box], around: Sequence[set[int]]
) -> list[str]:
    """Tell what is wrong with frames; `around` says in which of them each node belongs."""
    told = {}
    for number, (left, bottom, right, top) in frames.items():
        if right <= left or top <= bottom:
            told["a frame has no size"] = True
            continue
        for (x0, y0, x1, y1), homes in zip(boxes, around, strict=True):
            is_inside = x0 + SLACK >= left and y0 + SLACK >= bottom
            is_inside = is_inside and x1 <= right + SLACK and y1 <= top + SLACK
            is_outside = x1 <= left + SLACK or x0 + SLACK >= right
            is_outside = is_outside or y1 <= bottom + SLACK or y0 + SLACK >= top
            if number in homes and not is_inside:
                told["a node is not in its frame"] = True
            elif number not in homes and not is_outside:
                told["a frame holds a node that is not of it"] = True
    return list(told)


def _frame(words: bytes | None) -> Box | None:
    if not words:
        return None
    left, bottom, right, top = map(float, words.split(b","))
    return left, bottom, right, top


def _around(home: int | None, parents: Sequence[int | None]) -> Iterator[int]:
    while home is not None:
        yield home
        home = parents[home]
