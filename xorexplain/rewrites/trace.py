"""Hold what a rewriter did: the graph it started from, and every step as edits of it.

Nodes are interned: `universe` has every variable and apply node that ever was in the graph, each
once. A step names what it changed by id, so a trace grows with its steps, not with steps times
nodes. Of each edge is known after which step it leads where: any state is read without the ones
before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Literal

from xorexplain.errors.escaping import counted, short
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph, Output, Variable

TRACE_VERSION = 1
Verdict = Literal["applied", "rejected", "failed"]


@dataclass(frozen=True)
class Edit:
    """Change one edge: input `position` of an apply node, or result `position` of the graph."""

    apply: str | None
    position: int
    old: str
    new: str


@dataclass(frozen=True)
class Rewrite:
    """Describe a rewrite as its engine registers it.

    `where` is the file and line of its code, `tags` those a mode may include or exclude, `summary`
    the engine's own docstring. `tries` counts on how many nodes (or graphs) it was tried, `hits`
    how often it had an answer, `seconds` what all that took, without the rewrites that it asked.
    """

    name: str
    where: str = ""
    tags: tuple[str, ...] = ()
    summary: str = ""
    tries: int = 0
    hits: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class RewriteStep:
    """Hold one firing of a rewrite.

    `added` and `removed` are the apply nodes that entered and left the graph, `seconds` the time
    since the step before. A rejected step changed the graph and changed it back; a failed one
    raised, and `message` is its error. `members` are those rewrites of a group that did it, and
    `round` counts the rounds the phase had made over the graph, from 1.
    """

    number: int
    phase: str
    rewrite: str
    verdict: Verdict
    edits: tuple[Edit, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    seconds: float = 0.0
    message: str = ""
    members: tuple[str, ...] = ()
    round: int = 1

    @property
    def made_by(self) -> str:
        """The rewrite that did it: of a group, the one member which did, else itself."""
        return self.members[0] if len(self.members) == 1 else self.rewrite

    @property
    def title(self) -> str:
        """The rewrite's name; of a group, the members that did it, or else how many it has."""
        if self.members:
            return " + ".join(dict.fromkeys(self.members))
        head, bracket, rest = self.rewrite.partition("(")
        return f"{head} of {rest.count(',') + 1} rewrites" if bracket else head

    @property
    def is_noise(self) -> bool:
        """Tell whether the step only merged equal computations, or changed nothing that lasts."""
        return self.verdict == "applied" and not self.added and "merge" in self.title.lower()


@dataclass(frozen=True)
class PhaseTime:
    """Hold how long a phase of the rewriter took, in seconds."""

    name: str
    seconds: float


@dataclass(frozen=True, repr=False)
class Trace:
    """Hold a whole rewriting.

    In `universe` the inputs of an apply node are those it came with; its `outputs` are those of
    the start. `start` and `end` are apply nodes in execution order. `rewrites` describes every
    rewrite that was tried. `stopped` says why the rewriter was stopped before its end, and
    `remarks` are what the engine had to say on the way.
    """

    universe: Graph
    start: tuple[str, ...]
    end: tuple[str, ...]
    outputs: tuple[Output, ...]
    steps: tuple[RewriteStep, ...]
    phases: tuple[PhaseTime, ...]
    rewrites: tuple[Rewrite, ...] = ()
    stopped: str = ""
    remarks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        origin = self.universe.origin
        steps = counted(len(self.steps), "step")
        nodes = f"{len(self.start)} → {counted(len(self.end), 'apply node')}"
        return short("Trace", (origin.model, origin.target, steps, nodes))

    @cached_property
    def rewrite(self) -> Mapping[str, Rewrite]:
        """Rewrites by name."""
        return {rewrite.name: rewrite for rewrite in self.rewrites}

    @cached_property
    def step(self) -> Mapping[int, RewriteStep]:
        """Steps by number, from 1."""
        return {step.number: step for step in self.steps}

    @cached_property
    def first(self) -> State:
        """The state before the first step."""
        return State(self, 0)

    @cached_property
    def last(self) -> State:
        """The state after the last step."""
        return State(self, len(self.steps))

    @cached_property
    def edited(self) -> Mapping[str | None, Mapping[int, tuple[list[int], list[str]]]]:
        """For each edge that is edited, the numbers of the steps that do, and where to.

        By apply node (None for the results of the graph), then by position.
        """
        found: dict[str | None, dict[int, tuple[list[int], list[str]]]] = {}
        for step in self.steps:
            for edit in step.edits:
                edges = found.setdefault(edit.apply, {})
                numbers, variables = edges.setdefault(edit.position, ([], []))
                numbers.append(step.number)
                variables.append(edit.new)
        return found

    @cached_property
    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """For each variable, the apply nodes that read it in some state."""
        found: dict[str, dict[str, None]] = {}
        for apply in self.universe.applies:
            for variable in apply.inputs:
                found.setdefault(variable, {})[apply.id] = None
        for step in self.steps:
            for edit in step.edits:
                if edit.apply is not None:
                    found.setdefault(edit.new, {})[edit.apply] = None
        return {variable: tuple(applies) for variable, applies in found.items()}

    def in_order(self, variables: Iterable[str]) -> list[Variable]:
        """Return the variables of some ids, in the order of the universe."""
        rank = self._rank
        return [self.universe.variable[id_] for id_ in sorted(variables, key=rank.__getitem__)]

    @cached_property
    def owner(self) -> Mapping[str, str | None]:
        """For each variable, the apply node that computes it."""
        return {v.id: v.owner for v in self.universe.variables}

    @cached_property
    def _applies(self) -> dict[str, dict[tuple[str, ...], Apply]]:
        return {}

    @cached_property
    def _rank(self) -> Mapping[str, int]:
        return {v.id: number for number, v in enumerate(self.universe.variables)}


@dataclass(frozen=True, repr=False)
class State:
    """Read the graph after a step, 0 for the start.

    What is in the graph is what the results are computed from; an engine may forget to say that a
    node nobody reads any more has left.
    """

    trace: Trace
    number: int

    def __repr__(self) -> str:
        return f"<State after step {self.number} of {self.trace!r}>"

    def inputs(self, apply: str) -> tuple[str, ...]:
        """Return what an apply node reads; one that is not in the graph, what it would."""
        return self._now(apply, self.trace.universe.apply[apply].inputs)

    @cached_property
    def results(self) -> tuple[str, ...]:
        """The variables that are the results of the graph."""
        return self._now(None, (output.variable for output in self.trace.outputs))

    def readers(self, variable: str) -> list[str]:
        """List the apply nodes that read a variable."""
        known = self.trace.readers.get(variable, ())
        return [apply for apply in known if variable in self.inputs(apply)]

    @cached_property
    def graph(self) -> Graph:
        """The state as a graph, apply nodes in an order in which they can run."""
        universe = self.trace.universe
        applies = self._needed()
        used = set(self.results)
        for apply in applies:
            used.update(apply.inputs, apply.outputs)
        results = set(self.results)
        return replace(
            universe,
            applies=tuple(applies),
            variables=tuple(
                replace(v, role="output") if v.id in results and v.owner else v
                for v in self.trace.in_order(used)
            ),
            inputs=tuple(v for v in universe.inputs if v in used),
            outputs=tuple(
                replace(output, variable=variable)
                for output, variable in zip(self.trace.outputs, self.results, strict=True)
            ),
            parameters=tuple(v for v in universe.parameters if v in used),
        )

    def _now(self, apply: str | None, came: Iterable[str]) -> tuple[str, ...]:
        edges = self.trace.edited.get(apply)
        if edges is None:
            return tuple(came)
        now = list(came)
        for position, (numbers, variables) in edges.items():
            if done := bisect_right(numbers, self.number):
                now[position] = variables[done - 1]
        return tuple(now)

    def _needed(self) -> list[Apply]:
        """Return the apply nodes below the results, each after those it reads, iteratively."""
        owner, order = self.trace.owner, dict[str, Apply]()
        reading: dict[str, Apply] = {}
        stack = [owner[v] for v in reversed(self.results)]
        while stack:
            id_ = stack[-1]
            if id_ is None or id_ in order:
                stack.pop()
            elif id_ in reading:
                order[id_] = reading[id_]
                stack.pop()
            else:
                reading[id_] = apply = self._apply(id_)
                stack += [owner[v] for v in reversed(apply.inputs)]
        return list(order.values())

    def _apply(self, id_: str) -> Apply:
        """Return an apply node with what it reads: the same record wherever that is the same."""
        came = self.trace.universe.apply[id_]
        if id_ not in self.trace.edited:
            return came
        known = self.trace._applies.setdefault(id_, {came.inputs: came})
        inputs = self.inputs(id_)
        if inputs not in known:
            known[inputs] = replace(came, inputs=inputs)
        return known[inputs]
