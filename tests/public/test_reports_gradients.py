"""Public reports about gradients: what is told is right also where the report was not."""

from __future__ import annotations

import importlib

import numpy
import pytest
from public.reports import checked, scanned, wrong

from xorexplain.engines import Engine
from xorexplain.gradients.check import DIFFERENCES, check
from xorexplain.gradients.choose import differentiate
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.rewrites.check import check_steps
from xorexplain.rewrites.record import record

pytestmark = pytest.mark.filterwarnings("ignore")


def test_a_tie_of_maxima_is_no_slope(engine: Engine) -> None:
    """Theano#4568: the gradient of max at a tie is (1, 1), which no difference confirms."""
    x = engine.tensor.dvector("x")
    (gradient,), rows = checked(engine, engine.tensor.max(x), [x], {"x": numpy.ones(2)})

    assert numpy.asarray(gradient).sum() >= 1
    assert not [row for row in wrong(rows) if row.what != DIFFERENCES]


def test_a_largest_value_over_two_axes_has_a_gradient(engine: Engine) -> None:
    """Theano#2937: the gradient of max over two axes at once."""
    x = engine.tensor.dtensor3("x")
    value = numpy.arange(12.0).reshape(2, 2, 3)
    cost = engine.tensor.max(x, axis=(1, 2)).sum()
    (gradient,), rows = checked(engine, cost, [x], {"x": value})

    assert gradient.sum() == 2
    assert (gradient[0, 1, 2], gradient[1, 1, 2]) == (1, 1)
    assert wrong(rows) == []


def test_a_chain_of_sums_of_small_integers_keeps_its_value(engine: Engine) -> None:
    """Theano#356: summing an int8 tensor twice crashed a rewrite of sums."""
    x = engine.tensor.tensor3("x", dtype="int8")
    made = Model({"total": x.sum(axis=0).sum(axis=1)}, inputs=[x])
    data = {"x": numpy.full((2, 3, 4), 100, dtype="int8")}
    recording = record(engine, made)
    checks = check_steps(recording, data)

    assert [c for c in checks if c.is_fine is False] == []
    assert engine.evaluator([made.outputs["total"]], [x])(data["x"])[0].tolist() == [800] * 3


def test_one_scan_feeds_another(engine: Engine) -> None:
    """Theano#2619: the gradient through two scans, the second over what the first made."""
    T = engine.tensor
    x, t = T.dmatrix("x"), T.dmatrix("t")
    W = engine.module.shared(numpy.array([[0.5, -0.25], [0.75, 1.0]]), name="W")
    made = scanned(engine, lambda row: T.tanh(T.dot(row, W)), sequences=[x])
    errors = scanned(engine, lambda a, b: ((a - b) ** 2).sum(), sequences=[made, t])
    data = {"x": numpy.array([[1.0, 2.0], [0.5, -1.0]]), "t": numpy.zeros((2, 2))}
    data["W"] = W.get_value()
    (gradient,), rows = checked(engine, errors.mean(), [W], data)
    hidden = numpy.tanh(data["x"] @ data["W"])

    numpy.testing.assert_allclose(gradient, data["x"].T @ (hidden * (1 - hidden**2)))
    assert wrong(rows) == []


def test_a_loop_that_stops_early_differentiates_the_steps_it_made(engine: Engine) -> None:
    """Theano#5439: the gradient came out at the end of the sequence, where no step was made."""
    T = engine.tensor
    home = "theano.scan_module" if engine.name == "theano" else "pytensor.scan.utils"
    until = importlib.import_module(home).until
    x = T.dvector("x")
    made = scanned(engine, lambda v: (v * v, until(T.gt(v, 2.5))), sequences=[x])
    value = numpy.arange(6.0)
    derivation = differentiate(engine, Model({"y": made}, made.sum(), [x], data={"x": value}))
    values = sample_values(engine, derivation.graph, derivation.variables, {"x": value})
    rows = check(engine, derivation, values)
    end = derivation.variables[derivation.results[0].gradient or ""]
    given = [derivation.variables[v] for v in values]
    (gradient,) = engine.evaluator([end], given)(*values.values())
    is_right = numpy.allclose(gradient, [0, 2, 4, 6, 0, 0])

    # Where the engine still has it wrong, the differences tell.
    assert is_right is not any(row.what == DIFFERENCES for row in wrong(rows))


def test_a_row_that_is_repeated_gets_the_sum(engine: Engine) -> None:
    """aesara#1089: gradients of what is broadcast; here the axis is known to be of one element."""
    T = engine.tensor
    x = T.drow("x") if engine.name == "theano" else T.tensor("x", shape=(1, None), dtype="float64")
    y = T.dmatrix("y")
    data = {"x": numpy.array([[1.0, 2.0]]), "y": numpy.arange(6.0).reshape(3, 2)}
    (dx, dy), rows = checked(engine, (x * y).sum(), [x, y], data)

    assert dx.tolist() == [[6.0, 9.0]]
    assert dy.tolist() == [[1.0, 2.0]] * 3
    assert wrong(rows) == []


def test_a_choice_of_a_finite_branch_is_checked(engine: Engine) -> None:
    """Theano#5333: sin(t) / t with a limit at zero; away from zero nothing is wrong."""
    T = engine.tensor
    w = T.dmatrix("w")
    t = (w**2).sum(axis=1)
    cost = T.switch(T.lt(t, 1e-12), 1.0, T.sin(t) / t).sum()
    value = numpy.array([[1.0, 2.0, 1.0], [0.5, 0.25, -0.5]])
    (gradient,), rows = checked(engine, cost, [w], {"w": value})
    s = (value**2).sum(axis=1, keepdims=True)

    numpy.testing.assert_allclose(gradient, (numpy.cos(s) / s - numpy.sin(s) / s**2) * 2 * value)
    assert wrong(rows) == []


def test_nested_choices_of_one_value(engine: Engine) -> None:
    """Theano#6476: one value in both branches; at finite values its gradient is right."""
    T = engine.tensor
    a, mu = T.dscalar("a"), T.dscalar("mu")
    v = (a - mu) ** 2
    cost = T.switch(T.eq(a, -numpy.inf), mu, T.switch(T.ge(a, 0), v, -v))
    data = {"a": numpy.array(-2.0), "mu": numpy.array(1.0)}
    (gradient,), rows = checked(engine, cost, [mu], data)

    assert float(gradient) == -6.0
    assert wrong(rows) == []
