"""Ask about a model of a public report what its test wants to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.gradients.check import Row, check
from xorexplain.gradients.choose import differentiate
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.check import StepCheck, check_steps
from xorexplain.rewrites.record import record
from xorexplain.rewrites.states import Values


def shared(engine: Engine, value: Any, name: str) -> Any:
    return engine.module.shared(numpy.asarray(value), name=name)


def scanned(engine: Engine, step: Any, *arguments: Any, **named: Any) -> Any:
    """Return what a Scan makes, without its updates."""
    options = {} if engine.name == "theano" else {"return_updates": False}
    found = engine.module.scan(step, *arguments, **named, **options)
    return found[0] if engine.name == "theano" else found


def checked(
    engine: Engine, cost: Any, parameters: list[Any], data: Mapping[str, Any]
) -> tuple[list[Any], tuple[Row, ...]]:
    """Return the gradients that the derivation ends with, by their values, and its check."""
    derivation = differentiate(engine, Model({"cost": cost}, cost, parameters, data=data))
    values = sample_values(engine, derivation.graph, derivation.variables, data)
    ends = [derivation.variables[r.gradient] for r in derivation.results if r.gradient]
    given = [derivation.variables[v] for v in values]
    found = engine.evaluator(ends, given)(*values.values())
    return found, check(engine, derivation, values)


def wrong(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if row.is_fine is False]


def rewritten(
    engine: Engine, result: Any, inputs: list[Any], data: Mapping[str, Any]
) -> tuple[Recording, tuple[StepCheck, ...]]:
    """Return the recorded rewriting of one result, and what the numbers say of each step."""
    recording = record(engine, Model({"y": result}, inputs=inputs))
    return recording, check_steps(recording, data)


def changing(recording: Recording, checks: tuple[StepCheck, ...]) -> list[str]:
    return [recording.trace.step[c.number].title for c in checks if c.is_fine is False]


def ends(recording: Recording, data: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the value of the first result as it was written, and as it is computed in the end."""
    start = recording.trace.first.graph
    given = sample_values(recording.engine, start, recording.variables, data)
    written, final = Values(recording, given), Values(recording, given)
    for step in recording.trace.steps:
        if step.verdict == "applied":
            final.edit(step)
    before, after = (values.value(values.state.results[0]) for values in (written, final))
    return before, after
