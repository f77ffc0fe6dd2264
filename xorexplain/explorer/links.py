"""Link the nodes of the stages: the same computation, what T.grad made, what the rewriter made.

Links go both ways and are many to many: a fused node comes from all that went into it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from xorexplain.explorer.graphs import node_of
from xorexplain.gradients.rules import rule_for
from xorexplain.graph.records import Graph
from xorexplain.graph.stages import WRITTEN
from xorexplain.graph.views.matching import corresponding
from xorexplain.render.reports.numbering import Numbered
from xorexplain.rewrites.questions.provenance import Provenance, together
from xorexplain.rewrites.trace import Trace

Json = dict[str, Any]
MAX_NAMES = 6
MAX_COPIES = 6
"""Nodes of one stage that compute the same, up to which each is linked to each."""
Node = tuple[str, str]
"""A stage and the id of a node in it."""
_Homes = Mapping[str, Mapping[int, list[str]]]
"""For each stage and computation, the nodes that stand for it."""


class _Links:
    """Collect links and words, once each and in order."""

    def __init__(self) -> None:
        self.found: dict[Node, dict[str, dict[str, None]]] = {}
        self.steps: dict[Node, list[int]] = {}
        self.words: dict[Node, str] = {}

    def add(self, one: Node, other: Node) -> None:
        for (stage, id_), (to, there) in ((one, other), (other, one)):
            if stage != to:
                self.found.setdefault((stage, id_), {}).setdefault(to, {})[there] = None

    def told(self, shown: Mapping[str, Collection[str]]) -> Json:
        """Write the links between nodes that are shown, as the page's data has them."""
        table: Json = {}
        for stage, id_ in {**self.found, **dict.fromkeys(self.steps), **dict.fromkeys(self.words)}:
            node = (stage, id_)
            if id_ not in shown[stage]:
                continue
            entry: Json = {}
            for to, ids in self.found.get(node, {}).items():
                if there := [other for other in ids if other in shown[to]]:
                    entry[to] = there
            entry["steps"] = self.steps.get(node, [])
            entry["words"] = self.words.get(node, "")
            table.setdefault(stage, {})[id_] = entry
        return table


def links(
    material: Numbered,
    shown: Mapping[str, Collection[str]],
    origins: Mapping[str, Provenance],
) -> Json:
    """Return for each stage and node the nodes of other stages it belongs with.

    `shown` are the nodes of each stage that a picture has; others are left out. `origins` is the
    provenance of the trace's variables.
    """
    collected = _Links()
    homes = {
        stage: _homes_in(graph, material.numbers.get(stage, {}))
        for stage, graph in material.graphs.items()
    }
    for one, other in _same(homes):
        collected.add(one, other)
    _link_results(material, collected)
    _link_emitted(material, homes, collected)
    if material.recording is not None and "optimized" in material.graphs:
        _link_rewritten(material, homes, origins, collected)
    return collected.told(shown)


def _homes_in(graph: Graph, numbers: Mapping[str, int]) -> dict[int, list[str]]:
    """Return the nodes of a stage that stand for each computation."""
    found: dict[int, list[str]] = {}
    for variable in graph.variables:
        if variable.id in numbers:
            home = node_of(graph, variable.id)
            known = found.setdefault(numbers[variable.id], [])
            if home not in known:
                known.append(home)
    return found


def _same(homes: _Homes) -> Iterator[tuple[Node, Node]]:
    """Pair the nodes of different stages that compute the same."""
    stages = list(homes)
    for position, one in enumerate(stages):
        for other in stages[position + 1 :]:
            for number, ids in homes[one].items():
                for here, there in _pairs(ids, homes[other].get(number, [])):
                    yield (one, here), (other, there)


def _pairs(here: list[str], there: list[str]) -> Iterator[tuple[str, str]]:
    """Pair all with all; where a computation occurs often, as ones do, each with its like."""
    if len(here) <= MAX_COPIES and len(there) <= MAX_COPIES:
        yield from ((one, other) for one in here for other in there)
    else:
        yield from zip(here, there, strict=False)


def _link_results(material: Numbered, collected: _Links) -> None:
    """Pair results of one name."""
    stages = list(material.graphs)
    for position, one in enumerate(stages):
        for other in stages[position + 1 :]:
            there = {
                output.label: f"r{number}"
                for number, output in enumerate(material.graphs[other].outputs)
                if output.label
            }
            for number, output in enumerate(material.graphs[one].outputs):
                if output.label in there:
                    collected.add((one, f"r{number}"), (other, there[output.label]))


def _link_emitted(material: Numbered, homes: _Homes, collected: _Links) -> None:
    """Link what T.grad emitted to the node it was emitted for, and say by which rule."""
    derivation = material.derivation
    if derivation is None:
        return
    graph, numbers = derivation.graph, material.numbers["derivation"]
    symbolic = homes.get("symbolic", {})
    forward = {numbers[v] for id_ in derivation.forward for v in graph.apply[id_].outputs}
    for step in derivation.steps:
        apply = graph.apply[step.apply]
        rule = rule_for(apply)
        name = next((derivation.names[v] for v in apply.outputs if v in derivation.names), "")
        words = f"T.grad made it for {apply.op.kind} at {name or apply.id}"
        words += f": {rule.sentence}" if rule is not None else "."
        origins = [id_ for v in apply.outputs for id_ in symbolic.get(numbers[v], ())]
        made = {numbers[v] for id_ in step.emitted for v in graph.apply[id_].outputs}
        for number in sorted(made - forward):
            for stage in ("gradient", "updates"):
                found = homes.get(stage, {}).get(number, [])
                # What occurs more often, as ones do, was made for many nodes, not for this one.
                for id_ in found if len(found) <= MAX_COPIES else ():
                    collected.words.setdefault((stage, id_), words)
                    for origin in origins:
                        collected.add((stage, id_), ("symbolic", origin))


def _link_rewritten(
    material: Numbered, homes: _Homes, found: Mapping[str, Provenance], collected: _Links
) -> None:
    """Link what the rewriter left to what it was made from, and to what was compiled of it."""
    assert material.recording is not None
    trace = material.recording.trace
    optimized, compiled = material.graphs["optimized"], material.graphs.get("compiled")
    names, numbers = material.names_in("trace"), material.numbers["trace"]
    copies = corresponding(optimized, compiled) if compiled is not None else {}
    for apply in optimized.applies:
        entry = together(found, apply.outputs)
        nodes = [("optimized", apply.id)]
        if apply.id in copies:
            nodes.append(("compiled", copies[apply.id]))
            collected.add(*nodes)
        for node in nodes:
            collected.steps[node] = list(entry.steps)
            collected.words[node] = _words(trace, entry.steps, entry.sources, names)
            for source in entry.sources:
                for stage in WRITTEN:
                    for id_ in homes.get(stage, {}).get(numbers[source], [])[:MAX_COPIES]:
                        collected.add(node, (stage, id_))


def _words(
    trace: Trace, steps: Sequence[int], sources: Sequence[str], names: Mapping[str, str]
) -> str:
    """Say in a sentence what a node was made from, and by which rewrites."""
    if not steps:
        return "The rewriter left it as it was."
    made_from = _listed(names[v] for v in sources if v in names)
    by = _listed(trace.step[number].rewrite for number in steps)
    count = f"{len(steps)} step{'' if len(steps) == 1 else 's'}"
    return f"Made from {made_from or 'constants'} in {count}: {by}."


def _listed(words: Iterable[str]) -> str:
    known = list(dict.fromkeys(words))
    return ", ".join(known[:MAX_NAMES]) + (", …" if len(known) > MAX_NAMES else "")
