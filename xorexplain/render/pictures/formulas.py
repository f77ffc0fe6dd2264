"""Write what a node computes as a formula of the values outside, and the constants of a box."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest

from xorexplain.graph.ops import PRECEDENCE, is_kernel
from xorexplain.graph.ops.rounds import letter_within, rounds_of
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.fold import of_one
from xorexplain.graph.views.loops import Step, step_of, unread_results
from xorexplain.notation.build import express, express_on, inlined
from xorexplain.notation.expr import Expr, call, symbol, symbols_in
from xorexplain.notation.formula import Term, constant, infix, negated
from xorexplain.notation.formula import formula as step_by_step
from xorexplain.notation.simplify import simplify
from xorexplain.render.limits import PART_LINES
from xorexplain.render.pictures.carried import is_plain, is_told
from xorexplain.render.pictures.equations import SPACE, Formula, equations, without_axes, written
from xorexplain.render.pictures.labels import (
    value_text,
)


def formula(
    graph: Graph,
    apply: Apply,
    names: Mapping[str, str],
    called: Mapping[str, str],
    taken: Collection[str] = (),
) -> Formula | None:
    """Write what an op computes, in the names of its inputs; None where none tells all of it.

    `called` names those of its outputs that are to have a line; `taken` are no names for parts.
    """
    if not is_told(graph, apply):
        return None
    if is_kernel(apply.op.kind, len(apply.inputs)):
        terms = [_input_term(graph, v, names) for v in apply.inputs]
        text = _kernel(apply.op.kind, terms).text
        read = {v for v in apply.inputs if not graph.variable[v].folded}
        return Formula(((called.get(apply.outputs[0], ""), text),), frozenset(read))
    if apply.op.kind == "scan":
        step = step_of(graph, apply, names)
        return None if step is None else _of_step(graph, apply, step, taken)
    known = {v: names[v].replace(" ", SPACE) for v in apply.inputs if v in names}
    args = [symbol(known[v]) if v in known else express(graph, v, known) for v in apply.inputs]
    outputs = [v for v in apply.outputs if v in called] or list(apply.outputs[:1])
    made = [simplify(without_axes(inlined(graph, apply, v, args))) for v in outputs]
    own = [called.get(v, "") for v in outputs]
    lets, found = equations(made, own, {*known.values(), *taken})
    occurring = symbols_in(v for _, v in found)
    reads = frozenset(v for v, name in known.items() if name in occurring)
    return Formula(written(found), reads, lets)


def _of_step(graph: Graph, apply: Apply, step: Step, taken: Collection[str]) -> Formula:
    """Write what a Scan computes in each round: what the user's function names, and gives."""
    assert apply.inner is not None
    inner = graph.inner[apply.inner]
    known = {v: name.replace(" ", SPACE) for v, name in step.inputs.items()}
    given = {v: symbol(name) for v, name in known.items()} | _fixed(graph, apply, inner, step)
    unread = unread_results(graph, apply)
    results = [
        (output.variable, name)
        for position, (output, name) in enumerate(zip(inner.outputs, step.outputs, strict=True))
        if position not in unread or len(unread) == len(step.outputs)
    ]
    ends, called = zip(*step.within.items(), *results, strict=True)
    made = [simplify(without_axes(express_on(inner, v, given))) for v in ends]
    lets, found = equations(made, called, {*known.values(), *taken})
    return Formula(written(found), step.reads, lets)


def _fixed(graph: Graph, apply: Apply, inner: Graph, step: Step) -> dict[str, Expr]:
    """Return what an input of a round is that is a constant, and so has no name.

    Of an array that counts from 0 it is the number of the round.
    """
    rounds = rounds_of(apply.op)
    taps = () if rounds is None else rounds.inputs
    letter = letter_within(v.name or "" for v in graph.variables)
    found: dict[str, Expr] = {}
    for variable, feed, tap in zip_longest(inner.inputs, apply.inner_inputs, taps):
        outside = None if feed is None else graph.variable[apply.inputs[feed]]
        if outside is None or outside.role != "constant" or variable in step.inputs:
            continue
        value = express(graph, outside.id, {})
        if tap is None or tap.tap is None:
            found[variable] = value
        elif tap.is_of_sequence and not step.is_reversed:
            told = outside.value or ""
            counts = told.startswith("arange(") and "," not in told
            found[variable] = symbol(letter) if counts else call("subtensor", value, index=letter)
    return found


def part_formula(graph: Graph, apply: Apply, taken: Collection[str] = ()) -> Formula | None:
    """Write what the first of several equal parts computes, where all that it reads has a name."""
    if apply.inner is None:  # in a file of another's making
        return None
    inner = graph.inner[apply.inner]
    names = {v.id: v.name.replace(" ", SPACE) for v in inner.variables if v.name and not v.owner}
    if not all(v in names for v in inner.inputs) or not all(map(is_plain, inner.applies)):
        return None
    ends = list(dict.fromkeys(output.variable for output in inner.outputs))
    ends = [v for v in ends if inner.variable[v].name] or ends[:1]
    called = [inner.variable[v].name or "" for v in ends]
    made = [simplify(without_axes(express(inner, v, names))) for v in ends]
    lets, found = equations(made, called, {*names.values(), *taken})
    formula = Formula(written(found), parts=lets)
    return formula if len(formula.lines()) <= PART_LINES else None


def exact_formula(graph: Graph, apply: Apply) -> Formula | None:
    """Write what a fused op or a kernel computes step by step, its inputs as `i0`, `i1`, ..."""
    terms = [Term(f"i{position}") for position, _ in enumerate(apply.inputs)]
    if is_kernel(apply.op.kind, len(terms)):
        return Formula((("", _kernel(apply.op.kind, terms).text),))
    if apply.inner is None or apply.op.kind != "composite":
        return None
    inner = graph.inner[apply.inner]
    found = step_by_step(inner, dict(zip(inner.inputs, terms, strict=False)))
    return Formula((*found.lets, *(("", text) for text in found.results)))


def _input_term(graph: Graph, id_: str, names: Mapping[str, str]) -> Term:
    """Write a folded constant as its value, any other input by its name.

    The formula is of single elements, so a constant of one element is written without brackets.
    """
    variable = graph.variable[id_]
    value = of_one(variable) or value_text(variable)
    if variable.folded and value:
        return constant(value)
    return Term(names.get(id_, variable.name or id_).replace(" ", SPACE))


def _kernel(kind: str, inputs: Sequence[Term]) -> Term:
    """Write what a BLAS kernel computes, from its Theano docstring."""
    if kind == "dot22_scalar":
        left, right, factor = inputs
        return _scaled(factor, infix("dot", [left, right]))
    if kind == "ger":
        start, factor, left, right = inputs
        return infix("add", [start, _scaled(factor, Term(f"{left.text} ⊗ {right.text}"))])
    start, factor, left, right, kept = inputs
    product = _scaled(factor, infix("dot", [left, right]))
    return product if kept.text == "0.0" else infix("add", [_scaled(kept, start), product])


def _scaled(factor: Term, value: Term) -> Term:
    """Multiply by a number, which needs no parentheses around a product."""
    if factor.text in ("1.0", "−1.0"):
        return value if factor.text == "1.0" else negated(value)
    opposite = None if factor.opposite is None else _scaled(factor.opposite, value)
    return Term(f"{factor.text} × {value.text}", PRECEDENCE["mul"], "mul", opposite)
