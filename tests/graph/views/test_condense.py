"""Put apply nodes into one and take them apart again: nothing is lost, and there is no circle."""

from __future__ import annotations

import random
from dataclasses import replace

import folding
import graphs
import models
import pytest
from folding import condense, condensed

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph, Op
from xorexplain.graph.views.condense import Fold, condense_each, is_fold
from xorexplain.graph.views.order import regions, successors

OP = Op("mean", "reduction", "", (("axis", "1"),))


@pytest.fixture
def network() -> Graph:
    return graphs.graph(
        "h = dot(x, W)", "a = tanh(h)", "b = mul(a, 2.0)", "c = add(b, x)", shared=["W"]
    )


def test_one_apply_node_stands_for_several(network: Graph) -> None:
    shown = condense(network, {"n1", "n2"}, OP)

    fold = shown.apply["n2"]
    assert [apply.id for apply in shown.applies] == ["n0", "n2", "n3"]
    assert [shown.variable[v].name for v in (*fold.inputs, *fold.outputs)] == ["h", "b"]
    assert is_fold(fold)
    assert fold.op == OP
    assert fold.inner_inputs == (0,)
    assert shown.count == 4
    assert graphs.consistent(shown)


def test_a_short_constant_is_inside(network: Graph) -> None:
    shown = condense(network, {"n1", "n2"}, OP)

    inner = shown.inner[0]
    assert [v.value for v in inner.variables if v.role == "constant"] == ["2.0"]
    assert "2.0" not in [v.value for v in shown.variables]


def test_what_the_rest_reads_is_a_result() -> None:
    graph = graphs.graph("a = tanh(x)", "b = sqr(a)", "c = add(a, b)")
    fold = condense(graph, {"n0", "n1"}, OP).apply["n1"]

    assert [graph.variable[v].name for v in fold.outputs] == ["a", "b"]


def test_a_circle_is_left_as_it_is_and_what_is_folded_beside_it_is_not(network: Graph) -> None:
    assert condense(network, {"n0", "n2"}, OP) is network
    both = condense_each(network, [Fold({"n0", "n2"}, OP), Fold({"n1"}, OP)])
    assert [is_fold(apply) for apply in both.applies] == [False, True, False, False]


def test_what_it_stands_for_must_be_there(network: Graph) -> None:
    with pytest.raises(ValueError, match="only apply nodes"):
        condense(network, {"n0", "n9"}, OP)
    with pytest.raises(ValueError, match="only apply nodes"):
        condense(network, set(), OP)


def test_what_is_written_over_inside_is_written_over_by_the_fold() -> None:
    graph = graphs.graph("a = tanh(x)", "b = sqr(a)", "c = add(b, y)")
    first, second, third = graph.applies
    graph = replace(
        graph,
        applies=(
            replace(first, view_map=((0, (0,)),)),
            replace(second, destroy_map=((0, (0,)),)),
            third,
        ),
    )

    assert condense(graph, {"n0", "n1"}, OP).apply["n1"].destroy_map == ((0, (0,)),)
    assert condense(graph, {"n0"}, OP).apply["n0"].view_map == ((0, (0,)),)
    assert condense(graph, {"n0", "n1", "n2"}, OP).apply["n2"].destroy_map == ((0, (0,)),)


def test_nothing_that_reads_a_value_comes_after_what_writes_over_it() -> None:
    graph = graphs.graph("a = tanh(x)", "b = sqr(a)", "c = exp(a)", "d = add(b, c)")
    first, second, third, last = graph.applies
    written = replace(
        graph, applies=(first, second, replace(third, destroy_map=((0, (0,)),)), last)
    )

    assert condense(written, {"n0", "n2"}, OP) is written
    assert [apply.id for apply in condense(graph, {"n0", "n2"}, OP).applies] == ["n2", "n1", "n3"]


@models.each_model
def test_what_was_put_together_comes_apart_again(engine: Engine, name: str) -> None:
    chance = random.Random(name)
    for stage in models.stages(engine, name):
        graph = models.record(engine, name, stage)
        for share in (0.2, 0.5, 0.9):
            members = {apply.id for apply in graph.applies if chance.random() < share}
            shown = condensed(graph, members, OP)

            assert graphs.consistent(shown)
            assert folding.in_order(shown)
            assert len(shown.applies) == len(graph.applies) - len(members) + len(
                regions(graph, members)
            )
            back = folding.inlined(shown)
            assert folding.in_order(back)
            assert folding.content(back) == folding.content(graph)


def _is_left_and_entered(graph: Graph, members: set[str]) -> bool:
    """Tell whether a path leads out of some apply nodes and back to them."""
    after = successors(graph)
    waiting = [other for id_ in members for other in after[id_] if other not in members]
    reached: set[str] = set()
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting += after[current]
    return not reached.isdisjoint(members)


@models.each_model
def test_a_set_is_put_together_or_left_as_a_path_says(engine: Engine, name: str) -> None:
    chance = random.Random(name)
    graph = models.record(engine, name, models.stages(engine, name)[-1])
    ids = [apply.id for apply in graph.applies]
    for _ in range(10 if ids else 0):
        start = chance.randrange(len(ids))
        members = {id_ for id_ in ids[start : start + 6] if chance.random() < 0.7} or {ids[start]}
        if _is_left_and_entered(graph, members):
            assert condense(graph, members, OP) is graph
        else:
            shown = condense(graph, members, OP)
            assert folding.in_order(shown)
            assert folding.content(folding.inlined(shown)) == folding.content(graph)
