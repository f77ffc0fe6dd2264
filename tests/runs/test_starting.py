"""What PyMC cannot begin to sample is led back to the variable, the value and the line."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy
import pytest

from xorexplain.runs.uncalled import explanation_of_uncalled

pm: Any = SimpleNamespace(**vars(pytest.importorskip("pymc", reason="needs PyMC")))


def value_outside() -> None:
    a = pm.HalfNormal("a")
    pm.Beta("y", a + 1, 2, observed=numpy.array([0.2, 1.3, 0.5]))


def scale_below_zero() -> None:
    s = pm.Normal("s", initval=-1.0)
    pm.Normal("y", 0, s, observed=numpy.ones(3))


def data_not_finite() -> None:
    m = pm.Normal("m")
    pm.Normal("y", m, 1, observed=numpy.array([1.0, -numpy.inf]))


def root_of_a_negative_number() -> None:
    a = pm.HalfNormal("a")
    mu = pm.math.sqrt(a * numpy.array([-1.0, 1.0]))
    pm.Normal("y", mu, 1, observed=numpy.zeros(2))


def potential_that_forbids() -> None:
    a = pm.Normal("a")
    pm.Potential("order", pm.math.switch(a < -10, 0.0, -numpy.inf))


def no_covariance() -> None:
    m = pm.Normal("m", shape=2)
    pm.MvNormal("y", m, cov=numpy.array([[1.0, 2.0], [2.0, 1.0]]), observed=numpy.zeros(2))


CASES: dict[Callable[[], None], tuple[str, str, dict[str, str]]] = {
    value_outside: ("the term of y is −∞ where y[1] is 1.3", "pm.Beta", {"a + 1": "2"}),
    scale_below_zero: ("as they must be: sigma > 0", "pm.Normal(", {"s": "−1"}),
    data_not_finite: ("y[1] is −∞", "pm.Normal(", {"y": "[1, −∞]"}),
    root_of_a_negative_number: ("for y sqrt(a × [-1.0, 1.0]) is NaN", "mu = pm.math.sqrt", {}),
    potential_that_forbids: ("the term of order is −∞", "pm.Potential", {"a": "0"}),
    no_covariance: ("as they must be: posdef", "pm.MvNormal", {"m": "[0, 0]"}),
}


@pytest.mark.parametrize("define", CASES, ids=lambda define: define.__name__)
def test_what_cannot_begin_names_the_variable_and_its_line(define: Callable[[], None]) -> None:
    sentence, line, values = CASES[define]
    with pm.Model() as model:
        define()

    with pytest.raises(pm.exceptions.SamplingError) as caught:
        model.check_start_vals(model.initial_point(), mode="FAST_COMPILE")
    told = explanation_of_uncalled(caught.value)

    assert told is not None
    assert told.problem == "logp not finite"
    assert sentence in told.sentence
    assert told.source is not None
    assert line in told.source.code
    found = {value.expression: value.text for value in told.values}
    assert {name: found.get(name) for name in values} == values
    assert told.cure


def test_data_of_another_length_lead_to_the_line_that_draws_them() -> None:
    with pm.Model() as model:
        slope = pm.Normal("slope")
        pm.Normal("y", slope * numpy.ones(20), 1, observed=numpy.zeros(18))

    with pytest.raises(ValueError, match="18") as caught:
        model.logp()
    told = explanation_of_uncalled(caught.value)

    assert told is not None
    assert told.source is not None
    assert "pm.Normal(" in told.source.code
    assert told.asked is not None
    assert told.asked.code == "model.logp()"
