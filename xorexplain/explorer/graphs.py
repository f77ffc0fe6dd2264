"""Write the scene of a graph as plain data, without places.

The first line of a label is the heading, the others are details.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xorexplain.explorer.alike import Alike
from xorexplain.explorer.formulas import formula, named
from xorexplain.explorer.node_code import constant, slots, symbol_of
from xorexplain.graph.records import Apply, Graph, Output, Variable
from xorexplain.graph.views.names import outer_names
from xorexplain.notation.build import express
from xorexplain.notation.text import text
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.level import Level
from xorexplain.render.pictures.op_words import told_output
from xorexplain.render.pictures.records import Edge, Node
from xorexplain.render.pictures.scene import edges
from xorexplain.render.pictures.scene_nodes import apply_node, given, result_node, variable_node

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
    """Describe nodes; each once in all graphs of one trace.

    An apply node is the same wherever it reads the same values, each of them has a name, and as
    many of its own are read.
    """

    def __init__(self, alike: Alike | None = None) -> None:
        self._alike = alike or alike_nodes()
        self._applies: dict[tuple[object, ...], Json] = {}
        self._variables: dict[tuple[Variable, str], Json] = {}

    def of_apply(self, level: Level, apply: Apply) -> Json:
        """Describe an apply node: what is drawn, what it computes, how that is copied."""
        graph = level.graph
        variables = [graph.variable[id_] for id_ in apply.inputs]
        is_named = all(v.folded or v.id in level.called for v in variables)
        if not is_named or any(id_ in graph.results for id_ in apply.outputs):
            return self._apply(level, apply)
        is_read = tuple(bool(graph.clients[id_]) for id_ in apply.outputs)
        key = (apply.id, apply.inputs, tuple(v.folded for v in variables), is_read)
        if key not in self._applies:
            self._applies[key] = self._apply(level, apply)
        return self._applies[key]

    def _apply(self, level: Level, apply: Apply) -> Json:
        found = self._alike.of(level, apply)
        own = {"id": apply.id, "outputs": list(apply.outputs), **_source(apply)}
        return {**found, **own, **symbol_of(found["name"])}

    def of_variable(self, level: Level, variable: Variable) -> Json:
        """Describe a variable that has a node of its own."""
        key = variable, roles.variable_words(level.graph, variable)
        if key not in self._variables:
            found = {**_node(variable_node(level, variable)), **_source(variable)}
            found |= constant(variable)
            self._variables[key] = {**found, **symbol_of(found["name"])}
        return self._variables[key]


def picture(graph: Graph, names: Mapping[str, str], telling: Telling | None = None) -> Json:
    """Return nodes and edges of a graph.

    `names` are readable names of its variables; where there are none, they are given here.
    `telling` has told of nodes of other graphs of its trace, with the same names.
    """
    level = Level(graph, LOOK, names or short_names(graph), boxes=False)
    told = telling or Telling()
    nodes = [told.of_variable(level, variable) for variable in given(level)]
    nodes += [told.of_apply(level, apply) for apply in graph.applies]
    nodes += [_result(level, output, at) for at, output in enumerate(graph.outputs)]
    return {"nodes": nodes, "edges": [_edge(edge) for edge in edges(level)]}


def alike_nodes() -> Alike:
    """Return what describes the apply nodes of all pictures of a page."""
    return Alike(_described)


def _described(level: Level, apply: Apply) -> Json:
    """Describe an apply node but for what is its own: its line of code, and its name in LaTeX."""
    graph, names = level.graph, level.called
    found = _node(apply_node(level, apply))
    return {**found, **_computed(graph, apply, names), **slots(graph, apply)}


def _result(level: Level, output: Output, position: int) -> Json:
    found = _node(result_node(level, output, position))
    return {**found, **constant(level.graph.variable[output.variable]), **symbol_of(found["name"])}


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
    }


def _label(node: Node) -> list[str]:
    called = labels.clip("  ".join(node.told("called", "computes")), labels.MAX_NAME)
    word = " ".join(node.told("word", "type"))
    lines = [*node.told("heading", "formula", "name", "value"), called, word]
    return [line for line in lines if line]


def _source(told: Apply | Variable) -> Json:
    source = told.source
    if source is None:
        return {}
    code = labels.clip(source.code, MAX_CODE)
    return {"source": {"file": source.file, "line": source.line, "code": code}}


def _computed(graph: Graph, apply: Apply, names: Mapping[str, str]) -> Json:
    """Describe what an apply node computes."""
    first = told_output(graph, apply)
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
