"""Hold the page of the engines' own faults to what the engines do."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.gradients.check import DIFFERENCES, RULE, check
from xorexplain.gradients.choose import differentiate
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.rewrites.check import check_steps
from xorexplain.rewrites.record import record

PAGE = Path(__file__).parents[2] / "docs" / "engine-faults.rst"
Case = tuple[str, Callable[[Any, Any], Any], str, Any, float, float]
THEANO: tuple[Case, ...] = (
    (
        "local_sum_prod_mul_by_scalar",
        lambda T, W: T.prod(1.5 * W, axis=1),
        "dmatrix",
        numpy.ones((3, 3)),
        0.0,
        1 - 1.5**3 / 1.5**9,
    ),
    (
        "local_log_sum_exp",
        lambda T, x: T.log(T.sum(T.exp(x))),
        "dvector",
        numpy.full(2, -numpy.inf),
        1,
        0.0,
    ),
    ("local_mul_zero", lambda T, x: x * 0.0, "dvector", numpy.array([numpy.nan]), -1, 0.0),
)
PYTENSOR: tuple[Case, ...] = (
    ("local_div_by_one", lambda T, x: x // 1.0, "dvector", numpy.array([1.5]), 0, 1 / 3),
    (
        "local_dimshuffle_subtensor",
        lambda T, x: T.sum(T.specify_shape(x, (2,))[::-2]),
        "dvector",
        numpy.array([1.0, 2.0]),
        0,
        0.5,
    ),
)
BOTH: tuple[Case, ...] = (
    ("local_mul_canonizer", lambda T, x: x / x, "dvector", numpy.zeros(1), -1, 0.0),
)


def hold(engine: Engine, case: Case) -> None:
    """Check that one step changes the value; `nan` is 1 for a new NaN, -1 for one that goes."""
    name, build, kind, value, nan, relative = case
    x = getattr(engine.tensor, kind)("x")
    recording = record(engine, Model({"y": build(engine.tensor, x)}, inputs=[x]))
    found = [c for c in check_steps(recording, {"x": value}) if c.is_fine is False]

    assert [recording.trace.step[c.number].title for c in found] == [name]
    assert found[0].replaced.new_nan - found[0].replaced.lost_nan == nan
    assert found[0].replaced.relative == pytest.approx(relative)
    assert f"``{name}``" in PAGE.read_text("utf-8")


@pytest.mark.theano
@pytest.mark.parametrize("case", THEANO, ids=lambda case: case[0])
def test_what_theano_changes(engine: Engine, case: Case) -> None:
    hold(engine, case)


@pytest.mark.theano
def test_theano_cannot_take_the_argmax_of_a_number(engine: Engine) -> None:
    x = engine.tensor.dscalar("x")
    recording = record(engine, Model({"y": engine.tensor.argmax(x)}, inputs=[x]))
    (check,) = [c for c in check_steps(recording) if c.is_fine is False]

    assert recording.trace.step[check.number].title == "local_max_and_argmax"
    assert check.note.startswith("argmax cannot be computed")
    assert "``local_max_and_argmax``" in PAGE.read_text("utf-8")


@pytest.mark.pytensor
@pytest.mark.parametrize("case", PYTENSOR, ids=lambda case: case[0])
def test_what_pytensor_changes(engine: Engine, case: Case) -> None:
    hold(engine, case)


@pytest.mark.pytensor
def test_an_unused_draw_does_not_advance_the_generator(engine: Engine) -> None:
    T = engine.tensor
    rng = engine.module.shared(numpy.random.default_rng(1), name="rng")
    following, _ = T.random.normal(0, 1, rng=rng, return_next_rng=True)
    x = T.dvector("x")
    recording = record(engine, Model({"x": x}, inputs=[x], updates=[(rng, following)]), "train")
    (check,) = check_steps(recording)

    assert recording.trace.step[1].title == "sidestep_unused_rng_consumer"
    assert (check.is_fine, check.replaced.reason) == (False, "the random state is another")
    assert "``sidestep_unused_rng_consumer``" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("case", BOTH, ids=lambda case: case[0])
def test_what_both_engines_change(engine: Engine, case: Case) -> None:
    hold(engine, case)


def test_the_gradient_of_an_element_that_is_set_twice_counts_it_twice(engine: Engine) -> None:
    """Both places are the first element, so the sum is v + x1 and its slope for v is 1."""
    T = engine.tensor
    x, v = T.dvector("x"), T.dscalar("v")
    cost = T.sum(T.set_subtensor(x[numpy.array([0, -2])], v))
    data = {"x": numpy.ones(2), "v": numpy.array(0.5)}
    derivation = differentiate(engine, Model({"cost": cost}, cost, [v], data=data))
    values = sample_values(engine, derivation.graph, derivation.variables, data)
    (row,) = [r for r in check(engine, derivation, values) if r.what == DIFFERENCES]

    assert engine.evaluator([cost], [x, v])(data["x"], data["v"])[0] == 1.5
    assert engine.evaluator([engine.grad(cost, [v])[0]], [x, v])(*data.values())[0] == 2
    assert (row.is_fine, row.absolute) == (False, pytest.approx(1.0))
    assert "``set_subtensor``" in PAGE.read_text("utf-8")


def test_the_gradient_of_a_largest_value_that_is_there_twice_counts_it_twice(
    engine: Engine,
) -> None:
    """Theano#4568: max(repeat(x, 2)) is max(x), yet each of the two equal elements gets it all."""
    x = engine.tensor.dvector("x")
    cost = engine.tensor.max(engine.tensor.concatenate([x, x]))
    (found,) = engine.evaluator([engine.grad(cost, [x])[0]], [x])(numpy.array([1.0, 2.0]))

    assert found.tolist() == [0, 2]
    assert "``max``" in PAGE.read_text("utf-8")


def test_the_gradient_of_a_running_product_is_nan_where_a_factor_is_zero(engine: Engine) -> None:
    """Fuzzed graph 30355: both divide by the factor, although x0 + x0·x1 has the slope 1 + x1."""
    T = engine.tensor
    x = T.dvector("x")
    cost = T.sum(T.cumprod(x))
    values = numpy.array([0.0, 2.0])
    (found,) = engine.evaluator([engine.grad(cost, [x])[0]], [x])(values)
    derivation = differentiate(engine, Model({"cost": cost}, cost, [x]))
    data = sample_values(engine, derivation.graph, derivation.variables, {"x": values})

    assert numpy.array_equal(found, [numpy.nan, 0.0], equal_nan=True)
    (row,) = [r for r in check(engine, derivation, data) if r.is_fine is False]
    # The slope is 1 + x1.
    assert row.note.startswith(
        "the engine's is NaN where the slope is 3: NaN first in δx, at n0 cumprod"
    )
    assert "``cumprod``" in PAGE.read_text("utf-8")


def test_the_gradient_of_a_scalar_times_itself_forgets_it(engine: Engine) -> None:
    """Of two equal factors each is left out of what the other is multiplied with."""
    scalar = importlib.import_module(f"{engine.name}.scalar")
    a = scalar.float64("a")
    derivation = differentiate(engine, Model({"cost": a * a}, a * a, [a]))
    data = sample_values(engine, derivation.graph, derivation.variables, {"a": 3.0})
    rows = check(engine, derivation, data)

    assert engine.evaluator([engine.grad(a * a, [a])[0]], [a])(3.0)[0] == 2
    assert {row.what for row in rows if row.is_fine is False} == {RULE, DIFFERENCES}
    assert "``scalar.mul``" in PAGE.read_text("utf-8")


def tied(engine: Engine) -> Any:
    """Return the largest of two equal elements, moved together by b."""
    return lambda x, b: engine.tensor.max(x + b)


def pooled(engine: Engine) -> Any:
    pool = importlib.import_module("theano.tensor.signal.pool").pool_2d
    window = engine.tensor.stack
    return lambda x, b: engine.tensor.sum(pool(window([x + b, x + b]), (2, 2), ignore_border=True))


@pytest.mark.parametrize("build", [tied, pytest.param(pooled, marks=pytest.mark.theano)])
def test_equal_largest_values_are_named_as_the_cause(engine: Engine, build: Any) -> None:
    """Keras: in max pooling behind a rectifier, whole windows are 0, and each element counts."""
    x = engine.tensor.dvector("x")
    b = engine.module.shared(0.5, name="b")
    largest = build(engine)(x, b)
    largest.name = "largest"
    for values, is_fine in (([1.0, 1.0], False), ([1.0, 2.0], build is tied)):
        model = Model({"y": largest}, largest**2, [b], data={"x": numpy.array(values)})
        derivation = differentiate(engine, model)
        given = sample_values(engine, derivation.graph, derivation.variables, model.data)
        (row,) = [r for r in check(engine, derivation, given) if r.what == DIFFERENCES]

        assert row.is_fine is is_fine
        assert ("several are equal" in row.note) is (not is_fine)
