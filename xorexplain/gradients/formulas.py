"""Write what a step hands on: as the engine made it, and as the rules say it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping, Sequence

from xorexplain.gradients.records import Derivation, Received, Step
from xorexplain.gradients.rules import Rule, local_of, rule_for
from xorexplain.gradients.rules.shapes import ABSORBED, REPEATED
from xorexplain.graph.ops import entries_of, has
from xorexplain.graph.records import Apply, Graph
from xorexplain.notation.axes import NEW, without_detours
from xorexplain.notation.build import express
from xorexplain.notation.expr import Expr, call, symbol
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
    left = {v: axes for one in step.absorbed for v, axes in _added(derivation, one)}
    found = [
        formula and _unrepeated(derivation.graph, apply, position, formula, left.get(v, ()))
        for position, (v, formula) in enumerate(
            zip(apply.inputs, _formulas(derivation, apply, {}), strict=True)
        )
    ]
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


def _added(derivation: Derivation, id_: str) -> Iterator[tuple[str, frozenset[int]]]:
    """Pair what an apply node gives with the axes that it adds, whose rule sums along them."""
    apply = derivation.graph.apply[id_]
    if has(apply.op.kind, "adds axes"):
        order = entries_of(apply.op.param("order"))
        yield apply.outputs[0], frozenset(at for at, entry in enumerate(order) if entry == NEW)


def _unrepeated(
    graph: Graph, apply: Apply, position: int, formula: Expr, left: Collection[int]
) -> Expr:
    """Sum what an input receives along the axes that the op repeats it along.

    Those it has with length 1 stay. It is left to another rule to sum along the axes in `left`.
    """
    own = graph.variable[apply.inputs[position]].broadcastable or ()
    new, along = repeated(graph, apply, position)
    along = along - {new + axis for axis in left}
    if not new and not along:
        return formula
    axes = sorted({*range(new), *along})
    is_whole = len(axes) == new + len(own)
    named = {} if is_whole else {"axis": ", ".join(map(str, axes))}
    kept = iter(range(len(own)))
    places = [NEW if new + axis in along else str(next(kept)) for axis in range(len(own))]
    summed = call("sum", formula, **named)
    return call("expand_dims", summed, order=", ".join(places)) if along else summed


def repeated(graph: Graph, apply: Apply, position: int) -> tuple[int, frozenset[int]]:
    """Say how many axes an op adds in front of an input, and along which it repeats length 1."""
    patterns = [graph.variable[v].broadcastable or () for v in apply.inputs]
    own, full = patterns[position], graph.variable[apply.outputs[0]].broadcastable or ()
    is_by_plain_index = apply.op.kind.partition("_")[2] == "subtensor"
    if apply.op.kind == "matmul":
        full = (*full[:-2], *own[-2:])
    elif has(apply.op.kind, "same shape") and is_by_plain_index and position == 1:
        full = _picked(patterns[0], entries_of(apply.op.param("index")))
    elif apply.op.family != "elementwise" and not has(apply.op.kind, "fills"):
        return 0, frozenset()
    new = len(full) - len(own)
    if new < 0:
        return 0, frozenset()
    alone = (new + axis for axis, is_one in enumerate(own) if is_one)
    return new, frozenset(axis for axis in alone if not full[axis])


def _picked(pattern: Sequence[bool], entries: Sequence[str]) -> tuple[bool, ...]:
    """Return along which axes a part of an array surely has length 1; a number drops an axis."""
    kept = (is_one and e == ":" for e, is_one in zip(entries, pattern, strict=False) if ":" in e)
    return (*kept, *pattern[len(entries) :])


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
    """Say what becomes of the adjoint in what is told with a step's op, and where that repeats."""
    kinds = dict.fromkeys(derivation.graph.apply[id_].op.kind for id_ in step.absorbed)
    told = dict.fromkeys(ABSORBED[kind] for kind in kinds if kind in ABSORBED)
    yield from told
    graph, apply = derivation.graph, derivation.graph.apply[step.apply]
    given = [r for r in step.received if r.contribution and r.position < len(apply.inputs)]
    is_repeated = any(any(repeated(graph, apply, r.position)) for r in given)
    if is_repeated and not told:
        yield REPEATED


def short(derivation: Derivation, value: Expr) -> Expr:
    """Shorten what is told; where plumbing is folded, axes are not moved to and fro either."""
    return simplify(without_detours(value) if derivation.is_folded else value)
