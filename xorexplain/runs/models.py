"""Compute models node by node, with values for what they are given, and look for NaN in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.models.failures import reporting
from xorexplain.models.model import Model
from xorexplain.models.naming import name_of
from xorexplain.models.pymc.failed import Point
from xorexplain.models.samples import own_values
from xorexplain.models.targets import differentiated, function_inputs, function_parts
from xorexplain.models.training import values_kept
from xorexplain.runs.by_rewrites import made_by_rewriter, with_rewrites
from xorexplain.runs.finite import holds_nan
from xorexplain.runs.in_terms import by_term, simplified_away
from xorexplain.runs.nan import find_in_graph
from xorexplain.runs.records import Finding
from xorexplain.runs.without import Subject
from xorexplain.runs.written import Written


def graph_of(
    engine: Engine,
    model: Model,
    arguments: Sequence[Any] = (),
    named: Mapping[str, Any] | None = None,
) -> tuple[Written, dict[Any, Any]]:
    """Return the graph of a model's results and new values, and the values of its inputs.

    A model that updates nothing has its gradient in their place, where it has parameters.
    These are what is given, in the order of the inputs or by name, else the model's own data.
    Raise XorexplainError for a name that is no input, and for an input without a value.
    """
    outputs = list(dict.fromkeys([*model.results, *_new_values(engine, model)]))
    inputs = function_inputs(engine, model, outputs, [])
    known = {str(name_of(v)): v for v in inputs}
    unknown = [name for name in named or {} if name not in known]
    if unknown:
        raise XorexplainError(f"{unknown[0]} is no input: {did_you_mean(unknown[0], list(known))}")
    if len(arguments) > len(inputs):
        raise XorexplainError(
            f"{len(arguments)} values are given for {len(inputs)} inputs: {', '.join(known)}"
        )
    given = dict(zip(inputs, arguments, strict=False))
    given |= {known[name]: value for name, value in (named or {}).items()}
    others = [v for v in inputs if v not in given]
    given |= dict(zip(others, own_values(engine, model, others), strict=True))
    return Written(inputs, outputs, toposort(outputs)), given


def _new_values(engine: Engine, model: Model) -> list[Any]:
    """Return what a model's parameters become, or else the gradient that it has."""
    if model.update_pairs or model.cost is None or not model.parameters:
        return [new for _, new in model.update_pairs]
    try:
        _, gradients, _ = differentiated(engine, model, model.parameters)
        return gradients
    except Exception:  # noqa: BLE001 - a cost without a gradient is looked at without one
        return []


def find_in_model(engine: Engine, model: Model, steps: int = 0) -> Finding | None:
    """Find the first value of a model that is not finite, None where all results are.

    With `steps` the model is trained for so many, until a result or a weight is not finite; the
    weights get their values back. Raise XorexplainError for an input without a value, and for
    steps of a model that has no updates.
    """
    if not steps:
        return find_in_values(engine, model, *graph_of(engine, model))
    outputs, _, updates = function_parts(engine, model, "train")
    inputs = function_inputs(engine, model, outputs, updates)
    arguments = own_values(engine, model, inputs)
    shared = [variable for variable, _ in updates]
    with reporting(engine, "train the model"), values_kept(shared):
        function = engine.compile(inputs, outputs, updates)
        for number in range(1, steps + 1):
            before = [variable.get_value() for variable in shared]
            results = function(*arguments)
            now = [variable.get_value(borrow=True) for variable in shared]
            if holds_nan([*(results or ()), *now]):
                for variable, value in zip(shared, before, strict=True):
                    variable.set_value(value)
                found = find_in_values(engine, model, *graph_of(engine, model))
                return None if found is None else told_of_call(found, number, steps)
    return None


def find_in_values(
    engine: Engine, model: Model, graph: Written, values: Mapping[Any, Any]
) -> Finding | None:
    """Find the first value of a model's graph that is not finite, and which rewrites hide it.

    Where all is finite as it was written, what the rewriter makes of it is looked at as well.
    """
    found = find_in_graph(engine, graph, values)
    if found is not None and model.theirs is not None:
        found = by_term(found, Point(model.theirs, {str(v.name): n for v, n in values.items()}))
    subject = Subject(engine, graph, values, model)
    return made_by_rewriter(subject) if found is None else with_rewrites(subject, found)


def left_out(engine: Engine, model: Model) -> Finding | None:
    """Find a NaN as it was written that is in no result: PyMC leaves it out of logp."""
    if model.theirs is None:
        return None
    _, values = graph_of(engine, model)
    return simplified_away(Point(model.theirs, {str(v.name): n for v, n in values.items()}))


def told_of_call(found: Finding, number: int, steps: int) -> Finding:
    """Say in which call of a training a value was first not finite."""
    note = f"call {number} of the training: the {number - 1} before it gave finite numbers"
    return replace(found, call=number, notes=(note, *found.notes))
