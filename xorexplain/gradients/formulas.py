"""Write what a step hands on: as the engine made it, and as the rules say it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping

from xorexplain.gradients.records import Derivation, Received, Step
from xorexplain.gradients.rules import Rule, local_of, rule_for
from xorexplain.gradients.rules.shapes import ABSORBED
from xorexplain.graph.records import Apply
from xorexplain.notation.axes import without_detours
from xorexplain.notation.build import express
from xorexplain.notation.expr import Expr, symbol
from xorexplain.notation.simplify import simplify


def contribution(derivation: Derivation, step: Step, received: Received) -> Expr:
    """Write what an input receives, in forward names and the adjoints that arrive."""
    assert received.contribution is not None
    names = _step_names(derivation, step)
    expanded = () if received.contribution in step.arrives else (received.contribution,)
    return express(derivation.graph, received.contribution, names, expanded)


def rule_formulas(derivation: Derivation, step: Step) -> tuple[Rule | None, list[Expr | None]]:
    """Return the rule of a step's op and what it says each input receives, None for nothing."""
    apply = derivation.graph.apply[step.apply]
    found = _formulas(derivation, apply, {})
    received = dict(zip(apply.inputs, found, strict=True))
    for id_ in step.absorbed:
        one = derivation.graph.apply[id_]
        arrives = received[one.outputs[0]]
        formulas: list[Expr | None] = [None] * len(one.inputs)
        if arrives is not None:
            formulas = _formulas(derivation, one, {one.outputs[0]: arrives})
        received |= dict(zip(one.inputs, formulas, strict=True))
        found += formulas
    return rule_for(apply), found


def _formulas(
    derivation: Derivation, apply: Apply, arriving: Mapping[str, Expr]
) -> list[Expr | None]:
    """Say what each input of an apply node receives by the rule of its op, None for nothing.

    `arriving` are the adjoints of outputs that have no name.
    """
    rule = rule_for(apply)
    if rule is None or rule.formula is None:
        return [None] * len(apply.inputs)
    graph = derivation.graph
    is_loose = apply.op.family == "elementwise"
    written = {
        v: express(graph, v, derivation.names, loose=is_loose)
        for v in (*apply.inputs, *apply.outputs)
    }
    local = local_of(
        graph,
        apply,
        written,
        lambda v: arriving[v] if v in arriving else symbol(derivation.adjoint_name(v)),
    )
    return list(rule.formula(local))


def _step_names(derivation: Derivation, step: Step) -> Mapping[str, str]:
    apply = derivation.graph.apply[step.apply]
    arrives = {
        adjoint: derivation.adjoint_name(output)
        for output, adjoint in zip(apply.outputs, step.arrives, strict=True)
        if adjoint is not None
    }
    again = {
        derivation.graph.apply[id_].outputs[0]: derivation.names[forward]
        for id_, forward in step.recomputed
        if forward in derivation.names
    }
    return ChainMap({**again, **arrives}, derivation.names)


def of_absorbed(derivation: Derivation, step: Step) -> Iterator[str]:
    """Say what becomes of the adjoint in the nodes that are told with another."""
    kinds = dict.fromkeys(derivation.graph.apply[id_].op.kind for id_ in step.absorbed)
    yield from dict.fromkeys(ABSORBED[kind] for kind in kinds if kind in ABSORBED)


def short(derivation: Derivation, value: Expr) -> Expr:
    """Shorten what is told; where plumbing is folded, axes are not moved to and fro either."""
    return simplify(without_detours(value) if derivation.is_folded else value)
