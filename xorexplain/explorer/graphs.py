"""Turn a graph into the nodes and edges of a picture, as plain data without places.

Node ids are those of the graph: `v3` for a variable that nothing computes, `n7` for an apply node,
`r0` for a result. The first line of a label is the heading, the others are details.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xorexplain.graph.records import Apply, Graph, SourceLine, Variable
from xorexplain.graph.views.names import intermediate_names
from xorexplain.notation.build import express
from xorexplain.notation.text import text
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.formulas import formula_lines
from xorexplain.render.pictures.memory import treatment

Json = dict[str, Any]
MAX_FORMULA = 240
MAX_CODE = 160
_ELSEWHERE = "computed elsewhere"
_SHAPES = {
    **dict.fromkeys(roles.KEPT, "cylinder"),
    "constant": "note",
    _ELSEWHERE: "octagon",
}
_KINDS = {
    **dict.fromkeys(roles.KEPT, roles.SHARED),
    roles.PARAMETER: roles.PARAMETER,
    "constant": "constant",
    _ELSEWHERE: "outside",
}


def picture(graph: Graph, names: Mapping[str, str]) -> Json:
    """Return nodes and edges of a graph.

    `names` are readable names of its variables; where there are none, they are given here.
    """
    known = names or short_names(graph)
    edges = list(edges_of(graph))
    nodes = list(_nodes(graph, known))
    _add_neighbours(nodes, edges)
    return {"nodes": nodes, "edges": edges}


def short_names(graph: Graph) -> dict[str, str]:
    """Name the variables of a graph by itself, none at great length."""
    found = intermediate_names(graph)
    return {id_: labels.clip(name, labels.MAX_NAME) for id_, name in found.items()}


def node_ids(graph: Graph) -> list[str]:
    """Return the ids of the nodes of a picture."""
    given = [v.id for v in graph.variables if v.owner is None and not v.folded]
    results = [f"r{position}" for position, _ in enumerate(graph.outputs)]
    return [*given, *(apply.id for apply in graph.applies), *results]


def _nodes(graph: Graph, names: Mapping[str, str]) -> Iterator[Json]:
    for variable in graph.variables:
        if variable.owner is None and not variable.folded:
            yield _given(graph, variable, names)
    for apply in graph.applies:
        yield computed(graph, apply, names)
    for position, output in enumerate(graph.outputs):
        name, word = labels.output_words(output)
        yield {
            "id": f"r{position}",
            "kind": word,
            "shape": "result",
            "label": [name, word],
            "name": name,
            "outputs": [output.variable],
            **_typed(graph.variable[output.variable]),
        }


def _given(graph: Graph, variable: Variable, names: Mapping[str, str]) -> Json:
    word = roles.variable_words(graph, variable)
    name = variable.name or (names.get(variable.id, "") if word == _ELSEWHERE else "")
    details = labels.details(variable, types=False, shapes=True)
    return {
        "id": variable.id,
        "kind": _KINDS.get(word, "input"),
        "shape": _SHAPES.get(word, "ellipse"),
        "label": [
            labels.clip(name, labels.MAX_NAME) or labels.variable_name(variable),
            *(labels.value_lines(variable) if name else []),
            f"{word} {details}".strip(),
        ],
        "name": labels.clip(name, labels.MAX_NAME),
        "outputs": [variable.id],
        **_typed(variable),
        **_sourced(variable.source),
    }


def computed(graph: Graph, apply: Apply, names: Mapping[str, str]) -> Json:
    """Describe an apply node."""
    first = graph.variable[apply.outputs[0]]
    return {
        "id": apply.id,
        "kind": "apply",
        "shape": "box",
        "label": heading(graph, apply, names),
        "op": apply.op.kind,
        "engine_op": labels.clip(apply.op.label, MAX_FORMULA),
        "family": apply.op.family,
        "name": labels.clip(names.get(first.id, ""), labels.MAX_NAME),
        "outputs": list(apply.outputs),
        "formula": labels.clip(_formula(graph, apply, names), MAX_FORMULA),
        **_typed(first),
        **_sourced(apply.source),
    }


def heading(graph: Graph, apply: Apply, names: Mapping[str, str]) -> list[str]:
    """Write the lines of an apply node: what it does, what it fuses, what its value is called."""
    lines = [labels.op_heading(graph, apply), *formula_lines(graph, apply)]
    first = graph.variable[apply.outputs[0]]
    details = labels.details(first, types=False, shapes=True)
    name = labels.clip(names.get(first.id, ""), labels.MAX_NAME)
    named = [part for part in (name, details) if part]
    return [*lines, labels.clip("  ".join(named), labels.MAX_NAME)] if named else lines


def _formula(graph: Graph, apply: Apply, names: Mapping[str, str]) -> str:
    first = apply.outputs[0]
    written = text(express(graph, first, dict(names), (first,)))
    return f"{names[first]} = {written}" if first in names else written


def _typed(variable: Variable) -> Json:
    type_ = labels.clip(variable.type, MAX_CODE)
    return {"type": type_, "tensor_shape": labels.shape_text(variable)}


def _sourced(source: SourceLine | None) -> Json:
    if source is None:
        return {}
    code = labels.clip(source.code, MAX_CODE)
    return {"source": {"file": source.file, "line": source.line, "code": code}}


def edges_of(graph: Graph) -> Iterator[Json]:
    """List the edges in argument order, then those to the results."""
    for apply in graph.applies:
        for position, id_ in enumerate(apply.inputs):
            if graph.variable[id_].folded:
                continue
            label = labels.edge_words(graph, apply, position)
            edge: Json = {"from": node_of(graph, id_), "to": apply.id, "label": label}
            edge |= {"variable": id_, "position": position}
            treated = treatment(apply, position)
            if treated:
                edge["style"] = treated
            if treated == "in place":
                edge["label"] = f"{label} in place".strip()
            yield edge
    for end in graph.hidden_sources:
        for source in labels.hidden_sources(graph, end):
            edge = {"from": node_of(graph, source), "to": end, "label": "hidden between"}
            yield edge | {"variable": source, "position": 0}
    for position, output in enumerate(graph.outputs):
        if not graph.variable[output.variable].folded:
            label = labels.carried(graph, output.variable)
            source = node_of(graph, output.variable)
            yield {
                "from": source,
                "to": f"r{position}",
                "label": label,
                "variable": output.variable,
                "position": 0,
            }


def node_of(graph: Graph, variable: str) -> str:
    """Return the node that stands for a variable: its own, or that of its apply node."""
    return graph.variable[variable].owner or variable


def _add_neighbours(nodes: list[Json], edges: list[Json]) -> None:
    inputs: dict[str, dict[str, None]] = {node["id"]: {} for node in nodes}
    clients: dict[str, dict[str, None]] = {node["id"]: {} for node in nodes}
    for edge in edges:
        inputs[edge["to"]][edge["from"]] = None
        clients[edge["from"]][edge["to"]] = None
    for node in nodes:
        node["inputs"] = list(inputs[node["id"]])
        node["clients"] = list(clients[node["id"]])
