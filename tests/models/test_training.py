from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models import training
from xorexplain.models import tutorial as xor
from xorexplain.models.model import Model
from xorexplain.models.training import Progress, Settings, TrainingResult


@pytest.fixture(scope="module")
def tutorial(engine: Engine) -> TrainingResult:
    return training.train(engine)


def test_the_defaults_give_the_tutorials_result(tutorial: TrainingResult) -> None:
    assert tutorial.steps == 60000
    assert tutorial.inputs == ((0, 1), (1, 0), (0, 0), (1, 1))
    assert tutorial.targets == (1, 1, 0, 0)
    assert tutorial.outputs == pytest.approx((0.936770, 0.940995, 0.038812, 0.068451), abs=1e-6)


def test_the_defaults_are_those_of_the_network() -> None:
    assert Settings() == Settings(xor.STEPS, xor.HIDDEN, xor.LEARNING_RATE, xor.SEED)


def test_the_cost_is_that_of_the_outputs(tutorial: TrainingResult) -> None:
    errors = numpy.subtract(tutorial.outputs, tutorial.targets)

    assert tutorial.cost == pytest.approx(float((errors**2).sum()))
    assert tutorial.cost < tutorial.costs[-1][1]


def test_the_curve_is_sampled_at_even_steps(tutorial: TrainingResult) -> None:
    steps = [step for step, _ in tutorial.costs]

    assert steps == [1, *range(600, 60001, 600)]
    assert tutorial.costs[0][1] == pytest.approx(1.0092149)


@pytest.mark.parametrize("steps", [1, 2, 7, 150])
def test_a_short_run_counts_its_steps(engine: Engine, steps: int) -> None:
    result = training.train(engine, Settings(steps=steps))
    sampled = [step for step, _ in result.costs]

    assert result.steps == sampled[-1] == steps
    assert sampled == sorted(set(sampled))


def test_chunks_give_the_same_numbers_as_single_calls(engine: Engine) -> None:
    result = training.train(engine, Settings(steps=500))
    model = xor.xor(engine)
    function = engine.compile([], model.cost, model.update_pairs)
    costs = [float(function()) for _ in range(500)]

    assert [cost for _, cost in result.costs] == [costs[step - 1] for step, _ in result.costs]


def test_no_steps_show_the_untrained_network(engine: Engine) -> None:
    result = training.train(engine, Settings(steps=0))

    assert (result.steps, result.costs, result.steps_per_second) == (0, (), 0.0)
    assert result.cost == pytest.approx(1.0092149)
    assert result.is_finite


def test_settings_reach_the_network(engine: Engine) -> None:
    result = training.train(engine, Settings(steps=3, hidden=2, learning_rate=0.5, seed=7))
    model = xor.xor(engine, hidden=2, learning_rate=0.5, seed=7)
    engine.call_many(engine.compile([], model.cost, model.update_pairs), 3)
    outputs = engine.call_many(engine.compile([], model.outputs["output"], []), 1)

    assert (result.hidden, result.learning_rate, result.seed) == (2, 0.5, 7)
    assert result.outputs == tuple(outputs.ravel())


@pytest.mark.parametrize(
    ("settings", "option"),
    [
        (Settings(steps=-1), "--steps -1"),
        (Settings(hidden=0), "--hidden 0"),
        (Settings(learning_rate=math.nan), "--learning-rate nan"),
        (Settings(learning_rate=-math.inf), "--learning-rate -inf"),
        (Settings(seed=-1), "--seed -1"),
        (Settings(seed=2**32), "--seed 4294967296"),
    ],
)
def test_impossible_settings_are_refused(engine: Engine, settings: Settings, option: str) -> None:
    with pytest.raises(XorexplainError, match=option):
        training.train(engine, settings)


def test_progress_begins_with_compiling_and_ends_at_the_last_step(engine: Engine) -> None:
    seen: list[Progress] = []
    result = training.train(engine, Settings(steps=900), seen.append)

    assert seen[0] == Progress(0, 900)
    assert seen[1].step == 1
    assert seen[-1] == Progress(900, 900, result.costs[-1][1])
    assert [progress.step for progress in seen] == sorted(progress.step for progress in seen)


def diverging(engine: Engine, *settings: Any) -> Model:
    """Stand in for the XOR network, whose sigmoids keep every cost finite."""
    weights = engine.module.shared(numpy.full((4, 1), 1e100), name="W")
    output = weights * 1.0
    return Model(
        outputs={"output": output},
        cost=engine.tensor.sum(output**2),
        updates=[(weights, weights * 1e10)],
    )


def test_a_run_stops_where_the_cost_is_no_longer_finite(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "xor", diverging)
    result = training.train(engine, Settings(steps=10**9))

    assert not result.is_finite
    assert 6 < result.steps < 10**6
    assert result.costs[-1] == (result.steps, math.inf)
    assert training.to_json(result)["costs"][-1] == [result.steps, None]


def test_json_holds_every_number_in_full(tutorial: TrainingResult) -> None:
    text = json.dumps(training.to_json(tutorial), allow_nan=False)
    data = json.loads(text)

    assert set(data) == {field.name for field in dataclasses.fields(TrainingResult)}
    assert tuple(data["outputs"]) == tutorial.outputs
    assert [tuple(sample) for sample in data["costs"]] == list(tutorial.costs)
