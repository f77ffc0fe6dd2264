"""Ask why gradients are zero, disconnected or undefined, in each engine's own spelling."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any

import models
import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.why import Answer, Cut, explain_why
from xorexplain.models.model import Model


def answer(engine: Engine, cost: Any, variable: Any) -> Answer:
    (found,) = explain_why(engine, Model({}, cost, [variable]))
    return found


def only_cut(engine: Engine, cost: Any, variable: Any) -> Cut:
    (cut,) = answer(engine, cost, variable).cuts
    return cut


def made_up_op(engine: Engine, backward: Callable[..., Any] | None) -> Any:
    """An op that returns its input; `backward(op, inputs)` is its gradient, None for no method."""
    is_theano = engine.name == "theano"
    home = importlib.import_module("theano" if is_theano else "pytensor.graph.op")
    basic = importlib.import_module("theano" if is_theano else "pytensor.graph.basic")

    class MadeUp(home.Op):  # type: ignore[misc, name-defined]
        __props__ = ()

        def make_node(self, x: Any) -> Any:
            return basic.Apply(self, [x], [x.type()])

        def perform(self, node: Any, inputs: Any, storage: Any) -> None:
            storage[0][0] = inputs[0]

    if backward is not None:
        name = "L_op" if is_theano else "pullback"
        setattr(MadeUp, name, lambda self, inputs, outputs, adjoints: backward(self, inputs))
    return MadeUp()


Build = Callable[[Any, Any, Any], Any]

CUTS: dict[str, tuple[Build, str, str, str]] = {
    "cast": (lambda T, g, x: T.cast(T.cast(x, "int64"), "float64"), "zero", "integer", "cast"),
    "later integers": (lambda T, g, x: (T.cast(x, "int64") + 1) * 0.5, "zero", "integer", "cast"),
    "argmax": (lambda T, g, x: T.argmax(x) * 0.5, "zero", "integer", "argmax"),
    "index": (lambda T, g, x: T.ones((3,))[T.argmax(x)], "disconnected", "integer", "argmax"),
    "comparison": (lambda T, g, x: (x > 0) * 0.5, "zero", "integer", "gt"),
    "condition": (lambda T, g, x: T.switch(x > 0, 1.0, -1.0), "zero", "integer", "gt"),
    "nan": (lambda T, g, x: T.isnan(x) * 0.5, "zero", "integer", "is_nan"),
    "shape": (lambda T, g, x: x.shape[0] * 0.5, "disconnected", "disconnected", "shape"),
    "fill": (lambda T, g, x: T.zeros_like(x) + 1.0, "disconnected", "disconnected", "second"),
    "disconnected_grad": (
        lambda T, g, x: g.disconnected_grad(x) * 2.0,
        "disconnected",
        "stopped",
        "disconnected_grad",
    ),
    "zero_grad": (lambda T, g, x: g.zero_grad(x) * 2.0, "zero", "stopped", "zero_grad"),
    "undefined_grad": (
        lambda T, g, x: g.undefined_grad(x) * 2.0,
        "undefined",
        "undefined",
        "undefined_grad",
    ),
    "round": (lambda T, g, x: T.round(x), "zero", "zero", "round_half_to_even"),
    "floor": (lambda T, g, x: T.floor(x), "zero", "zero", "floor"),
    "ceil": (lambda T, g, x: T.ceil(x), "zero", "zero", "ceil"),
    "sign": (lambda T, g, x: (getattr(T, "sign", None) or T.sgn)(x), "zero", "zero", "sign"),
    "whole quotient": (lambda T, g, x: x // 2.0, "zero", "zero", "int_div"),
    "times zero": (lambda T, g, x: 0.0 * x + 1.0, "zero", "zero", "mul"),
    "times a computed zero": (lambda T, g, x: x * T.zeros((3,)).sum(), "zero", "zero", "mul"),
}


@pytest.mark.parametrize("name", CUTS)
def test_each_sort_of_cut_is_named(engine: Engine, name: str) -> None:
    build, state, kind, op = CUTS[name]
    x = engine.tensor.dvector("x")
    cost = engine.tensor.sum(build(engine.tensor, engine.module.gradient, x))

    found = answer(engine, cost, x)

    assert found.state == state
    assert (found.paths, found.open) == (1, 0)
    assert [(cut.kind, cut.op, cut.paths, cut.input) for cut in found.cuts] == [(kind, op, 1, "x")]
    assert found.cuts[0].reason
    assert found.cuts[0].cure


@pytest.mark.theano
@pytest.mark.filterwarnings("ignore:consider_constant")
def test_consider_constant_stops_the_gradient(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    cost = engine.tensor.sum(engine.module.gradient.consider_constant(x))

    assert answer(engine, cost, x).state == "zero"
    assert only_cut(engine, cost, x).kind == "stopped"


def test_an_undefined_gradient_gives_the_reason_of_the_op(engine: Engine) -> None:
    undefined = engine.module.gradient.grad_undefined
    op = made_up_op(engine, lambda op, inputs: [undefined(op, 0, inputs[0], "for a reason")])
    x = engine.tensor.dvector("x")
    cost = engine.tensor.sum(op(x) + x)

    found = answer(engine, cost, x)

    assert (found.state, found.paths, found.open) == ("undefined", 2, 1)
    assert [cut.kind for cut in found.cuts] == ["undefined"]
    assert "for a reason" in found.cuts[0].reason


def test_a_gradient_that_is_not_implemented_is_undefined(engine: Engine) -> None:
    missing = engine.module.gradient.grad_not_implemented
    op = made_up_op(engine, lambda op, inputs: [missing(op, 0, inputs[0])])
    x = engine.tensor.dvector("x")

    cut = only_cut(engine, engine.tensor.sum(op(x)), x)

    assert (cut.kind, cut.op) == ("undefined", "made_up")
    assert "not implemented" in cut.reason


def test_an_op_that_raises_is_named(engine: Engine) -> None:
    def backward(op: Any, inputs: Any) -> Any:
        raise NotImplementedError("no time\nfor this")

    x = engine.tensor.dvector("x")
    cost = engine.tensor.sum(made_up_op(engine, backward)(x))

    assert answer(engine, cost, x).state == "undefined"
    cut = only_cut(engine, cost, x)
    assert (cut.kind, cut.reason) == ("refused", "NotImplementedError: no time for this")


def test_an_op_without_a_gradient_is_named(engine: Engine) -> None:
    x = engine.tensor.dvector("x")

    cut = only_cut(engine, engine.tensor.sum(made_up_op(engine, None)(x)), x)

    assert (cut.kind, cut.op) == ("refused", "made_up")
    assert cut.cure.startswith("write its gradient")


def test_an_op_that_is_never_asked_does_not_count_as_undefined(engine: Engine) -> None:
    T, gradient = engine.tensor, engine.module.gradient
    x = T.dvector("x")
    cost = T.sum(gradient.disconnected_grad(made_up_op(engine, None)(x)) + x)

    found = answer(engine, cost, x)

    assert (found.state, found.paths, found.open) == ("exists", 2, 1)
    assert [cut.kind for cut in found.cuts] == ["stopped"]


def test_integers_have_no_gradient(engine: Engine) -> None:
    labels = engine.tensor.lvector("labels")

    found = answer(engine, engine.tensor.sum(labels * 0.5), labels)

    assert (found.state, found.paths, found.open) == ("integer", 1, 0)
    assert found.reason.startswith("int64 holds no small changes")
    assert "float" in found.cure


def test_the_maximum_is_open_where_its_position_is_not(engine: Engine) -> None:
    T = engine.tensor
    x = T.dmatrix("x")
    high, where = T.max(x, axis=1), T.argmax(x, axis=1)

    found = answer(engine, T.sum(high * where), x)

    assert (found.state, found.paths, found.open) == ("exists", 2, 1)
    assert [(cut.kind, cut.op) for cut in found.cuts] == [("integer", "argmax")]


def test_a_mean_reads_the_shape_on_a_second_path(engine: Engine) -> None:
    x = engine.tensor.dvector("x")

    found = answer(engine, engine.tensor.mean(x**2), x)

    assert (found.state, found.paths, found.open) == ("exists", 2, 1)
    assert [(cut.kind, cut.op) for cut in found.cuts] == [("disconnected", "shape")]


def test_a_scan_is_walked_through(engine: Engine) -> None:
    model = models.model(engine, "recurrent")

    found = {a.variable: a for a in explain_why(engine, model, ["sequence", "W", "U"])}

    assert {a.state for a in found.values()} == {"exists"}
    assert found["W"].open == 1
    assert {cut.op for cut in found["sequence"].cuts} == {"shape"}


def test_a_random_op_has_no_gradient_for_the_shape_it_draws(engine: Engine) -> None:
    T = engine.tensor
    x = T.dmatrix("x")
    if engine.name == "theano":
        home = importlib.import_module("theano.tensor.shared_randomstreams")
        noise = home.RandomStreams(seed=7).normal(x.shape)
    else:
        noise = T.random.shared_rng(seed=7).normal(0, 1, size=x.shape)[1]

    found = answer(engine, T.sum(noise * x), x)

    assert found.state == "exists"
    assert found.open == 1
    assert {cut.op for cut in found.cuts} == {"shape"}


def test_a_cut_names_the_line_that_wrote_it(engine: Engine) -> None:
    T = engine.tensor
    x = T.dvector("x")
    h = T.tanh(x)
    h.name = "h"
    mask = h > 0

    cut = only_cut(engine, T.sum(mask * 0.5), x)

    assert cut.source is not None
    assert cut.source.code == "mask = h > 0"
    assert cut.equation.endswith("= h > 0")
    assert cut.input == "h"


def test_all_parameters_are_answered_by_default(engine: Engine) -> None:
    answers = explain_why(engine, models.model(engine, "xor"))

    assert [(a.variable, a.state, a.paths, a.cuts) for a in answers] == [
        ("W1", "exists", 1, ()),
        ("W2", "exists", 1, ()),
    ]


def test_a_cost_does_not_read_a_variable_of_another_output(engine: Engine) -> None:
    T = engine.tensor
    x, V = T.dvector("x"), engine.module.shared(numpy.ones(3), name="V")
    cost = T.sum(x)
    cost.name = "cost"

    (found,) = explain_why(engine, Model({"other": V * x}, cost, [], [], [x]), ["V"])

    assert (found.state, found.paths) == ("unread", 0)
    assert found.reason == "cost does not read V; the output other does"


def test_a_namesake_of_what_the_cost_reads_is_told_apart(engine: Engine) -> None:
    first, second = (models.shared(engine, (3,), "W", seed) for seed in (0, 1))
    cost = engine.tensor.sum(first)

    found = answer(engine, cost, second)

    assert found.state == "unread"
    assert found.reason.endswith("reads another variable of the name W")


def test_the_cost_is_its_own_variable(engine: Engine) -> None:
    cost = engine.tensor.sum(engine.tensor.dvector("x"))

    assert (answer(engine, cost, cost).state, answer(engine, cost, cost).paths) == ("exists", 1)


BAD: dict[str, tuple[Callable[[Any, Any], tuple[Any, list[str]]], str]] = {
    "a cost that is no scalar": (lambda T, x: (x * 2, ["weights"]), "the cost is no scalar"),
    "an integer cost": (lambda T, x: (T.argmax(x), ["weights"]), "which has no gradient: cast it"),
    "no cost": (lambda T, x: (None, ["weights"]), "the model has no cost"),
    "an unknown name": (lambda T, x: (T.sum(x), ["weigths"]), "did you mean weights?"),
    "no parameters": (lambda T, x: (T.sum(x), []), "the model names no parameters"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line(engine: Engine, name: str) -> None:
    build, message = BAD[name]
    cost, wrt = build(engine.tensor, engine.tensor.dvector("weights"))

    with pytest.raises(XorexplainError, match=re.escape(message)) as caught:
        explain_why(engine, Model({}, cost), wrt)

    assert "\n" not in str(caught.value)
