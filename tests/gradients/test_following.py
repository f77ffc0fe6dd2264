"""Follow a case: its values are the engine's, and nudges find the adjoints everywhere."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients import following
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.following import follow
from xorexplain.models.model import Model
from xorexplain.models.tutorial import xor

CHECKS = {"theano": "tensor.opt", "pytensor": "raise_op"}
"""Where an engine has the op that checks what it hands on."""


def test_every_adjoint_of_xor_is_found_by_nudging_too(engine: Engine) -> None:
    model = xor(engine)
    derivation = differentiate(engine, model)

    followed = follow(engine, model, derivation)

    names = {derivation.names[v] for v in followed.slopes}
    assert names == {"W1", "W2", "z1", "a1", "z2", "output", "d1", "q1"}
    assert followed.cases == 4
    assert followed.drawn == ()
    assert followed.worst < 1e-6
    cost = next(x for v, x in followed.values.items() if derivation.names.get(v) == "cost")
    assert float(cost) == pytest.approx(1.0092149033227296)


def test_a_sparse_matrix_that_is_given_is_followed(engine: Engine) -> None:
    """NumPy put it into an array of objects, which no op takes: pages ended in a fault."""
    sparse = importlib.import_module(f"{engine.name}.sparse")
    A, w = sparse.csr_matrix("A", "float64"), engine.module.shared(numpy.ones((3, 1)), name="w")
    z = sparse.structured_dot(A, w)
    z.name = "z"
    value = importlib.import_module("scipy.sparse").csr_matrix(numpy.eye(4, 3))
    model = Model({}, (z**2).sum(), [w], inputs=[A], data={"A": value})
    derivation = differentiate(engine, model)

    followed = follow(engine, model, derivation)

    assert {"w", "z"} <= {derivation.names[v] for v in followed.slopes}
    assert followed.worst < 1e-6


def test_the_cases_shares_add_up_and_an_idle_case_adds_nothing(engine: Engine) -> None:
    model = xor(engine)
    derivation = differentiate(engine, model)
    followed = follow(engine, model, derivation)
    first = derivation.results[0].parameter

    shares = followed.shares(derivation, first)

    numpy.testing.assert_allclose(sum(shares), followed.adjoints[first])
    assert [bool(share.any()) for share in shares] == [True, True, False, True]


def test_a_wrong_adjoint_is_seen_by_the_nudge(engine: Engine) -> None:
    model = xor(engine)
    derivation = differentiate(engine, model)
    followed = follow(engine, model, derivation)
    first = derivation.results[0].parameter

    wrong = {**followed.adjoints, first: 2 * followed.adjoints[first]}

    assert replace(followed, adjoints=wrong).worst > 0.1


def test_what_has_no_value_is_drawn_and_named(engine: Engine) -> None:
    T = engine.tensor
    x, w = T.dmatrix("x"), engine.module.shared(numpy.ones((3, 1)), name="w")
    model = Model(cost=T.sum(T.dot(x, w) ** 2), parameters=[w])
    derivation = differentiate(engine, model)

    followed = follow(engine, model, derivation)

    assert followed.drawn == ("x",)
    assert followed.worst < 1e-6


def test_a_large_model_is_not_followed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MAX_FORWARD", 3)
    model = xor(engine)

    with pytest.raises(XorexplainError, match="more than 3 apply nodes"):
        follow(engine, model, differentiate(engine, model))


def test_what_is_followed_keeps_its_values_while_the_model_is_trained(engine: Engine) -> None:
    model = xor(engine)
    derivation = differentiate(engine, model)
    before = model.parameters[0].get_value()
    followed = follow(engine, model, derivation)

    storage = model.parameters[0].get_value(borrow=True)
    storage += 1.0

    first = derivation.results[0].parameter
    numpy.testing.assert_array_equal(followed.values[first], before)


def test_a_nudge_out_of_what_an_op_takes_costs_that_slope_alone(engine: Engine) -> None:
    T = engine.tensor
    x = T.dvector("x")
    checked = importlib.import_module(f"{engine.name}.{CHECKS[engine.name]}").Assert("x >= 0")
    cost = (checked(x, T.all(x >= 0)) ** 2).sum()
    model = Model(cost=cost, parameters=[x], inputs=[x], data={"x": numpy.array([0.0, 1.0])})
    made = differentiate(engine, model)

    followed = follow(engine, model, made)

    (given,) = made.graph.inputs
    assert given in followed.adjoints
    assert given not in followed.slopes
    assert followed.slopes
