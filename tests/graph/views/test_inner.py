"""Prepare inner graphs for showing."""

from __future__ import annotations

from dataclasses import replace

import graphs
import models
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.views.inner import name_ends, simplified


def test_ends_without_names_get_some() -> None:
    graph = graphs.graph("y = add(a, b)")
    bare = replace(
        graph,
        variables=tuple(replace(v, name=None) for v in graph.variables),
        outputs=tuple(replace(output, label=None) for output in graph.outputs),
    )

    named = name_ends(bare)

    assert [named.variable[v].name for v in named.inputs] == ["i0", "i1"]
    assert [output.label for output in named.outputs] == ["out 0"]


def test_ends_with_names_keep_them() -> None:
    graph = graphs.graph("y = add(a, b)")

    assert name_ends(graph) == graph


def test_inner_graphs_are_simplified_as_outer_ones_are() -> None:
    graph = graphs.graph(
        "wide = expand_dims[order=x, 0](b)",
        "y = add(x, wide)",
        "z = mul(y, 2.0)",
        shapes={"x": (3, 4), "wide": (1, 4), "b": (4,), "y": (3, 4), "z": (3, 4)},
    )

    shown = simplified(graphs.anonymous(graph))

    assert graphs.kinds(shown) == ["add", "mul"]
    assert [v.value for v in shown.variables if v.folded] == ["2.0"]


@pytest.mark.parametrize("name", ["recurrent", "op_from_graph"])
def test_real_inner_graphs(engine: Engine, name: str) -> None:
    graph = models.record(engine, name, "symbolic")

    assert graph.inner
    for inner in graph.inner:
        shown = simplified(inner)

        assert all(shown.variable[v].name for v in shown.inputs)
        assert all(output.label for output in shown.outputs)
        assert graphs.consistent(shown)
