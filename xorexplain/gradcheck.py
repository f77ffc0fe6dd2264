"""Check a derivation by numbers: each printed formula, each rule, and the whole gradient.

Formulas are computed with NumPy from the engine's values of what they name, and compared with the
engine's value of the adjoint; the gradient is compared with central finite differences of the
cost. Nothing of the model is changed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy

from xorexplain.derivation import Derivation
from xorexplain.difference import FINE, rounding_of
from xorexplain.engines import Engine
from xorexplain.engines.computing import MISFITS
from xorexplain.errors import NotComputedError, XorexplainError
from xorexplain.explain import contribution, rule_formulas
from xorexplain.graph import Graph
from xorexplain.notation.evaluate import NotComputableError, evaluate
from xorexplain.notation.expr import Expr

MAX_ELEMENTS = 200
"""Finite differences are taken for at most this many elements of each parameter."""

ROUNDING = 1e-3
"""Absolute differences below this part of the tolerance count as rounding, of zeros above all."""

FORMULA, RULE, DIFFERENCES = "formula", "rule", "finite differences"
Array = Any


@dataclass(frozen=True)
class Row:
    """Hold one comparison: what was compared, of which adjoint, and how far it is off.

    `relative` is the largest absolute difference over the largest absolute value of either side
    and of its parts. `note` says why
    there is no number, and then `is_fine` is None.
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
    difference allowed for formulas and rules; differences are allowed its square root. Raise
    XorexplainError where a value is NaN.
    """
    given = list(values)
    shown = [v for v in derivation.variables if v not in values]
    variables = derivation.variables
    compute = engine.evaluator([variables[v] for v in shown], [variables[v] for v in given])
    with fitting_values():
        found = _as_far_as_known(compute, values)
        computed = dict(zip(shown, found, strict=True)) | dict(values)
    _refuse_nan(derivation, computed)
    rounding = _rounding(derivation.graph, computed)
    allowed = tolerance or rounding
    environment = _environment(derivation, computed)
    rows: list[Row] = []
    for variable, adjoint in derivation.adjoints.items():
        if variable in derivation.receipts:
            target = (derivation.adjoint_name(variable), computed[adjoint])
            rows += _formula_rows(derivation, variable, target, environment, allowed)
    is_rough = rounding > FINE
    rows += _difference_rows(engine, derivation, values, computed, seed, allowed**0.5, is_rough)
    return tuple(rows)


def _as_far_as_known(
    compute: Callable[..., list[Any]], values: Mapping[str, Array]
) -> Sequence[Array | NotComputedError]:
    """Compute values; in the place of one that cannot be stands the error that says why."""
    try:
        return compute(*values.values())
    except NotComputedError as error:
        if not error.computed:
            raise XorexplainError(f"nothing can be compared: {error}") from error
        return error.computed


@contextlib.contextmanager
def fitting_values() -> Iterator[None]:
    """Tell in one line that the values do not fit the graph, in shape or in range."""
    try:
        yield
    except MISFITS as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise XorexplainError(
            f"the values of the check do not fit the graph ({first}): "
            "give values that do with Model(data={...})"
        ) from error


def _rounding(graph: Graph, computed: Mapping[str, Array]) -> float:
    """Return what rounding makes of numbers, by the least precise type on the way.

    The cost's own type does not tell: what was computed in float32 stays as rough in float64.
    What is computed from constants alone is exact where few digits hold it, as 2.0 - 1 do, and
    unlike the root of 2.
    """
    found, waiting = FINE, [graph]
    while waiting:
        here = waiting.pop()
        exact = {v.id for v in here.variables if v.role == "constant"}
        for apply in here.applies:
            if exact.issuperset(apply.inputs):
                values = computed if here is graph else {}
                exact.update(v for v in apply.outputs if _is_short(values.get(v, 0.0)))
        rough = (rounding_of(v.dtype) for v in here.variables if v.id not in exact)
        found = max(found, *rough, FINE)
        waiting += here.inner
    return found


def _is_short(value: Array) -> bool:
    """Tell whether numbers are multiples of 1/4096, which every type of floats holds."""
    array = numpy.asarray(value)
    return array.dtype.kind not in "fc" or bool((array * 4096 == numpy.rint(array * 4096)).all())


def _refuse_nan(derivation: Derivation, computed: Mapping[str, Array]) -> None:
    """Raise XorexplainError where an adjoint is NaN, naming the first value that is.

    NaN elsewhere may be memory that a loop has not written yet.
    """
    if not any(_has_nan(computed[v]) for v in (*derivation.ends, *derivation.adjoints.values())):
        return
    named = [
        name for v, name in derivation.names.items() if v in computed and _has_nan(computed[v])
    ]
    raise XorexplainError(
        f"{(named or ['an adjoint'])[0]} is NaN at the values of the check, so nothing can be "
        "compared: give values in the model's domain with Model(data={...}) or another --seed"
    )


def _has_nan(value: Array) -> bool:
    array = numpy.asarray(value)
    return array.dtype.kind in "fc" and bool(numpy.isnan(array).any())


def _environment(derivation: Derivation, computed: Mapping[str, Array]) -> dict[str, Array]:
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
    allowed: float,
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
    rows = [_compare(FORMULA, target, lambda: _parts(printed, target[1], environment), allowed)]
    known = [formula for formula in ruled if formula is not None]
    if len(known) == len(ruled):
        rows.append(_compare(RULE, target, lambda: _parts(known, target[1], environment), allowed))
    else:
        rows.append(Row(RULE, target[0], note="told in words, not as a formula"))
    return rows


def _parts(formulas: Sequence[Expr], like: Array, environment: Mapping[str, Array]) -> list[Array]:
    """Compute what a variable receives from each of its clients."""
    shape = numpy.shape(like)
    return [_fitted(evaluate(formula, environment), shape) for formula in formulas]


def _fitted(value: Array, shape: tuple[int, ...]) -> Array:
    """Sum along the axes an input was repeated along, or repeat what broadcasting left short."""
    extra = numpy.ndim(value) - len(shape)
    value = numpy.sum(value, axis=tuple(range(extra))) if extra > 0 else numpy.asarray(value)
    lined_up = (1,) * (len(shape) - value.ndim) + value.shape
    value = value.reshape(lined_up)
    summed = tuple(i for i, length in enumerate(shape) if length == 1 and lined_up[i] != 1)
    return numpy.broadcast_to(numpy.sum(value, axis=summed, keepdims=True), shape)


def _compare(
    what: str, target: tuple[str, Array], compute: Callable[[], list[Array]], allowed: float
) -> Row:
    """Compare a sum of parts with what is expected, on the scale of the largest of them."""
    name, expected = target
    try:
        parts = compute()
    except (NotComputableError, NotComputedError) as error:
        return Row(what, name, note=str(error))
    absolute = float(numpy.max(numpy.abs(sum(parts) - expected), initial=0.0))
    scale = max(float(numpy.max(numpy.abs(part), initial=0.0)) for part in [expected, *parts])
    relative = absolute / scale if scale else absolute
    is_fine = relative <= allowed or absolute <= allowed * ROUNDING
    return Row(what, name, absolute, relative, bool(is_fine))


def _difference_rows(
    engine: Engine,
    derivation: Derivation,
    values: Mapping[str, Array],
    computed: Mapping[str, Array],
    seed: int,
    allowed: float,
    is_rough: bool,
) -> list[Row]:
    """Compare each parameter's gradient with (f(x + h) − f(x − h)) / 2h, element by element."""
    variables = derivation.variables
    given = list(values)
    cost = engine.evaluator([variables[derivation.cost]], [variables[v] for v in given])
    random = numpy.random.default_rng(seed)
    rows = []
    for result in derivation.results:
        name = derivation.adjoint_name(result.parameter)
        if result.gradient is None or result.parameter not in values:
            rows.append(Row(DIFFERENCES, name, note=result.reason or "no value to vary"))
            continue
        if isinstance(computed[result.gradient], NotComputedError):
            rows.append(Row(DIFFERENCES, name, note=str(computed[result.gradient])))
            continue
        start = numpy.asarray(values[result.parameter])
        dtype = numpy.float32 if is_rough and start.dtype.itemsize > 4 else start.dtype
        step = float(numpy.finfo(dtype).eps) ** (1 / 3)
        count = min(start.size, MAX_ELEMENTS)
        chosen = [int(e) for e in random.choice(start.size, count, replace=False)] if count else []
        slopes = partial(_slopes, cost, values, result.parameter, chosen, step)
        exact = numpy.asarray(computed[result.gradient]).ravel()[chosen]
        rows.append(_compare(DIFFERENCES, (name, exact), slopes, allowed))
    return rows


def _slopes(
    cost: Callable[..., list[Any]],
    values: Mapping[str, Array],
    parameter: str,
    elements: Sequence[int],
    h: float,
) -> list[Array]:
    """Return the central differences of the cost along single elements of a parameter."""

    def moved(element: int, by: float) -> float:
        start = numpy.array(values[parameter])
        start.flat[element] += by
        return float(cost(*{**values, parameter: start}.values())[0])

    return [numpy.array([(moved(e, h) - moved(e, -h)) / (2 * h) for e in elements])]
