"""Write a graph as a Mermaid flowchart, which Markdown viewers draw by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xorexplain.graph import Graph, Variable
from xorexplain.render import labels
from xorexplain.render.look import Look
from xorexplain.render.theme import Colours, theme

_CLASSES = {
    "linear algebra": "linear",
    "elementwise": "elementwise",
    "reduction": "reduction",
    "shape": "shape_",
    "indexing": "indexing",
    "random": "random",
    "control": "control",
    "other": "other",
}


def mermaid(graph: Graph, look: Look) -> str:
    """Write title, nodes, edges and colours; ids are those of the graph."""
    head = [labels.title(graph), labels.subtitle(graph, look.total), *map(labels.note, look.notes)]
    lines = [
        "---",
        f"title: {_quoted(' — '.join(head))}",
        "---",
        f"flowchart {look.direction}",
        *_nodes(graph, look),
        *_edges(graph, look),
        *_styles(graph, look),
    ]
    return "\n".join(lines) + "\n"


def _nodes(graph: Graph, look: Look) -> Iterator[str]:
    for variable in graph.variables:
        if not variable.folded and (variable.owner is None or look.raw):
            yield f"  {variable.id}{_variable_box(graph, variable, look)}"
    for apply in graph.applies:
        text = [labels.op_heading(graph, apply), *labels.formula_lines(graph, apply)]
        if look.raw:
            text.append(labels.clip(apply.op.label, labels.MAX_FORMULA))
        else:
            computed = graph.variable[apply.outputs[0]]
            if computed.name and computed.id not in graph.output_ids:
                text.append(labels.clip(computed.name, labels.MAX_NAME))
            text.append(labels.details(computed, look.types, look.shapes))
        yield f'  {apply.id}["{_lines(text)}"]:::{_CLASSES[apply.op.family]}'
    for position, output in enumerate(graph.outputs):
        name, word = labels.output_words(output)
        if not look.raw:
            yield f'  r{position}[["{_lines([name, word])}"]]:::{word}'


def _variable_box(graph: Graph, variable: Variable, look: Look) -> str:
    word = labels.variable_words(graph, variable)
    details = labels.details(variable, look.types, look.shapes)
    results = [labels.output_words(o) for o in graph.outputs if o.variable == variable.id]
    named = [f"{kind}: {name}" for name, kind in results] if look.raw else []
    text = _lines([labels.variable_name(variable), word, details, *named])
    if word in ("parameter", "shared"):
        return f'[("{text}")]:::{word}'
    return f'(["{text}"]):::plain'


def _edges(graph: Graph, look: Look) -> Iterator[str]:
    for apply in graph.applies:
        destroyed = {position for _, positions in apply.destroy_map for position in positions}
        viewed = {position for _, positions in apply.view_map for position in positions}
        for position, id_ in enumerate(apply.inputs):
            if graph.variable[id_].folded:
                continue
            carried = "" if look.raw else labels.carried(graph, id_)
            label = carried or labels.edge_label(graph, apply, position)
            arrow = "-.->" if position in viewed else "-->"
            if position in destroyed:
                arrow, label = "==>", f"{label} in place".strip()
            yield _edge(_source(graph, id_, look), apply.id, label, arrow)
        if look.raw:
            for computed in apply.outputs:
                yield _edge(apply.id, computed, labels.carried(graph, computed), "-->")
    if not look.raw:
        for position, output in enumerate(graph.outputs):
            if not graph.variable[output.variable].folded:
                source = _source(graph, output.variable, look)
                yield _edge(source, f"r{position}", labels.carried(graph, output.variable), "-->")


def _source(graph: Graph, variable: str, look: Look) -> str:
    owner = None if look.raw else graph.variable[variable].owner
    return owner or variable


def _edge(source: str, target: str, label: str, arrow: str) -> str:
    text = f'|"{_escaped(label)}"|' if label else ""
    return f"  {source} {arrow}{text} {target}"


def _styles(graph: Graph, look: Look) -> Iterator[str]:
    colours = theme(look.theme)
    for family in sorted({apply.op.family for apply in graph.applies}):
        yield _style(_CLASSES[family], colours.families[family])
    yield _style("parameter", colours.parameter)
    yield _style("shared", colours.plain)
    yield _style("plain", colours.plain)
    yield _style("output", colours.result)
    yield _style("update", colours.update)


def _style(name: str, paint: Colours) -> str:
    return f"  classDef {name} fill:{paint.fill},stroke:{paint.border},color:{paint.text}"


def _lines(parts: list[str]) -> str:
    return "<br>".join(_escaped(part) for part in parts if part)


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
