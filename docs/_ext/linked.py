"""Set code beside the boxes it made, so that pointing at one lights the other.

Other builders than HTML show the code and the pictures as they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

STATIC = Path(__file__).resolve().parents[1] / "_static"
Span = tuple[int, int, str]
"""From which letter to which something was written, and the boxes that it made."""

_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_NODE = re.compile(r'<g id="node\d+" class="node">\s*<title>(\w+)</title>')
_IDS = re.compile(r'<g id="[^"]*"')
_TITLES = re.compile(r"<title>[^<]*</title>")


class linked_code(nodes.General, nodes.Element):
    """Hold a piece of code, as its first child, and which boxes its parts made, as `spans`."""


class linked_picture(nodes.General, nodes.Element):
    """Hold an image of a graph, as its first child, and its file as `file`."""


def with_spans(source: str, spans: Iterable[Span]) -> str:
    """Write code as HTML, with an element around each part that made a box."""
    opened: dict[int, list[str]] = {}
    closed: dict[int, int] = {}
    # Of parts that begin together the longest is the outer one.
    for start, end, box in sorted(spans, key=lambda span: (span[0], -span[1])):
        opened.setdefault(start, []).append(f'<span data-box="{box}" tabindex="0">')
        closed[end] = closed.get(end, 0) + 1
    parts = []
    for place in range(len(source) + 1):
        parts += ["</span>" * closed.get(place, 0), *opened.get(place, [])]
        parts.append(html.escape(source[place : place + 1]))
    return "".join(parts)


def with_boxes(svg: str, kind: str) -> str:
    """Make a picture part of a page: its boxes can be found, and its ids are those of no other."""
    text = _NODE.sub(r'<g class="node" data-box="\1">', _PROLOGUE.sub("", svg))
    name = re.search(r'aria-labelledby="([^"]+)"', text)
    if name is not None:
        text = text.replace(f'"{name[1]}"', f'"{name[1]}-{kind}"')
    first, rest = text.split("</title>", 1)
    return f"{first}</title>{_IDS.sub('<g', _TITLES.sub('', rest))}"


def visit_code(self: HTML5Translator, node: linked_code) -> None:
    """Write the code with its parts marked."""
    text = with_spans(node[0].astext(), node["spans"])
    self.body.append(f'<div class="highlight"><pre>{text}</pre></div>\n')
    raise nodes.SkipNode


def visit_picture(self: HTML5Translator, node: linked_picture) -> None:
    """Write the picture into the page."""
    kind = "dark" if "only-dark" in node[0]["classes"] else "light"
    text = with_boxes(Path(node["file"]).read_text(encoding="utf-8"), kind)
    self.body.append(f'<div class="only-{kind}">{text}</div>\n')
    raise nodes.SkipNode


def _nothing(self: Any, node: nodes.Element) -> None:
    """Write only the child."""


def _add_static(app: Sphinx) -> None:
    if app.builder.format == "html" and app.builder.name != "epub":
        app.config.html_static_path.append(str(STATIC))
        app.add_css_file("linked.css")
        app.add_js_file("linked.js")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the nodes, with the style sheet and the script."""
    passing = (_nothing, _nothing)
    others = dict.fromkeys(("latex", "text", "man", "texinfo"), passing)
    app.add_node(linked_code, html=(visit_code, None), **others)
    app.add_node(linked_picture, html=(visit_picture, None), **others)
    app.connect("builder-inited", _add_static)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
