"""Find what makes a gradient exactly 0 that no op cuts: a factor of 0, or terms that cancel."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.errors import NotComputedError
from xorexplain.gradients.check import as_far_as_known, environment_of
from xorexplain.gradients.folding import folded
from xorexplain.gradients.formulas import contribution, short
from xorexplain.gradients.records import Derivation, Received, Step
from xorexplain.gradients.why import Role, Stop, Vanished
from xorexplain.graph.ops import has, row
from xorexplain.notation.build import express
from xorexplain.notation.evaluate import NotComputableError, evaluate
from xorexplain.notation.expr import FILL, Expr
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text

Array = Any


def is_zero(value: Array) -> bool:
    """Tell whether a value has elements, and every one of them is exactly 0."""
    if isinstance(value, NotComputedError) or hasattr(value, "toarray"):
        return False
    array = numpy.asarray(value)
    return array.size > 0 and not array.any()


def vanishing(
    engine: Engine, derivation: Derivation, given: Mapping[str, Array], zero: Sequence[str]
) -> dict[str, tuple[Vanished, ...]]:
    """Return for each variable whose gradient is 0 the nodes on the way back that make it so."""
    if not zero:
        return {}
    derivation = folded(derivation)
    variables = derivation.variables
    shown = [v for v in variables if v not in given]
    compute = engine.evaluator([variables[v] for v in shown], [variables[v] for v in given])
    computed = dict(zip(shown, as_far_as_known(compute, given), strict=True)) | dict(given)
    values = environment_of(derivation, computed)
    return {v: tuple(_stops(derivation, computed, values, v)) for v in zero}


def _stops(
    derivation: Derivation,
    computed: Mapping[str, Array],
    values: Mapping[str, Array],
    variable: str,
) -> Iterator[Vanished]:
    """Follow what is 0 towards the cost, up to nodes at which something arrives."""
    seen, waiting = {variable}, [variable]
    while waiting:
        read = waiting.pop(0)
        receipts = derivation.receipts.get(read, ())
        if not all(is_zero(computed[r.contribution]) for _, r in receipts if r.contribution):
            yield _cancelling(derivation, read)
            continue
        for step, received in receipts:
            arrived = [computed[a] for a in step.arrives if a is not None]
            above = derivation.graph.apply[step.apply].outputs
            if all(map(is_zero, arrived)):
                waiting += [v for v in above if v in derivation.adjoints and v not in seen]
                seen.update(above)
            elif not any(isinstance(value, NotComputedError) for value in arrived):
                yield _stop(derivation, values, step, received, arrived)


def _cancelling(derivation: Derivation, read: str) -> Vanished:
    """Tell of a variable that is read several times: what the readers hand back cancels."""
    terms = [
        text(short(derivation, contribution(derivation, *r))) for r in derivation.receipts[read]
    ]
    total = f"{derivation.adjoint_name(read)} = {' + '.join(terms)}"
    return Vanished("", "", None, 0.0, total, "cancels")


def _stop(
    derivation: Derivation,
    values: Mapping[str, Array],
    step: Step,
    received: Received,
    arrived: Sequence[Array],
) -> Vanished:
    graph = derivation.graph
    apply = graph.apply[step.apply]
    result = apply.outputs[0]
    name = derivation.names.get(result)
    made = text(simplify(express(graph, result, derivation.names, (result,))))
    value = short(derivation, contribution(derivation, step, received))
    how, factor = _how(value, values)
    return Vanished(
        apply.op.kind,
        f"{name} = {made}" if name else made,
        apply.source,
        max(float(numpy.max(numpy.abs(a))) for a in arrived if numpy.size(a)),
        f"{derivation.adjoint_name(received.input)} = {text(value)}",
        how,
        "" if factor is None else text(factor),
        "" if factor is None else _role(derivation, factor),
    )


def _role(derivation: Derivation, factor: Expr) -> Role:
    graph = derivation.graph
    if has(factor.kind, "truth", "comparison"):
        return "condition"
    named = next((v for v, name in derivation.names.items() if name == factor.text), None)
    if named in graph.parameters:
        return "parameter"
    return "computed" if named is None or graph.variable[named].owner else "given"


def _how(value: Expr, values: Mapping[str, Array]) -> tuple[Stop, Expr | None]:
    """Say how a formula comes to 0, with the factor that is 0, where it is one."""
    with contextlib.suppress(NotComputableError), numpy.errstate(all="ignore"):
        current = value
        while factors := _factors(current):
            zero = next((f for f in factors if is_zero(evaluate(f, values))), None)
            if zero is None:
                return _together(current, values), None
            current = zero
        return ("", None) if current is value else ("factor", current)
    return "", None


def _factors(value: Expr) -> tuple[Expr, ...]:
    """Return the parts of a formula of which one alone makes it 0."""
    if value.kind == FILL:
        return value.args[:1]
    return {"any": value.args, "first": value.args[:1]}.get(row(value.kind).zero, ())


def _together(value: Expr, values: Mapping[str, Array]) -> Stop:
    """Say how factors of which none is 0 alone come to 0."""
    is_summed = False
    while value.kind == FILL or (len(value.args) == 1 and row(value.kind).zero == "first"):
        is_summed = is_summed or has(value.kind, "reduces")
        value = value.args[0]
    if has(value.kind, "sum"):
        terms = [evaluate(term, values) for term in value.args]
        return "" if all(map(is_zero, terms)) else "cancels"
    if value.kind != "mul" and not has(value.kind, "matrix product"):
        return "cancels" if is_summed and not is_zero(evaluate(value, values)) else ""
    factors = [numpy.abs(numpy.asarray(evaluate(f, values), "float64")) for f in value.args]
    product = numpy.multiply if value.kind == "mul" else numpy.matmul
    if not reduce(product, [(f != 0).astype("float64") for f in factors]).any():
        return "apart"
    return "cancels" if reduce(product, factors).any() else "underflows"
