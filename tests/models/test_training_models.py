"""Train models of one's own on their samples."""

from __future__ import annotations

import numpy
import pytest
from models import descent, model, shared

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.model import Model
from xorexplain.models.training import need_data, train_model


def line(engine: Engine, rate: float = 0.1) -> Model:
    """Fit a slope; the data are not of the inputs' own type."""
    T = engine.tensor
    x, y = T.dvector("x"), T.dvector("y")
    slope = engine.module.shared(0.0, name="slope")
    cost = ((slope * x - y) ** 2).mean()
    gradient = engine.grad(cost, [slope])[0]
    return Model(
        outputs={"line": slope * x},
        cost=cost,
        parameters=[slope],
        updates=[(slope, slope - rate * gradient)],
        inputs=[y, x],
        data={"x": [1, 2], "y": numpy.array([2, 4], dtype="float32")},
    )


def test_learns_and_gives_the_weights_back(engine: Engine) -> None:
    fitted = line(engine)

    run = train_model(engine, fitted, 50)

    assert run.steps == 50
    assert run.costs[0] == (1, 10.0)
    assert run.cost < 1e-6
    assert numpy.array_equal(run.before["line"], [0, 0])
    assert numpy.allclose(run.after["line"], [2, 4], atol=1e-3)
    assert float(fitted.parameters[0].get_value()) == 0.0


def test_ends_where_the_cost_is_no_number(engine: Engine) -> None:
    run = train_model(engine, line(engine, rate=1e6), 1000)

    assert run.steps < 1000
    assert not numpy.isfinite(run.cost)


def test_names_the_input_that_has_no_sample(engine: Engine) -> None:
    with pytest.raises(XorexplainError, match=r"no sample of the input x.*data="):
        need_data(engine, model(engine, "mlp"))


def test_says_that_there_is_nothing_to_train_with(engine: Engine) -> None:
    T = engine.tensor
    W = shared(engine, (2,), "W")

    with pytest.raises(XorexplainError, match="no updates"):
        need_data(engine, Model({"y": W}, cost=T.sum(W)))
    with pytest.raises(XorexplainError, match="no cost"):
        need_data(engine, Model({"y": W}, updates=descent(engine, T.sum(W), [W])))
