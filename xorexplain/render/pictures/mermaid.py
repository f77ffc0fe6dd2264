"""Write a scene as a Mermaid flowchart, which Markdown viewers draw by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from xorexplain.graph.records import Graph
from xorexplain.render.look import Look
from xorexplain.render.pictures.records import Edge, EdgeKind, Node, Scene, Shape
from xorexplain.render.pictures.scene import scene
from xorexplain.render.theme import theme

_CLASSES = {"linear algebra": "linear", "shape": "shape_", "result": "output"}
"""Names of classes that differ from those of their tints."""
_ALWAYS = ("parameter", "shared", "plain", "result", "update")
"""Classes that are defined whether they occur or not."""
_BOXES: Mapping[Shape, str] = {
    "cylinder": '[("{}")]',
    "result": '[["{}"]]',
    "update": '[["{}"]]',
}
_ARROWS: Mapping[EdgeKind, tuple[str, str]] = {
    "in place": ("==>", ""),
    "view": ("-.->", "shares memory"),
    "hidden": ("-->", "hidden between"),
}
"""The arrow of an edge, and what it means: a flowchart has no legend."""


def mermaid(graph: Graph, look: Look) -> str:
    """Write title, nodes, edges and colours; ids are those of the graph."""
    drawn = scene(graph, look)
    lines = [
        "---",
        f"title: {_quoted(' — '.join([drawn.title, *drawn.notes]))}",
        "---",
        f"flowchart {look.direction}",
        *_members(drawn),
        *map(_edge, drawn.edges),
        *_styles(drawn, look.theme),
    ]
    return "\n".join(lines) + "\n"


def _members(drawn: Scene) -> Iterator[str]:
    """Write the nodes, those of groups as subgraphs."""
    indent = "  "
    for member, is_end in drawn.walk():
        if isinstance(member, Node):
            yield indent + _node(member)
        elif is_end:
            indent = indent[2:]
            yield f"{indent}end"
        else:
            yield f'{indent}subgraph {member.id}_inside["{_escaped(member.title)}"]'
            indent += "  "


def _node(drawn: Node) -> str:
    box = '["{}"]' if drawn.apply is not None else _BOXES.get(drawn.shape, '(["{}"])')
    text = "<br>".join(_escaped(line.text) for line in drawn.lines)
    is_kept = drawn.shape == "cylinder" and drawn.tint == "plain"
    return f"{drawn.id}{box.format(text)}:::{'shared' if is_kept else _class(drawn.tint)}"


def _edge(drawn: Edge) -> str:
    arrow, meaning = _ARROWS.get(drawn.kind, ("-->", ""))
    label = f"{drawn.label} {meaning}".strip()
    text = f'|"{_escaped(label)}"|' if label else ""
    return f"  {drawn.source} {arrow}{text} {drawn.target}"


def _styles(drawn: Scene, name: str) -> Iterator[str]:
    paints = theme(name).paints
    for tint in (*sorted(drawn.families), *_ALWAYS):
        paint = paints["plain" if tint == "shared" else tint]
        colours = f"fill:{paint.fill},stroke:{paint.border},color:{paint.text}"
        yield f"  classDef {_class(tint)} {colours}"


def _class(tint: str) -> str:
    return _CLASSES.get(tint, tint)


_SPECIAL = re.compile(
    r"""[#"<>&`\\*~%$]    # what Mermaid, HTML, Markdown and KaTeX give a meaning to
    | :(?=fa-)           # an icon
    | _(?=\w) | (?<=\w)_  # emphasis
    | (?<=\d)[.)](?=\s) | ^[-+](?=\s)  # the mark of a list
    """,
    re.VERBOSE,
)


def _escaped(text: str) -> str:
    """Escape for a quoted Mermaid label: entities, written with `#` as Mermaid wants them."""
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", text)


_YAML = re.compile(r"""[\\"%<>&`]""")


def _quoted(text: str) -> str:
    """Quote for the YAML of the title; Mermaid looks for directives (`%%{`) in it too."""
    escaped = _YAML.sub(lambda match: rf"\u{ord(match[0]):04x}", text)
    return f'"{escaped}"'
