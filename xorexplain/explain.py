"""Turn a derivation into what a person reads: equations and sentences, in no notation yet."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass

from xorexplain.derivation import DELTA, Derivation, Received, Step
from xorexplain.graph import Apply
from xorexplain.notation.build import express
from xorexplain.notation.expr import Expr, symbol
from xorexplain.notation.lets import bind
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text
from xorexplain.rules import Rule, local_of, rule_for

NO_WORDS = "no rule is written for this op yet; what T.grad made for it stands below"


@dataclass(frozen=True)
class Equation:
    """Hold `name = value`, or `name += value` for one contribution of several."""

    name: str
    value: Expr
    adds: bool = False


@dataclass(frozen=True)
class Emitted:
    """Name an apply node the engine made; `again` is the forward variable it computes again."""

    id: str
    op: str
    again: str | None = None


@dataclass(frozen=True)
class Explanation:
    """Explain one forward node on the way back.

    `forward` says what the node computes, `arrives` names the adjoints of its outputs, `rule` says
    what its inputs receive by the rule, on the same symbols; `lets` and `gives` say the same as
    the engine wrote it. `nothing` pairs inputs that receive nothing with the reason.
    """

    number: int
    apply: str
    op: str
    forward: tuple[Equation, ...]
    arrives: tuple[str, ...]
    sentence: str
    source: str
    rule: tuple[Equation, ...]
    lets: tuple[Equation, ...]
    gives: tuple[Equation, ...]
    nothing: tuple[tuple[str, str], ...]
    emitted: tuple[Emitted, ...]
    reused: tuple[str, ...]
    inner: int | None = None


@dataclass(frozen=True)
class Finish:
    """Hold a parameter's gradient in terms of named intermediates, and the update it feeds."""

    parameter: str
    gradient: Equation | None
    update: Equation | None
    is_same: bool
    reason: str


@dataclass(frozen=True)
class Story:
    """Hold the whole derivation in words: the forward pass, the steps back, the gradients."""

    title: str
    cost: str
    forward: tuple[Equation, ...]
    steps: tuple[Explanation, ...]
    sums: tuple[Equation, ...]
    finishes: tuple[Finish, ...]


def tell(derivation: Derivation) -> Story:
    """Explain a derivation."""
    graph = derivation.graph
    return Story(
        title=" · ".join(filter(None, [graph.origin.model, "gradient", graph.origin.target])),
        cost=derivation.names[derivation.cost],
        forward=tuple(
            equation
            for id_ in derivation.forward
            for equation in _forward(derivation, graph.apply[id_])
        ),
        steps=tuple(_step(derivation, n, step) for n, step in enumerate(derivation.steps, 1)),
        sums=tuple(_sum(derivation, variable) for variable in derivation.sums),
        finishes=_finishes(derivation),
    )


def contribution(derivation: Derivation, step: Step, received: Received) -> Expr:
    """Write what an input receives, in forward names and the adjoints that arrive."""
    assert received.contribution is not None
    names = _step_names(derivation, step)
    expanded = () if received.contribution in step.arrives else (received.contribution,)
    return express(derivation.graph, received.contribution, names, expanded)


def rule_formulas(derivation: Derivation, step: Step) -> tuple[Rule | None, list[Expr | None]]:
    """Return the rule of a step's op and what it says each input receives, None for nothing."""
    apply = derivation.graph.apply[step.apply]
    rule = rule_for(apply)
    if rule is None or rule.formula is None:
        return rule, [None] * len(apply.inputs)
    graph = derivation.graph
    written = {v: express(graph, v, derivation.names) for v in (*apply.inputs, *apply.outputs)}
    local = local_of(graph, apply, written, lambda v: symbol(derivation.adjoint_name(v)))
    return rule, list(rule.formula(local))


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


def _forward(derivation: Derivation, apply: Apply) -> list[Equation]:
    return [
        Equation(
            derivation.names[output],
            simplify(express(derivation.graph, output, derivation.names, (output,))),
        )
        for output in apply.outputs
        if output in derivation.names
    ]


def _step(derivation: Derivation, number: int, step: Step) -> Explanation:
    apply = derivation.graph.apply[step.apply]
    rule, formulas = rule_formulas(derivation, step)
    given = [r for r in step.received if r.contribution is not None]
    lets, gives = bind(
        [simplify(contribution(derivation, step, r)) for r in given], derivation.taken
    )
    ruled = [
        Equation(derivation.adjoint_name(r.input), simplify(formula), not r.is_whole)
        for r, formula in zip(step.received, formulas, strict=True)
        if r.contribution is not None and formula is not None
    ]
    again = dict(step.recomputed)
    return Explanation(
        number=number,
        apply=step.apply,
        op=apply.op.kind,
        forward=tuple(_forward(derivation, apply)),
        arrives=tuple(
            derivation.adjoint_name(output)
            for output, adjoint in zip(apply.outputs, step.arrives, strict=True)
            if adjoint is not None
        ),
        sentence=rule.sentence if rule is not None else NO_WORDS,
        source=rule.source if rule is not None else "",
        rule=tuple(ruled),
        lets=tuple(Equation(name, value) for name, value in lets),
        gives=tuple(
            Equation(derivation.adjoint_name(r.input), value, not r.is_whole)
            for r, value in zip(given, gives, strict=True)
        ),
        nothing=tuple(
            (_name(derivation, r.input), r.reason) for r in step.received if r.contribution is None
        ),
        emitted=tuple(
            Emitted(
                id_, derivation.graph.apply[id_].op.kind, derivation.names.get(again.get(id_, ""))
            )
            for id_ in step.emitted
        ),
        reused=tuple(dict.fromkeys(_name(derivation, v) for v in step.reused)),
        inner=apply.inner,
    )


def _name(derivation: Derivation, variable: str) -> str:
    """Name a forward variable; what is computed from constants alone is written out."""
    return text(simplify(express(derivation.graph, variable, derivation.names)))


def _sum(derivation: Derivation, variable: str) -> Equation:
    """Write an adjoint that several forward nodes contribute to."""
    return Equation(derivation.adjoint_name(variable), _gradient(derivation, variable))


def _finishes(derivation: Derivation) -> tuple[Finish, ...]:
    finishes = []
    adjoints = {adjoint: derivation.adjoint_name(v) for v, adjoint in derivation.adjoints.items()}
    names = {**derivation.same_as(adjoints), **adjoints, **derivation.names}
    for result in derivation.results:
        name = derivation.names[result.parameter]
        gradient = update = None
        if result.gradient is not None:
            gradient = Equation(DELTA + name, _gradient(derivation, result.parameter))
        if result.update is not None:
            value = express(derivation.graph, result.update, names, (result.update,))
            update = Equation(name, simplify(value))
        finishes.append(Finish(name, gradient, update, result.is_same, result.reason))
    return tuple(finishes)


def _gradient(derivation: Derivation, variable: str) -> Expr:
    """Add up all that a variable receives."""
    parts = [
        simplify(contribution(derivation, step, received))
        for step, received in derivation.receipts[variable]
    ]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
