"""Several costs, constants and givens: what a model says is what its functions compute."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from classics import CLASSICS

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.why import explain_why
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.samples import answering, own_values
from xorexplain.models.stages import view
from xorexplain.models.targets import function_inputs, function_parts


def made(name: str) -> Model:
    """Build one of the classical programs."""
    return as_model(CLASSICS[name]())[1]


def inputs_of(engine: Engine, model: Model, target: str) -> list[Any]:
    """Return the inputs of a model's function."""
    outputs, _, updates = function_parts(engine, model, target)
    return function_inputs(engine, model, outputs, updates)


def test_a_function_reads_what_is_given(engine: Engine) -> None:
    model = made("logistic")
    (index,) = inputs_of(engine, model, "train")
    updates = view(engine, model, "updates").graph()
    written = view(engine, model, "symbolic").graph()

    assert index.name == "index"
    assert {v.name for v in updates.variables if v.role == "input"} == {"index"}
    assert {v.name for v in written.variables if v.role == "input"} == {"x", "y"}
    assert updates.updated == set(updates.parameters)


def test_what_is_given_keeps_its_names(engine: Engine) -> None:
    model = made("logistic")
    names = {v.name for v in view(engine, model, "updates").graph().variables}

    assert {"cost", "train_x", "train_y", "W", "b"} <= names
    assert "x" not in names


def test_data_are_what_is_given(engine: Engine) -> None:
    model = made("logistic")

    assert sorted(model.data) == ["index", "x", "y"]
    assert model.data["index"] == 0
    assert model.data["x"].shape == (4, 6)
    assert "values are those of index = 0, as none is in data" in model.notes


def test_another_mini_batch_has_other_data(engine: Engine) -> None:
    whole = CLASSICS["logistic"]()
    third = as_model(Model(**{**vars_of(whole), "data": {"index": 2}}))[1]
    train_x = next(v for v in variables_of(whole) if v.name == "train_x")

    assert third.notes == ()
    numpy.testing.assert_array_equal(third.data["x"], train_x.get_value()[8:12])
    cost = answering(engine, third)()[0]
    assert cost != answering(engine, made("logistic"))()[0]


def vars_of(model: Model) -> dict[str, Any]:
    """Return what a model was made with."""
    names = ("outputs", "cost", "parameters", "updates", "inputs", "givens")
    return {name: getattr(model, name) for name in names}


def variables_of(model: Model) -> list[Any]:
    """Return the variables that the values of the given read."""
    return [v for _, new in model.given_pairs for v in new.owner.inputs]


def test_the_values_of_a_function_are_those_of_its_data(engine: Engine) -> None:
    model = made("logistic")
    outputs, _, updates = function_parts(engine, model, "cost")
    inputs = function_inputs(engine, model, outputs, updates)
    (cost,) = engine.evaluator(outputs, inputs)(*own_values(engine, model, inputs))

    assert [v.name for v in inputs] == ["index"]
    assert float(cost) == pytest.approx(float(answering(engine, model)()[0]), rel=1e-12)


def test_the_first_cost_is_the_model_s(engine: Engine) -> None:
    model = made("gan")

    assert model.cost.name == "discriminator"
    assert [p.name for p in model.parameters] == ["D", "d"]
    assert model.notes == ("the cost is discriminator: --cost generator asks about another",)
    outputs, labels, updates = function_parts(engine, model, "train")
    assert labels == ["discriminator", "generator"]
    assert len(outputs) == 2
    assert [shared.name for shared, _ in updates] == ["D", "d", "G"]


def test_another_cost_has_parameters_of_its_own(engine: Engine) -> None:
    model = made("gan").about("generator")
    derivation = differentiate(engine, model)
    names = [derivation.names[result.parameter] for result in derivation.results]

    assert names == ["G"]
    graph = view(engine, made("gan"), "gradient", "generator").graph()
    assert [output.label for output in graph.outputs] == ["∂generator/∂G"]


def test_a_cost_that_is_not_there_is_refused() -> None:
    with pytest.raises(XorexplainError, match="no cost 'genrator': did you mean generator"):
        made("gan").about("genrator")
    with pytest.raises(XorexplainError, match="no cost 'a'"):
        made("denoising").about("a")


def test_no_gradient_goes_through_a_constant(engine: Engine) -> None:
    model = made("rbm")
    slopes = engine.grad(model.cost, list(model.parameters))
    updates = dict(model.update_pairs)
    given = model.inputs
    answers = engine.evaluator([*slopes, *(updates[p] for p in model.parameters)], given)
    found = answers(*model.data.values())
    count = len(model.parameters)

    for parameter, slope, new in zip(model.parameters, found[:count], found[count:], strict=True):
        step = parameter.get_value() - 0.1 * slope
        numpy.testing.assert_allclose(new, step, rtol=1e-12)
    (told,) = explain_why(engine, model, ["W"])
    assert {cut.op for cut in told.cuts} >= {"disconnected_grad"}


def test_names_stay_where_a_constant_is_cut_off(engine: Engine) -> None:
    names = {v.name for v in view(engine, made("rbm"), "symbolic").graph().variables}

    assert {"contrast", "fantasy", "h", "back", "v", "W", "hbias", "vb"} <= names


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("costs", {"a": 1}, r"Model.costs\['a'\] is 1: it must be a"),
        ("costs", {"a": (1, 2, 3)}, "Model.costs must be variables or pairs"),
        ("costs", [1], "Model.costs must be a dict"),
        ("givens", [1], "Model.givens pairs of variables"),
        ("givens", {1: 2}, r"Model.givens\[0\] is 1"),
        ("consider_constant", 3, "Model.consider_constant must be a list"),
        ("consider_constant", [3], r"Model.consider_constant\[0\] is 3"),
    ],
)
def test_a_mistake_is_told(engine: Engine, field: str, value: Any, words: str) -> None:
    x = engine.tensor.dscalar("x")

    with pytest.raises(XorexplainError, match=words):
        as_model(Model({"y": x * 2}, **{field: value}))


def test_a_constant_cannot_be_given(engine: Engine) -> None:
    x = engine.tensor.dscalar("x")

    with pytest.raises(XorexplainError, match="which is a constant"):
        as_model(Model({"y": x}, givens={engine.tensor.constant(1.0): x}))
