"""Write a graph as a Mermaid flowchart, which Markdown viewers draw by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.dot_nodes import Page
from xorexplain.render.pictures.formulas import formula_lines, hidden_lines
from xorexplain.render.pictures.insides import inside, results_inside, source, targets
from xorexplain.render.pictures.legend import families
from xorexplain.render.pictures.memory import treatment
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
    head = [labels.title(graph), labels.subtitle(graph), *map(labels.note, look.notes)]
    lines = [
        "---",
        f"title: {_quoted(' — '.join(head))}",
        "---",
        f"flowchart {look.direction}",
        *_body(Page(graph, look, theme(look.theme))),
        *_styles(graph, look),
    ]
    return "\n".join(lines) + "\n"


def _body(page: Page) -> Iterator[str]:
    """Write the nodes of a graph, those of inner graphs as subgraphs, and the edges."""
    insides = {apply.id: inside(page, apply) for apply in page.graph.applies}
    yield from _nodes(page, insides)
    yield from _edges(page, insides)


def _nodes(page: Page, insides: Mapping[str, Page | None]) -> Iterator[str]:
    graph, look = page.graph, page.look
    for variable in graph.variables:
        if not variable.folded and (variable.owner is None or look.raw):
            yield f"  {page.prefix}{variable.id}{_variable_box(page, variable)}"
    for apply in graph.applies:
        part = insides[apply.id]
        if part is not None:
            title = _escaped(f"inside {labels.op_words(apply)}")
            yield f'  subgraph {page.prefix}{apply.id}_inside["{title}"]'
            yield from (f"  {line}" for line in _body(part))
            yield "  end"
        text = [labels.op_heading(graph, apply), *formula_lines(graph, apply)]
        if look.raw:
            text.append(labels.clip(apply.op.label, labels.MAX_FORMULA))
        else:
            text += labels.computed_names(graph, apply)
            first = graph.variable[apply.outputs[0]]
            text.append(labels.details(first, look.types, look.shapes))
        text += hidden_lines(graph, apply)
        text.append(labels.ancestry_words(graph, apply))
        yield f'  {page.prefix}{apply.id}["{_lines(text)}"]:::{_CLASSES[apply.op.family]}'
    for position, output in enumerate(graph.outputs):
        name, word = labels.output_words(output)
        if not look.raw:
            yield f'  {page.prefix}r{position}[["{_lines([name, word])}"]]:::{word}'


def _variable_box(page: Page, variable: Variable) -> str:
    graph, look = page.graph, page.look
    word = roles.variable_words(graph, variable)
    details = labels.details(variable, look.types, look.shapes)
    results = [labels.output_words(o) for o in graph.results.get(variable.id, ())]
    named = [f"{kind}: {name}" for name, kind in results] if look.raw else []
    value = [f"= {page.values[variable.id]}"] if variable.id in page.values else []
    text = _lines([*labels.name_lines(variable), *value, word, details, *named])
    if word in roles.KEPT:
        tint = word if word == roles.PARAMETER else roles.SHARED
        return f'[("{text}")]:::{tint}'
    return f'(["{text}"]):::plain'


def _edges(page: Page, insides: Mapping[str, Page | None]) -> Iterator[str]:
    graph, raw = page.graph, page.look.raw
    for loose in graph.variables:
        for start in labels.hidden_sources(graph, loose.id):
            yield _edge(source(page, start), page.prefix + loose.id, "hidden between", "-->")
    for apply in graph.applies:
        part = insides[apply.id]
        yield from _argument_edges(page, apply, part)
        for end in results_inside(part) if part is not None else []:
            yield _edge(end, page.prefix + apply.id, "", "-->")
        for computed in apply.outputs if raw else []:
            label = labels.carried(graph, computed)
            yield _edge(page.prefix + apply.id, page.prefix + computed, label, "-->")
    for position, output in enumerate([] if raw else graph.outputs):
        if not graph.variable[output.variable].folded:
            label = labels.carried(graph, output.variable)
            end = f"{page.prefix}r{position}"
            yield _edge(source(page, output.variable), end, label, "-->")


def _argument_edges(page: Page, apply: Apply, part: Page | None) -> Iterator[str]:
    for position, id_ in enumerate(apply.inputs):
        if page.graph.variable[id_].folded:
            continue
        label = labels.edge_words(page.graph, apply, position, page.look.raw)
        arrow, treated = "-->", treatment(apply, position)
        if treated == "in place":
            arrow, label = "==>", f"{label} in place".strip()
        elif treated == "view":
            # A flowchart has no legend, so the edge itself says what its dash means.
            arrow, label = "-.->", f"{label} shares memory".strip()
        for target in targets(page, apply, position, part):
            yield _edge(source(page, id_), target, label, arrow)


def _edge(start: str, end: str, label: str, arrow: str) -> str:
    text = f'|"{_escaped(label)}"|' if label else ""
    return f"  {start} {arrow}{text} {end}"


def _styles(graph: Graph, look: Look) -> Iterator[str]:
    colours = theme(look.theme)
    for family in sorted(families(graph, look.raw)):
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
