"""What a rule hands to an input has its shape: a sum along the axes that were repeated."""

from __future__ import annotations

from collections.abc import Callable

import numpy
import pytest

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.gradients.check import environment_of
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.formulas import contribution, rule_formulas
from xorexplain.notation.evaluate import evaluate

SHAPES = {"x": (4, 3), "q": (2, 4, 3), "row": (1, 3), "col": (4, 1), "u": (3,), "number": ()}


def elementwise(engine: Engine) -> Model:
    """A row, a column, a vector and a number in sums, products, quotients and choices."""
    T = engine.tensor
    x, q, row, col = T.dmatrix("x"), T.dtensor3("q"), T.drow("row"), T.dcol("col")
    u, number = T.dvector("u"), T.dscalar("number")
    z = T.tanh(x * row + col) / (1 + row**2) - u
    d = T.exp(z - z.sum(axis=1, keepdims=True)) * q + T.switch(x > 0, col, row) * number
    return Model({"d": d}, (d**2).sum(), [row, col, u, number, x])


def parts(engine: Engine) -> Model:
    """A row, a vector and a number that are written into parts of a matrix."""
    T = engine.tensor
    x, row, u, number = T.dmatrix("x"), T.drow("row"), T.dvector("u"), T.dscalar("number")
    y = T.set_subtensor(x[1:], row)
    y = T.inc_subtensor(y[:, 1], number)
    y = T.inc_subtensor(y[:2], u)
    return Model({"y": y}, (y**2).sum(), [row, u, number, x])


def filled(engine: Engine) -> Model:
    """Shapes that are filled with a number, a vector, a row, a column, or what has them already."""
    T = engine.tensor
    x, row, col = T.dmatrix("x"), T.drow("row"), T.dcol("col")
    u, number, rows = T.dvector("u"), T.dscalar("number"), x.shape[0]
    values = [(number, 2, rows, 3), (u, rows, 3), (row, rows, 3), (col, 2, rows, 3), (x, rows, 3)]
    y = sum(T.alloc(value, *shape) ** (i + 2) for i, (value, *shape) in enumerate(values))
    return Model({"y": y}, (y**2).sum(), [row, col, u, number, x])


@pytest.mark.parametrize("case", [elementwise, parts, filled])
def test_a_rule_sums_along_what_was_repeated(
    case: Callable[[Engine], Model], engine: Engine
) -> None:
    derivation = differentiate(engine, case(engine))
    rng = numpy.random.default_rng(0)
    variables = derivation.variables
    given = {v.id: v for v in derivation.graph.variables if v.owner is None and v.name in SHAPES}
    values = {id_: rng.normal(size=SHAPES[v.name or ""]) for id_, v in given.items()}
    shown = [id_ for id_ in variables if id_ not in values]
    compute = engine.evaluator([variables[v] for v in shown], [variables[v] for v in values])
    computed = values | dict(zip(shown, compute(*values.values()), strict=True))
    environment = environment_of(derivation, computed)
    for step in derivation.steps:
        _, formulas = rule_formulas(derivation, step)
        for received in step.received:
            formula = formulas[received.position]
            if received.contribution is not None and formula is not None:
                for told in (formula, contribution(derivation, step, received)):
                    expected = computed[received.contribution]
                    found = numpy.asarray(evaluate(told, environment))
                    assert found.shape == numpy.shape(expected)
                    numpy.testing.assert_allclose(found, expected)
                    is_sum_of_all = told.kind == "sum" and not found.ndim
                    assert not is_sum_of_all or told.param("axis") is None
