"""Check the layered placement: edges point down, nothing overlaps, any size comes to an end."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from xorexplain.render.layout.layered.compound import Cluster, Placement, place
from xorexplain.render.layout.layered.curves import Point, shorten
from xorexplain.render.layout.layered.flat import Box, Edge, Spacing
from xorexplain.render.layout.layered.ordering import reduce_crossings, split_edges
from xorexplain.render.layout.layered.ranks import assign_ranks

SPACING = Spacing(18.0, 36.0)
Frame = tuple[float, float, float, float]


def random_graph(seed: int, nodes: int = 25, edges: int = 36) -> tuple[list[Box], list[Edge]]:
    chance = random.Random(seed)
    boxes = [Box(chance.uniform(20, 120), chance.choice([20.0, 36.0, 50.0])) for _ in range(nodes)]
    ends = [sorted(chance.sample(range(nodes), 2)) for _ in range(edges)]
    return boxes, [Edge(tail, head, chance.choice("ab")) for tail, head in ends]


def placed(
    boxes: Sequence[Box],
    edges: Sequence[Edge],
    homes: Sequence[int | None] | None = None,
    clusters: Sequence[Cluster] = (),
) -> Placement:
    return place(boxes, edges, homes or [None] * len(boxes), clusters, SPACING)


def frame(box: Box, centre: Point) -> Frame:
    x, y = centre
    return x - box.width / 2, y - box.height / 2, x + box.width / 2, y + box.height / 2


def apart(one: Frame, two: Frame) -> bool:
    return one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]


def inside(inner: Frame, outer: Frame) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[2] <= outer[2]
        and inner[3] <= outer[3]
    )


def points_on(curve: Sequence[Point]) -> Iterator[Point]:
    for start in range(0, len(curve) - 1, 3):
        for step in range(9):
            t = step / 8
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            piece = curve[start : start + 4]
            yield (
                sum(w * x for w, (x, _) in zip(weights, piece, strict=True)),
                sum(w * y for w, (_, y) in zip(weights, piece, strict=True)),
            )


# ranks


def test_every_edge_goes_to_a_higher_rank() -> None:
    ranks, turned = assign_ranks(5, [(0, 1), (1, 2), (0, 2), (3, 2), (2, 4)])

    assert not any(turned)
    assert ranks == [0, 1, 2, 1, 3]


def test_inputs_stand_right_above_their_first_use() -> None:
    chain = [(i, i + 1) for i in range(10)]
    ranks, _ = assign_ranks(12, [*chain, (11, 9)])

    assert ranks[11] == ranks[9] - 1


def test_cycles_are_broken_by_turning_one_edge() -> None:
    edges = [(0, 1), (1, 2), (2, 0), (1, 1)]
    ranks, turned = assign_ranks(3, edges)

    assert turned.count(True) == 1
    for (tail, head), back in zip(edges, turned, strict=True):
        if tail != head:
            assert (ranks[tail] > ranks[head]) == back


def test_depth_needs_no_recursion() -> None:
    ranks, _ = assign_ranks(20_000, [(i, i + 1) for i in range(19_999)])

    assert ranks == list(range(20_000))


# order


def test_avoidable_crossings_are_avoided() -> None:
    # Two chains whose heads are listed the other way round.
    edges = [(0, 3), (1, 2)]
    layers = reduce_crossings(split_edges([0, 0, 1, 1], edges, [None, None]))

    assert [layers[0].index(0), layers[0].index(1)] == [layers[1].index(3), layers[1].index(2)]


def test_edges_of_one_value_share_their_bends() -> None:
    ranks = [0, 1, 2, 3, 4]
    chain = [(i, i + 1) for i in range(4)]
    graph = split_edges(ranks, [*chain, (0, 3), (0, 4)], ["x"] * 6)

    assert graph.chains[4] == graph.chains[5][:2]
    assert len(graph.trunks) == 1


# the whole


@pytest.mark.parametrize("seed", range(8))
def test_boxes_do_not_overlap(seed: int) -> None:
    boxes, edges = random_graph(seed)
    placement = placed(boxes, edges)
    frames = list(map(frame, boxes, placement.centres))

    assert all(apart(one, two) for one, two in itertools.combinations(frames, 2))
    width, height = placement.size
    assert all(inside(each, (-1e-6, -1e-6, width + 1e-6, height + 1e-6)) for each in frames)


@pytest.mark.parametrize("seed", range(8))
def test_edges_go_from_border_to_border_around_all_other_boxes(seed: int) -> None:
    boxes, edges = random_graph(seed)
    placement = placed(boxes, edges)
    frames = list(map(frame, boxes, placement.centres))

    for edge, curve in zip(edges, placement.curves, strict=True):
        assert len(curve) % 3 == 1
        assert curve[0][1] == pytest.approx(frames[edge.tail][3])
        assert curve[-1][1] == pytest.approx(frames[edge.head][1])
        for number, (left, top, right, bottom) in enumerate(frames):
            if number in (edge.tail, edge.head):
                continue
            hits = [p for p in points_on(curve) if left < p[0] < right and top < p[1] < bottom]
            assert not hits


def test_ends_at_one_box_stand_apart() -> None:
    placement = placed([Box(60, 30)] * 2, [Edge(0, 1, "a"), Edge(0, 1, "b")])

    first, second = placement.curves
    assert first[0] != second[0]
    assert first[-1] != second[-1]


def test_labels_have_room() -> None:
    boxes, edges = random_graph(3, nodes=15, edges=20)
    labelled = [Edge(e.tail, e.head, e.bundle, (40.0, 12.0)) for e in edges]
    placement = placed(boxes, labelled)
    nodes = list(map(frame, boxes, placement.centres))
    labels = [frame(Box(40, 12), centre) for centre in placement.labels if centre]

    assert len(labels) == len(edges)
    assert all(apart(one, two) for one, two in itertools.combinations([*nodes, *labels], 2))


def test_clusters_frame_their_nodes_and_no_others() -> None:
    boxes = [Box(60, 30)] * 8
    homes = [None, 0, 0, 1, 1, 2, None, None]
    clusters = [Cluster((200.0, 15.0)), Cluster((30.0, 15.0), parent=0), Cluster(side="left")]
    ends = [(0, 1), (1, 3), (3, 4), (4, 2), (2, 6), (0, 6), (0, 3), (5, 6)]
    placement = placed(boxes, [Edge(tail, head) for tail, head in ends], homes, clusters)
    frames = list(map(frame, boxes, placement.centres))

    outer, inner, other = placement.frames
    assert inside(inner, outer)
    assert apart(outer, other)
    members = {outer: {1, 2, 3, 4}, inner: {3, 4}, other: {5}}
    for cluster, inside_it in members.items():
        for number, box in enumerate(frames):
            assert inside(box, cluster) if number in inside_it else apart(box, cluster)
    assert outer[2] - outer[0] >= 200


def test_separate_pieces_are_packed_on_a_sheet_of_moderate_width() -> None:
    placement = placed([Box(60, 30)] * 400, [])

    width, height = placement.size
    assert 0.5 < width / height < 4


def test_loops_and_turned_edges_are_drawn() -> None:
    placement = placed([Box(60, 30)] * 3, [Edge(0, 1), Edge(1, 2), Edge(2, 0), Edge(1, 1)])

    assert all(len(curve) >= 4 for curve in placement.curves)
    up = placement.curves[2]
    assert up[0][1] > up[-1][1]


def test_nothing_and_one_are_placed() -> None:
    assert placed([], []).size == (0.0, 0.0)
    assert placed([Box(60, 30)], []).centres == [(30.0, 15.0)]


def test_edges_beyond_the_limit_are_straight() -> None:
    ends = [*((i, i + 1) for i in range(10)), (0, 10), (3, 5)]
    boxes, edges = [Box(60, 30)] * 11, [Edge(tail, head) for tail, head in ends]
    placement = place(boxes, edges, [None] * 11, (), replace(SPACING, bends=5))

    long, short = placement.curves[10], placement.curves[11]
    assert len(long) == 4
    assert len(short) > 4


def test_the_same_graph_is_placed_the_same() -> None:
    assert placed(*random_graph(1)) == placed(*random_graph(1))


def test_large_graphs_come_to_an_end() -> None:
    boxes, _ = random_graph(0, nodes=1_500, edges=1)
    chance = random.Random(7)
    ends = [(max(0, i - chance.randint(1, 40)), i) for i in range(1, 1_500)]
    ends += [tuple(sorted(chance.sample(range(1_500), 2))) for _ in range(800)]
    placement = placed(boxes, [Edge(tail, head) for tail, head in ends])

    assert len(placement.curves) == len(ends)


def test_shortened_curves_leave_the_length_of_an_arrowhead() -> None:
    line = shorten([(0, 0), (0, 10), (0, 20), (0, 30)], 10)
    assert line[-1] == (0, 20)

    bent = shorten([(0, 0), (0, 10), (20, 20), (20, 40)], 5)
    assert bent[-1] == (20, 35)
