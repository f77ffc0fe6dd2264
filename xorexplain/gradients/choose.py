"""Choose what to differentiate: the cost of a model, for which parameters, once or twice."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.gradients.derive import derive
from xorexplain.gradients.records import Derivation
from xorexplain.graph.records import Origin
from xorexplain.models.calling import call_values
from xorexplain.models.failures import reporting
from xorexplain.models.finding import check_outside, find_named
from xorexplain.models.gradient_calls import adjoints_once
from xorexplain.models.model import Model
from xorexplain.models.naming import by_name, name_of
from xorexplain.models.recorded_names import as_known
from xorexplain.models.targets import differentiated, need_cost


def differentiate(
    engine: Engine, model: Model, wrt: Sequence[str] = (), order: int = 1
) -> Derivation:
    """Derive the gradient of a model's cost for the named variables, all parameters by default.

    `order` 2 derives the gradient of (∂cost/∂W)·v, summed over the parameters, with a free
    direction v for each: the Hessian applied to v, which has the parameters' own shapes. Raise
    XorexplainError for a model without a cost for names
    the model does not know, and for variables that have no gradient.
    """
    cost = need_cost(model)
    call_values(engine, model, [cost])
    chosen = wrt_variables(engine, model, wrt)
    names = ", ".join(name_of(v) or "?" for v in chosen)
    origin = Origin(engine.name, engine.version, model.name, "gradient", names)
    if order == 1:
        asked = partial(adjoints_once, engine, model)
        made = derive(engine, cost, chosen, origin, model.update_pairs, asked=asked)
        return replace(made, graph=as_known(made.graph, model))
    # A second derivative may be missing where the cost is linear: it is zero.
    slope = directional(engine, model, chosen)
    made = derive(engine, slope, chosen, origin, must_exist=False)
    return replace(made, graph=as_known(made.graph, model))


def wrt_variables(engine: Engine, model: Model, names: Sequence[str]) -> list[Any]:
    """Find variables by name: among the parameters, what the cost reads, and the whole model."""
    need_cost(model)
    if not names:
        if not model.parameters:
            raise XorexplainError(
                model.lacks.get("parameters")
                or "the model names no parameters: say --wrt NAME, or return "
                "xorexplain.Model(..., parameters=[...])"
            )
        return list(model.parameters)
    below = [v for v in _variables(model) if engine.role_of(v) != "constant"]
    known = by_name([*model.parameters, *below])
    chosen = [find_named(engine, model, name, known) for name in names]
    for name, found in zip(names, chosen, strict=True):
        if found is None:
            check_outside(engine, model, name)
            raise XorexplainError(f"no variable {name!r}: {did_you_mean(name, list(known))}")
    return chosen


def _variables(model: Model) -> Iterator[Any]:
    """Yield the variables of a model, those below the cost first."""
    updated = [shared for shared, _ in model.update_pairs]
    for tops in ([model.cost], [*model.outputs.values(), *model.inputs, *updated]):
        yield from tops
        for node in toposort(tops):
            yield from node.inputs
            yield from node.outputs


def directional(engine: Engine, model: Model, wrt: Sequence[Any]) -> Any:
    """Return the scalar Σ (∂cost/∂W)·v with a symbolic direction v for each variable.

    Variables without a gradient are left out, as long as there is one for another.
    """
    wrt, gradients, _ = differentiated(engine, model, wrt)
    with reporting(engine, "multiply the gradient with a direction"):
        # An engine has no sum of a sparse one, for instance.
        parts = [
            engine.tensor.sum(gradient * variable.type(f"v_{name_of(variable) or position}"))
            for position, (variable, gradient) in enumerate(zip(wrt, gradients, strict=True))
        ]
    slope = reduce(operator.add, parts)
    slope.name = "slope"
    return slope
