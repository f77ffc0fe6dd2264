"""A gradient that exists may come to next to nothing: the node where it does is named."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.gradients.at_values import at_values
from xorexplain.gradients.why import Answer, explain_why
from xorexplain.models.model import Model
from xorexplain.render.reports.why import why
from xorexplain.render.writers import terminal


def model_of(engine: Engine, scale: float, data: Any = None) -> Model:
    T, shared = engine.tensor, engine.module.shared
    w, v = shared(numpy.array([0.5, 1.0]), name="w"), shared(numpy.array(1.0), name="v")
    x = T.dmatrix("x")
    p = engine.sigmoid(T.dot(x * scale, w))
    p.name = "p"
    cost = T.sum((p * v) ** 2)
    cost.name = "cost"
    return Model(cost=cost, parameters=[w, v], inputs=[x], data={} if data is None else {"x": data})


def answers(engine: Engine, model: Model) -> tuple[Answer, ...]:
    return at_values(engine, model, (), explain_why(engine, model))


DATA = numpy.array([[1.0, 2.0], [2.0, 2.0]])


def test_the_node_is_told_with_what_arrives_and_what_goes_on(engine: Engine) -> None:
    of_w, of_v = answers(engine, model_of(engine, 100.0, DATA))

    (faint,) = of_w.faint
    assert (faint.op, faint.low, faint.high) == ("sigmoid", 250.0, 300.0)
    assert faint.arrives == pytest.approx(2.0)
    assert faint.goes_on < 1e-100
    # v is read behind the sigmoid.
    assert of_v.faint == ()
    told = terminal.plain(why((of_w, of_v)))
    assert told.count("and yet nothing gets through sigmoid") == 1
    assert "what it reads goes from 250 to 300" in told


def test_a_softmax_is_not_called_saturated_for_what_arrives(engine: Engine) -> None:
    """Equal adjoints of all shares cancel, wherever it is; a share that is all but 1 is flat."""
    for start, faint in ((0.0, 0), (1e3, 1)):
        w = engine.module.shared(numpy.array([[start, 0.0]] * 2), name="w")
        T = engine.tensor
        s = T.nnet.softmax(w) if engine.name == "theano" else T.special.softmax(w, axis=-1)
        model = Model(cost=engine.tensor.sum(s**2), parameters=[w])
        (found,) = answers(engine, model)
        assert len(found.faint) == faint
        assert found.is_zero
        told = terminal.plain(why((found,)))
        assert ("arrives and nothing goes on" in " ".join(told.split())) == bool(faint)


def test_what_cancels_with_another_way_is_not_called_saturated(engine: Engine) -> None:
    """As the logarithm of a scale does, which PyMC reads by itself and as its exponential."""
    w = engine.module.shared(numpy.array([1.0, 2.0]), name="w")
    s = engine.tensor.exp(w)
    cost = engine.tensor.sum(s / numpy.exp([1.0, 2.0]) - w)

    (found,) = answers(engine, Model(cost=cost, parameters=[w]))

    assert found.faint == ()


# One case is steep, or what the weight is multiplied by is 0: the how-to says that no word is said.
SOME_STEEP = numpy.array([[0.0, 0.001], [2.0, 2.0]])


@pytest.mark.parametrize(
    ("scale", "data"),
    [(0.1, DATA), (100.0, None), (100.0, SOME_STEEP), (1.0, numpy.zeros((2, 2)))],
    ids=["steep", "no values", "one case steep", "zeros"],
)
def test_nothing_is_said_otherwise(engine: Engine, scale: float, data: Any) -> None:
    found = answers(engine, model_of(engine, scale, data))

    assert [answer.faint for answer in found] == [(), ()]
