"""Turn a derivation into what a person reads: equations and sentences, in no notation yet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Any

from xorexplain.errors.faults import each_or, made_or
from xorexplain.errors.records import dataclass
from xorexplain.gradients.cuts import ON_PURPOSE, OWN_GRADIENT
from xorexplain.gradients.formulas import contribution, of_absorbed, rule_formulas, short
from xorexplain.gradients.records import Derivation, Step
from xorexplain.gradients.rules import Rule
from xorexplain.graph.ops import has
from xorexplain.graph.records import DELTA, Apply
from xorexplain.graph.views.names import long_constants
from xorexplain.notation.build import express
from xorexplain.notation.expr import Expr, symbol
from xorexplain.notation.lets import bind, call_of
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text

NO_WORDS = "no rule is written for this op yet; what T.grad made for it stands below"


@dataclass(frozen=True)
class Equation:
    """Hold `name = value`, or `name += value` for one contribution of several.

    Of a value that is several, `more` names those after the first.
    """

    name: str
    value: Expr
    adds: bool = False
    more: tuple[str, ...] = ()


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
    the engine wrote it. `nothing` pairs inputs that receive nothing with the reason. `inside` is
    the story of the graph inside the node, with the adjoints of its results given; `underived` says
    why there is none, where that failed. A step that stands for several has `also` their numbers.
    Of some values of `reused` only the shape is read: they are in `shaped` too.
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
    shaped: tuple[str, ...] = ()
    inside: Story | None = None
    underived: str = ""
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finish:
    """Hold a parameter's gradient in terms of named intermediates, and the update it feeds.

    `lets` name parts of both.
    """

    parameter: str
    gradient: Equation | None
    update: Equation | None
    is_same: bool
    reason: str
    lets: tuple[Equation, ...] = ()


@dataclass(frozen=True)
class Story:
    """Hold the whole derivation in words: the forward pass, the steps back, the gradients.

    `missing` names what a fault of ours took away, `made_up` are the names that no model gives,
    `shapes` those of given variables, where lengths are told by letters.
    """

    title: str
    cost: str
    forward: tuple[Equation, ...]
    steps: tuple[Explanation, ...]
    sums: tuple[Equation, ...]
    finishes: tuple[Finish, ...]
    missing: tuple[str, ...] = ()
    made_up: frozenset[str] = frozenset()
    shapes: tuple[tuple[str, str], ...] = ()


def tell(derivation: Derivation) -> Story:
    """Explain a derivation."""
    graph = derivation.graph
    missing: list[str] = []
    numbered = [(step.numbers or (n,), step) for n, step in enumerate(derivation.steps, 1)]
    forward = [(id_, partial(_equations, derivation, id_)) for id_ in derivation.forward]
    named = long_constants(derivation.forward_graph, derivation.names)
    constants = tuple(Equation(name, symbol(value)) for name, value in named)
    steps = [(str(ns[0]), partial(_step, derivation, ns, step)) for ns, step in numbered]
    return Story(
        title=" · ".join(filter(None, [graph.origin.model, "gradient", graph.origin.target])),
        cost=derivation.names[derivation.cost],
        forward=(*constants, *chain.from_iterable(each_or("the equations of", forward, missing))),
        steps=each_or("step", steps, missing),
        sums=made_or("the sums", partial(_sums, derivation), partial(_lacking, missing)),
        finishes=made_or("the results", partial(_finishes, derivation), partial(_lacking, missing)),
        missing=tuple(missing),
        made_up=derivation.made_up,
        shapes=tuple((derivation.names[v], shape) for v, shape in derivation.shapes.items()),
    )


def _equations(derivation: Derivation, id_: str) -> tuple[Equation, ...]:
    # A loop calls a part of its sequence `x[0:]`, which says itself what it is.
    told = _forward(derivation, derivation.graph.apply[id_])
    return tuple(equation for equation in told if text(equation.value) != equation.name)


def _lacking(missing: list[str], why: str) -> tuple[Any, ...]:
    missing.append(why)
    return ()


def _forward(derivation: Derivation, apply: Apply) -> list[Equation]:
    graph, known = derivation.graph, derivation.names
    told = [output for output in apply.outputs if output in known]
    names = [known[output] for output in told]
    values = [short(derivation, express(graph, output, known, (output,))) for output in told]
    whole = call_of(values) if len(told) == len(apply.outputs) else None
    if whole is not None:
        return [Equation(names[0], whole, more=tuple(names[1:]))]
    return [Equation(name, value) for name, value in zip(names, values, strict=True)]


def _step(derivation: Derivation, numbers: tuple[int, ...], step: Step) -> Explanation:
    apply = derivation.graph.apply[step.apply]
    rule, formulas = rule_formulas(derivation, step)
    given = [r for r in step.received if r.contribution is not None]
    lets, gives = bind(
        [short(derivation, contribution(derivation, step, r)) for r in given], derivation.taken
    )
    ruled = [
        Equation(derivation.adjoint_name(r.input), short(derivation, formula), not r.is_whole)
        for r in step.received
        if r.contribution is not None and (formula := formulas[r.position]) is not None
    ]
    again = dict(step.recomputed)
    return Explanation(
        number=numbers[0],
        also=numbers[1:],
        apply=step.apply,
        op=apply.op.kind,
        forward=tuple(_forward(derivation, apply)),
        arrives=tuple(
            derivation.adjoint_name(output)
            for output, adjoint in zip(apply.outputs, step.arrives, strict=True)
            if adjoint is not None
        ),
        sentence=" ".join([_sentence(derivation, apply, rule), *of_absorbed(derivation, step)]),
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
        reused=tuple(derivation.names[v] for v in step.reused if v in derivation.names),
        shaped=tuple(_shaped(derivation, step)),
        inside=tell(derivation.inside[step.apply]) if step.apply in derivation.inside else None,
        underived=derivation.underived.get(step.apply, ""),
    )


def _shaped(derivation: Derivation, step: Step) -> Iterator[str]:
    """Yield the names of the forward values of which the nodes of a step read the shape alone."""
    read: dict[str, bool] = {}
    for apply in map(derivation.graph.apply.__getitem__, step.emitted):
        for position, variable in enumerate(apply.inputs):
            is_shape = not position and has(apply.op.kind, "reads shape")
            read[variable] = is_shape and read.get(variable, True)
    yield from (derivation.names[v] for v in step.reused if read.get(v) and v in derivation.names)


def _sentence(derivation: Derivation, apply: Apply, rule: Rule | None) -> str:
    """Say the rule of an op in words; what its author or its options make of it goes first."""
    altered = derivation.altered.get(apply.id, "")
    usual = rule.sentence if rule is not None else NO_WORDS
    if not altered or apply.op.kind in ON_PURPOSE:
        return usual
    told = f"{altered[0].upper()}{altered[1:]}."
    return told if altered == OWN_GRADIENT else f"{usual} {told}"


def _name(derivation: Derivation, variable: str) -> str:
    """Name a forward variable; what is computed from constants alone is written out."""
    return text(simplify(express(derivation.graph, variable, derivation.names, loose=True)))


def _sums(derivation: Derivation) -> tuple[Equation, ...]:
    """Write each adjoint that several forward nodes contribute to; named parts come first."""
    lets, totals = bind([_gradient(derivation, v) for v in derivation.sums], derivation.taken)
    names = [derivation.adjoint_name(variable) for variable in derivation.sums]
    return tuple(Equation(*pair) for pair in [*lets, *zip(names, totals, strict=True)])


def _finishes(derivation: Derivation) -> tuple[Finish, ...]:
    finishes = []
    taken = set(derivation.taken)
    adjoints = {adjoint: derivation.adjoint_name(v) for v, adjoint in derivation.adjoints.items()}
    names = {**derivation.same_as(adjoints), **adjoints, **derivation.names}
    for result in derivation.results:
        name = derivation.names[result.parameter]
        wanted: dict[str, Expr] = {}
        if result.gradient is not None:
            wanted["gradient"] = _gradient(derivation, result.parameter)
        if result.update is not None:
            update = express(derivation.graph, result.update, names, (result.update,))
            wanted["update"] = simplify(update)
        lets, values = bind(list(wanted.values()), taken)
        taken.update(part for part, _ in lets)
        written = dict(zip(wanted, values, strict=True))
        finishes.append(
            Finish(
                parameter=name,
                gradient=_equation(DELTA + name, written.get("gradient")),
                update=_equation(name, written.get("update")),
                is_same=result.is_same,
                reason=result.reason,
                lets=tuple(Equation(*pair) for pair in lets),
            )
        )
    return tuple(finishes)


def _equation(name: str, value: Expr | None) -> Equation | None:
    return None if value is None else Equation(name, value)


def _gradient(derivation: Derivation, variable: str) -> Expr:
    """Add up all that a variable receives."""
    if variable not in derivation.receipts:
        # The cost itself, which changes as it changes.
        return express(derivation.graph, derivation.adjoints[variable], derivation.names)
    parts = [
        short(derivation, contribution(derivation, step, received))
        for step, received in derivation.receipts[variable]
    ]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
