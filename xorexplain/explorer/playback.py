"""Turn a trace into states that can be stepped through, with places that stay.

The nodes of states that follow each other are laid out once, together; a new segment begins where
they have become many more than one state has. A large trace shows each step's own region instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.explorer.formula_parts import renamed, renamings
from xorexplain.explorer.graphs import edges_of, heading, node_ids, picture
from xorexplain.explorer.node_code import slots
from xorexplain.explorer.pictures import Pictures
from xorexplain.explorer.regions import region
from xorexplain.explorer.steps import step_entries
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.fold import fold_constants
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.render.pictures.op_words import told_output
from xorexplain.rewrites.check import StepCheck
from xorexplain.rewrites.questions.switches import goes_by_its_name, registry_of
from xorexplain.rewrites.replay import replay
from xorexplain.rewrites.trace import Trace

Json = dict[str, Any]
GROWTH = 1.6
"""A segment ends where its nodes are so many times those of the current state."""
SPARE = 6
"""So many nodes more than that do no harm to a small graph."""
MAX_SHOWN = 40_000
"""Nodes of all states together up to which whole states are shown."""
MAX_REGIONS = 4_000
"""Steps of a large trace whose regions are drawn."""


def playback(
    trace: Trace,
    names: Mapping[str, str],
    pictures: Pictures,
    checks: Sequence[StepCheck] = (),
    excludable: Collection[str] = (),
) -> Json:
    """Return the trace of the page's data, and add its pictures to the others.

    `names` are those of variables by id, `excludable` the rewrites that their own name excludes.
    Times are left out: equal models give equal pages.
    """
    trace = replace(trace, universe=infer_shapes(trace.universe))
    segments: list[Json] = []
    if _size(trace) <= MAX_SHOWN:
        states = list(_states(trace, names, pictures, segments))
    else:
        states = list(_regions(trace, names, pictures))
    return {
        "segments": segments,
        "states": states,
        "steps": step_entries(trace, names, checks, excludable),
        "phases": _phases(trace),
        "stopped": trace.stopped,
        "remarks": list(trace.remarks),
    }


def excludable_by_name(engine: Engine, trace: Trace) -> set[str]:
    """Return the rewrites a mode leaves out when their own name is excluded."""
    try:
        registry = registry_of(engine)
    except XorexplainError:
        # A mode that no query made has no names to exclude.
        return set()
    made = {step.made_by for step in trace.steps}
    return {rewrite for rewrite in made if goes_by_its_name(registry, rewrite)}


def _size(trace: Trace) -> int:
    """Count the apply nodes of all states together."""
    nodes = total = len(trace.start)
    for step in trace.steps:
        if step.verdict == "applied":
            nodes += len(step.added) - len(step.removed)
        total += nodes
    return total


def _phases(trace: Trace) -> list[Json]:
    """List the phases that did something, in their order, with their first and last steps.

    Which others there are depends on what else a process has imported.
    """
    found = []
    for name, steps in groupby(trace.steps, key=lambda step: step.phase):
        numbers = [step.number for step in steps]
        found.append({"name": name, "first": numbers[0], "last": numbers[-1]})
    return found


def _states(
    trace: Trace, names: Mapping[str, str], pictures: Pictures, segments: list[Json]
) -> Iterator[Json]:
    """Yield the states, segment by segment."""
    graphs = [fold_constants(state.graph) for _, state in replay(trace)]
    headings, told = _Headings(graphs, names), _Slots()
    first = 0
    while first < len(graphs):
        union, last = _segment(graphs, first)
        shown = graphs[first : last + 1]
        universe = _universe(shown, union)
        drawn = picture(universe, names, pictures.telling())
        headings.make_room(drawn, shown)
        usual = {node["id"]: node["label"] for node in drawn["nodes"]}
        places: dict[tuple[object, ...], int] = {}
        drawn["edges"] = []
        for graph in shown:
            edges = []
            for edge in edges_of(graph):
                ends = (edge["from"], edge["to"], edge["position"], edge["variable"])
                edges.append(places.setdefault(ends, len(places)))
                if edges[-1] == len(drawn["edges"]):
                    drawn["edges"].append(edge)
            state = {"segment": len(segments), "nodes": node_ids(graph), "edges": edges}
            state |= told.other_than(universe, graph)
            labels = headings.other_than(usual, graph)
            yield {**state, "labels": labels} if labels else state
        key = f"s{len(segments)}"
        pictures.add_drawn(key, drawn)
        segments.append({"first": first, "last": last, "graph": key})
        first = last + 1


class _Slots:
    """Write the slots of apply nodes, each once for the inputs it has."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Json] = {}

    def of(self, graph: Graph, apply: Apply) -> Json:
        # A constant is folded but while it is a result.
        folded = tuple(graph.variable[id_].folded for id_ in (*apply.inputs, *apply.outputs))
        key = (apply.id, apply.inputs, folded)
        if key not in self._known:
            self._known[key] = slots(graph, apply)
        return self._known[key]

    def other_than(self, usual: Graph, graph: Graph) -> Json:
        """Return the slots of nodes that read other inputs than usual, where they are others."""
        found = {}
        for apply in graph.applies:
            own = usual.apply[apply.id]
            if apply.inputs != own.inputs:
                texts = self.of(graph, apply)
                if texts != self.of(usual, own):
                    found[apply.id] = texts
        return {"slots": found} if found else {}


class _Headings:
    """Write the labels of apply nodes, each once for the inputs it has.

    The parts of a formula have one name in all states, which no other node's have.
    """

    def __init__(self, graphs: Sequence[Graph], names: Mapping[str, str]) -> None:
        self._known: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        nodes: dict[str, Json] = {}
        for graph in graphs:
            for apply in graph.applies:
                key = (apply.id, apply.inputs)
                if key not in self._known:
                    self._known[key] = heading(graph, apply, names)
                    called = names.get(told_output(graph, apply), "")
                    node = nodes.setdefault(apply.id, {"name": called, "label": []})
                    node["label"] += self._known[key]
        given = [{"name": name, "label": []} for name in names.values()]
        parts = dict(zip(nodes, renamings([*given, *nodes.values()])[len(given) :], strict=True))
        for (id_, inputs), label in self._known.items():
            self._known[id_, inputs] = renamed(label, parts[id_])

    def of(self, apply: Apply) -> list[str]:
        return self._known[apply.id, apply.inputs]

    def make_room(self, drawn: Json, graphs: Sequence[Graph]) -> None:
        """Have each node laid out with the longest label it has in any state."""
        longest: dict[str, list[str]] = {}
        for graph in graphs:
            for apply in graph.applies:
                label = self.of(apply)
                known = longest.setdefault(apply.id, label)
                if max(map(len, label)) > max(map(len, known)):
                    longest[apply.id] = label
        for node in drawn["nodes"]:
            node["label"] = longest.get(node["id"], node["label"])

    def other_than(self, usual: Mapping[str, list[str]], graph: Graph) -> dict[str, list[str]]:
        """Return the labels of a state that are not the usual ones."""
        found = {apply.id: self.of(apply) for apply in graph.applies}
        return {id_: label for id_, label in found.items() if label != usual[id_]}


def _segment(graphs: Sequence[Graph], first: int) -> tuple[dict[str, Apply], int]:
    """Return the apply nodes of a segment that begins at a state, and its last state."""
    union = {apply.id: apply for apply in graphs[first].applies}
    last = first
    for number in range(first + 1, len(graphs)):
        here = graphs[number].applies
        grown = {**{apply.id: apply for apply in here}, **union}
        if len(grown) > GROWTH * len(here) + SPARE:
            break
        union, last = grown, number
    return union, last


def _universe(graphs: Sequence[Graph], union: Mapping[str, Apply]) -> Graph:
    """Put all nodes of a segment into one graph."""
    variables = {v.id: v for graph in reversed(graphs) for v in graph.variables}
    # A constant is a node of its own while it is a result.
    for graph in graphs:
        for variable in graph.variables:
            if variables[variable.id].folded and not variable.folded:
                variables[variable.id] = variable
    return replace(
        graphs[0],
        applies=tuple(union.values()),
        variables=tuple(variables.values()),
        inputs=tuple(dict.fromkeys(v for graph in graphs for v in graph.inputs)),
    )


def _regions(trace: Trace, names: Mapping[str, str], pictures: Pictures) -> Iterator[Json]:
    """Yield states that show what their step changed, and nothing else."""
    yield {"local": None}
    telling = pictures.telling()
    drawn = 0
    for step in trace.steps:
        key = None
        if drawn < MAX_REGIONS:
            key = f"l{step.number}"
            pictures.add_drawn(key, region(trace, step, names, telling))
            drawn += 1
        yield {"local": key}
