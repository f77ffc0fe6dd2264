"""Train a model for the walk-through, and leave its weights as they were."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import default_updates
from xorexplain.errors import XorexplainError
from xorexplain.models.failures import asking
from xorexplain.models.model import Model
from xorexplain.models.samples import as_array
from xorexplain.models.stages import function_inputs

SAMPLES = 60
"""Number of points of the cost curve, besides its first."""
Array = Any


@dataclass(frozen=True)
class Run:
    """Hold what training gave.

    `costs` pairs a step with the cost at its start. `before` and `after` hold the model's outputs
    by name. `steps` are fewer than asked for where the cost is finite no more.
    """

    steps: int
    costs: tuple[tuple[int, float], ...]
    before: dict[str, Array]
    after: dict[str, Array]
    cost: float


def need_data(engine: Engine, model: Model) -> list[Any]:
    """Return the values of the train function's inputs; raise XorexplainError where one lacks."""
    if not model.update_pairs:
        raise XorexplainError(
            "the model has no updates, so there is nothing to train with: "
            "return xorexplain.Model(..., updates=[...])"
        )
    if model.cost is None:
        raise XorexplainError(
            "the model has no cost to watch: return xorexplain.Model(..., cost=...)"
        )
    results = [model.cost, *model.outputs.values()]
    given = []
    for variable in function_inputs(engine, model, results, model.update_pairs):
        if not variable.name:
            raise XorexplainError(
                f"an input, {variable}, has no name to give a sample by: name it, and return "
                "xorexplain.Model(..., data={name: array, ...})"
            )
        name = str(variable.name)
        if name not in model.data:
            raise XorexplainError(
                f"there is no sample of the input {name}: "
                f"return xorexplain.Model(..., data={{{name!r}: array, ...}})"
            )
        given.append(variable)
    return given


def train(
    engine: Engine, model: Model, steps: int, on_progress: Callable[[int], None] = lambda done: None
) -> Run:
    """Train for some steps on the model's own data; the weights get their values back."""
    inputs = need_data(engine, model)
    values = [_value(engine, variable, model.data) for variable in inputs]
    results = [model.cost, *model.outputs.values()]
    own = default_updates(results, model.update_pairs)
    shared = [variable for variable, _ in [*model.update_pairs, *own]]
    with asking(engine, "train the model"):
        test = _Function(engine, inputs, values, list(model.outputs.values()), [])
        cost = _Function(engine, inputs, values, [model.cost], [])
        learn = _Function(engine, inputs, values, [model.cost], model.update_pairs)
        kept = [variable.get_value(borrow=False) for variable in shared]
        try:
            before = dict(zip(model.outputs, test(), strict=True))
            costs = _costs(engine, learn, steps, on_progress)
            after = dict(zip(model.outputs, test(), strict=True))
            final = float(cost()[0])
        finally:
            for variable, value in zip(shared, kept, strict=True):
                variable.set_value(value)
    return Run(costs[-1][0] if costs else 0, tuple(costs), before, after, final)


class _Function:
    """Call a compiled function on values that stay the same."""

    def __init__(
        self,
        engine: Engine,
        inputs: list[Any],
        values: list[Array],
        outputs: list[Any],
        updates: list[tuple[Any, Any]],
    ) -> None:
        needed = function_inputs(engine, Model(inputs=inputs), outputs, updates)
        by_variable = dict(zip(inputs, values, strict=True))
        self.values = [by_variable[variable] for variable in needed]
        self.compiled = engine.compile(needed, outputs, updates)

    def __call__(self) -> list[Array]:
        # Theano hands out its own memory for what it views.
        return [numpy.array(result) for result in self.compiled(*self.values)]


def _costs(
    engine: Engine, function: _Function, steps: int, on_progress: Callable[[int], None]
) -> list[tuple[int, float]]:
    """Call the train function, and keep the cost of some of the steps."""
    wanted = sorted({1, *(number * steps // SAMPLES for number in range(1, SAMPLES + 1))} - {0})
    costs: list[tuple[int, float]] = []
    done = 0
    for goal in wanted if steps else []:
        if function.values:
            for _ in range(goal - done):
                found = function()[0]
        else:
            found = engine.call_many(function.compiled, goal - done)
        done = goal
        costs.append((done, float(numpy.asarray(found).ravel()[0])))
        on_progress(done)
        if not math.isfinite(costs[-1][1]):
            break
    return costs


def _value(engine: Engine, variable: Any, data: Any) -> Array:
    name = str(variable.name)
    return as_array(name, data[name], engine.type_of(variable).dtype)
