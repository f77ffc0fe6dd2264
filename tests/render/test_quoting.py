"""Names and attributes of DOT are what Graphviz reads back, whatever they hold."""

from __future__ import annotations

import pygraphviz
import pytest

from xorexplain.render.quoting import attribute_list, literal, quote


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("spam", "spam"),
        ("-4.2", "-4.2"),
        ("4a", '"4a"'),
        ("", '""'),
        ("Node", '"Node"'),
        ("<b>", "<b>"),
        (literal("<b>"), '"<b>"'),
        ('"', r'"\""'),
        (r"\"", r'"\""'),
        (literal(r"a\n"), r'"a\\n"'),
    ],
)
def test_names_are_quoted_where_dot_needs_it(text: str, written: str) -> None:
    assert quote(text) == written


def test_attributes_are_read_back_by_graphviz() -> None:
    words = {"label": literal('a "b" \\ <c>'), "tooltip": "é\n", "comment": "graph"}

    graph = pygraphviz.AGraph(string=f"digraph {{ a{attribute_list(words)} }}")
    node = graph.get_node("a")

    assert attribute_list({}) == ""
    assert node.attr["label"] == 'a "b" \\\\ <c>'
    assert (node.attr["tooltip"], node.attr["comment"]) == ("é\n", "graph")
