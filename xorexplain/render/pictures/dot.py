"""Write a scene as DOT text for Graphviz; pure text, nothing is run here.

A node's DOT name is its id in the graph, never its label, so two nodes of one name stay two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape

from graphviz.quoting import attr_list, quote

from xorexplain.graph.records import Graph
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot_styles import (
    EDGES,
    FONT,
    FONTS,
    GROUPS,
    LETTERS_PER_ROOM,
    MARKS,
    ROOM_ABOVE,
    ROOM_BEHIND,
    ROOMS,
    SHAPES,
    SIGNS,
    SMALL,
    Style,
    painted,
    style_of,
)
from xorexplain.render.pictures.labels import MAX_NAME, wrapped
from xorexplain.render.pictures.legend import head, legend
from xorexplain.render.pictures.records import Edge, Group, Line, Node, Scene, lines
from xorexplain.render.pictures.scene import scene
from xorexplain.render.pictures.spine import weights
from xorexplain.render.theme import Theme, theme

_PLACEHOLDER = re.compile(r"(?<![^\W_])_(?![^\W_ᵀ])")
"""Stands for an argument in a heading; on the line below it would be taken for an overline."""
MOST_COLUMNS = 6
"""Into so many columns a picture of a graph may be wrapped, where it is a ribbon otherwise."""


def dot(graph: Graph, look: Look) -> str:
    """Write the whole picture of a graph: title, legend, nodes, edges, opened inner graphs."""
    drawn, colours = scene(graph, look), theme(look.theme)
    options = {"rankdir": look.direction, "columns": str(MOST_COLUMNS)}
    return document(drawn, colours, options, statements(drawn, colours), look.legend)


def document(
    drawn: Scene, colours: Theme, options: Style, body: Iterable[str], has_legend: bool = True
) -> str:
    """Write a whole file: what all have in common, the head of a scene, and its statements.

    `options` are attributes of the picture.
    """
    common = {"fontname": FONT, "fontcolor": colours.text}
    title = head(drawn.title, drawn.notes, legend(drawn, colours) if has_legend else [], colours)
    graph = {"label": title, "labelloc": "t", "bgcolor": colours.background}
    graph |= {**ROOMS, "pad": "0.15", **options}
    node = {"fontsize": "12", "shape": "box", "style": "rounded,filled"}
    node |= {"margin": "0.14,0.07", "height": "0.3", "penwidth": "1.2"}
    edge = {"fontsize": str(SMALL), "color": colours.edge, "fontcolor": colours.faint}
    edge |= {"arrowsize": "0.7", "penwidth": "1.1"}
    defaults = [
        f"  {part}{attr_list(kwargs={**common, **attributes})}"
        for part, attributes in (("graph", graph), ("node", node), ("edge", edge))
    ]
    return "\n".join(["digraph graph_of_ops {", *defaults, *body, "}"]) + "\n"


def statements(drawn: Scene, colours: Theme) -> Iterator[str]:
    """Write nodes and groups, then the edges."""
    yield from nodes(drawn, colours)
    heavy = weights([(found.source, found.target) for found in drawn.edges])
    formulas = {node.id: " ".join(node.told("formula")) for node in drawn.nodes}
    for found, weight in zip(drawn.edges, heavy, strict=True):
        if _names(formulas.get(found.target, ""), found.carried):
            found = replace(found, carried="")
        style = {**edge_style(found, colours), "weight": str(weight) if weight > 1 else ""}
        yield edge(found.source, found.target, style)


def _names(formula: str, name: str) -> bool:
    """Whether a formula tells a value by its name, so that an edge need not."""
    return bool(name) and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", formula))


def nodes(drawn: Scene, colours: Theme) -> Iterator[str]:
    """Write nodes and groups in their order."""
    for member, is_end in drawn.walk():
        if isinstance(member, Node):
            yield _node(member, colours)
        else:
            yield "  }" if is_end else _opening(member, colours)


def _node(drawn: Node, colours: Theme) -> str:
    """Write a node: its lines, the paint of its tint, and what its shape and mark add to it."""
    paint = colours.paints[drawn.tint]
    style = {
        "label": label(drawn.lines, colours, SIGNS.get(drawn.mark, "")),
        "fillcolor": paint.fill,
        "color": paint.border,
        "fontcolor": paint.text,
        **SHAPES.get(drawn.shape, {"shape": drawn.shape, "style": "filled"}),
        **style_of(MARKS.get(drawn.mark), colours),
    }
    return f"  {quote(drawn.id)}{attr_list(kwargs=style)}"


def label(told: Sequence[Line], colours: Theme, sign: str = "") -> str:
    """Write an HTML-like label, in which Graphviz gives no backslash a meaning."""
    written: list[str] = []
    above = ""
    # The equations of a formula stand below each other at the left.
    is_system = sum(line.says == "formula" for line in told) > 1
    for line in told:
        is_heading = line.says == "heading"
        parts = wrapped(sign + line.text, width=MAX_NAME) if is_heading else [line.text]
        in_system = is_system and line.says == "formula"
        # Measured in whole pixels a letter is narrower than drawn: the end of a line at the left
        # would touch the border.
        behind = ROOM_BEHIND * (len(line.text) // LETTERS_PER_ROOM) if in_system else ""
        parts = [escape(part) + behind for part in parts]
        font = FONTS.get(line.says, "{text}")
        if written and in_system:
            parts = [part + ROOM_ABOVE for part in parts]
        elif written and _PLACEHOLDER.search(above):
            parts = [ROOM_ABOVE + part for part in parts]
        above = line.text
        end = '<br align="left"/>' if in_system else "<br/>"
        written += [painted(font, colours, part) + end for part in parts]
    return "<" + "".join(written or [" "]).removesuffix("<br/>") + ">"


def _opening(group: Group, colours: Theme) -> str:
    """Write the beginning of a box around nodes."""
    title = lines([("heading" if group.kind == "side" else "name", group.title)])
    style = {"label": label(title, colours) if title else ""}
    style |= style_of(GROUPS[group.kind], colours)
    return f"  subgraph {quote('cluster_' + group.id)} {{\n  graph{attr_list(kwargs=style)}"


def edge_style(found: Edge, colours: Theme) -> dict[str, str]:
    """Return the attributes of an edge of a scene.

    Its labels stand at its ends, where they take no room between the rows, or both at its head: on
    a short edge they would meet. That an argument is overwritten is told by the line.
    """
    ends = {"taillabel": found.carried, "headlabel": found.number}
    if found.carried and found.number:
        ends = {"headlabel": f"{found.carried} → {found.number}"}
    return {**ends, **style_of(EDGES.get(found.kind), colours)}


def edge(source: str, target: str, style: Style) -> str:
    """Write an edge; its label is padded, since Graphviz sets it right against the line."""
    kept = {key: value for key, value in style.items() if value}
    if "label" in kept:
        kept["label"] = f"\u2002{kept['label']}\u2002"
    return f"  {quote(source)} -> {quote(target)}{attr_list(kwargs=kept)}"
