"""Turn a derivation into a scene: the forward part, and beside each op the adjoints of its rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property

from xorexplain.errors.records import dataclass
from xorexplain.gradients.explain import Equation, Explanation, Story
from xorexplain.gradients.records import Derivation
from xorexplain.graph.records import Apply, Graph
from xorexplain.notation.text import text
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels
from xorexplain.render.pictures.level import Level
from xorexplain.render.pictures.records import (
    Edge,
    EdgeKind,
    Group,
    Line,
    Members,
    Node,
    Says,
    Scene,
    Shape,
    Texts,
    Tint,
    lines,
)
from xorexplain.render.pictures.scene_nodes import variable_node
from xorexplain.render.pictures.twin_plan import SEED, Made, Plan, sum_id
from xorexplain.render.pictures.twin_plan import Group as Step

COST = "cost"
"""The node that stands for the cost as the result of the forward part."""
MAX_LINE = 72


@dataclass(frozen=True)
class Twin:
    """Hold a derivation, how it is told, and where everything stands."""

    derivation: Derivation
    story: Story
    plan: Plan
    numbers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What is told of a value or an adjoint besides, by its name."""

    def told(self, *names: str) -> list[tuple[Says, str]]:
        """Return what numbers there are of some names."""
        return [("word", line) for name in names for line in self.numbers.get(name, ())]

    @property
    def graph(self) -> Graph:
        """The graph with its constants folded."""
        return self.plan.graph

    @cached_property
    def forward(self) -> tuple[Apply, ...]:
        """The forward nodes that are drawn."""
        drawn = self.graph.apply
        return tuple(drawn[id_] for id_ in self.derivation.forward if id_ in drawn)

    @cached_property
    def equations(self) -> Mapping[str, str]:
        """What computes each forward variable, by name."""
        return {equation.name: _line(equation) for equation in self.story.forward}

    @cached_property
    def updates(self) -> Mapping[str, str]:
        """The update of each parameter that has one, by name."""
        found = {f.parameter: f.update for f in self.story.finishes}
        return {
            name: labels.clip(f"{name} ← {text(update.value)}", MAX_LINE)
            for name, update in found.items()
            if update is not None
        }

    def name(self, variable: str) -> str:
        """Return the name of a forward variable."""
        return labels.clip(self.derivation.names[variable], labels.MAX_NAME)

    def node(
        self, id_: str, kind: str, shape: Shape, tint: Tint, variable: str, told: Texts
    ) -> Node:
        """Make a node that stands for a variable."""
        return Node(id_, kind, shape, tint, lines(told), self.graph.variable[variable])


def _line(equation: Equation) -> str:
    """Write an equation on one line."""
    sign = "+=" if equation.adds else "="
    return labels.clip(f"{equation.name} {sign} {text(equation.value)}", MAX_LINE)


def twin_scene(twin: Twin) -> Scene:
    """Return the scene: two columns side by side, unless each step is a single node."""
    derivation, plan = twin.derivation, twin.plan
    applies = [*twin.forward, *(twin.graph.apply[m.id] for g in plan.groups for m in g.made)]
    counted = replace(twin.graph, applies=tuple(applies), whole=len(derivation.together))
    notes = (
        f"{labels.subtitle(counted)}, the cost's and the gradient's",
        f"δx is the adjoint of x, ∂{twin.name(derivation.cost)}/∂x",
    )
    columns = {"forward": tuple(_forward(twin)), "backward": tuple(_backward(twin))}
    members: Members = tuple(node for column in columns.values() for node in column)
    if plan.is_open:
        members = tuple(Group(name, "", column, "column") for name, column in columns.items())
    return Scene(labels.title(derivation.graph.origin), notes, members, tuple(_edges(twin)))


def _forward(twin: Twin) -> Iterator[Node]:
    """Make the inputs and shared variables that are read, the forward nodes, and the cost."""
    level = Level(twin.graph, Look())
    read = {v for apply in twin.forward for v in apply.inputs}
    for variable in twin.graph.variables:
        if variable.id in read and variable.owner is None and not variable.folded:
            named = variable_node(level, replace(variable, name=twin.name(variable.id)))
            numbers = lines(twin.told(twin.name(variable.id)))
            yield _marked(twin, replace(named, lines=(*named.lines, *numbers)), {variable.id})
    for apply in twin.forward:
        names = [twin.derivation.names.get(v, "") for v in apply.outputs]
        found = [twin.equations[name] for name in names if name in twin.equations]
        told: list[tuple[Says, str]] = [
            ("equation", text) for text in found or [labels.op_heading(twin.graph, apply)]
        ]
        told.append(("word", labels.op_words(apply)))
        told += twin.told(*names)
        node = twin.node(apply.id, "apply", "rounded", apply.op.family, apply.outputs[0], told)
        yield _marked(twin, replace(node, apply=apply), set(apply.outputs))
    cost, name = twin.derivation.cost, twin.name(twin.derivation.cost)
    told = [("heading", name), ("word", "" if name == "cost" else "cost")]
    yield twin.node(COST, "output", "result", "result", cost, told)


def _marked(twin: Twin, node: Node, computed: set[str]) -> Node:
    """Mark a forward node that the backward part reads."""
    if twin.plan.reused.isdisjoint(computed):
        return node
    return replace(node, lines=(*node.lines, Line("used again", "used again")), mark="reused")


def _backward(twin: Twin) -> Iterator[Node | Group]:
    """Make the adjoints of each step, the sums of them, and the one the others start from."""
    for group, step in zip(twin.plan.groups, twin.story.steps, strict=True):
        yield _frame(twin, group, step) if twin.plan.is_open else _closed(twin, group, step)
    for variable in twin.plan.sums:
        name = twin.derivation.adjoint_name(variable)
        yield _adjoint(twin, sum_id(variable), variable, [("equation", "+"), ("word", name)], "sum")
    cost = twin.derivation.cost
    yield _adjoint(twin, SEED, cost, [("equation", f"{twin.derivation.adjoint_name(cost)} = 1")])


def _adjoint(twin: Twin, id_: str, variable: str, told: Texts, shape: Shape = "adjoint") -> Node:
    """Make an adjoint; one that is a parameter's finished gradient is told apart as a result."""
    cost = twin.name(twin.derivation.cost)
    own: Tint = "plain" if shape == "sum" else "result"
    finished = [twin.derivation.names[p] for p in twin.plan.results.get(id_, ())]
    if not finished:
        return twin.node(id_, "adjoint", shape, own, variable, told)
    ends: list[tuple[Says, str]] = []
    for name in finished:
        ends += [("finished", f"finished: ∂{cost}/∂{name}"), ("word", twin.updates.get(name, ""))]
    node = twin.node(id_, "adjoint", shape, "parameter", variable, [*told, *ends])
    return replace(node, mark="result")


def _frame(twin: Twin, group: Step, step: Explanation) -> Group:
    """Put the adjoints a step gives and the nodes made for them into a box."""
    first = twin.graph.apply[group.apply].outputs[0]
    lets: list[tuple[Says, str]] = [("word", _line(equation)) for equation in step.lets]
    members: list[Node] = []
    for id_, equation in zip(group.gives, step.gives, strict=True):
        told = [*lets, ("equation", _line(equation)), *twin.told(equation.name)]
        members.append(_adjoint(twin, id_, first, told))
        lets = []
    members += [_made(twin, made) for made in group.made]
    for again in group.reused:
        name = twin.name(again.variable)
        members.append(
            twin.node(again.id, "again", "again", "again", again.variable, [("name", name)])
        )
    return Group(group.apply, "", tuple(members), "frame")


def _made(twin: Twin, made: Made) -> Node:
    apply = twin.graph.apply[made.id]
    again = f"{made.again} again" if made.again else ""
    times = f"made {made.times} times" if made.times > 1 else ""
    told: Texts = [
        ("name", labels.op_heading(twin.graph, apply)),
        ("word", ", ".join(filter(None, [again, times]))),
    ]
    shape: Shape = "cut" if again else "made"
    node = twin.node(made.id, "apply", shape, apply.op.family, apply.outputs[0], told)
    return replace(node, apply=apply, mark="again" if again else "")


def _closed(twin: Twin, group: Step, step: Explanation) -> Node:
    """Make one node of a step: its adjoints, what was made for them, what is used again."""
    told: list[tuple[Says, str]] = [("word", _line(equation)) for equation in step.lets]
    told += [("equation", _line(equation)) for equation in step.gives]
    made = ", ".join(
        labels.op_words(twin.graph.apply[m.id]) + (" again" if m.again else "") for m in group.made
    )
    used = ", ".join(twin.name(again.variable) for again in group.reused)
    told.append(("word", labels.clip(made, MAX_LINE)))
    told.append(("used again", labels.clip(f"uses {used} again", MAX_LINE) if used else ""))
    (id_,) = group.gives
    return _adjoint(twin, id_, twin.graph.apply[group.apply].outputs[0], told)


def _edges(twin: Twin) -> Iterator[Edge]:
    """Yield the edges down the forward part, up the backward part, and across."""
    for apply in twin.forward:
        for id_ in dict.fromkeys(apply.inputs):
            variable = twin.graph.variable[id_]
            if not variable.folded:
                yield Edge(variable.owner or id_, apply.id, "", id_)
    last = twin.graph.variable[twin.derivation.cost]
    yield Edge(last.owner or last.id, COST, "", last.id)
    again = {again.id for group in twin.plan.groups for again in group.reused}
    for arrow in twin.plan.arrows:
        kind: EdgeKind = "reused" if arrow.source in again else "up"
        yield Edge(arrow.source, arrow.target, "", "", kind=kind)
    for group in twin.plan.groups:
        yield Edge(group.apply, group.foot, "", "", kind="beside")
    yield Edge(COST, SEED, "", "", kind="beside")
