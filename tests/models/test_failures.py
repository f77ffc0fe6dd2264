"""Meet parameters without a gradient, and check the one line that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.choose import differentiate
from xorexplain.models.failures import differentiating, reporting
from xorexplain.models.model import Model
from xorexplain.models.stages import view

Build = Callable[[Any, Any, Any], Any]

LACKING: dict[str, tuple[str, Build, str]] = {
    "unread": ("float64", lambda T, g, W: T.sum(T.dvector("x")), "cost does not read W"),
    "disconnected": (
        "float64",
        lambda T, g, W: T.sum(g.disconnected_grad(W)),
        "cost has no gradient for W, it is disconnected",
    ),
    "undefined": (
        "float64",
        lambda T, g, W: T.sum(g.undefined_grad(W)),
        "cost has no gradient for W, it is undefined",
    ),
    "integer": ("int64", lambda T, g, W: T.sum(W * 0.5), "W is int64, which has no gradient"),
}


def lacking(engine: Engine, name: str) -> tuple[Model, str]:
    """A model with a parameter that has no gradient, and what is said of it."""
    dtype, build, message = LACKING[name]
    W = engine.module.shared(numpy.ones(3, dtype=dtype), name="W")
    cost = build(engine.tensor, engine.module.gradient, W)
    cost.name = "cost"
    return Model({}, cost, [W]), message


@pytest.mark.parametrize("name", LACKING)
@pytest.mark.parametrize("order", [1, 2])
def test_a_derivation_names_the_parameter(engine: Engine, name: str, order: int) -> None:
    model, message = lacking(engine, name)

    with pytest.raises(XorexplainError) as caught:
        differentiate(engine, model, order=order)

    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith("see `gradient --why --wrt W`")


@pytest.mark.parametrize("name", LACKING)
def test_the_gradient_stage_names_the_parameter(engine: Engine, name: str) -> None:
    model, message = lacking(engine, name)

    with pytest.raises(XorexplainError) as caught:
        view(engine, model, "gradient")

    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith("see `gradient --why --wrt W`")


def test_a_linear_cost_has_a_second_derivative_without_nodes(engine: Engine) -> None:
    W = engine.module.shared(numpy.ones(3), name="W")

    derivation = differentiate(engine, Model({}, engine.tensor.sum(2.0 * W), [W]), order=2)

    assert [result.gradient for result in derivation.results] == [None]


def test_what_else_goes_wrong_is_told_in_the_engine_s_words(engine: Engine) -> None:
    x = engine.tensor.dvector("x")

    with (
        pytest.raises(
            XorexplainError,
            match=r"cannot differentiate the cost: .*scalar.*: see `gradient --why`",
        ),
        differentiating(engine, x * 2, [x]),
    ):
        engine.grad(x * 2, [x])


def test_the_first_line_of_an_error_is_the_message_and_the_rest_its_details(
    engine: Engine,
) -> None:
    with pytest.raises(XorexplainError) as caught, reporting(engine, "do it"):
        raise ValueError("first\nsecond\nthird")

    assert str(caught.value) == f"{engine.title} cannot do it: first"
    assert caught.value.details == "second\nthird"
