"""Arrange a derivation for a picture: which backward nodes stand beside which forward node.

The nodes that T.grad made for one forward node form a group, below the adjoints they give. What
is computed from constants alone is written inside the nodes that read it, a broadcast
is left to the nodes that read it, and equal nodes of one group are drawn once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from xorexplain.errors.records import dataclass
from xorexplain.gradients.records import Derivation, Received, Step
from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph, is_phrase
from xorexplain.graph.views.fold import MAX_INLINE
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text

SEED = "seed"
"""The node that stands for ∂cost/∂cost = 1."""


@dataclass(frozen=True)
class Made:
    """Hold a backward node; `again` is the forward value it computes again, `times` how often."""

    id: str
    again: str
    times: int


@dataclass(frozen=True)
class Again:
    """Stand for a forward variable that a group reads, inside the group."""

    id: str
    variable: str


@dataclass(frozen=True)
class Group:
    """Hold what one forward node's op made, and the nodes that stand for the adjoints it gives.

    An open group has a node for each contribution, in their order, a closed one a single node for
    all of it. `foot` is the node that stands beside the forward node.
    """

    apply: str
    gives: tuple[str, ...]
    made: tuple[Made, ...]
    reused: tuple[Again, ...]
    foot: str


@dataclass(frozen=True)
class Arrow:
    """Lead from a node to one that reads it; one that is `ranked` also says which is higher."""

    source: str
    target: str
    ranked: bool = True


@dataclass(frozen=True)
class Plan:
    """Hold all of the picture but its text.

    `graph` has the constants folded. `sums` are the forward variables whose adjoint adds up
    several contributions. `results` pairs a node with the parameters whose gradient it delivers.
    """

    graph: Graph
    is_open: bool
    groups: tuple[Group, ...]
    sums: tuple[str, ...]
    results: Mapping[str, tuple[str, ...]]
    arrows: tuple[Arrow, ...]

    @cached_property
    def reused(self) -> frozenset[str]:
        """The forward variables that the backward part reads."""
        return frozenset(again.variable for group in self.groups for again in group.reused)


def sum_id(variable: str) -> str:
    """Name the node that adds up what a forward variable receives."""
    return f"sum_{variable}"


def plan(derivation: Derivation, is_open: bool = True) -> Plan:
    """Arrange a derivation; a closed plan has one node for each step."""
    backward = _Backward(derivation, is_open)
    arrows = tuple(dict.fromkeys(backward.arrows()))
    results: dict[str, tuple[str, ...]] = {}
    for result in derivation.results:
        source = backward.delivering(result.parameter) if result.gradient is not None else None
        if source is not None:
            results[source] = (*results.get(source, ()), result.parameter)
    groups = tuple(backward.groups(arrows))
    return Plan(backward.graph, is_open, groups, tuple(derivation.sums), results, arrows)


def fold_fixed(graph: Graph) -> tuple[Graph, frozenset[str]]:
    """Fold what is computed from constants alone into its readers; return what was folded too."""
    fixed = {v.id for v in graph.variables if v.role == "constant"}
    carried: dict[str, str] = {}
    applies = []
    for apply in graph.applies:
        if fixed.issuperset(apply.inputs):
            fixed.update(apply.outputs)
            if _is_carrier(apply):
                carried[apply.outputs[0]] = carried.get(apply.inputs[0], apply.inputs[0])
        applies.append(replace(apply, inputs=tuple(carried.get(v, v) for v in apply.inputs)))
    plain = replace(graph, applies=tuple(applies))

    def value(variable: str) -> str:
        found = express(plain, carried.get(variable, variable), {})
        # As pictures of a stage have it: what the engine wrote, where that is short.
        written = text(found)
        written = written if len(written) <= MAX_INLINE else text(simplify(found))
        return f"({written})" if is_phrase(written) else written

    variables = tuple(
        replace(v, folded=True, owner=None, role="constant", value=value(v.id))
        if v.id in fixed
        else v
        for v in graph.variables
    )
    kept = tuple(a for a in graph.applies if not fixed.issuperset(a.outputs))
    return replace(graph, variables=variables, applies=kept), frozenset(fixed)


class _Backward:
    """Hold where each backward variable comes from, while a plan is made."""

    def __init__(self, derivation: Derivation, is_open: bool) -> None:
        self.derivation = derivation
        self.is_open = is_open
        self.graph, self.fixed = fold_fixed(derivation.graph)
        graph = derivation.graph
        read = [v for id_ in derivation.forward for v in graph.apply[id_].inputs]
        computed = [v for id_ in derivation.forward for v in graph.apply[id_].outputs]
        self.forward = frozenset([*read, *computed]) - self.fixed
        self.home: dict[str, Step] = {}
        self.equal: dict[str, str] = {}
        for step in derivation.steps:
            self._house(step)
        self.adding = dict(self._adding())
        self.reused: dict[str, dict[str, Again]] = {step.apply: {} for step in derivation.steps}

    def _house(self, step: Step) -> None:
        """Give the nodes of a step that no step before has a place, equal ones the same."""
        first: dict[int, str] = {}
        for id_ in step.emitted:
            apply = self.derivation.graph.apply[id_]
            is_noise = _is_carrier(apply) or self.fixed.issuperset(apply.outputs)
            if id_ not in self.home and not is_noise:
                self.home[id_] = step
                number = self.derivation.classes[apply.outputs[0]]
                self.equal[id_] = first.setdefault(number, id_)

    def _adding(self) -> Iterator[tuple[str, str]]:
        """Yield the nodes that add contributions, each with the forward variable they are for."""
        graph = self.derivation.graph
        for variable, terms in self.derivation.sums.items():
            stack = [self.derivation.adjoints[variable]]
            while stack:
                current = stack.pop()
                owner = graph.owner(current)
                if current not in terms and owner is not None and owner.id not in self.home:
                    yield owner.id, variable
                    stack.extend(owner.inputs)

    def source(self, step: Step, variable: str) -> str | None:
        """Return the node, or the forward variable, that a node of a step reads a value from.

        None stands for a constant and for what only serves for its shape.
        """
        graph = self.derivation.graph
        while True:
            if variable in step.arrives:
                output = graph.apply[step.apply].outputs[step.arrives.index(variable)]
                return self.delivering(output)
            if variable in self.forward:
                return variable
            owner = graph.owner(variable)
            if owner is None or variable in self.fixed:
                return None
            if owner.id in self.adding:
                return sum_id(self.adding[owner.id])
            if not _is_carrier(owner):
                return self.equal.get(owner.id)
            variable = owner.inputs[0]

    def delivering(self, variable: str) -> str | None:
        """Return the node that delivers the adjoint of a forward variable."""
        if variable == self.derivation.cost:
            return SEED
        if variable in self.derivation.sums:
            return sum_id(variable)
        for step, received in self.derivation.receipts.get(variable, ()):
            return self.give(step, received)
        return None

    def give(self, step: Step, received: Received) -> str:
        """Name the node that stands for what a forward node hands to one of its inputs."""
        return f"{step.apply}_{received.position}" if self.is_open else _closed_id(step)

    def arrows(self) -> Iterator[Arrow]:
        """Yield every arrow; only an open plan has those between the nodes of a group."""
        for id_, step in self.home.items():
            apply = self.graph.apply[id_]
            for position, variable in enumerate(apply.inputs):
                if position or not has(apply.op.kind, "reads shape"):
                    yield from self._arrow(step, variable, self.equal[id_])
        for step in self.derivation.steps:
            for received in step.received:
                if received.contribution is not None:
                    give = self.give(step, received)
                    yield from self._arrow(step, received.contribution, give)
                    if received.input in self.derivation.sums:
                        yield Arrow(give, sum_id(received.input))

    def _arrow(self, step: Step, variable: str, target: str) -> Iterator[Arrow]:
        source = self.source(step, variable)
        home = self.home.get(source or "")
        if source in self.forward:
            again = Again(f"{step.apply}_{source}", source)
            source = self.reused[step.apply].setdefault(source, again).id
            home = step
        if not self.is_open:
            source = _closed_id(home) if home is not None else source
            target = _closed_id(step)
        if source is not None and source != target:
            yield Arrow(source, target, ranked=home is None or home is step)

    def groups(self, arrows: Sequence[Arrow]) -> Iterator[Group]:
        above: dict[str, list[str]] = {}
        for arrow in arrows:
            above.setdefault(arrow.source, []).append(arrow.target)
        for step in self.derivation.steps:
            again = {id_: self.derivation.names.get(v, "") for id_, v in step.recomputed}
            kept = [id_ for id_ in step.emitted if self.home.get(id_) is step]
            made = tuple(
                Made(id_, again.get(id_, ""), sum(self.equal[other] == id_ for other in kept))
                for id_ in kept
                if self.equal[id_] == id_
            )
            given = [self.give(step, r) for r in step.received if r.contribution is not None]
            gives = tuple(dict.fromkeys(given))
            reused = tuple(self.reused[step.apply].values())
            members = [*(r.id for r in reused), *(m.id for m in made)]
            foot = _foot(members, above) if self.is_open else None
            yield Group(step.apply, gives, made, reused, foot or gives[0])


def _closed_id(step: Step) -> str:
    return f"{step.apply}_back"


def _is_carrier(apply: Apply) -> bool:
    return apply.op.kind == "expand_dims" or has(apply.op.kind, "carries")


def _foot(members: Sequence[str], above: Mapping[str, Sequence[str]]) -> str | None:
    """Return the node from which the longest way leads up through a group."""
    height: dict[str, int] = {}
    for member in reversed(members):
        height[member] = 1 + max((height.get(t, 0) for t in above.get(member, ())), default=0)
    return max(members, key=lambda member: height[member], default=None)
