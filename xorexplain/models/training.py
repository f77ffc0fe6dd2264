"""Train the tutorial's XOR network and record what came of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xorexplain.errors import XorexplainError
from xorexplain.models.tutorial import HIDDEN, INPUTS, LEARNING_RATE, SEED, STEPS, TARGETS, xor

if TYPE_CHECKING:
    from xorexplain.engines import Engine

SAMPLES = 100
"""Number of points of the recorded cost curve, besides its first."""
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
    costs: list[tuple[int, float]] = []
    if settings.steps > 0:
        train_function = engine.compile([], model.cost, model.update_pairs)
        costs.append((1, float(engine.call_many(train_function, 1))))
    compiled = time.perf_counter()
    if settings.steps > 0:
        on_progress(Progress(1, settings.steps, costs[0][1]))
        done = _run(engine, train_function, settings.steps, costs, on_progress)
    else:
        done = 0
    ended = time.perf_counter()

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


def _run(
    engine: Engine,
    function: Any,
    steps: int,
    costs: list[tuple[int, float]],
    on_progress: Callable[[Progress], None],
) -> int:
    """Call a train function until `steps` steps are done; append to `costs`; return the steps.

    One step is done already. Steps run in chunks inside the engine. A chunk ends at the next
    sample of the curve or after about `_REPORT_SECONDS`, whichever comes first, so that a signal
    does not wait longer than that.
    """
    done, size, reported = 1, 1, time.perf_counter()
    cost = costs[0][1]
    while done < steps and math.isfinite(cost):
        number = len(costs)
        sample = max(done + 1, number * steps // SAMPLES)
        goal = min(done + size, sample)
        before = time.perf_counter()
        cost = float(engine.call_many(function, goal - done))
        now = time.perf_counter()
        rate = (goal - done) / max(now - before, 1e-9)
        size = max(1, min(2 * size, int(rate * _REPORT_SECONDS)))
        done = goal
        if done == sample or not math.isfinite(cost):
            costs.append((done, cost))
        if now - reported >= _REPORT_SECONDS or done == steps:
            on_progress(Progress(done, steps, cost))
            reported = now
    return done


def to_json(result: TrainingResult) -> dict[str, Any]:
    """Return a result as JSON data at full precision; null stands for nan and infinity."""
    return {name: _plain(value) for name, value in vars(result).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
