"""Test the outline, which says in text what a picture shows."""

from __future__ import annotations

import graphs

from xorexplain.explorer.graphs import picture
from xorexplain.explorer.outline import outline


def test_arguments_stand_below_what_reads_them() -> None:
    graph = graphs.graph("h = dot(x, W)", "y = sub(h, x)", shared=["W"])

    lines = [(line["depth"], line["text"]) for line in outline(picture(graph, {}))]

    assert lines == [
        (0, "y · output"),
        (1, "subtract · y = h − x"),
        (2, "0: dot · h = x · W"),
        (3, "0: x · input"),
        (3, "1: W · shared"),
        (2, "1: x · input"),
    ]


def test_a_shared_node_is_written_out_once() -> None:
    graph = graphs.graph("h = tanh(x)", "y = mul(h, h)")

    texts = [line["text"] for line in outline(picture(graph, {}))]

    assert texts.count("tanh (n0), see above") == 1


def test_a_deep_graph() -> None:
    lines = outline(picture(graphs.chain(3000), {}))

    assert lines[-1]["depth"] == 3001


def test_a_heading_that_was_cut_off_is_not_told_beside_the_whole() -> None:
    node = {"id": "n0", "label": ["ksi ~ Normal(f(a…", "obs"], "formula": "ksi ~ Normal(f(a), b)"}

    (line,) = outline({"nodes": [node], "edges": []})

    assert line["text"] == "ksi ~ Normal(f(a), b) · obs"
