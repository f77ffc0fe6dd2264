"""Find what a target of a model stands for: results with their labels, updates and inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from xorexplain.engines import Engine, Source
from xorexplain.engines.shared.common import default_updates, toposort
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.graph.views.names import called
from xorexplain.models.calling import call_values
from xorexplain.models.capture import outputs_source
from xorexplain.models.failures import differentiating, is_float
from xorexplain.models.finding import check_outside, find_named, named_variables
from xorexplain.models.givens import with_givens
from xorexplain.models.gradient_calls import adjoints_once
from xorexplain.models.model import Model
from xorexplain.models.naming import by_name, name_of

FUNCTION = "function"
"""The target that stands for a compiled function the user brought along."""


def function_parts(
    engine: Engine, model: Model, target: str
) -> tuple[list[Any], list[str | None], list[tuple[Any, Any]]]:
    """Return outputs, their labels, and updates of the function a target stands for.

    The updates are those of the model and then those which the engine adds by itself.
    """
    if target == FUNCTION and model.before is not None:
        return list(model.before.outputs), list(model.before.labels), list(model.before.updates)
    updates = model.update_pairs if target == "train" else []
    if target == "train" and not updates:
        raise XorexplainError(
            model.lacks.get("updates")
            or "the model has no updates, so there is no train function: "
            "return xorexplain.Model(..., updates=[...]) or choose another --target"
        )
    outputs: list[Any] = []
    labels: list[str | None] = []
    if target != "train" or model.cost is not None:
        outputs, labels = target_variables(engine, model, "cost" if target == "train" else target)
    if target == "train":
        others = [cost for cost in model.all_costs if cost not in outputs]
        outputs, labels = [*outputs, *others], [*labels, *map(name_of, others)]
    if model.givens:
        # What is made again takes its names along.
        call_values(engine, model, [*outputs, *(new for _, new in updates)])
        outputs, updates = with_givens(model, outputs, updates)
    updates = [*updates, *model.own_updates(outputs)]
    return outputs, labels, [*updates, *default_updates(outputs, updates)]


def function_inputs(
    engine: Engine, model: Model, outputs: Sequence[Any], updates: Sequence[tuple[Any, Any]]
) -> list[Any]:
    """Return the inputs a function of these outputs needs, the model's own order first."""
    results = [*outputs, *[new for _, new in updates]]
    read = dict.fromkeys([*[v for node in toposort(results) for v in node.inputs], *results])
    given = model.inputs if model.before is None else [*model.inputs, *model.before.inputs]
    ordered = [v for v in given if v in read]
    needed = [v for v in read if engine.role_of(v) == "input"]
    return list(dict.fromkeys([*ordered, *needed]))


def target_variables(
    engine: Engine, model: Model, target: str
) -> tuple[list[Any], list[str | None]]:
    """Find the variables a target names, with their labels."""
    if target == "cost":
        return [need_cost(model)], [name_of(model.cost) or "cost"]
    if target in ("output", "test") and target not in model.outputs:
        if not model.outputs:
            raise XorexplainError(
                "the model names no outputs: return xorexplain.Model(outputs={...}) "
                "or use --target cost"
            )
        return list(model.outputs.values()), list(model.outputs)
    if target in model.outputs:
        return [model.outputs[target]], [target]
    if target in model.costs:
        return [model.about(target).cost], [target]
    if target == "gradient":
        source = gradients_of(engine, model, target)
        return list(source.outputs), list(source.labels)
    if target in model.targets:
        made = model.targets[target]()
        return list(made.outputs), list(made.labels)
    named = named_variables(model)
    found = find_named(engine, model, target, named)
    if found is None and target in model.lacks:
        raise XorexplainError(model.lacks[target])
    if found is None:
        check_outside(engine, model, target)
        known = [*_usual_targets(model), *named]
        raise XorexplainError(f"unknown target {target!r}: {did_you_mean(target, known)}")
    return [found], [target]


def _usual_targets(model: Model) -> list[str]:
    usual = ["output"] if model.outputs else []
    usual += ["cost"] if model.cost is not None else []
    usual += model.costs
    usual += ["train"] if model.update_pairs else []
    usual += [FUNCTION] if model.function is not None else []
    usual += model.targets
    return [*usual, "test", *model.outputs] if model.outputs else usual


def need_cost(model: Model) -> Any:
    """Return the cost of a model; raise XorexplainError, naming the cure, where there is none."""
    if model.cost is None:
        raise XorexplainError(
            "the model has no cost, so there is no gradient: "
            "return xorexplain.Model(..., cost=...) to add one"
        )
    return model.cost


def gradients_of(engine: Engine, model: Model, target: str) -> Source:
    """Differentiate the cost, for the parameters or the one that a target names."""
    if target in model.costs:
        model, target = model.about(target), "gradient"
    cost = need_cost(model)
    parameters = list(model.parameters)
    if not parameters:
        raise XorexplainError(
            model.lacks.get("parameters")
            or "the model names no parameters, so there is nothing to differentiate for: "
            "return xorexplain.Model(..., parameters=[...])"
        )
    if target not in ("gradient", "cost", "train"):
        named = {**model.aliases, **by_name(parameters)}
        own = called(target, named)
        if own is None:
            raise XorexplainError(
                f"no parameter is named {target!r}: {did_you_mean(target, list(named))}"
            )
        parameters = [named[own]]
    parameters, gradients, remarks = differentiated(engine, model, parameters)
    names = [name_of(parameter) or f"parameter {i}" for i, parameter in enumerate(parameters)]
    labels = [f"∂{name_of(cost) or 'cost'}/∂{name}" for name in names]
    return replace(outputs_source(gradients, labels), remarks=remarks)


def differentiated(
    engine: Engine, model: Model, parameters: Sequence[Any]
) -> tuple[list[Any], list[Any], list[str]]:
    """Return the parameters that the cost has a gradient for, the gradients, and why others none.

    Raise XorexplainError where it has none for any of them.
    """
    cost = need_cost(model)
    floats = [v for v in parameters if is_float(engine, v)]
    with differentiating(engine, cost, floats or parameters):
        found = dict(zip(floats, adjoints_once(engine, model, floats, named=True), strict=True))
    gradients = {v: found[v].variable for v in floats if found[v].variable is not None}
    if not gradients:
        with differentiating(engine, cost, parameters):
            return list(parameters), engine.grad(cost, parameters), []
    remarks = [
        f"no gradient for {name_of(v) or v}: "
        f"it is {found[v].missing if v in found else engine.type_of(v).dtype}, "
        "see `gradient --why`"
        for v in parameters
        if v not in gradients
    ]
    return [*gradients], [*gradients.values()], remarks
