"""Draw a statistical model: its variables in their plates, as DOT text and as lines of text.

Shapes are those that `pm.model_to_graphviz` has made usual: an ellipse is random, grey where it is
observed, a box computed, a rounded box data, an octagon a potential.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from graphviz.quoting import attr_list, escape

from xorexplain.graph.records import Family
from xorexplain.models.structure import Dimension, Kind, Member, Structure, shortened
from xorexplain.render.pictures.dot_styles import FONT
from xorexplain.render.pictures.labels import MAX_NAME, clip
from xorexplain.render.theme import Colours, Theme, theme
from xorexplain.render.width import WIDTH

MAX_TOLD = 60
SHAPES: Mapping[Kind, tuple[str, str]] = {
    "free": ("ellipse", "filled"),
    "observed": ("ellipse", "filled"),
    "deterministic": ("box", "filled"),
    "data": ("box", "rounded,filled"),
    "potential": ("octagon", "filled"),
}
"""The shape and style of each kind."""
FAMILIES: Mapping[Kind, Family] = {
    "free": "random",
    "observed": "shape",
    "deterministic": "elementwise",
    "potential": "control",
}
"""The family in whose colours each kind is painted; data have those of inputs."""


def plates_dot(model: Structure, title: str, theme_: str = "light", direction: str = "TB") -> str:
    """Write the picture of a model as DOT text."""
    colours = theme(theme_)
    ids = {member.name: f"m{position}" for position, member in enumerate(model.members)}
    common = {"fontname": FONT, "fontcolor": colours.text}
    head = {"label": title, "labelloc": "t", "bgcolor": colours.background, "rankdir": direction}
    defaults = {
        "graph": {**common, **head, "pad": "0.15"},
        "node": {**common, "fontsize": "12", "penwidth": "1.2", "margin": "0.12,0.06"},
        "edge": {**common, "color": colours.edge, "arrowsize": "0.7", "penwidth": "1.1"},
    }
    lines = [f"  {part}{attr_list(kwargs=values)}" for part, values in defaults.items()]
    for number, (dimensions, members) in enumerate(model.plates.items()):
        lines += _plate(model, number, dimensions, members, ids, colours)
    lines += [f"  {ids[parent]} -> {ids[child]}" for parent, child in model.edges]
    return "\n".join(["digraph model {", *lines, "}"]) + "\n"


def _plate(
    model: Structure,
    number: int,
    dimensions: tuple[Dimension, ...],
    members: Sequence[Member],
    ids: Mapping[str, str],
    colours: Theme,
) -> Iterator[str]:
    """Yield the nodes of a plate, in a box with its dimensions where it has some."""
    nodes = [f"  {ids[member.name]}{_node(member, colours)}" for member in members]
    if not dimensions:
        yield from nodes
        return
    label = "\n".join(clip(line, MAX_TOLD) for line in _lengths(model, dimensions))
    style = {"label": escape(label), "labelloc": "b", "labeljust": "r", "style": "rounded"}
    style |= {"color": colours.faint, "fontcolor": colours.faint, "fontname": FONT}
    yield f"  subgraph cluster_{number} {{"
    yield f"    graph{attr_list(kwargs={**style, 'fontsize': '11'})}"
    yield from nodes
    yield "  }"


def _lengths(model: Structure, dimensions: Sequence[Dimension]) -> list[str]:
    """Write the lengths of a plate on one line, or a line each where they have labels."""
    if not any(model.labels_of(dimension) for dimension in dimensions):
        return [" × ".join(str(dimension) for dimension in dimensions)]
    return [model.told(dimension) for dimension in dimensions]


def _node(member: Member, colours: Theme) -> str:
    shape, style = SHAPES[member.kind]
    paint = _paint(member.kind, colours)
    told = [_line(member), clip(member.transformed, MAX_TOLD)]
    label = "\n".join(line for line in told if line)
    words = {"label": escape(label), "tooltip": escape(f"{member.kind}: {member.line}")}
    look = {"shape": shape, "style": style, "fillcolor": paint.fill, "color": paint.border}
    return str(attr_list(kwargs={**words, **look, "fontcolor": paint.text}))


def _line(member: Member, most: int = MAX_TOLD) -> str:
    return clip(shortened(member.line, most), most)


def _paint(kind: Kind, colours: Theme) -> Colours:
    """Return the colours of a kind: observed variables are grey, by a long habit."""
    if kind == "observed" and colours.name == "print":
        return colours.parameter
    return colours.families[FAMILIES[kind]] if kind in FAMILIES else colours.plain


def plates_text(model: Structure, title: str, width: int = WIDTH) -> str:
    """Write a model as lines: the variables plate by plate, then who depends on whom.

    What is told of a variable has a line of its own where it does not fit beside it.
    """
    lines = [title, ""]
    most = min(MAX_TOLD, width - 2)
    told = {
        member.name: (
            _line(member, most),
            ", ".join(filter(None, (member.kind, member.transformed))),
        )
        for member in model.members
    }
    beside = [line for line, more in told.values() if len(f"  {line}  {more}") <= width]
    room = max(map(len, beside), default=0)
    # Who is in no plate would look as if in the one that stands above.
    for dimensions, members in sorted(model.plates.items(), key=lambda plate: bool(plate[0])):
        if dimensions:
            lines += [clip(line, MAX_TOLD) for line in _lengths(model, dimensions)]
        for member in members:
            line, more = told[member.name]
            fitting = (f"  {line:<{room}}  {more}", f"  {line}  {more}", f"  {line}\n      {more}")
            lines.append(next((row for row in fitting if len(row) <= width), fitting[-1]))
    if model.edges:
        lines.append("")
        children: dict[str, list[str]] = {}
        for parent, child in model.edges:
            children.setdefault(parent, []).append(child)
        for parent, kids in children.items():
            row = f"{clip(parent, MAX_NAME)} → {', '.join(kids)}"
            lines += wrap(row, width, subsequent_indent="    ", break_long_words=False)
    return "\n".join(lines) + "\n"
