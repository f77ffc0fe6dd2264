"""Hold networks trained in NumPy to what an engine trains."""

from __future__ import annotations

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.models.many import train_many
from xorexplain.models.training import Settings, train


@pytest.mark.parametrize(("hidden", "seed", "rate"), [(5, 1234, 0.01), (2, 3, 1.0)])
def test_they_are_what_an_engine_trains(
    engine: Engine, hidden: int, seed: int, rate: float
) -> None:
    own = train(engine, Settings(200, hidden, rate, seed))

    many = train_many(hidden, [7, seed], [0.5, rate], [0, 200])

    assert numpy.allclose(many.end.outputs[1], own.outputs, rtol=0, atol=1e-10)
    assert float(many.end.costs[1]) == pytest.approx(own.cost, abs=1e-10)
    assert float(many.noted[0].costs[1]) == pytest.approx(own.costs[0][1], abs=1e-12)


def test_pulls_cancel_at_the_start_and_are_no_more_than_all() -> None:
    many = train_many(5, [1234], [0.01], [0, 100])

    assert all(0 < float(one.pulls[0]) < 0.5 for one in many.noted)


def test_a_bias_moves_the_hidden_layer_at_the_case_of_zeros() -> None:
    with_it, without = (train_many(2, [4], [1.0], [0, 50], biased=b) for b in (True, False))

    assert numpy.array_equal(with_it.at(0).outputs, without.at(0).outputs)
    assert numpy.all(without.end.hidden[:, 2] == 0.5)
    assert not numpy.any(with_it.end.hidden[:, 2] == 0.5)


def test_who_has_learned_answers_on_the_right_side() -> None:
    many = train_many(5, [1234, 1234], [1.0, 0.0], [1500])

    assert many.learned() == [True, False]
    assert numpy.all(many.end.hidden[:, 2] == 0.5)
