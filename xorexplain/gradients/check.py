"""Check a derivation by numbers: each printed formula, each rule, and the whole gradient.

Formulas are computed with NumPy from the engine's values of what they name, and compared with the
engine's value of the adjoint; the gradient is compared with central finite differences of the
cost. Nothing of the model is changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.errors import NotComputedError, XorexplainError
from xorexplain.errors.faults import made_or
from xorexplain.errors.records import dataclass
from xorexplain.gradients.domain import first_nan, is_finite, refuse_infinite, refuse_nan
from xorexplain.gradients.formulas import contribution, rule_formulas
from xorexplain.gradients.misfits import fitting_values
from xorexplain.gradients.records import Derivation, altered_below
from xorexplain.gradients.slopes import Slopes, largest_gap, slopes
from xorexplain.gradients.ties import tied_above
from xorexplain.graph.precision import exactly_held, rounding_of_each
from xorexplain.notation.evaluate import NotComputableError, evaluate
from xorexplain.notation.expr import Expr

ROUNDING = 1e-3
"""Absolute differences below this part of the tolerance count as rounding, of zeros above all."""
ROUNDED = "ok: rounding"
"""Said of a difference that is large beside the adjoint, since this is 0 but for rounding."""

OTHER_SHAPE = "it has another shape than the adjoint"
FORMULA, RULE, DIFFERENCES = "formula", "rule", "finite differences"
_EPS = {1e-4: float(numpy.finfo("float32").eps), 1e-2: float(numpy.finfo("float16").eps)}
"""The spacing of numbers around 1, by what rounding makes of them."""
Array = Any


@dataclass(frozen=True)
class Row:
    """Hold one comparison: what was compared, of which adjoint, and how far it is off.

    `relative` is the largest absolute difference over the largest absolute value of either side
    and of its parts. `is_fine` is None where nothing could be compared, or where the difference is
    explained; `note` says why or by what. A gradient that is NaN is off by no number.
    """

    what: str
    adjoint: str
    absolute: float | None = None
    relative: float | None = None
    is_fine: bool | None = None
    note: str = ""


def check(
    engine: Engine,
    derivation: Derivation,
    values: Mapping[str, Array],
    seed: int = 0,
    tolerance: float | None = None,
) -> tuple[Row, ...]:
    """Compare formulas, rules and finite differences with the engine's values.

    `values` holds an array for each given variable by id. `tolerance` is the largest relative
    difference allowed for formulas and rules, by default what rounding makes of the least precise
    type on the way; finite differences are allowed its square root. Raise XorexplainError where the
    cost is not finite.
    """
    given = list(values)
    shown = [v for v in derivation.variables if v not in values]
    variables = derivation.variables
    compute = engine.evaluator([variables[v] for v in shown], [variables[v] for v in given])
    with fitting_values(engine, derivation, values):
        found = as_far_as_known(compute, values)
        computed = dict(zip(shown, found, strict=True)) | dict(values)
    refuse_nan(derivation, computed)
    refuse_infinite(derivation, computed)
    rounding = rounding_of_each(derivation.graph, exact=exactly_held(derivation.graph, computed))
    environment = environment_of(derivation, computed)
    rows: list[Row] = []
    for variable, adjoint in derivation.adjoints.items():
        if variable in derivation.receipts:
            target = (derivation.adjoint_name(variable), computed[adjoint])
            allowed = tolerance or rounding[adjoint]
            size = _size_of_what_arrives(derivation, variable, computed)
            rows += made_or(
                f"the check of {target[0]}",
                partial(_formula_rows, derivation, variable, target, environment, (allowed, size)),
                partial(_unmade, target[0], (FORMULA, RULE)),
            )
    compared = [derivation.cost, *(r.gradient for r in derivation.results if r.gradient)]
    rough = max(rounding[v] for v in compared)
    allowed = (tolerance or rough) ** 0.5
    accuracy = _Accuracy(rough, allowed, seed, is_given=tolerance is not None)
    rows += _difference_rows(engine, derivation, values, computed, accuracy)
    return tuple(rows)


def directions(derivation: Derivation) -> dict[str, str]:
    """Pair the direction of a second derivative for each parameter with it, by their ids."""
    by_name = {v.name: v.id for v in derivation.graph.variables if v.owner is None and v.name}
    pairs = [(f"v_{derivation.names[r.parameter]}", r.parameter) for r in derivation.results]
    return {by_name[name]: parameter for name, parameter in pairs if name in by_name}


@dataclass(frozen=True)
class _Accuracy:
    """Hold what rounding makes of the cost, what differences are allowed, and the seed.

    `is_given` tells that what is allowed is the user's own, rounding or not.
    """

    rounding: float
    allowed: float
    seed: int
    is_given: bool


def as_far_as_known(
    compute: Callable[..., list[Any]], values: Mapping[str, Array]
) -> Sequence[Array | NotComputedError]:
    """Compute values; in the place of one that cannot be stands the error that says why.

    Raise XorexplainError where none can be.
    """
    try:
        return compute(*values.values())
    except NotComputedError as error:
        if not error.computed:
            raise XorexplainError(f"nothing can be compared: {error}") from error
        return error.computed


def environment_of(derivation: Derivation, computed: Mapping[str, Array]) -> dict[str, Array]:
    """Collect the values of all symbols a formula may hold."""
    computed = {v: x for v, x in computed.items() if not isinstance(x, NotComputedError)}
    symbols = {
        v.name or v.value or v.id: computed[v.id]
        for v in derivation.graph.variables
        if v.owner is None and v.id in computed
    }
    symbols |= {name: computed[v] for v, name in derivation.names.items() if v in computed}
    for variable, adjoint in derivation.adjoints.items():
        if adjoint in computed:
            symbols[derivation.adjoint_name(variable)] = computed[adjoint]
    return symbols


def _formula_rows(
    derivation: Derivation,
    variable: str,
    target: tuple[str, Array],
    environment: Mapping[str, Array],
    room: tuple[float, float],
) -> list[Row]:
    """Compare the sum of what a variable receives, as printed and by the rules."""
    if isinstance(target[1], NotComputedError):
        return [Row(what, target[0], note=str(target[1])) for what in (FORMULA, RULE)]
    printed: list[Expr] = []
    ruled: list[Expr | None] = []
    for step, received in derivation.receipts[variable]:
        printed.append(contribution(derivation, step, received))
        _, formulas = rule_formulas(derivation, step)
        ruled.append(formulas[received.position])
    rows = [_compare(FORMULA, target, lambda: _parts(printed, target[1], environment), *room)]
    known = [formula for formula in ruled if formula is not None]
    if len(known) == len(ruled):
        rows.append(_compare(RULE, target, lambda: _parts(known, target[1], environment), *room))
    else:
        rows.append(Row(RULE, target[0], note="told in words, not as a formula"))
    return rows


def _size_of_what_arrives(
    derivation: Derivation, variable: str, computed: Mapping[str, Array]
) -> float:
    """Return the largest adjoint that a variable's own is made of, at least 1.

    Where these cancel, rounding of their size is left.
    """
    arrives = {a for step, _ in derivation.receipts[variable] for a in step.arrives if a}
    known = [computed[a] for a in arrives if not isinstance(computed.get(a), NotComputedError)]
    dense = [numpy.asarray(value) for value in known if not hasattr(value, "toarray")]
    sizes = [numpy.abs(value)[numpy.isfinite(value)] for value in dense if value.dtype.kind in "fc"]
    return max((float(numpy.max(size, initial=1.0)) for size in sizes), default=1.0)


def _unmade(name: str, compared: Sequence[str], why: str) -> list[Row]:
    return [Row(what, name, note=why) for what in compared]


def _parts(formulas: Sequence[Expr], like: Array, environment: Mapping[str, Array]) -> list[Array]:
    """Compute what a variable receives from each of its clients."""
    shape = numpy.shape(like)
    return [_fitted(evaluate(formula, environment), shape) for formula in formulas]


def _fitted(value: Array, shape: tuple[int, ...]) -> Array:
    """Repeat what broadcasting left short; raise NotComputableError for what has more elements."""
    try:
        return numpy.broadcast_to(value, shape)
    except ValueError:
        found = "×".join(map(str, numpy.shape(value)))
        raise NotComputableError(f"{OTHER_SHAPE}, {found}") from None


def _compare(
    what: str,
    target: tuple[str, Array],
    compute: Callable[[], list[Array]],
    allowed: float,
    size: float = 1.0,
) -> Row:
    """Compare a sum of parts with what is expected, on the scale of the largest of them.

    Where they cancel, it is rounding of numbers of that `size` that counts.
    """
    name, expected = target
    try:
        with numpy.errstate(all="ignore"):
            parts = compute()
    except (NotComputableError, NotComputedError) as error:
        return Row(what, name, note=str(error))
    absolute, relative = largest_gap(expected, parts)
    if what == RULE and not math.isfinite(absolute) and is_finite(expected):
        return Row(what, name, note="the rule divides by 0 here, what T.grad made does not")
    is_rounding = relative > allowed and absolute <= allowed * ROUNDING * size
    is_fine = bool(relative <= allowed or is_rounding)
    return Row(what, name, absolute, relative, is_fine, ROUNDED if is_rounding else "")


def _difference_rows(
    engine: Engine,
    derivation: Derivation,
    values: Mapping[str, Array],
    computed: Mapping[str, Array],
    accuracy: _Accuracy,
) -> list[Row]:
    """Compare each parameter's gradient with (f(x + h) − f(x − h)) / 2h, element by element."""
    variables = derivation.variables
    cost = engine.evaluator([variables[derivation.cost]], [variables[v] for v in values])
    precision = _EPS.get(accuracy.rounding, 0.0)
    rows = []
    for result in derivation.results:
        name = derivation.adjoint_name(result.parameter)
        if result.gradient is None or result.parameter not in values:
            rows.append(Row(DIFFERENCES, name, note=result.reason or "no value to vary"))
            continue
        gradient = computed[result.gradient]
        if isinstance(gradient, NotComputedError):
            rows.append(Row(DIFFERENCES, name, note=str(gradient)))
        elif hasattr(values[result.parameter], "toarray") or hasattr(gradient, "toarray"):
            rows.append(Row(DIFFERENCES, name, note="it is sparse: its elements are not varied"))
        else:
            try:
                found = slopes(cost, values, result.parameter, gradient, precision, accuracy.seed)
            except NotComputedError as error:
                rows.append(Row(DIFFERENCES, name, note=str(error)))
                continue
            lost = numpy.isnan(found.exact)
            if lost.any():
                slope = f"the engine's is NaN where the slope is {found.central[lost][0]:.3g}"
                note = f"{slope}: {first_nan(derivation, computed)}"
                rows.append(Row(DIFFERENCES, name, is_fine=False, note=note))
                continue
            row = _judged(derivation, result.parameter, found, accuracy)
            if row.is_fine is False:
                row = replace(row, note=tied_above(derivation, result.parameter, computed))
            rows.append(row)
    return rows


def _judged(derivation: Derivation, parameter: str, found: Slopes, accuracy: _Accuracy) -> Row:
    """Compare slopes with the gradient; where they differ, look for what explains it."""
    name = derivation.adjoint_name(parameter)
    if not found.exact.size:
        return Row(DIFFERENCES, name, note=found.lacking)
    row = _compare(DIFFERENCES, (name, found.exact), lambda: [found.central], accuracy.allowed)
    if row.is_fine:
        return row
    if not accuracy.is_given and row.absolute is not None and row.absolute <= found.noise:
        return replace(row, is_fine=True, note=ROUNDED)
    changed = altered_below(derivation, parameter)
    if changed:
        return replace(row, is_fine=None, note=f"changed on purpose: {changed}")
    kink = found.kink(accuracy.allowed)
    return replace(row, is_fine=None, note=kink) if kink else row
