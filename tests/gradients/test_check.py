"""Derive the gradient of many models and compare every formula, rule and slope with the engine."""

from __future__ import annotations

import numpy
import pytest
from gradient_models import ELEMENTWISE, GALLERY, elementwise
from models import GALLERY as MODELS

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.check import DIFFERENCES, FORMULA, OTHER_SHAPE, ROUNDED, RULE, Row, check
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.records import Derivation
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.render.reports.gradient_tables import checks
from xorexplain.render.writers.terminal import plain

pytestmark = [
    # What the engines say of functions that models use on purpose, old ones among them.
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:DEPRECATION:UserWarning"),
]

WITH_A_COST = ("xor", "mlp", "lstm", "embedding", "recurrent", "op_from_graph", "few_layers")


def rows_of(engine: Engine, made: Model, order: int = 1) -> tuple[Derivation, tuple[Row, ...]]:
    derivation = differentiate(engine, made, order=order)
    values = sample_values(engine, derivation.graph, derivation.variables, made.data)
    return derivation, check(engine, derivation, values)


def engine_differentiates(engine: Engine, made: Model) -> bool:
    """Tell whether the engine itself can; if not, see that it is told in one line."""
    try:
        engine.grad(made.cost, made.parameters)
    except Exception:  # noqa: BLE001 - whatever the engine raises
        with pytest.raises(XorexplainError, match="gradient --why"):
            differentiate(engine, made)
        return False
    return True


def wrong(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if row.is_fine is False or OTHER_SHAPE in row.note]


@pytest.mark.parametrize("name", WITH_A_COST)
def test_models_of_the_gallery(engine: Engine, name: str) -> None:
    derivation, rows = rows_of(engine, MODELS[name](engine))

    assert wrong(rows) == []
    assert all(result.is_same for result in derivation.results)
    assert {row.what for row in rows} == {FORMULA, RULE, DIFFERENCES}


@pytest.mark.parametrize("name", GALLERY)
def test_models_for_gradients(engine: Engine, name: str) -> None:
    made = GALLERY[name](engine)
    if made is None:
        pytest.skip("the engine has no op for it")
    if not engine_differentiates(engine, made):
        return
    derivation, rows = rows_of(engine, made)

    assert wrong(rows) == []
    assert all(result.is_same for result in derivation.results)
    # A gradient that is stopped on purpose differs from the slope of the cost, and that is told.
    expected = None if name == "stopped" else True
    assert any(row.is_fine is expected for row in rows if row.what == DIFFERENCES)


@pytest.mark.parametrize(("name", "count", "low", "high"), ELEMENTWISE)
def test_elementwise_functions(
    engine: Engine, name: str, count: int, low: float, high: float
) -> None:
    made = elementwise(engine, name, count, low, high)
    if made is None:
        pytest.skip("the engine has no op for it")
    if not engine_differentiates(engine, made):
        return
    _, rows = rows_of(engine, made)

    assert wrong(rows) == []
    assert any(row.is_fine for row in rows if row.what == FORMULA)


@pytest.mark.parametrize("name", ["xor", "mlp"])
def test_second_derivatives(engine: Engine, name: str) -> None:
    derivation, rows = rows_of(engine, MODELS[name](engine), order=2)

    assert wrong(rows) == []
    names = {derivation.graph.variable[v].name for v in derivation.graph.inputs}
    assert "v_W1" in names


@pytest.mark.theano
def test_convolution(engine: Engine) -> None:
    T = engine.tensor
    random = numpy.random.RandomState(0)
    filters = engine.module.shared(random.uniform(-1, 1, (2, 1, 3, 3)), name="F")
    images = T.dtensor4("images")
    features = T.nnet.relu(T.nnet.conv2d(images, filters))
    cost = T.sum(T.sqr(features))
    data = {"images": random.uniform(0, 1, (2, 1, 6, 6))}

    _, rows = rows_of(engine, Model({"features": features}, cost, [filters], data=data))

    assert wrong(rows) == []
    assert [row.is_fine for row in rows if row.what == DIFFERENCES] == [True]


def test_a_wrong_formula_is_found(engine: Engine) -> None:
    derivation, rows = rows_of(engine, MODELS["xor"](engine))
    values = sample_values(engine, derivation.graph, derivation.variables, {})

    strict = check(engine, derivation, values, tolerance=1e-300)

    assert wrong(rows) == []
    assert {row.what for row in wrong(strict)} >= {DIFFERENCES}


def test_a_gradient_of_zero_but_for_rounding_is_no_worst(engine: Engine) -> None:
    T = engine.tensor
    x = T.dvector("x")
    cost = (T.exp(x) - x).sum()

    _, rows = rows_of(engine, Model({"cost": cost}, cost, [x], data={"x": [0.0, 0.0]}))

    (slope,) = [row for row in rows if row.what == DIFFERENCES]
    assert (slope.is_fine, slope.note, slope.relative) == (True, ROUNDED, 1.0)
    assert plain(checks(rows)).splitlines()[0] == f"{len(rows)} of {len(rows)} agree exactly"


def test_reasons_have_the_room_of_numbers_that_are_not_there() -> None:
    skipped = Row("rule", "δx", note="told in words, not as a formula")
    failed = Row("formula", "δy", 0.5, 0.5, is_fine=False)

    alone, beside = plain(checks([skipped], False)), plain(checks([skipped, failed], False))
    assert "relative" not in alone
    assert "δx       rule           not compared: told in words" in alone
    assert "relative" in beside


def test_nothing_of_the_model_is_changed(engine: Engine) -> None:
    made = MODELS["xor"](engine)
    before = [engine.value_of(parameter).copy() for parameter in made.parameters]

    rows_of(engine, made)

    after = [engine.value_of(parameter) for parameter in made.parameters]
    assert all(numpy.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_nan_is_told_in_one_line(engine: Engine) -> None:
    T = engine.tensor
    W = engine.module.shared(numpy.array([1.0, 2.0]), name="W")
    cost = T.log(-(T.sqr(W)) - 1).sum()

    with pytest.raises(XorexplainError, match="is NaN at the values of the check"):
        rows_of(engine, Model({"cost": cost}, cost, [W]))


def test_values_that_do_not_fit_are_told_in_one_line(engine: Engine) -> None:
    T = engine.tensor
    x, y = T.dvector("x"), T.dvector("y")
    cost = (x * y).sum()
    made = Model({"cost": cost}, cost, [x], data={"x": [1.0, 2.0], "y": [1.0, 2.0, 3.0]})

    where = r" at n0 .*[Mm]ul.*, given shapes \(2,\) and \(3,\), .*test_check.py:\d+"
    with pytest.raises(XorexplainError, match=rf"do not fit the graph{where} .*Model\(data="):
        rows_of(engine, made)
