"""Write the scene of a graph as plain data, without places.

The first line of a label is the heading, the others are details.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xorexplain.explorer.formulas import formula, named
from xorexplain.explorer.slots import constant, slots, symbol_of
from xorexplain.graph.records import Apply, Graph
from xorexplain.notation.build import express
from xorexplain.notation.text import text
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.carried import outer_names
from xorexplain.render.pictures.level import Level
from xorexplain.render.pictures.records import Edge, Node
from xorexplain.render.pictures.scene import edges, scene
from xorexplain.render.pictures.scene_nodes import apply_node, given

Json = dict[str, Any]
LOOK = Look(shapes=True)
MAX_FORMULA = 240
MAX_CODE = 160
_KINDS = {
    **dict.fromkeys(roles.KEPT, roles.SHARED),
    roles.PARAMETER: roles.PARAMETER,
    "constant": "constant",
    roles.ELSEWHERE: "outside",
}


class Telling:
    """Tell what apply nodes compute and how that is copied; once in all graphs of one trace.

    That is the same wherever a node reads the same values and each of them has a name.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[str, ...]], Json] = {}

    def of(self, graph: Graph, apply: Apply, names: Mapping[str, str]) -> Json:
        """Tell of an apply node of a graph."""
        if not all(id_ in names or graph.variable[id_].folded for id_ in apply.inputs):
            return _told(graph, apply, names)
        key = (apply.id, apply.inputs)
        if key not in self._known:
            self._known[key] = _told(graph, apply, names)
        return self._known[key]


def picture(graph: Graph, names: Mapping[str, str], telling: Telling | None = None) -> Json:
    """Return nodes and edges of a graph.

    `names` are readable names of its variables; where there are none, they are given here.
    `telling` has told of nodes of other graphs of its trace, with the same names.
    """
    known = names or short_names(graph)
    drawn = scene(graph, LOOK, known, boxes=False)
    used = telling or Telling()
    nodes = [_described(graph, node, known, used) for node in drawn.nodes]
    return {"nodes": nodes, "edges": [_edge(edge) for edge in drawn.edges]}


def _described(graph: Graph, node: Node, names: Mapping[str, str], telling: Telling) -> Json:
    """Describe a node: what is drawn, what it computes, how that is copied."""
    if node.apply is None:
        found = {**_node(node), **constant(node.variable)}
    else:
        found = {**_node(node), **telling.of(graph, node.apply, names)}
    return {**found, **symbol_of(found["name"])}


def _told(graph: Graph, apply: Apply, names: Mapping[str, str]) -> Json:
    return {**_computed(graph, apply, names), **slots(graph, apply)}


def short_names(graph: Graph) -> dict[str, str]:
    """Name the variables of a graph by itself, none at great length."""
    found = outer_names(graph)
    return {id_: labels.clip(name, labels.MAX_NAME) for id_, name in found.items()}


def node_ids(graph: Graph) -> list[str]:
    """Return the ids of the nodes of a picture."""
    variables = [variable.id for variable in given(Level(graph, LOOK))]
    results = [f"r{position}" for position, _ in enumerate(graph.outputs)]
    return [*variables, *(apply.id for apply in graph.applies), *results]


def order_of(stage: str, graph: Graph, shown: Graph) -> list[tuple[int, str]]:
    """List the apply nodes that are shown of a compiled graph: when each runs, and its id."""
    turns = enumerate(graph.applies if stage == "compiled" else (), 1)
    return [(turn, apply.id) for turn, apply in turns if apply.id in shown.apply]


def edges_of(graph: Graph) -> Iterator[Json]:
    """List the edges of a picture."""
    return map(_edge, edges(Level(graph, LOOK)))


def heading(graph: Graph, apply: Apply, names: Mapping[str, str]) -> list[str]:
    """Write the lines of an apply node: what it does, what it fuses, what its value is called."""
    return _label(apply_node(Level(graph, LOOK, names, boxes=False), apply))


def _node(node: Node) -> Json:
    is_result = node.shape in ("result", "update")
    kind = "apply" if node.apply is not None else _KINDS.get(node.kind, "input")
    type_ = labels.clip(node.variable.type, MAX_CODE)
    return {
        "id": node.id,
        "kind": node.kind if is_result else kind,
        "shape": "result" if is_result else node.shape,
        "label": _label(node),
        "name": next(iter(node.told("heading") if is_result else node.told("called", "name")), ""),
        "outputs": [node.variable.id] if node.apply is None else list(node.apply.outputs),
        "type": type_,
        "tensor_shape": labels.shape_text(node.variable),
        **({} if is_result else _source(node)),
    }


def _label(node: Node) -> list[str]:
    called = labels.clip("  ".join(node.told("called", "computes")), labels.MAX_NAME)
    word = " ".join(node.told("word", "type"))
    lines = [*node.told("heading", "formula", "name", "value"), called, word]
    return [line for line in lines if line]


def _source(node: Node) -> Json:
    source = (node.apply or node.variable).source
    if source is None:
        return {}
    code = labels.clip(source.code, MAX_CODE)
    return {"source": {"file": source.file, "line": source.line, "code": code}}


def _computed(graph: Graph, apply: Apply, names: Mapping[str, str]) -> Json:
    """Describe what an apply node computes."""
    first = apply.outputs[0]
    name = names.get(first, "")
    value = express(graph, first, dict(names), (first,))
    told = labels.clip(f"{name} = {text(value)}" if name else text(value), MAX_FORMULA)
    math = formula(value, told, named(name))
    return {
        **({"name": name} if name else {}),
        "op": apply.op.kind,
        "engine_op": labels.clip(apply.op.label, MAX_FORMULA),
        "family": apply.op.family,
        "formula": told,
        **({"math": math} if math else {}),
    }


def _edge(edge: Edge) -> Json:
    entry = {
        "from": edge.source,
        "to": edge.target,
        "label": "hidden between" if edge.kind == "hidden" else edge.label,
        "variable": edge.variable,
        "position": edge.position,
    }
    return {**entry, "style": edge.kind} if edge.kind in ("in place", "view") else entry


def node_of(graph: Graph, variable: str) -> str:
    """Return the node that stands for a variable: its own, or that of its apply node."""
    return graph.variable[variable].owner or variable
