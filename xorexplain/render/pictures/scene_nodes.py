"""Make the nodes of a scene: of variables, of apply nodes and of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from xorexplain.graph.records import Apply, Graph, Output, Variable
from xorexplain.graph.views.inner import is_drawn, opened
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.formulas import formula_lines, hidden_lines, values_inside
from xorexplain.render.pictures.records import Mark, Node, Shape, Texts, lines

_SHAPES: Mapping[str, Shape] = {
    **dict.fromkeys(roles.KEPT, "cylinder"),
    "constant": "note",
    roles.ELSEWHERE: "octagon",
    "intermediate": "box",
    "output": "box",
}


@dataclass(frozen=True)
class Level:
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

    def inside(self, apply: Apply) -> Level | None:
        """Return what to draw of an inner graph that is small enough."""
        if not self.boxes or not is_drawn(self.graph, apply):
            return None
        inner = opened(self.graph, apply, self.look.raw)
        if inner is None:
            return None
        values = values_inside(self.graph, apply)
        return Level(inner, self.look, prefix=f"{self.prefix}{apply.id}_", values=values)

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
        """Write type and shape of a variable as the look asks for; a number alone has none."""
        is_told = self.look.shapes and (self.look.types or variable.shape != ())
        return labels.details(variable, self.look.types, is_told)

    def name_of(self, variable: Variable) -> str:
        """Return what a computed variable is called in this level, if it is."""
        return labels.clip((self.names or {}).get(variable.id, ""), labels.MAX_NAME)


def given(level: Level) -> Iterator[Variable]:
    """Yield the variables that have a node of their own."""
    for variable in level.graph.variables:
        if not variable.folded and (variable.owner is None or level.look.raw):
            yield variable


def variable_node(level: Level, variable: Variable) -> Node:
    """Make the node of a variable."""
    word = roles.variable_words(level.graph, variable)
    return Node(
        level.prefix + variable.id,
        word,
        _SHAPES.get(word, "ellipse"),
        "parameter" if word == roles.PARAMETER else "plain",
        lines(_variable_lines(level, variable, word)),
        variable,
        mark="result" if level.look.raw and variable.id in level.graph.results else "",
    )


def _variable_lines(level: Level, variable: Variable, word: str) -> Texts:
    called = level.name_of(variable) if word == roles.ELSEWHERE and not variable.name else ""
    first, *rest = [called] if called else labels.name_lines(variable) or [""]
    yield ("name" if called or variable.name else "value"), first
    yield from (("value", text) for text in rest)
    if variable.id in level.values:
        yield "value", f"= {level.values[variable.id]}"
    yield "word", word
    yield "type", level.type_of(variable)
    for output in level.graph.results.get(variable.id, ()) if level.look.raw else ():
        name, said = labels.output_words(output)
        yield "result", f"{said}: {name}"


def apply_node(level: Level, apply: Apply) -> Node:
    """Make the node of an apply node, with sharp corners where it holds a formula."""
    formula = formula_lines(level.graph, apply)
    return Node(
        level.prefix + apply.id,
        "apply",
        "box" if formula else "rounded",
        apply.op.family,
        lines(_apply_lines(level, apply, formula)),
        level.graph.variable[apply.outputs[0]],
        apply,
        level.marks.get(apply.id, ""),
    )


def _apply_lines(level: Level, apply: Apply, formula: Sequence[str]) -> Texts:
    graph, first = level.graph, level.graph.variable[apply.outputs[0]]
    yield "heading", labels.op_heading(graph, apply)
    yield from (("formula", text) for text in formula)
    if level.look.raw:
        yield "engine op", labels.clip(apply.op.label, labels.MAX_FORMULA)
    else:
        own = level.names is None
        called = labels.computed_names(graph, apply) if own else [level.name_of(first)]
        yield from (("called", name) for name in called)
        yield "computes", level.type_of(first)
    if level.boxes:
        yield from (("inside", text) for text in hidden_lines(graph, apply))
    yield "origin", labels.ancestry_words(graph, apply)


def result_node(level: Level, output: Output, position: int) -> Node:
    """Make the node of a result, which stands below the node that computes it."""
    name, word = labels.output_words(output)
    variable = level.graph.variable[output.variable]
    type_ = level.type_of(variable) if variable.owner is None else ""
    told = lines([("heading", name), ("word", word), ("type", type_)])
    kind: Literal["result", "update"] = "result" if output.updates is None else "update"
    return Node(f"{level.prefix}r{position}", word, kind, kind, told, variable)
