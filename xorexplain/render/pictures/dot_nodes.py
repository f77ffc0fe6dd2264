"""Write the nodes and edges of a picture as DOT statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from graphviz.quoting import attr_list, quote

from xorexplain.graph.records import Apply, Graph, Output, Variable
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.formulas import formula_lines, hidden_lines
from xorexplain.render.theme import Colours, Theme

SMALL = 9
Row = tuple[str, str]
"""A line of a label and its style: strong, small, accent, name, or none."""


@dataclass(frozen=True)
class Mark:
    """Set an apply node apart: a sign before its name, and the colour of its border."""

    sign: str
    colour: str


@dataclass(frozen=True)
class Page:
    """Hold the graph being drawn and how it looks; `prefix` keeps inner graphs' ids apart.

    `marks` sets apply nodes apart, by id. `values` are those of an inner graph's inputs that are
    constants outside.
    """

    graph: Graph
    look: Look
    colours: Theme
    prefix: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    def details(self, variable: Variable) -> str:
        """Write type and shape of a variable as the look asks for."""
        return labels.details(variable, self.look.types, self.look.shapes)


def variable_node(page: Page, variable: Variable) -> str:
    """Write a variable that has a node of its own."""
    words = roles.variable_words(page.graph, variable)
    style = {"style": "filled", "shape": "ellipse"}
    paint = page.colours.parameter if words == "parameter" else page.colours.plain
    if words in roles.KEPT:
        style["shape"] = "cylinder"
    elif words == "constant":
        style["shape"] = "note"
    elif words == "computed elsewhere":
        style["shape"] = "octagon"
    elif words in ("intermediate", "output"):
        style["shape"] = "box"
    results = _result_words(page.graph, variable) if page.look.raw else []
    rows: list[Row] = [(line, "") for line in labels.name_lines(variable)]
    rows += [(f"= {page.values[variable.id]}", "")] if variable.id in page.values else []
    rows += [(words, "small"), (page.details(variable), "")]
    rows += [(result, "strong") for result in results]
    if results:
        style["peripheries"] = "2"
    return _node(page, variable.id, rows, paint, style)


def _result_words(graph: Graph, variable: Variable) -> list[str]:
    """Say which results a variable is, by name where that is not its own."""
    found = [labels.output_words(o) for o in graph.results.get(variable.id, ())]
    return [word if name == variable.name else f"{word} {name}" for name, word in found]


def apply_node(page: Page, apply: Apply) -> str:
    """Write an apply node, with the formula of what it fuses."""
    graph = page.graph
    formula = formula_lines(graph, apply)
    mark = page.marks.get(apply.id)
    heading = labels.op_heading(graph, apply)
    heading = f"{mark.sign} {heading}" if mark is not None else heading
    rows = [(line, "strong") for line in labels.wrapped(heading, width=labels.MAX_NAME)]
    rows += [(line, "") for line in formula]
    if page.look.raw:
        rows.append((labels.clip(apply.op.label, labels.MAX_FORMULA), "small"))
    else:
        rows += [(name, "name") for name in labels.computed_names(graph, apply)]
        rows.append((page.details(graph.variable[apply.outputs[0]]), "small"))
    rows += [(line, "small") for line in hidden_lines(graph, apply)]
    rows.append((labels.ancestry_words(graph, apply), "small"))
    style = {"shape": "box", "style": "filled"} if formula else {}
    if mark is not None:
        style |= {"color": mark.colour, "penwidth": "3"}
    return _node(page, apply.id, rows, page.colours.families[apply.op.family], style)


def result_node(page: Page, output: Output, position: int) -> str:
    """Write a result as a node of its own, to stand below the node that computes it."""
    name, word = labels.output_words(output)
    variable = page.graph.variable[output.variable]
    rows = [(name, "strong"), (word, "small")]
    if variable.owner is None:
        rows.append((page.details(variable), ""))
    style = {"shape": "box", "style": "filled", "penwidth": "2"}
    if output.updates is not None:
        style |= {"shape": "cds", "margin": "0.25,0.14"}
    paint = page.colours.result if output.updates is None else page.colours.update
    return _node(page, f"r{position}", rows, paint, style)


def edge(source: str, target: str, style: dict[str, str]) -> str:
    """Write an edge; its label is padded, since Graphviz sets it right against the line."""
    kept = {key: value for key, value in style.items() if value}
    if "label" in kept:
        kept["label"] = f"\u2002{kept['label']}\u2002"
    return f"  {quote(source)} -> {quote(target)}{attr_list(kwargs=kept)}"


def html(rows: Sequence[Row], colours: Theme) -> str:
    """Write an HTML-like label, in which Graphviz gives no backslash a meaning."""
    written = []
    for text, style in rows:
        if not text:
            continue
        safe = escape(text)
        if style == "strong":
            safe = f"<b>{safe}</b>"
        elif style == "small":
            safe = f'<font point-size="{SMALL}" color="{colours.faint}">{safe}</font>'
        elif style == "accent":
            safe = f'<font point-size="{SMALL}" color="{colours.accent}">{safe}</font>'
        elif style == "name":
            safe = f"<i>{safe}</i>"
        written.append(safe)
    return "<" + "<br/>".join(written or [" "]) + ">"


def _node(page: Page, id_: str, rows: Sequence[Row], paint: Colours, style: dict[str, str]) -> str:
    return node(page.prefix + id_, html(rows, page.colours), paint, style)


def node(id_: str, label: str, paint: Colours, style: dict[str, str]) -> str:
    """Write a node."""
    attributes = {
        "label": label,
        "fillcolor": paint.fill,
        "color": paint.border,
        "fontcolor": paint.text,
        **style,
    }
    return f"  {quote(id_)}{attr_list(kwargs=attributes)}"
