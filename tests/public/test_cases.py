"""Small models that were told wrongly, refused or crashed once: what is right of each."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.gradients.check import DIFFERENCES, Row, check, directions
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.records import Derivation
from xorexplain.gradients.why import explain_why
from xorexplain.models.model import Model
from xorexplain.models.naming import names_in
from xorexplain.models.samples import sample_values
from xorexplain.models.stages import view
from xorexplain.rewrites.check import check_steps
from xorexplain.rewrites.record import record

pytestmark = pytest.mark.filterwarnings("ignore")


def checked(engine: Engine, made: Model, order: int = 1) -> tuple[Derivation, tuple[Row, ...]]:
    derivation = differentiate(engine, made, order=order)
    values = sample_values(
        engine,
        derivation.graph,
        derivation.variables,
        made.data,
        elsewhere=names_in(made),
        like=directions(derivation),
    )
    return derivation, check(engine, derivation, values)


def of(rows: tuple[Row, ...], adjoint: str) -> Row:
    """Return the row that compares the gradient with differences."""
    (found,) = [row for row in rows if (row.adjoint, row.what) == (adjoint, DIFFERENCES)]
    return found


def wrong(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if row.is_fine is False]


def shared(engine: Engine, value: Any, name: str) -> Any:
    return engine.module.shared(numpy.asarray(value), name=name)


def cubes(engine: Engine) -> Model:
    a = engine.tensor.dvector("a")
    cost = engine.tensor.sum(a**3)
    return Model({"cost": cost}, cost, [a], inputs=[a], data={"a": numpy.array([1.0, 2.0])})


def test_a_parameter_that_is_an_input_keeps_its_name_in_a_recording(engine: Engine) -> None:
    """Theano copies the inputs of a function; the copy is still called `a`, and its data fit."""
    made = cubes(engine)
    recording = record(engine, made)
    checks = check_steps(recording, made.data)
    given = recording.trace.universe.inputs

    assert [recording.trace.universe.variable[v].name for v in given] == ["a"]
    assert checks
    assert [c for c in checks if c.is_fine is False] == []


def test_a_second_derivative_has_the_lengths_of_the_data(engine: Engine) -> None:
    """StackOverflow 35163744: the Hessian of sum(a³) at (1, 2) is diag(6, 12)."""
    derivation, rows = checked(engine, cubes(engine), order=2)

    assert wrong(rows) == []
    assert of(rows, "δa").is_fine is True
    end = derivation.variables[derivation.results[0].gradient or ""]
    values = {
        v: numpy.array([1.0, 2.0]) if derivation.graph.variable[v].name == "a" else numpy.ones(2)
        for v in derivation.graph.inputs
    }
    found = engine.evaluator([end], [derivation.variables[v] for v in values])(*values.values())
    assert found[0].tolist() == [6.0, 12.0]


def test_a_second_derivative_has_the_lengths_of_shared_variables(engine: Engine) -> None:
    w = shared(engine, [1.0, 2.0], "w")
    cost = engine.tensor.sum(engine.tensor.concatenate([w, engine.tensor.zeros((2,))]) ** 2)
    rows = checked(engine, Model({"cost": cost}, cost, [w]), order=2)[1]

    assert wrong(rows) == []
    assert of(rows, "δw").is_fine is True


def truncated(engine: Engine) -> Model:
    T = engine.tensor
    x, w = T.dmatrix("x"), shared(engine, [[0.5, 0.1], [0.2, 0.4]], "w")
    options = {} if engine.name == "theano" else {"return_updates": False}
    found = engine.module.scan(
        lambda i, before: i + T.dot(before, w),
        sequences=[x],
        outputs_info=[T.zeros((2,))],
        truncate_gradient=2,
        **options,
    )
    cost = T.sum(found[0] if engine.name == "theano" else found)
    return Model({"cost": cost}, cost, [w], inputs=[x], data={"x": numpy.ones((5, 2))})


def test_a_truncated_gradient_is_changed_on_purpose(engine: Engine) -> None:
    """Theano#4652: truncate_gradient."""
    row = of(checked(engine, truncated(engine))[1], "δw")

    assert row.is_fine is None
    assert row.relative > 0.1
    assert "truncate_gradient" in row.note
    assert "2 rounds" in row.note


def test_a_clipped_gradient_is_changed_on_purpose(engine: Engine) -> None:
    w = shared(engine, numpy.ones(3), "w")
    cost = engine.tensor.sum(engine.module.gradient.grad_clip(w, -0.1, 0.1) ** 2)
    rows = checked(engine, Model({"w": w}, cost, [w], data={"w": numpy.ones(3)}))[1]

    assert wrong(rows) == []
    assert of(rows, "δw").is_fine is None
    assert "grad_clip" in of(rows, "δw").note
    # The cost is w², whose slope is 2; what arrives is cut to 0.1.
    assert of(rows, "δw").relative == pytest.approx(0.95)


def unused_layer(engine: Engine) -> Model:
    T = engine.tensor
    x = T.dmatrix("x")
    W, V = (shared(engine, numpy.eye(2), name) for name in "WV")
    side = T.dot(x, V)
    side.name = "side"
    cost = T.sum(T.dot(x, W) ** 2) + 0.0 * T.sum(T.ones_like(side))
    cost.name = "cost"
    return Model({"side": side}, cost, [W, V], inputs=[x], data={"x": numpy.ones((2, 2))})


def test_a_parameter_without_a_gradient_takes_no_other_away(engine: Engine) -> None:
    """keras#599, seq2seq#148: a layer whose output nobody reads."""
    made = unused_layer(engine)
    rows = checked(engine, made)[1]

    assert of(rows, "δW").is_fine is True
    assert (of(rows, "δV").is_fine, of(rows, "δV").note) == (None, "disconnected")
    told = {answer.variable: answer.state for answer in explain_why(engine, made)}
    assert (told["W"], told["V"]) == ("exists", "disconnected")


def test_data_of_another_output_are_no_mistake(engine: Engine) -> None:
    T = engine.tensor
    x, z = T.dvector("x"), T.dvector("z")
    w = shared(engine, numpy.ones(3), "w")
    cost = T.sum((w * z) ** 2)
    data = {"x": numpy.ones(3), "z": numpy.full(3, 2.0)}
    rows = checked(engine, Model({"y": w * x}, cost, [w], inputs=[x, z], data=data))[1]

    assert wrong(rows) == []
    assert of(rows, "δw").is_fine is True


@pytest.mark.pytensor
def test_a_generator_that_is_an_input_is_given_one(engine: Engine) -> None:
    """pytensor#1707: a cost with noise from a generator that is an input."""
    T = engine.tensor
    rng = T.random.rng("rng")
    noise = rng.normal(size=(3,))[1]
    w = shared(engine, [0.5, 1.0, 2.0], "w")
    cost = T.sum((w + noise) ** 2)
    rows = checked(engine, Model({"noise": noise}, cost, [w], inputs=[rng]))[1]

    assert wrong(rows) == []
    assert of(rows, "δw").is_fine is True


@pytest.mark.pytensor
def test_a_box_that_cannot_be_told_inside_takes_nothing_away(engine: Engine) -> None:
    """The cost is sum(inv(x)) at 2 I; its gradient is -inv(x)ᵀ 1 inv(x)ᵀ, -1/4 everywhere."""
    T = engine.tensor
    builders = engine.module.compile.builders
    A, x = T.dmatrix("A"), T.dmatrix("x")
    cost = builders.OpFromGraph([A], [T.linalg.inv(A)], name="inv_box")(x).sum()
    data = {"x": numpy.eye(3) * 2}
    derivation, rows = checked(engine, Model({"cost": cost}, cost, [x], data=data))

    assert wrong(rows) == []
    assert of(rows, "δx").is_fine is True
    end = derivation.variables[derivation.results[0].gradient or ""]
    (found,) = engine.evaluator([end], [x])(data["x"])
    numpy.testing.assert_allclose(found, numpy.full((3, 3), -0.25))


def test_a_largest_value_is_told_as_one_after_rewriting(engine: Engine) -> None:
    """Theano writes max with argmax, and drops the argmax that nobody reads only in the end."""
    x = engine.tensor.dvector("x")
    made = Model({"top": engine.tensor.max(x)}, inputs=[x])
    (node,) = view(engine, made, "optimized", "output").graph().applies

    assert node.op.kind == "max"
