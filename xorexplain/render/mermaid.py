"""Write a graph as a Mermaid flowchart, which Markdown viewers draw by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from xorexplain.graph import Apply, Graph, Variable
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
    lines = [
        "---",
        f"title: {_quoted(labels.title(graph) + ' — ' + labels.subtitle(graph, look.total))}",
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
            text.append(labels.details(graph.variable[apply.outputs[0]], look.types, look.shapes))
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
        for position, id_ in enumerate(apply.inputs):
            variable = graph.variable[id_]
            if variable.folded:
                continue
            source = id_ if look.raw or variable.owner is None else variable.owner
            label = labels.edge_label(graph, apply, position)
            in_place = position in destroyed
            yield _edge(source, apply, f"{label} in place".strip() if in_place else label, in_place)
        if look.raw:
            yield from (f"  {apply.id} --> {output}" for output in apply.outputs)
    if not look.raw:
        for position, output in enumerate(graph.outputs):
            variable = graph.variable[output.variable]
            if not variable.folded:
                yield f"  {variable.owner or variable.id} --> r{position}"


def _edge(source: str, apply: Apply, label: str, thick: bool) -> str:
    arrow = "==>" if thick else "-->"
    text = f'|"{_escaped(label)}"|' if label else ""
    return f"  {source} {arrow}{text} {apply.id}"


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


def _escaped(text: str) -> str:
    """Escape for a quoted Mermaid label: entities, written with `#` as Mermaid wants them."""
    special = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;"}
    return "".join(special.get(character, character) for character in text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
