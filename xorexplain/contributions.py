"""Find in a gradient graph what each forward node contributed to the adjoint of each input.

An adjoint of a variable with several clients is a sum the engine built by adding one contribution
after another, `(first + second) + third`; it is taken apart again here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xorexplain.graph import Apply, Graph

Use = tuple[str, int]
"""A forward apply node and the input position at which it reads a variable."""


@dataclass(frozen=True)
class Forward:
    """Hold which part of a graph is forward, and the adjoint of each forward variable."""

    graph: Graph
    applies: tuple[str, ...]
    variables: frozenset[str]
    adjoints: Mapping[str, str]

    @cached_property
    def uses(self) -> Mapping[str, list[Use]]:
        """For each forward variable, the forward nodes that read it."""
        found: dict[str, list[Use]] = defaultdict(list)
        for id_ in self.applies:
            for position, variable in enumerate(self.graph.apply[id_].inputs):
                found[variable].append((id_, position))
        return found

    def arriving(self, apply: str) -> frozenset[str]:
        """Return the adjoints of a forward node's outputs."""
        outputs = self.graph.apply[apply].outputs
        return frozenset(self.adjoints[v] for v in outputs if v in self.adjoints)


def contributions(forward: Forward, live: Collection[str]) -> dict[Use, str]:
    """Return, for each use of a live variable, the variable that is its contribution."""
    found: dict[Use, str] = {}
    for variable, adjoint in forward.adjoints.items():
        uses = [use for use in forward.uses.get(variable, ()) if forward.arriving(use[0])]
        if uses and variable in live:
            found.update(_assign(forward, adjoint, uses))
    return found


def emitted_by(forward: Forward, apply: Apply, made: Iterable[str]) -> tuple[str, ...]:
    """Return the apply nodes between the contributions of a node and what arrived at it."""
    stops = forward.arriving(apply.id)
    nodes = _backward_nodes(forward, made, stops)
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


def _assign(forward: Forward, adjoint: str, uses: Sequence[Use]) -> dict[Use, str]:
    """Take a sum apart into as many terms as there are uses, and give each use its term."""
    stops = frozenset().union(*(forward.arriving(apply) for apply, _ in uses))
    terms = [(adjoint, _reached(forward, adjoint, stops))]
    while len(terms) < len(uses):
        split = _split(forward, terms[0][0], stops, uses)
        if split is None:
            break
        terms[0:1] = split
    free = list(uses)
    found: dict[Use, str] = {}
    for term, reached in sorted(terms, key=lambda entry: len(entry[1])):
        match = next((use for use in free if forward.arriving(use[0]) & reached), None)
        if match is not None:
            free.remove(match)
            found[match] = term
    return found


def _split(
    forward: Forward, term: str, stops: frozenset[str], uses: Sequence[Use]
) -> list[tuple[str, frozenset[str]]] | None:
    """Split `left + right` where both sides can belong to different uses, else return None."""
    owner = forward.graph.owner(term)
    is_sum = owner is not None and owner.op.kind == "add" and len(owner.inputs) == 2
    if owner is None or not is_sum or term in stops or term in forward.variables:
        return None
    sides = [(v, _reached(forward, v, stops)) for v in owner.inputs]
    serving = [use for use in uses if any(forward.arriving(use[0]) & side for _, side in sides)]
    if not all(side for _, side in sides) or len(serving) < 2:
        return None
    return sides


def _reached(forward: Forward, term: str, stops: frozenset[str]) -> frozenset[str]:
    """Return the arriving adjoints a term is computed from."""
    if term in stops:
        return frozenset({term})
    nodes = _backward_nodes(forward, [term], stops)
    read = {v for id_ in nodes for v in forward.graph.apply[id_].inputs}
    return frozenset(read & stops)


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
