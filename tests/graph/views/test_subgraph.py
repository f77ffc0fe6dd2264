"""Cut graphs down and find that what is left hangs together."""

from __future__ import annotations

import graphs
import models
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views.subgraph import ends, keep, needed


@pytest.fixture
def network() -> Graph:
    return graphs.graph(
        "h = dot(x, W)", "a = tanh(h)", "b = sqr(a)", outputs=["a", "b"], shared=["W"]
    )


def test_what_is_kept_has_its_variables_and_ids(network: Graph) -> None:
    part = keep(network, ["n1"])

    assert [apply.id for apply in part.applies] == ["n1"]
    assert [v.name for v in part.variables] == ["h", "a"]
    assert [v.id for v in part.variables] == [graphs.named(network, n).id for n in ("h", "a")]
    assert [output.label for output in part.outputs] == ["a"]
    assert part.inputs == ()
    assert graphs.consistent(part)


def test_a_loose_end_says_that_it_is_computed_elsewhere(network: Graph) -> None:
    part = keep(network, ["n2"])

    loose = graphs.named(part, "a")
    assert (loose.owner, loose.role) == (None, "intermediate")
    assert [output.label for output in part.outputs] == ["a", "b"]


def test_nothing_kept_is_an_empty_graph(network: Graph) -> None:
    part = keep(network, [])

    assert (part.applies, part.variables, part.outputs) == ((), (), ())


def test_a_variable_alone_can_be_kept(network: Graph) -> None:
    part = keep(network, [], [graphs.named(network, "x").id])

    assert [v.name for v in part.variables] == ["x"]
    assert part.inputs == (graphs.named(network, "x").id,)


def test_all_kept_is_the_graph_itself(network: Graph) -> None:
    assert keep(network, network.apply) == network


def test_ends_are_results_and_what_nothing_reads() -> None:
    graph = graphs.graph("a = tanh(x)", "b = sqr(a)", "c = sqr(x)", outputs=["a", "unused"])

    names = {graph.variable[v].name for v in ends(graph)}

    assert names == {"a", "b", "c", "unused"}


def test_an_op_with_one_output_read_is_no_end() -> None:
    graph = graphs.graph("high, low = divmod(x, y)", "z = tanh(low)")

    assert {graph.variable[v].name for v in ends(graph)} == {"z"}


def test_needed_drops_what_leads_nowhere() -> None:
    graph = graphs.graph("a = tanh(x)", "b = sqr(y)", "c = exp(b)", outputs="a")

    left = needed(graph, graph.output_ids)

    assert graphs.kinds(left) == ["tanh"]
    assert [v.name for v in left.variables] == ["x", "a"]
    assert graphs.consistent(left)


@models.each_model
def test_every_half_of_a_real_graph_hangs_together(engine: Engine, name: str) -> None:
    graph = models.record(engine, name, "symbolic")
    half = keep(graph, [apply.id for apply in graph.applies[::2]])

    assert graphs.consistent(half)
    assert half.parameters == tuple(v for v in graph.parameters if v in half.variable)


def test_links_through_what_is_hidden_are_kept() -> None:
    graph = graphs.graph(
        "b = add(a, 1.0)", "c = exp(b)", "t = tanh(c)", "u = mul(t, w)", "d = mul(u, a)"
    )
    part = keep(graph, ["n0", "n4"])
    found = {(graphs.named(graph, x).id, graphs.named(graph, y).id) for x, y in [("b", "u")]}

    assert set(part.hidden) == found
    assert part.hidden[0] in keep(part, ["n4"], [graphs.named(graph, "b").id]).hidden
    assert keep(graph, ["n4"], [graphs.named(graph, "w").id]).hidden == (
        (graphs.named(graph, "a").id, graphs.named(graph, "u").id),
        (graphs.named(graph, "w").id, graphs.named(graph, "u").id),
    )
    assert keep(graph, graph.apply).hidden == ()
