"""Compare two models, or two rewritings of one: stages, steps, nodes, what they are given and give.

Nodes are matched by what they compute from what is given, whatever they are called and wherever
they stand: `congruence` tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Graph
from xorexplain.graph.stages import REWRITES, STAGES
from xorexplain.graph.views.congruence import Part, called, computations, op_words
from xorexplain.rewrites.alignment import NumberedTrace, Row, aligned, part_of
from xorexplain.rewrites.trace import Trace


@dataclass(frozen=True)
class Side:
    """Hold what is compared of one side.

    `values` tell, by stage, what constants are whose text does not tell their whole value.
    """

    name: str
    stages: Mapping[str, Graph]
    trace: Trace | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Computed:
    """Say what a node computes, each output by a number that both sides share, and by which op."""

    numbers: tuple[int, ...]
    op: str = ""


Nodes = Mapping[str, Computed]


@dataclass(frozen=True)
class Given:
    """Hold the type that something given has on each side, None where a side lacks it."""

    name: str
    left: str | None
    right: str | None


@dataclass(frozen=True)
class Result:
    """Tell whether a result of both final graphs is the same computation."""

    name: str
    is_same: bool


@dataclass(frozen=True)
class Comparison:
    """Hold two sides, and how they are alike.

    `nodes` are those of each stage that both sides have, and of the `REWRITES` all that ever were
    in the graph; `rows` align the steps, None where a side has no rewriting.
    """

    left: Side
    right: Side
    nodes: Mapping[str, tuple[Nodes, Nodes]]
    rows: tuple[Row, ...] | None
    given: tuple[Given, ...]
    results: tuple[Result, ...]

    @cached_property
    def first(self) -> Row | None:
        """The first row in which the rewritings are not the same."""
        return next((row for row in self.rows or () if row.kind != "same"), None)

    @property
    def last_stage(self) -> str:
        """The last stage before compiling that both sides have."""
        return [stage for stage in self.nodes if stage not in (REWRITES, "compiled")][-1]

    def apart(self, stage: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return, of each side, the apply nodes of a stage whose values the other lacks."""
        left, right = self.nodes[stage]
        sides = ((self.left, left, right), (self.right, right, left))
        found = []
        for side, own, other in sides:
            known = {number for node in other.values() for number in node.numbers}
            applies = (apply.id for apply in side.stages[stage].applies)
            found.append(tuple(id_ for id_ in applies if known.isdisjoint(own[id_].numbers)))
        return found[0], found[1]

    def is_same_graph(self, stage: str) -> bool:
        """Tell whether a stage has the same nodes on both sides, each as often."""
        left, right = (
            Counter(nodes[apply.id] for apply in side.stages[stage].applies)
            for side, nodes in zip((self.left, self.right), self.nodes[stage], strict=True)
        )
        return left == right


def compare(left: Side, right: Side) -> Comparison:
    """Compare two sides in every stage that both of them have."""
    sides = (left, right)
    stages = [stage for stage in STAGES if all(stage in side.stages for side in sides)]
    extra = [s for s in left.stages if s in right.stages and s not in STAGES]
    graphs = {stage: tuple(side.stages[stage] for side in sides) for stage in [*extra, *stages]}
    parts = [
        Part(graph, (), side.values.get(stage, {}))
        for stage, both in graphs.items()
        for side, graph in zip(sides, both, strict=True)
    ]
    traces = [side.trace for side in sides if side.trace is not None]
    is_traced = len(traces) == len(sides)
    if is_traced:
        graphs[REWRITES] = tuple(trace.universe for trace in traces)
        parts += [
            part_of(trace, side.values.get(REWRITES, {}))
            for side, trace in zip(sides, traces, strict=True)
        ]
    numbers = computations(parts)
    nodes = {
        stage: (_nodes(both[0], numbers[2 * n]), _nodes(both[1], numbers[2 * n + 1]))
        for n, (stage, both) in enumerate(graphs.items())
    }
    told = [NumberedTrace(trace, found) for trace, found in zip(traces, numbers[-2:], strict=False)]
    rows = tuple(aligned(*told)) if is_traced else None
    return Comparison(
        left, right, nodes, rows, tuple(_given(*graphs.values())), tuple(_results(nodes, graphs))
    )


def _nodes(graph: Graph, numbers: Mapping[str, int]) -> Nodes:
    """Return what the nodes of a picture compute: apply nodes, what is given, results."""
    found = {v.id: Computed((numbers[v.id],)) for v in graph.variables if v.owner is None}
    for apply in graph.applies:
        computed = tuple(numbers[v] for v in apply.outputs)
        found[apply.id] = Computed(computed, op_words(apply))
    for position, output in enumerate(graph.outputs):
        found[f"r{position}"] = Computed((numbers[output.variable],))
    return found


def _given(*stages: tuple[Graph, ...]) -> Iterator[Given]:
    """Yield what is given to either side and is not of one type in both."""
    types: list[dict[str, str]] = [{}, {}]
    for both in stages:
        for graph, found in zip(both, types, strict=True):
            for id_ in graph.inputs:
                variable = graph.variable[id_]
                if name := called(variable):
                    found.setdefault(name, variable.type)
    for name in dict.fromkeys([*types[0], *types[1]]):
        left, right = (found.get(name) for found in types)
        if left != right:
            yield Given(name, left, right)


def _results(
    nodes: Mapping[str, tuple[Nodes, Nodes]], graphs: Mapping[str, tuple[Graph, ...]]
) -> Iterator[Result]:
    """Compare what the last stage gives, result by result: by name, or else by position."""
    stage = next((s for s in reversed([*graphs]) if s not in (REWRITES, "compiled")), None)
    if stage is None:
        return
    found: list[dict[str, int]] = []
    for graph, own in zip(graphs[stage], nodes[stage], strict=True):
        named = {
            output.label or f"result {position + 1}": own[f"r{position}"].numbers[0]
            for position, output in enumerate(graph.outputs)
        }
        found.append(named)
    for name in dict.fromkeys([*found[0], *found[1]]):
        yield Result(name, name in found[0] and found[0][name] == found[1].get(name))
