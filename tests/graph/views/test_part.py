"""Combine the ways to choose a part, and say which part it is."""

from __future__ import annotations

import graphs
import pytest

from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Graph
from xorexplain.graph.views.part import Part
from xorexplain.graph.views.subgraph import keep


@pytest.fixture
def network() -> Graph:
    return graphs.graph(
        "z1 = dot(x, W1)", "h = tanh(z1)", "z2 = dot(h, W2)", "out = tanh(z2)", "cost = sum(out)"
    )


@pytest.mark.parametrize(
    ("part", "expected", "note"),
    [
        (Part(), "dot tanh dot tanh sum", ""),
        (Part(max_nodes=5), "dot tanh dot tanh sum", ""),
        (Part(around="h", radius=1), "tanh dot", "around h, radius 1"),
        (Part(around="h", radius=9), "dot tanh dot tanh sum", ""),
        (Part(path=("W2", "out")), "dot tanh", "between W2 and out"),
        (Part(patterns=("op:dot", "op:sum")), "dot dot sum", "only op:dot, op:sum"),
        (
            Part(max_nodes=2),
            "tanh sum",
            "the 2 nodes nearest to the results; --max-nodes 0 is all",
        ),
        (
            Part(patterns=("op:dot",), max_nodes=1),
            "dot",
            "only op:dot; the 1 nodes nearest to the results; --max-nodes 0 is all",
        ),
        (
            Part(around="h", radius=1, patterns=("op:tanh",)),
            "tanh",
            "around h, radius 1; only op:tanh",
        ),
    ],
)
def test_parts(network: Graph, part: Part, expected: str, note: str) -> None:
    shown, said = part.of(network)

    assert " ".join(graphs.kinds(shown)) == expected
    assert said == note
    assert graphs.consistent(shown)


def test_names_of_a_second_restriction_are_those_of_the_whole_graph(network: Graph) -> None:
    shown, _ = Part(around="h", radius=1, path=("x", "cost")).of(network)

    assert graphs.kinds(shown) == ["tanh", "dot"]


def test_restrictions_without_a_common_node(network: Graph) -> None:
    part = Part(around="x", radius=1, patterns=("op:sum",))

    with pytest.raises(XorexplainError, match="no node is both around x, radius 1 and only op:sum"):
        part.of(network)


def test_what_is_left_out_is_found_where_it_goes_into() -> None:
    whole = graphs.graph("z = dot(x, W)", "u = expand_dims[order=x, 0](b)", "y = add(z, u)")
    shown = keep(whole, {a.id for a in whole.applies if a.op.kind != "expand_dims"})

    assert graphs.kinds(Part(around="u", radius=0).of(shown, whole)[0]) == ["add"]
