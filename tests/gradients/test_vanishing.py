"""A gradient that no op cuts may be exactly 0: what makes it so is named, a node and a factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.gradients.at_values import at_values
from xorexplain.gradients.why import Answer, explain_why
from xorexplain.models.model import Model
from xorexplain.render.reports.why import why
from xorexplain.render.writers import terminal

DATA = numpy.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0], [1.0, 1.0]])
TARGETS = numpy.array([[1.0], [1.0], [0.0], [0.0]])
Build = Callable[[Engine, Any], Any]


def two_layers(engine: Engine, w: Any, second: Any = 0.0) -> Any:
    shared, T = engine.module.shared, engine.tensor
    X, behind = shared(DATA, name="X"), shared(numpy.full((2, 1), second), name="V")
    output = engine.sigmoid(T.dot(engine.sigmoid(T.dot(X, w)), behind))
    return T.sum((output - TARGETS) ** 2), behind


def behind_zeros(engine: Engine, w: Any) -> Any:
    return two_layers(engine, w)


def of_blank_data(engine: Engine, w: Any) -> Any:
    blank = engine.module.shared(numpy.zeros((4, 2)), name="blank")
    return engine.tensor.sum((engine.tensor.dot(blank, w) - 1) ** 2), w


def at_its_least(engine: Engine, w: Any) -> Any:
    d = w - w.get_value()
    d.name = "d"
    return engine.tensor.sum(d**2), w


def masked(engine: Engine, w: Any) -> Any:
    odd = engine.module.shared(numpy.eye(2), name="odd")
    even = engine.module.shared(1 - numpy.eye(2), name="even")
    return engine.tensor.sum(w * odd * even), w


def cancelling(engine: Engine, w: Any) -> Any:
    return engine.tensor.sum(w * 3.0) - engine.tensor.sum(w * 3.0), w


def of_a_bias(engine: Engine, w: Any) -> Any:
    signs = numpy.stack([numpy.ones((2, 2)), -numpy.ones((2, 2))])
    return engine.tensor.sum((w + engine.tensor.zeros((2, 1, 1))) * signs), w


def clipped(engine: Engine, w: Any) -> Any:
    # A constant factor of 0 is told as a cut, and not once more.
    return engine.tensor.sum(engine.tensor.clip(w, 5.0, 6.0)) + 0.0 * engine.tensor.sum(w), w


CASES: dict[str, tuple[Build, str, str, str]] = {
    "a parameter behind it": (behind_zeros, "factor", "V", "start V with random numbers"),
    "data": (of_blank_data, "factor", "blank", "a bias learns without such a factor"),
    "an error": (at_its_least, "factor", "d", "nothing is left to learn"),
    "a condition": (clipped, "factor", "w ≥ 5", "w ≥ 5 holds in no element"),
    "apart": (masked, "apart", "", "at each element one of its factors is 0"),
    "a bias": (of_a_bias, "cancels", "", "add up to exactly 0"),
    "two ways": (cancelling, "cancels", "", "add up to exactly 0"),
}


def answered(engine: Engine, build: Build) -> tuple[Answer, ...]:
    w = engine.module.shared(numpy.array([[0.5, 1.0], [2.0, -1.0]]), name="w")
    cost, other = build(engine, w)
    cost.name = "cost"
    model = Model(cost=cost, parameters=list(dict.fromkeys([w, other])))
    return at_values(engine, model, (), explain_why(engine, model))


@pytest.mark.parametrize("case", CASES)
def test_what_makes_a_gradient_zero_is_named(engine: Engine, case: str) -> None:
    build, how, factor, words = CASES[case]

    found = answered(engine, build)

    stop = found[0].vanished[0]
    assert found[0].is_zero
    assert (stop.how, stop.factor) == (how, factor)
    told = " ".join(terminal.plain(why(found)).split())
    assert "∂cost/∂w exists, and is exactly 0 at the model's own values" in told
    assert words in told
    assert told.count("and yet nothing") == 1


def test_a_sum_over_the_cases_may_cancel(engine: Engine) -> None:
    of_w, of_v = answered(engine, behind_zeros)

    # The hidden neurons differ from case to case, so what these want does not cancel.
    assert of_w.is_zero
    assert not of_v.is_zero
    assert of_v.vanished == ()

    zero = engine.module.shared(numpy.zeros((2, 2)), name="w")
    cost, behind = two_layers(engine, zero)
    model = Model(cost=cost, parameters=[behind])
    (found,) = at_values(engine, model, (), explain_why(engine, model))
    assert [stop.how for stop in found.vanished] == ["cancels"]


def test_nothing_is_said_of_values_that_are_not_given(engine: Engine) -> None:
    x = engine.tensor.dmatrix("x")
    w = engine.module.shared(numpy.zeros(2), name="w")
    cost = engine.tensor.sum(engine.tensor.dot(x, w) ** 2)
    model = Model(cost=cost, parameters=[w], inputs=[x])

    (found,) = at_values(engine, model, (), explain_why(engine, model))

    assert not found.is_zero
    assert found.vanished == ()
