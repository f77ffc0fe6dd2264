"""Explain what a picture shows, and nothing that it does not."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import graphs
import models
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import dot
from xorexplain.render.theme import THEMES


def cells(graph: Graph, look: Look | None = None) -> list[str]:
    """Return the texts of a legend's cells; fail where the table is not well formed."""
    (table,) = re.findall("<table.*</table>", dot(graph, look or Look()))
    root = ElementTree.fromstring(table)
    return ["".join(font.itertext()) for font in root.iter("font")]


def test_only_the_families_that_occur() -> None:
    graph = graphs.graph("h = dot(x, W)", "s = tanh(h)")

    assert cells(graph) == [
        "test · symbolic",
        "Theano 1.0.5 · 2 apply nodes",
        "linear algebra",
        "elementwise",
    ]


def test_marks_on_edges_are_explained_where_they_occur() -> None:
    graph = graphs.graph("s = tanh(h)", "t = transpose(s)")
    first, second = graph.applies
    marked = (replace(first, destroy_map=((0, (0,)),)), replace(second, view_map=((0, (0,)),)))

    assert cells(replace(graph, applies=marked))[-2:] == [
        "thick, square head: overwrites its input",
        "dashed: shares memory",
    ]


def test_without_a_legend_title_and_notes_stay() -> None:
    look = Look(legend=False, notes=("only <dot> & 'sum'\n",))

    assert cells(replace(graphs.chain(1), whole=5), look) == [
        "test · symbolic",
        "Theano 1.0.5 · 5 apply nodes, 1 shown",
        "only <dot> & 'sum'⏎",
    ]


def test_an_empty_graph_has_a_head() -> None:
    assert cells(graphs.graph(outputs="x")) == ["test · symbolic", "Theano 1.0.5 · 0 apply nodes"]


def test_real_titles_are_escaped_in_every_theme(engine: Engine) -> None:
    graph = models.record(engine, "hostile_names", "symbolic")

    for name in THEMES:
        assert cells(graph, Look(theme=name))[0].startswith('hostile <names> & "more"⏎ · symbolic')


def test_the_border_of_what_is_behind_the_cost_is_explained_where_it_occurs() -> None:
    graph = graphs.graph("s = tanh(h)", "t = exp(s)")
    words = "violet border: gradient and new values"

    assert words not in cells(graph)
    assert words in cells(replace(graph, backward=("n1",)))
    (told,) = [
        c for c in cells(replace(graph, backward=("n1",)), Look(theme="print")) if "border" in c
    ]
    assert told.startswith("thick border")


MARKS = {
    "style=dashed": "dashed: shares memory",
    "style=dotted": "dotted: into and out of a box",
    "arrowhead=box": "thick, square head: overwrites its input",
    "arrowhead=empty": "hollow arrow: through what is hidden",
}


@pytest.mark.parametrize("theme", ["light", "print"])
def test_every_mark_of_a_picture_is_in_its_legend_and_no_other(engine: Engine, theme: str) -> None:
    colours = THEMES[theme]
    for name in models.GALLERY:
        if name == "convolution" and engine.name != "theano":
            continue
        for stage in ("symbolic", "optimized"):
            graph = apply_views(models.record(engine, name, stage), DEFAULT_VIEWS)
            look = Look(theme=theme, opened=("all",))
            told = set(cells(graph, look))
            nodes, edges = [], []
            for line in dot(graph, look).splitlines()[4:]:
                (edges if " -> " in line else nodes).append(line)
            drawn = "\n".join(edges)
            assert {words for mark, words in MARKS.items() if mark in drawn} == told & {
                *MARKS.values()
            }, (name, stage)
            shown = "\n".join(nodes)
            families = {
                family
                for family, paint in colours.families.items()
                if f'fillcolor="{paint.fill}"' in shown and paint != colours.plain
            }
            assert families == told & {*colours.families}, (name, stage)
