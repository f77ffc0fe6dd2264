"""Tell graphs in sentences for those who do not see the picture."""

from __future__ import annotations

from dataclasses import replace

import graphs
import models

from xorexplain.engines import Engine
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.render.pictures.words import MAX_TOLD, MAX_WORDS, graph_words


def test_a_small_graph_is_told_node_by_node() -> None:
    graph = graphs.graph(
        "h = dot(x, W)", "s = sigmoid(h)", "u = sub(1.0, s)", "d = mul(s, u)", shared=["W"]
    )

    assert graph_words(apply_views(graph, DEFAULT_VIEWS)) == (
        "Graph of 4 apply nodes, from x and W to d: 1. dot product of x and W, which is h; "
        "2. sigmoid of h, which is s; 3. 1.0 − s, which is u; 4. product of s and u, which is d."
    )


def test_a_large_graph_is_summed_up() -> None:
    lines = [f"v{n + 1} = exp(v{n})" for n in range(MAX_TOLD)]

    assert graph_words(graphs.graph(*lines, f"y = log(v{MAX_TOLD})")) == (
        f"Graph of {MAX_TOLD + 1} apply nodes, from v0 to y: {MAX_TOLD} × exp and log."
    )


def test_a_part_of_a_graph_is_told_as_one() -> None:
    graph = replace(graphs.graph("y = exp(x)"), whole=9)

    assert graph_words(graph) == (
        "Graph of 1 apply node out of 9, from x to y: 1. exp of x, which is y."
    )


@models.each_model
def test_every_graph_is_told_in_one_short_line(engine: Engine, name: str) -> None:
    for stage in models.stages(engine, name):
        words = graph_words(apply_views(models.record(engine, name, stage), DEFAULT_VIEWS))

        assert words.startswith("Graph of ")
        assert len(words) <= MAX_WORDS
        assert "\n" not in words
