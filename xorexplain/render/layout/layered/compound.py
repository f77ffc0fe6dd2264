"""Place a graph with clusters: each is arranged on its own and is one box to the outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xorexplain.errors.records import dataclass
from xorexplain.render.layout.layered.curves import Course, Point, draw
from xorexplain.render.layout.layered.flat import Arrangement, Box, Edge, Size, Spacing, arrange

MARGIN = 8.0  # between the frame of a cluster and what is in it, as in Graphviz
LABEL_GAP = 4.0  # between an edge and its label

Frame = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Cluster:
    """A frame around nodes, the room its label takes, and the number of the cluster around it.

    The label is at one side, "top", "left" or "bottom". A cluster's number is higher than that of
    the cluster around it.
    """

    label: Size = (0.0, 0.0)
    side: str = "top"
    parent: int | None = None

    def around(self, content: Size) -> Box:
        """Return the frame around something of this size."""
        width, height = self.label
        if self.side == "left":
            size = content[0] + width, max(content[1], height)
        else:
            size = max(content[0], width), content[1] + height
        return Box(size[0] + 2 * MARGIN, size[1] + 2 * MARGIN)

    def corner(self, frame: Frame, content: Size) -> Point:
        """Return where the top left corner of the content is."""
        left, top, right, bottom = frame
        if self.side == "left":
            return right - MARGIN - content[0], (top + bottom - content[1]) / 2
        x = (left + right - content[0]) / 2
        return x, top + MARGIN + (self.label[1] if self.side == "top" else 0.0)


@dataclass(frozen=True)
class Placement:
    """Centres of nodes, frames of clusters, the control points and label centre of each edge.

    In points from the top left corner; y grows downwards.
    """

    centres: list[Point]
    frames: list[Frame]
    curves: list[list[Point]]
    labels: list[Point | None]
    size: Size


@dataclass(frozen=True)
class _Plan:
    """A placement before its edges are drawn."""

    centres: list[Point]
    frames: list[Frame]
    courses: list[Course]
    size: Size


@dataclass(frozen=True)
class _Tree:
    """What holds what. Items are numbered: nodes, then clusters, then `root`, the whole graph."""

    nodes: int
    root: int
    parent: list[int]
    members: list[list[int]]
    slot: list[int]  # the place of an item among the members of its parent


@dataclass(frozen=True)
class _Link:
    """An edge between two members of the innermost holder that its ends have in common."""

    edge: int
    tail: int
    head: int


def place(
    boxes: Sequence[Box],
    edges: Sequence[Edge],
    homes: Sequence[int | None],
    clusters: Sequence[Cluster],
    spacing: Spacing,
) -> Placement:
    """Place boxes joined by edges; `homes` gives the cluster that each box lies in."""
    tree = _tree(homes, clusters)
    every_box, every_home, every_edge = [*boxes], [*homes], [*edges]
    label_boxes: dict[int, int] = {}
    for i, edge in enumerate(edges):
        # A label gets room like a node: its edge is cut in two, with a box for it in between.
        if edge.label is not None and edge.tail != edge.head:
            label_boxes[i] = len(every_box)
            holder, _, _ = _meet(edge, tree)
            every_home.append(None if holder == tree.root else holder - tree.nodes)
            every_edge[i] = Edge(edge.tail, len(every_box), edge.bundle)
            every_edge.append(Edge(len(every_box), edge.head))
            every_box.append(Box(edge.label[0] + 2 * LABEL_GAP, edge.label[1]))
    if label_boxes:
        spacing = replace(spacing, ranks=spacing.ranks / 2)
    plan = _plan(every_box, every_edge, every_home, clusters, spacing)
    courses = plan.courses[: len(edges)]
    labels: list[Point | None] = [None] * len(edges)
    for (i, box), rest in zip(label_boxes.items(), plan.courses[len(edges) :], strict=True):
        x, y = plan.centres[box]
        labels[i] = (x + LABEL_GAP, y)
        beside = (x - every_box[box].width / 2, *courses[i].arrive)
        bends = [*(courses[i].bends or ()), beside, *(rest.bends or ())]
        courses[i] = replace(courses[i], head=rest.head, arrive=rest.arrive, bends=bends)
    centres = plan.centres[: len(boxes)]
    return Placement(centres, plan.frames, draw(boxes, centres, courses), labels, plan.size)


def _plan(
    boxes: Sequence[Box],
    edges: Sequence[Edge],
    homes: Sequence[int | None],
    clusters: Sequence[Cluster],
    spacing: Spacing,
) -> _Plan:
    tree = _tree(homes, clusters)
    links: dict[int, list[_Link]] = {holder: [] for holder in range(tree.nodes, tree.root + 1)}
    for i, edge in enumerate(edges):
        holder, tail, head = _meet(edge, tree)
        links[holder].append(_Link(i, tail, head))
    sized = [*boxes, *(Box(0.0, 0.0) for _ in clusters)]
    arranged: dict[int, Arrangement] = {}
    for holder in [*range(tree.root - 1, tree.nodes - 1, -1), tree.root]:
        found = arranged[holder] = arrange(
            [sized[item] for item in tree.members[holder]],
            [
                Edge(tree.slot[link.tail], tree.slot[link.head], _bundle(edges, link))
                for link in links[holder]
            ],
            spacing,
        )
        if holder != tree.root:
            sized[holder] = clusters[holder - tree.nodes].around(found.size)
    centres, corners, frames = _spread(sized, clusters, tree, arranged)
    courses = _courses(edges, tree, links, arranged, corners)
    return _Plan(centres, frames, courses, arranged[tree.root].size)


def _bundle(edges: Sequence[Edge], link: _Link) -> tuple[object, ...]:
    """Keep apart the edges of different nodes in one cluster, which start from one box outside."""
    edge = edges[link.edge]
    return (edge.tail, edge.bundle)


def _tree(homes: Sequence[int | None], clusters: Sequence[Cluster]) -> _Tree:
    nodes = len(homes)
    root = nodes + len(clusters)
    outer = [*homes, *(cluster.parent for cluster in clusters)]
    parent = [root if number is None else nodes + number for number in outer]
    members: list[list[int]] = [[] for _ in range(root + 1)]
    slot = []
    for item, holder in enumerate(parent):
        slot.append(len(members[holder]))
        members[holder].append(item)
    return _Tree(nodes, root, parent, members, slot)


def _meet(edge: Edge, tree: _Tree) -> tuple[int, int, int]:
    """Return the innermost holder of both ends, and its members that hold or are the ends."""
    tail, head = edge.tail, edge.head
    if tree.parent[tail] == tree.parent[head]:
        return tree.parent[tail], tail, head
    below = {tree.parent[tail]: tail}
    while tree.parent[tail] != tree.root:
        tail = tree.parent[tail]
        below[tree.parent[tail]] = tail
    while tree.parent[head] not in below:
        head = tree.parent[head]
    return tree.parent[head], below[tree.parent[head]], head


def _spread(
    sized: Sequence[Box],
    clusters: Sequence[Cluster],
    tree: _Tree,
    arranged: dict[int, Arrangement],
) -> tuple[list[Point], dict[int, Point], list[Frame]]:
    """Return centres of nodes, where the content of each holder begins, and frames of clusters."""
    corners = {tree.root: (0.0, 0.0)}

    def centre(item: int) -> Point:
        left, top = corners[tree.parent[item]]
        x, y = arranged[tree.parent[item]].centres[tree.slot[item]]
        return left + x, top + y

    frames: list[Frame] = []
    for item, cluster in enumerate(clusters, tree.nodes):
        (x, y), box = centre(item), sized[item]
        left, top = x - box.width / 2, y - box.height / 2
        frames.append((left, top, left + box.width, top + box.height))
        corners[item] = cluster.corner(frames[-1], arranged[item].size)
    return [centre(node) for node in range(tree.nodes)], corners, frames


def _courses(
    edges: Sequence[Edge],
    tree: _Tree,
    links: dict[int, list[_Link]],
    arranged: dict[int, Arrangement],
    corners: dict[int, Point],
) -> list[Course]:
    courses: dict[int, Course] = {}
    for holder, inside in links.items():
        left, top = corners[holder]
        found = arranged[holder]
        for link, bends in zip(inside, found.bends, strict=True):
            edge = edges[link.edge]
            leave, arrive = (found.bands[tree.slot[end]] for end in (link.tail, link.head))
            courses[link.edge] = Course(
                edge.tail,
                edge.head,
                edge.bundle,
                (leave[0] + top, leave[1] + top),
                (arrive[0] + top, arrive[1] + top),
                None if bends is None else [(x + left, a + top, b + top) for x, a, b in bends],
            )
    return [courses[i] for i in range(len(edges))]
