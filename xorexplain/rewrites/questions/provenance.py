"""Trace every variable of a rewritten graph back to what it was made from, and by which rewrites.

A value that replaces another stands for it, and for what the rewrite took away with it: the result
of a fused op comes from every op that went into it. Relations are many to many, since a rewrite may
also give two expressions one value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xorexplain.errors.records import dataclass
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.trace import RewriteStep, State, Trace


@dataclass(frozen=True)
class Provenance:
    """Say where a variable of a rewritten graph comes from.

    `sources` are variables of the graph before rewriting, in that graph's order, and `steps` the
    numbers of the steps that led here, in order.
    """

    sources: tuple[str, ...]
    steps: tuple[int, ...] = ()


def provenance(trace: Trace) -> Mapping[str, Provenance]:
    """Return the provenance of every variable that any apply node of the last state computes.

    What is given, as inputs and constants, comes from itself.
    """
    found = every_provenance(trace)
    return {v.id: found[v.id] for v in trace.last.graph.variables}


def every_provenance(trace: Trace) -> Mapping[str, Provenance]:
    """Return the provenance of the variables of all states; of one that left, what it had then."""
    known = _Known(trace)
    for step in trace.steps:
        if step.verdict == "applied":
            known.take(step)
    return {v.id: known.told(v.id) for v in trace.universe.variables}


def together(found: Mapping[str, Provenance], variables: Iterable[str]) -> Provenance:
    """Return the provenance of several variables as one, as of all outputs of an apply node."""
    entries = [found[variable] for variable in variables if variable in found]
    return Provenance(
        tuple(dict.fromkeys(source for entry in entries for source in entry.sources)),
        tuple(sorted({number for entry in entries for number in entry.steps})),
    )


def offspring(found: Mapping[str, Provenance]) -> Mapping[str, tuple[str, ...]]:
    """Turn provenance around: for each source, the variables of the last graph made from it."""
    made: dict[str, list[str]] = {}
    for variable, entry in found.items():
        for source in entry.sources:
            made.setdefault(source, []).append(variable)
    return {source: tuple(variables) for source, variables in made.items()}


class _Known:
    """Hold the sources and steps of each variable so far."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.universe = trace.universe
        start = trace.first.graph
        self.order = {v.id: n for n, v in enumerate(start.variables)}
        self.sources: dict[str, frozenset[str]] = {v: frozenset([v]) for v in self.order}
        self.steps: dict[str, frozenset[int]] = {}

    def take(self, step: RewriteStep) -> None:
        """Pass on what a step replaced, and what it took away, to what took its place."""
        before = state_at(self.trace, step.number - 1)
        pairs = dict.fromkeys((edit.old, edit.new) for edit in step.edits)
        removed, added = set(step.removed), set(step.added)
        made: dict[str, tuple[frozenset[str], frozenset[int]]] = {}
        for old, new in pairs:
            gone = self._above(before, old, removed)
            sources = frozenset().union(*(self._of(v) for v in (old, *gone)))
            steps = frozenset([step.number]).union(*(self.steps.get(v, ()) for v in (old, *gone)))
            made[new] = _joined(made.get(new), (sources, steps))
            for inside in self._above(before, new, added):
                made[inside] = _joined(made.get(inside), (sources, steps))
        for variable, (sources, steps) in made.items():
            if self.universe.variable[variable].owner is None:
                continue
            is_new = self.universe.variable[variable].owner in added
            self.sources[variable] = sources | (frozenset() if is_new else self._of(variable))
            self.steps[variable] = steps | self.steps.get(variable, frozenset())

    def told(self, variable: str) -> Provenance:
        """Return the provenance of a variable, in order."""
        sources = sorted(self._of(variable), key=lambda v: self.order.get(v, len(self.order)))
        return Provenance(tuple(sources), tuple(sorted(self.steps.get(variable, ()))))

    def _of(self, variable: str) -> frozenset[str]:
        return self.sources.get(variable, frozenset())

    def _above(self, state: State, variable: str, within: Iterable[str]) -> list[str]:
        """List what some apply nodes compute towards a variable, itself left out."""
        allowed = set(within)
        found: list[str] = []
        stack = [variable]
        while stack:
            owner = self.universe.owner(stack.pop())
            if owner is None or owner.id not in allowed:
                continue
            allowed.discard(owner.id)
            found += [v for v in owner.outputs if v != variable]
            stack += state.inputs(owner.id)
        return found


def _joined(
    one: tuple[frozenset[str], frozenset[int]] | None,
    other: tuple[frozenset[str], frozenset[int]],
) -> tuple[frozenset[str], frozenset[int]]:
    return other if one is None else (one[0] | other[0], one[1] | other[1])
