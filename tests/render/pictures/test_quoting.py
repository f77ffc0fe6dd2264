"""Check that any name and value is read back from DOT text as it was."""

from __future__ import annotations

import tempfile

import pytest
from pygraphviz import _graphviz as gv

from xorexplain.render.pictures.quoting import attr_list, html, literal, quote

NAMES = (
    *("x", "W1", "_", "-4.2", ".5", "5.", "1a", "", " ", "a b", "a-b", "node", "Strict", "δz1"),
    *('"', 'a"b', "<", "a>b", "{", ";", "a\nb", "é", "]", "a, b", "//", "#x"),
)


def read_back(name: str) -> str:
    with tempfile.TemporaryFile() as file:
        file.write(f"digraph {{ {quote(name)}{attr_list({'label': name})} }}".encode())
        file.seek(0)
        graph = gv.agread(file, None)
    node = gv.agfstnode(graph)
    assert (gv.agget(node, b"label") or b"").decode() == name
    found: bytes = gv.agnameof(node)
    return found.decode()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_back_as_it_was(name: str) -> None:
    assert read_back(name) == name


@pytest.mark.parametrize("name", ["\\", "a\\", 'a\\"', "\\\\", "\\N"])
def test_no_backslash_opens_a_text(name: str) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(f"digraph {{ {quote(name)} -> after }}".encode())
        file.seek(0)
        graph = gv.agread(file, None)

    assert gv.agnnodes(graph) == 2


def test_html_passes_and_a_literal_does_not() -> None:
    assert quote("<<b>x</b>>") == "<<b>x</b>>"
    assert quote(literal("<b>")) == '"<b>"'
    assert quote(literal("\\N")) == '"\\\\N"'
    assert html("<a & 'b'>") == "&lt;a &amp; &#x27;b&#x27;&gt;"


def test_attributes_are_in_order_and_none_leaves_one_out() -> None:
    assert attr_list({"b": "x y", "a": "1", "c": None}) == ' [a=1 b="x y"]'
    assert attr_list({"c": None}) == ""
