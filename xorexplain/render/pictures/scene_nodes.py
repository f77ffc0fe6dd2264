"""Make the nodes of a scene: of variables, of apply nodes and of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from xorexplain.graph.records import Apply, Graph, Output, Variable
from xorexplain.graph.views.inner import is_drawn, opened
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.formulas import formula_lines, hidden_lines, values_inside
from xorexplain.render.pictures.records import Line, Mark, Node, Shape

_SHAPES: Mapping[str, Shape] = {
    **dict.fromkeys(roles.KEPT, "cylinder"),
    "constant": "note",
    roles.ELSEWHERE: "octagon",
    "intermediate": "box",
    "output": "box",
}


@dataclass(frozen=True)
class Part:
    """Hold a graph of a scene, the outer one or one inside an op, and how it is shown.

    `names` call the variables; where there are none, they have the names of the user's own. `boxes`
    says whether inner graphs are drawn. `marks` sets apply nodes apart, by id. `values` are those
    of an inner graph's inputs that are constants outside.
    """

    graph: Graph
    look: Look
    names: Mapping[str, str] | None = None
    boxes: bool = True
    prefix: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    def inside(self, apply: Apply) -> Part | None:
        """Return what to draw of an inner graph that is small enough."""
        if not self.boxes or not is_drawn(self.graph, apply):
            return None
        inner = opened(self.graph, apply, self.look.raw)
        if inner is None:
            return None
        values = values_inside(self.graph, apply)
        return Part(inner, self.look, prefix=f"{self.prefix}{apply.id}_", values=values)

    def source(self, variable: str) -> str:
        """Return the node an edge comes from: the variable's own, or that of its apply node."""
        owner = None if self.look.raw else self.graph.variable[variable].owner
        return self.prefix + (owner or variable)

    def results(self) -> list[str]:
        """Return the nodes that stand for the results."""
        if self.look.raw:
            return [self.prefix + output.variable for output in self.graph.outputs]
        return [f"{self.prefix}r{position}" for position, _ in enumerate(self.graph.outputs)]

    def type_of(self, variable: Variable) -> str:
        """Write type and shape of a variable as the look asks for."""
        return labels.details(variable, self.look.types, self.look.shapes)

    def name_of(self, variable: Variable) -> str:
        """Return what a computed variable is called in this part, if it is."""
        return labels.clip((self.names or {}).get(variable.id, ""), labels.MAX_NAME)


def given(part: Part) -> Iterator[Variable]:
    """Yield the variables that have a node of their own."""
    for variable in part.graph.variables:
        if not variable.folded and (variable.owner is None or part.look.raw):
            yield variable


def variable_node(part: Part, variable: Variable) -> Node:
    """Make the node of a variable."""
    word = roles.variable_words(part.graph, variable)
    return Node(
        part.prefix + variable.id,
        word,
        _SHAPES.get(word, "ellipse"),
        "parameter" if word == roles.PARAMETER else "plain",
        tuple(line for line in _variable_lines(part, variable, word) if line.text),
        variable,
        mark="result" if part.look.raw and variable.id in part.graph.results else "",
    )


def _variable_lines(part: Part, variable: Variable, word: str) -> Iterator[Line]:
    called = part.name_of(variable) if word == roles.ELSEWHERE and not variable.name else ""
    names = [called] if called else labels.name_lines(variable)
    is_named = bool(called or variable.name)
    for position, text in enumerate(names):
        yield Line("name" if position == 0 and is_named else "value", text)
    if variable.id in part.values:
        yield Line("value", f"= {part.values[variable.id]}")
    yield Line("word", word)
    yield Line("type", part.type_of(variable))
    for output in part.graph.results.get(variable.id, ()) if part.look.raw else ():
        name, said = labels.output_words(output)
        yield Line("result", said if name == variable.name else f"{said}: {name}")


def apply_node(part: Part, apply: Apply) -> Node:
    """Make the node of an apply node."""
    lines = tuple(line for line in _apply_lines(part, apply) if line.text)
    is_formula = any(line.says == "formula" for line in lines)
    return Node(
        part.prefix + apply.id,
        "apply",
        "box" if is_formula else "rounded",
        apply.op.family,
        lines,
        part.graph.variable[apply.outputs[0]],
        apply,
        part.marks.get(apply.id, ""),
    )


def _apply_lines(part: Part, apply: Apply) -> Iterator[Line]:
    graph, first = part.graph, part.graph.variable[apply.outputs[0]]
    yield Line("heading", labels.op_heading(graph, apply))
    yield from (Line("formula", text) for text in formula_lines(graph, apply))
    if part.look.raw:
        yield Line("engine op", labels.clip(apply.op.label, labels.MAX_FORMULA))
    else:
        own = part.names is None
        called = labels.computed_names(graph, apply) if own else [part.name_of(first)]
        yield from (Line("called", name) for name in called)
        yield Line("computes", part.type_of(first))
    if part.boxes:
        yield from (Line("inside", text) for text in hidden_lines(graph, apply))
    yield Line("origin", labels.ancestry_words(graph, apply))


def result_node(part: Part, output: Output, position: int) -> Node:
    """Make the node of a result, which stands below the node that computes it."""
    name, word = labels.output_words(output)
    variable = part.graph.variable[output.variable]
    lines = [Line("heading", name), Line("word", word)]
    if variable.owner is None:
        lines.append(Line("type", part.type_of(variable)))
    kind: Literal["result", "update"] = "result" if output.updates is None else "update"
    id_ = f"{part.prefix}r{position}"
    return Node(id_, word, kind, kind, tuple(line for line in lines if line.text), variable)
