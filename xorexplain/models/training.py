"""Train: the loop that calls a compiled function, for the tutorial's network and for any model."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy

from xorexplain.engines.shared.common import default_updates
from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.models.failures import reporting
from xorexplain.models.samples import answering, own_values, parameter_values
from xorexplain.models.stages import view
from xorexplain.models.targets import function_inputs, function_parts
from xorexplain.models.tutorial import HIDDEN, INPUTS, LEARNING_RATE, SEED, STEPS, TARGETS, xor

if TYPE_CHECKING:
    from xorexplain.engines import Engine
    from xorexplain.models.model import Model

SAMPLES, POINTS = 100, 60
"""Numbers of points of the cost curves of the tutorial and of other models, besides their first."""
_REPORT_SECONDS = 0.1
_LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Settings:
    """Hold what a run is made with; the defaults are those of the tutorial."""

    steps: int = STEPS
    hidden: int = HIDDEN
    learning_rate: float = LEARNING_RATE
    seed: int = SEED


@dataclass(frozen=True)
class Progress:
    """Tell how far a run is; `step` 0 comes before anything is compiled and has no cost."""

    step: int
    steps: int
    cost: float | None = None


@dataclass(frozen=True)
class TrainingResult:
    """Hold what a run was made with and what it gave.

    `steps` counts the steps done, which are fewer than asked for where the cost became nan or
    infinite. `costs` pairs a step with the cost the train function returned there, that is before
    the step's updates: the first step, then evenly spaced ones. `cost` is the squared error of
    `outputs`, after the last step. `inputs` is 4 x 2, `targets` and `outputs` have 4 numbers.
    `compile_seconds` includes the first step, at which an engine may still compile; `seconds` and
    `steps_per_second` are of the others, 0 where there are none.
    """

    engine: str
    version: str
    steps: int
    hidden: int
    learning_rate: float
    seed: int
    costs: tuple[tuple[int, float], ...]
    cost: float
    inputs: tuple[tuple[int, ...], ...]
    targets: tuple[int, ...]
    outputs: tuple[float, ...]
    compile_seconds: float
    seconds: float
    steps_per_second: float

    @property
    def is_finite(self) -> bool:
        """Tell whether every number learned is finite."""
        recorded = (cost for _, cost in self.costs)
        return all(math.isfinite(number) for number in (self.cost, *self.outputs, *recorded))


def check(settings: Settings) -> None:
    """Raise XorexplainError for settings no run can be made with."""
    if settings.steps < 0:
        raise XorexplainError(f"--steps {settings.steps}: give 0 or more steps")
    if settings.hidden < 1:
        raise XorexplainError(f"--hidden {settings.hidden}: give at least 1 hidden neuron")
    if not math.isfinite(settings.learning_rate):
        raise XorexplainError(
            f"--learning-rate {settings.learning_rate}: give a finite number, such as 0.01"
        )
    if not 0 <= settings.seed <= _LARGEST_SEED:
        raise XorexplainError(f"--seed {settings.seed}: give a number from 0 to {_LARGEST_SEED}")


def train(
    engine: Engine,
    settings: Settings | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> TrainingResult:
    """Train the XOR network on an engine, and tell `on_progress` about ten times a second.

    Stop early where the cost becomes nan or infinite, from which no step recovers. Raise
    XorexplainError for settings that make no sense and for an unusable compile directory.
    """
    settings = settings or Settings()
    check(settings)
    on_progress(Progress(0, settings.steps))
    started = time.perf_counter()
    model = xor(engine, settings.hidden, settings.learning_rate, settings.seed)
    test = engine.compile([], model.outputs["output"], [])
    compiled = time.perf_counter()
    costs: list[tuple[int, float]] = []

    def progressed(step: int, cost: float) -> None:
        nonlocal compiled
        if step == 1:
            compiled = time.perf_counter()
        on_progress(Progress(step, settings.steps, cost))

    if settings.steps > 0:
        function = engine.compile([], model.cost, model.update_pairs)
        costs = descend(engine, function, [], settings.steps, SAMPLES, progressed)
    ended = time.perf_counter()

    done = costs[-1][0] if costs else 0
    outputs = tuple(float(output) for output in engine.call_many(test, 1).ravel())
    targets = tuple(row[0] for row in TARGETS)
    seconds = ended - compiled if done > 1 else 0.0
    return TrainingResult(
        engine=engine.name,
        version=engine.version,
        steps=done,
        hidden=settings.hidden,
        learning_rate=settings.learning_rate,
        seed=settings.seed,
        costs=tuple(costs),
        cost=sum((o - t) * (o - t) for o, t in zip(outputs, targets, strict=True)),
        inputs=tuple(tuple(row) for row in INPUTS),
        targets=targets,
        outputs=outputs,
        compile_seconds=compiled - started,
        seconds=seconds,
        steps_per_second=(done - 1) / seconds if seconds else 0.0,
    )


def descend(
    engine: Engine,
    function: Any,
    arguments: Sequence[Any],
    steps: int,
    samples: int,
    on_progress: Callable[[int, float], None] = lambda step, cost: None,
) -> list[tuple[int, float]]:
    """Call a compiled train function, whose first result is the cost; return some of the costs.

    They are the first step's and `samples` evenly spaced ones, each with its number; the last is
    that of the last step, which comes early where the cost is finite no more. Steps run in chunks
    inside the engine. A chunk ends at the next sample or after about `_REPORT_SECONDS`, whichever
    comes first, so that a signal does not wait longer than that.
    """
    costs: list[tuple[int, float]] = []
    done, size, reported = 0, 1, time.perf_counter()
    while done < steps and (not costs or math.isfinite(costs[-1][1])):
        sample = max(done + 1, len(costs) * steps // samples)
        goal = min(done + size, sample)
        before = time.perf_counter()
        cost = float(numpy.ravel(call(engine, function, arguments, goal - done))[0])
        now = time.perf_counter()
        rate = (goal - done) / max(now - before, 1e-9)
        size = max(1, min(2 * size, int(rate * _REPORT_SECONDS)))
        done = goal
        if done == sample or not math.isfinite(cost):
            costs.append((done, cost))
        if done == 1 or now - reported >= _REPORT_SECONDS or done == steps:
            on_progress(done, cost)
            reported = now
    return costs


def call(engine: Engine, function: Any, arguments: Sequence[Any], times: int) -> Any:
    """Call a compiled function some times on the same values; return the last call's results."""
    if not arguments:
        return engine.call_many(function, times)
    for _ in range(times):
        results = function(*arguments)
    return results


@contextlib.contextmanager
def values_kept(variables: Sequence[Any]) -> Iterator[None]:
    """Give shared variables the values back that they have before the block."""
    kept = [variable.get_value(borrow=False) for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, kept, strict=True):
            variable.set_value(value)


@dataclass(frozen=True)
class Trained:
    """Hold what training a model gave.

    `costs` pairs a step with the cost at its start. `before` and `after` hold the model's outputs
    by name, `weights` the named parameters, `cost` is that after the last step. `steps` are fewer
    than asked for where the cost is finite no more.
    """

    steps: int
    costs: tuple[tuple[int, float], ...]
    before: dict[str, Any]
    after: dict[str, Any]
    cost: float
    weights: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def need_data(engine: Engine, model: Model) -> list[Any]:
    """Return the values of the train function's inputs; raise XorexplainError where one lacks."""
    if not model.update_pairs:
        raise XorexplainError(
            model.lacks.get("updates")
            or "the model has no updates, so there is nothing to train with: "
            "return xorexplain.Model(..., updates=[...])"
        )
    if model.cost is None:
        raise XorexplainError(
            "the model has no cost to watch: return xorexplain.Model(..., cost=...)"
        )
    results = [model.cost, *model.outputs.values()]
    own_values(engine, model, function_inputs(engine, model, results, model.update_pairs))
    outputs, _, updates = function_parts(engine, model, "train")
    return own_values(engine, model, function_inputs(engine, model, outputs, updates))


def train_model(
    engine: Engine,
    model: Model,
    steps: int,
    compiled: Callable[[], Any] | None = None,
    answers: Callable[[], Sequence[Any]] | None = None,
) -> Trained:
    """Train for some steps on the model's own data; the weights get their values back.

    `compiled` returns the train function as `stages.view` compiles it, `answers` is what
    `samples.answering` makes of the model; by default both are made here.
    """
    values = need_data(engine, model)
    answers = answers or answering(engine, model)
    results = [model.cost, *model.outputs.values()]
    own = default_updates(results, model.update_pairs)
    with reporting(engine, "train the model"):
        function = (compiled or partial(_compiled, engine, model))()
        with values_kept([variable for variable, _ in [*model.update_pairs, *own]]):
            start, (_, *before) = parameter_values(model), answers()
            costs = descend(engine, function, values, steps, POINTS)
            end, (final, *after) = parameter_values(model), answers()
    return Trained(
        costs[-1][0] if costs else 0,
        tuple(costs),
        dict(zip(model.outputs, before, strict=True)),
        dict(zip(model.outputs, after, strict=True)),
        float(final),
        {name: (start[name], end[name]) for name in start},
    )


def _compiled(engine: Engine, model: Model) -> Any:
    return view(engine, model, "compiled", "train").source.object


def to_json(result: TrainingResult) -> dict[str, Any]:
    """Return a result as JSON data at full precision; null stands for nan and infinity."""
    return {name: _plain(value) for name, value in vars(result).items()}


def own_json(model: Model, engine: Engine, trained: Trained) -> dict[str, Any]:
    """Return what training a model of one's own gave as JSON data."""
    return {
        "model": model.name,
        "engine": engine.name,
        "version": engine.version,
        "steps": trained.steps,
        "costs": [[step, _plain(cost)] for step, cost in trained.costs],
        "cost": _plain(trained.cost),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
