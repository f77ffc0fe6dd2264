"""Turn a model, a stage and a target into the engine's graph of that stage, and into a `Graph`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from xorexplain.engines import Engine, Source
from xorexplain.engines.recorder import Recorder
from xorexplain.engines.shared.common import default_updates, toposort
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.stages import STAGES, WRITTEN, Stage
from xorexplain.graph.views.names import called
from xorexplain.graph.views.state import split_at
from xorexplain.models.calling import call_values, pass_on
from xorexplain.models.capture import capture, outputs_source, variable_ids
from xorexplain.models.failures import differentiating, is_float, reporting, rewriting
from xorexplain.models.finding import find_named, named_variables
from xorexplain.models.model import Model
from xorexplain.models.naming import by_name, name_of, tell_apart

DEFAULT_TARGETS: dict[Stage, str] = {
    "symbolic": "cost",
    "gradient": "gradient",
    "updates": "train",
    "optimized": "train",
    "compiled": "train",
}
FUNCTION = "function"
"""The target that stands for a compiled function the user brought along."""


@dataclass(frozen=True)
class View:
    """Hold one stage of one target: the engine's own graph, and what it is called.

    `recorded` is the graph where it is known already. `cost` is what a gradient in it is of.
    """

    engine: Engine
    source: Source
    origin: Origin
    parameters: Sequence[Any] = ()
    recorded: Graph | None = None
    cost: Any = None

    def graph(self) -> Graph:
        """Record the stage as a `Graph`."""
        if self.recorded is not None:
            return self.recorded
        graph = capture(self.engine, self.source, self.origin, self.parameters)
        cost = None if self.cost is None else variable_ids(self.source).get(self.cost)
        return graph if cost is None else split_at(graph, cost)


def view(engine: Engine, model: Model, stage: str, target: str | None = None) -> View:
    """Build a stage of a model.

    `target` is `output`, `cost`, `train`, `test`, or the name of an output, parameter or any
    named variable of the model; None is the stage's usual one. Raise XorexplainError where the
    model lacks what the stage needs.
    """
    if stage not in STAGES:
        raise XorexplainError(f"unknown stage {stage!r}: {did_you_mean(stage, STAGES)}")
    tell_apart(engine, model)
    chosen = target or default_target(model, stage)
    if model.function is not None and chosen == FUNCTION:
        return _function_view(engine, model, stage)
    source = _STAGE_BUILDERS[stage](engine, model, chosen)
    if stage in WRITTEN:
        call_values(engine, model, source.outputs)
    origin = Origin(engine.name, engine.version, model.name, stage, chosen)
    cost = model.cost if stage in ("gradient", "updates") else None
    return View(engine, source, origin, model.parameters, cost=cost)


def _function_view(engine: Engine, model: Model, stage: str) -> View:
    """Show a function the user compiled, or a FunctionGraph, which may be of any stage."""
    if stage not in ("optimized", "compiled"):
        raise XorexplainError(
            "the model is a compiled function, which keeps only its optimized graph: "
            f"use --stage compiled, or return the variables to see the {stage} one"
        )
    shown = None if engine.is_graph(model.function) else stage
    origin = Origin(engine.name, engine.version, model.name, shown, FUNCTION)
    return View(engine, engine.source_of(model.function), origin, model.parameters)


def default_stage(model: Model) -> Stage:
    """Return what was written, but what runs for a function that was brought along alone."""
    is_bare = not model.outputs and model.cost is None
    if model.function is not None and (is_bare or model.before is not None):
        return "compiled"
    return "symbolic"


def default_target(model: Model, stage: str) -> str:
    """Return the target a stage shows when none is named."""
    has_variables = bool(model.outputs) or model.cost is not None
    if model.function is not None and (stage in ("optimized", "compiled") or not has_variables):
        return FUNCTION
    if stage == "symbolic" and model.cost is None:
        return "output"
    if stage in ("optimized", "compiled") and not model.update_pairs:
        return "cost" if model.cost is not None else "test"
    return DEFAULT_TARGETS[stage]  # type: ignore[index]


def _symbolic(engine: Engine, model: Model, target: str) -> Source:
    if target == "train":
        return _updates(engine, model, target)
    outputs, labels = target_variables(engine, model, target)
    return outputs_source(outputs, labels)


def _gradient(engine: Engine, model: Model, target: str) -> Source:
    cost = need_cost(model)
    parameters = list(model.parameters)
    if not parameters:
        raise XorexplainError(
            "the model names no parameters, so there is nothing to differentiate for: "
            "return xorexplain.Model(..., parameters=[...])"
        )
    if target not in ("gradient", "cost", "train"):
        named = by_name(parameters)
        own = called(target, named)
        if own is None:
            raise XorexplainError(
                f"no parameter is named {target!r}: {did_you_mean(target, list(named))}"
            )
        parameters = [named[own]]
    parameters, remarks = differentiable(engine, cost, parameters)
    with differentiating(engine, cost, parameters):
        gradients = engine.grad(cost, parameters)
    names = [name_of(parameter) or f"parameter {i}" for i, parameter in enumerate(parameters)]
    labels = [f"∂{name_of(cost) or 'cost'}/∂{name}" for name in names]
    return replace(outputs_source(gradients, labels), remarks=remarks)


def differentiable(
    engine: Engine, cost: Any, parameters: Sequence[Any]
) -> tuple[list[Any], list[str]]:
    """Return the parameters that a cost has a gradient for, and of the others why not.

    Where it has none for any of them, all are returned, for the engine to refuse.
    """
    floats = [v for v in parameters if is_float(engine, v)]
    with differentiating(engine, cost, floats or parameters):
        found = engine.adjoints(cost, floats)
    why = {v: adjoint.missing for v, adjoint in zip(floats, found, strict=True)}
    kept = [v for v, adjoint in zip(floats, found, strict=True) if adjoint.variable is not None]
    if not kept:
        return list(parameters), []
    remarks = [
        f"no gradient for {name_of(v) or v}: it is {why.get(v) or engine.type_of(v).dtype}, "
        "see `gradient --why`"
        for v in parameters
        if v not in kept
    ]
    return kept, remarks


def _updates(engine: Engine, model: Model, target: str) -> Source:
    outputs, labels, updates = function_parts(engine, model, target)
    variables = [*outputs, *[new for _, new in updates]]
    first = len(outputs)
    shared = {first + position: variable for position, (variable, _) in enumerate(updates)}
    return Source(variables, variables, _padded(labels, variables), None, None, shared)


def rewrite(
    engine: Engine, model: Model, target: str, heard: Recorder, excluding: Sequence[str] = ()
) -> Source:
    """Rewrite the function a target stands for, and compile nothing.

    `heard` hears what happens. What takes the place of a value keeps its name.
    """
    outputs, labels, updates = function_parts(engine, model, target)
    inputs = function_inputs(engine, model, outputs, updates)
    call_values(engine, model, [*outputs, *(new for _, new in updates)])
    with rewriting(engine, heard):
        source = engine.record(inputs, outputs, updates, heard, excluding)
    pass_on(engine, heard, source)
    return replace(source, labels=_padded(labels, source.outputs), given=inputs)


def _optimized(engine: Engine, model: Model, target: str) -> Source:
    # Heard while it works, a rewriter that loops is stopped.
    heard = Recorder()
    source = rewrite(engine, model, target, heard)
    if heard.stopped:
        raise XorexplainError(f"{heard.stopped}; see `rewrites` for its steps, or exclude it")
    return source


def _compiled(engine: Engine, model: Model, target: str) -> Source:
    outputs, labels, updates = function_parts(engine, model, target)
    inputs = function_inputs(engine, model, outputs, updates)
    call_values(engine, model, [*outputs, *(new for _, new in updates)])
    heard = Recorder()
    first = engine.listening(lambda graph: None if heard.has_begun else heard)
    with reporting(engine, "compile the function"), first:
        source = engine.source_of(engine.compile(inputs, outputs, updates))
    pass_on(engine, heard, source)
    return replace(source, labels=_padded(labels, source.outputs), given=inputs)


def _padded(labels: Sequence[str | None], outputs: Sequence[Any]) -> list[str | None]:
    """Leave the results behind the labelled ones, which are new values, without a label."""
    return [*labels, *[None] * (len(outputs) - len(labels))]


_STAGE_BUILDERS = {
    "symbolic": _symbolic,
    "gradient": _gradient,
    "updates": _updates,
    "optimized": _optimized,
    "compiled": _compiled,
}


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
            "the model has no updates, so there is no train function: "
            "return xorexplain.Model(..., updates=[...]) or choose another --target"
        )
    outputs: list[Any] = []
    labels: list[str | None] = []
    if target != "train" or model.cost is not None:
        outputs, labels = target_variables(engine, model, "cost" if target == "train" else target)
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
    if target == "gradient":
        source = _gradient(engine, model, target)
        return list(source.outputs), list(source.labels)
    named = named_variables(model)
    found = find_named(engine, model, target, named)
    if found is None:
        known = [*_usual_targets(model), *named]
        raise XorexplainError(f"unknown target {target!r}: {did_you_mean(target, known)}")
    return [found], [target]


def _usual_targets(model: Model) -> list[str]:
    usual = ["output"] if model.outputs else []
    usual += ["cost"] if model.cost is not None else []
    usual += ["train"] if model.update_pairs else []
    usual += [FUNCTION] if model.function is not None else []
    return [*usual, "test", *model.outputs] if model.outputs else usual


def need_cost(model: Model) -> Any:
    """Return the cost of a model; raise XorexplainError, naming the cure, where there is none."""
    if model.cost is None:
        raise XorexplainError(
            "the model has no cost, so there is no gradient: "
            "return xorexplain.Model(..., cost=...) to add one"
        )
    return model.cost
