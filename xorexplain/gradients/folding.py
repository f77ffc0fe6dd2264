"""Fold a derivation for reading: what only makes shapes fit is told in the step that it serves.

A mean that is a sum, a length and a division is one step, and so is an op with the axes that were
added or moved for it. A value that one short line reads, and that has no name, is written there.
Nothing is lost: a step that stands for several has what T.grad emitted for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from xorexplain.errors.records import dataclass
from xorexplain.gradients.foldable import Folds, find_folds, folded_in
from xorexplain.gradients.records import Derivation, Received, Step
from xorexplain.gradients.rules import rule_for
from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.subgraph import is_between
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text

LONGEST = 60
"""No line becomes longer than this by what is written into it."""


def folded(derivation: Derivation) -> Derivation:
    """Return a derivation of the same gradient with fewer names and fewer steps."""
    folds = find_folds(derivation.forward_graph)
    plan = _Plan(derivation, folds)
    gone = plan.unnamed
    names = {v: name for v, name in derivation.names.items() if v not in gone}
    graph = folded_in(derivation.graph, folds.parts, folds.told)
    return replace(
        derivation,
        graph=graph,
        forward=tuple(id_ for id_ in derivation.forward if id_ in folds.graph.apply),
        names=names,
        adjoints={v: adjoint for v, adjoint in derivation.adjoints.items() if v in names},
        sums={v: parts for v, parts in derivation.sums.items() if v in names},
        steps=tuple(replace(s, reused=_named(graph, s.reused, names)) for s in plan.steps()),
        inside={
            id_: folded(inside)
            for id_, inside in derivation.inside.items()
            if not _is_told_by_rule(derivation.graph.apply[id_])
        },
        is_folded=True,
        shapes={v: shape for v, shape in folds.shapes.items() if v in names},
    )


def _named(graph: Graph, read: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that have a name among some, and those that the others are made of."""
    found: dict[str, None] = {}
    stack = list(reversed(read))
    while stack:
        variable = stack.pop()
        owner = graph.owner(variable)
        if variable in names:
            found[variable] = None
        elif owner is not None:
            stack.extend(reversed(owner.inputs))
    return tuple(found)


def _is_told_by_rule(apply: Apply) -> bool:
    rule = rule_for(apply)
    return rule is not None and rule.formula is not None


@dataclass(frozen=True)
class _Plan:
    """Decide which apply node is told with which other."""

    derivation: Derivation
    folds: Folds

    @cached_property
    def step_of(self) -> Mapping[str, Step]:
        """The steps by forward apply node."""
        return {step.apply: step for step in self.derivation.steps}

    @cached_property
    def head_of(self) -> Mapping[str, str]:
        """For each apply node that is told with another, that one."""
        found = {
            member: part.apply.id
            for part in self.folds.parts
            for member in part.members
            if member != part.apply.id
        }
        return found | self._written_in

    @cached_property
    def _written_in(self) -> dict[str, str]:
        """Pair each apply node that is written into the line of another with that."""
        graph, names = self.folds.graph, dict(self.derivation.names)
        found: dict[str, str] = {}
        for apply in reversed(graph.applies):
            if not self._may_be_written_in(graph, apply):
                continue
            (variable,) = apply.outputs
            reader = graph.clients[variable][0][0].id
            reader = found.get(reader, reader)
            name = names.pop(variable, None)
            if _length(graph, graph.apply[reader].outputs[0], names) <= LONGEST:
                found[apply.id] = reader
            elif name is not None:
                names[variable] = name
        return found

    def _may_be_written_in(self, graph: Graph, apply: Apply) -> bool:
        """Tell whether a value may be written where it is read: it is read once and has no name.

        What hands its adjoint on in a way worth telling has a line of its own.
        """
        if len(apply.outputs) != 1 or not is_between(graph, apply.outputs[0]):
            return False
        step = self.step_of.get(apply.id)
        if step is None:
            return apply.outputs[0] not in self.derivation.receipts
        reader = graph.clients[apply.outputs[0]][0][0].id
        # What a comparison makes of zeros, no step tells.
        if apply.id in self.derivation.altered or reader not in self.step_of:
            return False
        given = [r for r in step.received if r.contribution is not None]
        is_handed_on = not step.emitted and len(given) == 1
        return is_handed_on or has(apply.op.kind, "reorders axes")

    @cached_property
    def unnamed(self) -> frozenset[str]:
        """The variables that no line names any more."""
        graph, found = self.derivation.graph, {*self.folds.told}
        for id_ in self.head_of:
            found.update(graph.apply[id_].outputs)
        for id_ in self.derivation.forward:
            if id_ not in self.folds.graph.apply and id_ not in self.step_of:
                found.update(graph.apply[id_].outputs)
        return frozenset(found)

    def steps(self) -> Iterator[Step]:
        """Yield a step for each apply node that is told by itself, last first."""
        groups: dict[str, list[Step]] = {}
        for step in self.derivation.steps:
            groups.setdefault(self.head_of.get(step.apply, step.apply), []).append(step)
        number = {step.apply: n for n, step in enumerate(self.derivation.steps, 1)}
        for head, steps in groups.items():
            is_alone = [step.apply for step in steps] == [head] and head not in self._parts
            told = steps[0] if is_alone else self._joined(head, steps)
            yield replace(told, numbers=tuple(number[step.apply] for step in steps))

    @cached_property
    def _parts(self) -> Mapping[str, Apply]:
        return {part.apply.id: part.apply for part in self.folds.parts}

    def _joined(self, head: str, steps: Sequence[Step]) -> Step:
        """Put the steps of what is told as one together."""
        graph = self.derivation.graph
        absorbed = tuple(s.apply for s in steps if s.apply in self._written_in)
        told = [
            self._parts.get(head, graph.apply[head]),
            *(self.folds.graph.apply[a] for a in absorbed),
        ]
        inner = {v for s in steps if s.apply != head for v in graph.apply[s.apply].outputs}
        free = [(apply.id, v) for apply in told for v in apply.inputs]
        received = []
        for step in steps:
            home = step.apply if step.apply in absorbed else head
            for one in step.received:
                if one.input in inner or (home, one.input) not in free:
                    continue
                position = free.index((home, one.input))
                free[position] = ("", "")
                received.append(replace(one, position=position))
        return Step(
            apply=head,
            arrives=next(step for step in steps if step.apply == head).arrives,
            received=tuple(sorted(received, key=_position)),
            emitted=tuple(
                sorted({e for step in steps for e in step.emitted}, key=lambda id_: int(id_[1:]))
            ),
            reused=tuple(dict.fromkeys(v for step in steps for v in step.reused if v not in inner)),
            recomputed=tuple(pair for step in steps for pair in step.recomputed),
            absorbed=absorbed,
        )


def _position(received: Received) -> int:
    return received.position


def _length(graph: Graph, variable: str, names: Mapping[str, str]) -> int:
    return len(text(simplify(express(graph, variable, names, (variable,)))))
