"""Find in a gradient graph what each forward node contributed to the adjoint of each input.

The engine adds up one contribution for each use of a variable, in the order in which it met the
uses on its way up from the cost: `(first + second) + third`. The same walk is done here, so that
each sum can be taken apart again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph, Op

Use = tuple[str, int]
"""A forward apply node and the input position at which it reads a variable."""


@dataclass(frozen=True)
class Forward:
    """Hold which part of a graph is forward, and the adjoint of each forward variable.

    `ends` are what is differentiated; no forward node reads them. `connections` tells for each
    input of an apply node which outputs depend on its values.
    """

    graph: Graph
    applies: tuple[str, ...]
    variables: frozenset[str]
    adjoints: Mapping[str, str]
    ends: tuple[str, ...]
    connections: Mapping[str, Sequence[Sequence[bool]]]

    @cached_property
    def uses(self) -> Mapping[str, tuple[Use, ...]]:
        """For each variable the ends depend on, the uses that contribute to its adjoint.

        They come in the order in which the engine adds up what they contribute.
        """
        found: dict[str, dict[str, dict[int, None]]] = {}
        seen: set[str] = set()
        stack = [self._reached_from(end, found) for end in reversed(self.ends)]
        while stack:
            variable = next(stack[-1], None)
            if variable is None:
                stack.pop()
            elif variable not in seen:
                seen.add(variable)
                stack.append(self._reached_from(variable, found))
        return {
            variable: tuple((apply, p) for apply, places in by_apply.items() for p in places)
            for variable, by_apply in found.items()
        }

    def _reached_from(
        self, variable: str, found: dict[str, dict[str, dict[int, None]]]
    ) -> Iterator[str]:
        """Yield the inputs a variable depends on, noting each use just before."""
        apply = self.graph.owner(variable)
        if apply is None:
            return
        output = apply.outputs.index(variable)
        for position, input_ in enumerate(apply.inputs):
            if self.connections[apply.id][position][output]:
                found.setdefault(input_, {}).setdefault(apply.id, {})[position] = None
                yield input_

    def arriving(self, apply: str) -> frozenset[str]:
        """Return the adjoints of a forward node's outputs."""
        outputs = self.graph.apply[apply].outputs
        return frozenset(self.adjoints[v] for v in outputs if v in self.adjoints)


def contributions(forward: Forward) -> dict[Use, str]:
    """Return, for each use of a variable that has an adjoint, what it contributed to it."""
    found: dict[Use, str] = {}
    for variable, adjoint in forward.adjoints.items():
        uses = forward.uses.get(variable, ())
        if variable not in forward.ends:
            found.update(zip(uses, _terms(forward.graph, adjoint, len(uses)), strict=False))
    return found


def _terms(graph: Graph, total: str, count: int) -> list[str]:
    """Take `((first + second) + third)` apart into at most `count` terms."""
    terms: list[str] = []
    while len(terms) + 1 < count:
        owner = graph.owner(total)
        if owner is None or not _adds(owner.op) or len(owner.inputs) != 2:
            break
        total, last = owner.inputs
        terms.append(last)
    return [total, *reversed(terms)] if count else []


def _adds(op: Op) -> bool:
    """Tell whether an op adds its inputs; xtensors are added by the names of dims."""
    return op.kind == "add" or (op.kind == "x_elemwise" and op.param("core") == "add")


def emitted_by(forward: Forward, apply: Apply, made: Iterable[str]) -> tuple[str, ...]:
    """Return the apply nodes between the contributions of a node and what arrived at it."""
    nodes = _backward_nodes(forward, made, forward.arriving(apply.id))
    return tuple(sorted(nodes, key=lambda id_: int(id_[1:])))


def reused_by(forward: Forward, emitted: Iterable[str]) -> tuple[str, ...]:
    """Return the forward variables that emitted nodes read, constants left out."""
    read = (v for id_ in emitted for v in forward.graph.apply[id_].inputs)
    return tuple(
        dict.fromkeys(
            v
            for v in read
            if v in forward.variables and forward.graph.variable[v].role != "constant"
        )
    )


def _backward_nodes(forward: Forward, variables: Iterable[str], stops: Collection[str]) -> set[str]:
    """Walk up from variables to the stops and the forward part."""
    seen: set[str] = set()
    stack = [v for v in variables if v not in stops and v not in forward.variables]
    while stack:
        owner = forward.graph.variable[stack.pop()].owner
        if owner is None or owner in seen:
            continue
        seen.add(owner)
        inputs = forward.graph.apply[owner].inputs
        stack.extend(v for v in inputs if v not in stops and v not in forward.variables)
    return seen
