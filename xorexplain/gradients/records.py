"""Hold a derivation: the records that say what each forward node received and handed on.

The adjoint of `x` is ∂cost/∂x, written `δx`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import Any

from xorexplain.errors.escaping import counted, short
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import DELTA, Graph, Output
from xorexplain.graph.views.same import classes
from xorexplain.graph.views.subgraph import needed


@dataclass(frozen=True)
class Received:
    """Say what one input of a forward node receives from it.

    `contribution` is the variable the engine made for it, None where there is none; then `reason`
    says why. `is_whole` tells that the input has no other client, so this is its adjoint.
    """

    input: str
    position: int
    contribution: str | None
    reason: str = ""
    is_whole: bool = True


@dataclass(frozen=True)
class Step:
    """Hold one forward node on the way back.

    `arrives` are the adjoints of its outputs by variable id (None for an output the cost does not
    depend on), `emitted` the apply nodes the engine made for it, `reused` the forward variables
    those read, `recomputed` pairs an emitted node with the forward variable it computes again.
    `absorbed` are forward nodes that are told in the same step, each behind the one that reads it;
    positions then go on through their inputs. `numbers` are those of the steps it stands for, in
    the derivation that is not folded; none where it is that one.
    """

    apply: str
    arrives: tuple[str | None, ...]
    received: tuple[Received, ...]
    emitted: tuple[str, ...]
    reused: tuple[str, ...]
    recomputed: tuple[tuple[str, str], ...] = ()
    absorbed: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Result:
    """Hold the finished gradient of one parameter and the update it feeds.

    `separate` is the gradient as a call of its own makes it; `is_same` tells that both are the
    same computation. `update` is the parameter's new value, None for a model without updates.
    """

    parameter: str
    gradient: str | None
    separate: str | None
    is_same: bool
    update: str | None
    reason: str = ""


@dataclass(frozen=True, repr=False)
class Derivation:
    """Hold a whole derivation over one graph that has the forward and the backward nodes.

    `ends` are what is differentiated: the cost alone, whose adjoint is 1, or results whose
    adjoints are given. `names` maps forward variables to readable names, `adjoints` forward
    variables to the variable that is their adjoint, `sums` a forward variable with several clients
    to what each contributes. `inside` holds the derivation of the graph inside a forward node.
    """

    graph: Graph
    ends: tuple[str, ...]
    forward: tuple[str, ...]
    names: dict[str, str]
    adjoints: Mapping[str, str]
    sums: Mapping[str, tuple[str, ...]]
    steps: tuple[Step, ...]
    results: tuple[Result, ...]
    inside: Mapping[str, Derivation]
    altered: Mapping[str, str] = field(default_factory=dict)
    """What changes the gradient on purpose, by forward node: its adjoints are no slopes."""
    underived: Mapping[str, str] = field(default_factory=dict)
    """Why the graph inside a forward node is not derived, where that failed."""
    shapes: Mapping[str, str] = field(default_factory=dict)
    """The shapes of given variables in letters, where lengths are told by letters."""
    is_folded: bool = False
    """Whether plumbing is told in the steps that it serves."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    """The engine's own variable for each variable id, for checks; no part of the record."""

    def __repr__(self) -> str:
        wrt = ", ".join(self.names[result.parameter] for result in self.results)
        nodes = counted(len(self.forward), "forward node")
        return short("Derivation", (self.graph.origin.model, f"wrt {wrt}", nodes))

    @property
    def cost(self) -> str:
        """The cost; the first of several results."""
        return self.ends[0]

    @cached_property
    def forward_graph(self) -> Graph:
        """The forward part alone, with what is differentiated as its results."""
        applies = set(self.forward)
        used = {v for a in self.graph.applies if a.id in applies for v in (*a.inputs, *a.outputs)}
        return replace(
            self.graph,
            applies=tuple(a for a in self.graph.applies if a.id in applies),
            variables=tuple(v for v in self.graph.variables if v.id in used),
            inputs=tuple(v for v in self.graph.inputs if v in used),
            outputs=tuple(Output(end, self.names[end]) for end in self.ends),
            parameters=tuple(v for v in self.graph.parameters if v in used),
        )

    @cached_property
    def together(self) -> frozenset[str]:
        """Ids of the apply nodes of the cost and the gradients; `graph` has more, to explain them.

        That is what the engine makes when it is asked for the gradients alone.
        """
        gradients = (r.gradient for r in self.results if r.gradient is not None)
        part = needed(self.graph, [*self.ends, *gradients])
        return frozenset(apply.id for apply in part.applies)

    @cached_property
    def classes(self) -> Mapping[str, int]:
        """The number of the computation each variable stands for."""
        return classes(self.graph)

    @cached_property
    def receipts(self) -> Mapping[str, tuple[tuple[Step, Received], ...]]:
        """For each forward variable, the steps that contribute to its adjoint."""
        found: dict[str, list[tuple[Step, Received]]] = {}
        for step in self.steps:
            for received in step.received:
                if received.contribution is not None:
                    found.setdefault(received.input, []).append((step, received))
        return {variable: tuple(entries) for variable, entries in found.items()}

    @cached_property
    def taken(self) -> frozenset[str]:
        """The names given so far, which no other thing may have."""
        return frozenset(self.names.values())

    @cached_property
    def made_up(self) -> frozenset[str]:
        """The names of computed values that have none of their own."""
        computed = {v.id for v in self.graph.variables if v.owner is not None and not v.name}
        return frozenset(name for v, name in self.names.items() if v in computed)

    def adjoint_name(self, variable: str) -> str:
        """Return `δx` for a forward variable `x`."""
        return DELTA + self.names[variable]

    def same_as(self, named: Mapping[str, str]) -> dict[str, str]:
        """Extend names to every variable that is the same computation as a named one."""
        by_class = {self.classes[v]: name for v, name in named.items()}
        return {v: by_class[n] for v, n in self.classes.items() if n in by_class}


def altered_below(derivation: Derivation, parameter: str) -> str:
    """Say which forward nodes above a parameter change the gradient on purpose; empty for none."""
    reached = {parameter}
    found: dict[str, None] = {}
    for id_ in derivation.forward:
        apply = derivation.graph.apply[id_]
        if reached.isdisjoint(apply.inputs):
            continue
        reached.update(apply.outputs)
        if id_ in derivation.altered:
            found[derivation.altered[id_]] = None
    return "; ".join(found)
