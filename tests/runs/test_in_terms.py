"""A NaN in the logp of a PyMC model is led to the user's line, not to one inside PyMC."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy
import pytest

import xorexplain
from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.models.pymc.failed import Point
from xorexplain.runs.in_terms import by_term, simplified_away
from xorexplain.runs.nan import find_in_graph
from xorexplain.runs.records import Finding
from xorexplain.runs.written import Written

pm: Any = SimpleNamespace(**vars(pytest.importorskip("pymc", reason="needs PyMC")))
X = numpy.array([0.0, 1.0, 2.0])
Values = dict[str, Any]


def at(define: Callable[[], Values]) -> Point:
    with pm.Model() as model:
        values = define()
    return Point(model, {name: numpy.asarray(value) for name, value in values.items()})


def found(engine: Engine, point: Point) -> Finding | None:
    logp = point.theirs.logp()
    inputs = list(point.theirs.value_vars)
    outputs = [logp, *engine.grad(logp, point.theirs.continuous_value_vars)]
    values = {v: point.point[v.name] for v in inputs}
    told = find_in_graph(engine, Written(inputs, outputs, toposort(outputs)), values)
    return None if told is None else by_term(told, point)


def scale_below_zero() -> Values:
    s = pm.Normal("s")
    pm.Normal("y", 0.0, s, observed=numpy.ones(3))
    return {"s": -0.5}


def value_outside() -> Values:
    s = pm.Normal("s")
    pm.Beta("y", 1 + s, 2.0, observed=numpy.array([0.5, 1.5]))
    return {"s": 1.0}


def root_of_a_negative_number() -> Values:
    mu = pm.Normal("mu")
    spread = pm.math.sqrt(mu - 10)
    pm.Normal("y", mu, spread, observed=numpy.ones(3))
    return {"mu": 0.0}


def own_line() -> Values:
    b = pm.Normal("b")
    mu = b * pm.math.log(numpy.array([1.0, -2.0, 3.0]) * b)
    pm.Normal("y", mu, 1.0, observed=numpy.ones(3))
    return {"b": 0.5}


def chance_above_one() -> Values:
    b = pm.Normal("b")
    pm.Bernoulli("y", p=b * X, observed=numpy.array([0, 1, 1]))
    return {"b": 2.0}


def dead_branch_of_a_root() -> Values:
    b = pm.Normal("b")
    mu = pm.math.switch(X > 0, pm.math.sqrt(b * X - 0.4), 0.0)
    pm.Normal("y", mu, 1.0, observed=numpy.ones(3))
    return {"b": 0.5}


def length_of_nothing() -> Values:
    b = pm.Normal("b", shape=2)
    d = pm.math.sqrt((b**2).sum())
    pm.Normal("y", d, 1.0, observed=numpy.ones(3))
    return {"b": numpy.zeros(2)}


def logp_of_ones_own() -> Values:
    a = pm.Normal("a")
    pm.CustomDist("y", a, logp=own_logp, observed=numpy.ones(2))
    return {"a": 2.0}


def own_logp(value: Any, a: Any) -> Any:
    return pm.math.log(value - a)


CASES: dict[Callable[[], Values], tuple[str, str]] = {
    scale_below_zero: ("as they must be: sigma > 0", 'pm.Normal("y"'),
    value_outside: ("the term of y is −∞ where y[1] is 1.5", 'pm.Beta("y"'),
    root_of_a_negative_number: ("for y sqrt(mu − 10) is NaN", "spread = "),
    own_line: ("the logarithm of a negative number", "mu = b * pm.math.log"),
    logp_of_ones_own: ("the logarithm of a negative number", "return pm.math.log(value - a)"),
    chance_above_one: ("as they must be: 0 <= p <= 1", "pm.Bernoulli"),
    dead_branch_of_a_root: ("the square root of a negative number", "mu = pm.math.switch"),
    length_of_nothing: ("0 × ∞", "d = pm.math.sqrt"),
}


@pytest.mark.parametrize("define", CASES, ids=lambda define: define.__name__)
def test_the_line_is_the_users(engine: Engine, define: Callable[[], Values]) -> None:
    rule, line = CASES[define]
    told = found(engine, at(define))

    assert told is not None
    assert rule in told.rule
    assert told.source is not None
    assert line in told.source.code
    assert told.cure


def test_what_pymc_simplifies_away_is_no_finding(engine: Engine) -> None:
    def zero_by_zero() -> Values:
        b = pm.Normal("b")
        rate = b * X / X
        pm.Normal("y", rate, 1.0, observed=numpy.ones(3))
        return {"b": 1.0}

    point = at(zero_by_zero)
    told = simplified_away(point)

    assert found(engine, point) is None
    assert told is not None
    assert told.rule == "0 ÷ 0"
    assert told.source is not None
    assert "rate = " in told.source.code


def test_a_call_of_a_sampler_is_told_by_its_model() -> None:
    with pm.Model() as model:
        scale_below_zero()
    begin = pm.blocking.DictToArrayBijection.map({"s": numpy.array(-0.5)})
    with xorexplain.session(nan=True) as watched:
        function = model.logp_dlogp_function(
            initial_point={"s": numpy.array(1.0)}, ravel_inputs=True, mode="FAST_COMPILE"
        )
        function.set_extra_values({})
        function(begin)
    told = [one for function in watched for one in function.inspected]

    assert [one.kind for one in told] == ["nan"]
    assert "the parameters of y are not as they must be: sigma > 0" in told[0].words
    assert "the point of the call" in told[0].explained
    assert told[0].place is not None
    assert 'pm.Normal("y"' in told[0].place.code
