"""Write what all nodes and edges of a picture have in common as DOT statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphviz.quoting import attr_list

from xorexplain.render.pictures.dot_nodes import SMALL
from xorexplain.render.theme import Theme

FONT = "DejaVu Sans"


def sheet(head: str, colours: Theme, options: Mapping[str, str]) -> Iterator[str]:
    """Write the default attributes; `head` is the label of the graph, `options` are its others."""
    common = {"fontname": FONT, "fontcolor": colours.text}
    graph = {
        **common,
        "label": head,
        "labelloc": "t",
        "bgcolor": colours.background,
        "nodesep": "0.3",
        "ranksep": "0.42",
        "pad": "0.3",
        **options,
    }
    node = {
        **common,
        "fontsize": "12",
        "shape": "box",
        "style": "rounded,filled",
        "margin": "0.14,0.07",
        "height": "0.3",
        "penwidth": "1.2",
    }
    edge = {
        **common,
        "fontsize": str(SMALL),
        "color": colours.edge,
        "fontcolor": colours.faint,
        "arrowsize": "0.7",
        "penwidth": "1.1",
    }
    for part, attributes in (("graph", graph), ("node", node), ("edge", edge)):
        yield f"  {part}{attr_list(kwargs=attributes)}"
