"""Turn a model, a stage and a target into the engine's graph of that stage, and into a `Graph`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xorexplain.engines import Engine, Source
from xorexplain.engines.shared.recursion import asking
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.stages import STAGES, WRITTEN, Stage
from xorexplain.graph.views.state import split_at
from xorexplain.models.calling import call_values, pass_on
from xorexplain.models.capture import capture, outputs_source, variable_ids
from xorexplain.models.failures import reporting, rewriting
from xorexplain.models.linking import BeforeLinking, is_told_by_maker
from xorexplain.models.model import Model
from xorexplain.models.modes import in_mode, mode_text
from xorexplain.models.naming import tell_apart
from xorexplain.models.recorded_names import as_known
from xorexplain.models.targets import (
    FUNCTION,
    function_inputs,
    function_parts,
    gradients_of,
    target_variables,
)

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder

DEFAULT_TARGETS: dict[Stage, str] = {
    "symbolic": "cost",
    "gradient": "gradient",
    "updates": "train",
    "optimized": "train",
    "compiled": "train",
}


@dataclass(frozen=True)
class View:
    """Hold one stage of one target: the engine's own graph, and what it is called.

    `recorded` is the graph where it is known already. `cost` is what a gradient in it is of,
    `model` what axes and variables are called after.
    """

    engine: Engine
    source: Source
    origin: Origin
    parameters: Sequence[Any] = ()
    recorded: Graph | None = None
    cost: Any = None
    model: Model | None = None

    def graph(self) -> Graph:
        """Record the stage as a `Graph`."""
        if self.recorded is not None:
            return self.recorded
        graph = capture(self.engine, self.source, self.origin, self.parameters)
        graph = graph if self.model is None else as_known(graph, self.model)
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
    return view_of(engine, model, stage, chosen, source)


def view_of(engine: Engine, model: Model, stage: str, chosen: str, source: Source) -> View:
    """Say what the engine's graph of a stage and a target is called, and what it is about."""
    mode = None if stage in WRITTEN else mode_text(engine, model)
    origin = Origin(engine.name, engine.version, model.name, stage, chosen, mode)
    cost = model.cost if stage in ("gradient", "updates") else None
    if stage == "updates" and model.givens and chosen == "train" and cost is not None:
        # The same, of what is given.
        cost = source.outputs[0]
    if stage == "gradient" and chosen in model.costs:
        cost = model.about(chosen).cost
    return View(engine, source, origin, model.parameters, cost=cost, model=model)


def _function_view(engine: Engine, model: Model, stage: str) -> View:
    """Show a function the user compiled, or a FunctionGraph, which may be of any stage."""
    if stage not in ("optimized", "compiled"):
        raise XorexplainError(
            "the model is a compiled function, which keeps only its optimized graph: "
            f"use --stage compiled, or return the variables to see the {stage} one"
        )
    shown = None if engine.is_graph(model.function) else stage
    mode = mode_text(engine, model)
    origin = Origin(engine.name, engine.version, model.name, shown, FUNCTION, mode)
    return View(engine, engine.source_of(model.function), origin, model.parameters)


def default_stage(model: Model) -> Stage:
    """Return what was written, but what runs for a function that was brought along alone."""
    is_bare = not model.outputs and model.cost is None
    if model.function is not None and (is_bare or model.before is not None):
        return "compiled"
    return "symbolic"


def default_target(model: Model, stage: str) -> str:
    """Return the target a stage shows when none is named."""
    has_variables = bool(model.outputs) or model.cost is not None or bool(model.update_pairs)
    if model.function is not None and (stage in ("optimized", "compiled") or not has_variables):
        return FUNCTION
    if stage == "symbolic" and model.cost is None:
        return "output" if model.outputs or not model.update_pairs else "train"
    if stage in ("optimized", "compiled") and not model.update_pairs:
        return "cost" if model.cost is not None else "test"
    return DEFAULT_TARGETS[stage]  # type: ignore[index]


def _symbolic(engine: Engine, model: Model, target: str) -> Source:
    if target == "train":
        return _updates(engine, model, target)
    outputs, labels = target_variables(engine, model, target)
    return outputs_source(outputs, labels)


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
    with in_mode(engine, model), rewriting(engine, heard):
        source = engine.record(inputs, outputs, updates, heard, excluding)
    pass_on(engine, heard, source)
    return replace(source, labels=_padded(labels, source.outputs), given=inputs)


def _optimized(engine: Engine, model: Model, target: str) -> Source:
    from xorexplain.engines.recorder import Recorder

    # Heard while it works, a rewriter that loops is stopped.
    heard = Recorder()
    source = rewrite(engine, model, target, heard)
    if heard.stopped:
        raise XorexplainError(f"{heard.stopped}; see `rewrites` for its steps, or exclude it")
    return source


def _compiled(engine: Engine, model: Model, target: str) -> Source:
    from xorexplain.engines.recorder import Recorder

    return compiled(engine, model, target, Recorder())


def compiled(
    engine: Engine,
    model: Model,
    target: str,
    heard: Recorder,
    rewritten: Callable[[Source], None] | None = None,
    links: bool = True,
    excluding: Sequence[str] = (),
) -> Source:
    """Compile the function a target stands for.

    `heard` hears the rewriting. `rewritten` gets what that left before it is linked, which may
    rewrite what is inside of ops once more. Without `links` there is no function where linking
    would tell nothing more, but the graph that it would be made of. `excluding` are names and tags
    of rewrites that shall not run. What other threads compile meanwhile is theirs.
    """
    outputs, labels, updates = function_parts(engine, model, target)
    inputs = function_inputs(engine, model, outputs, updates)
    call_values(engine, model, [*outputs, *(new for _, new in updates)])

    thread = asking()

    def is_own() -> bool:
        return asking() == thread

    def begin(graph: Any) -> Recorder | None:
        return heard if is_own() and not heard.has_begun else None

    def is_linked(maker: Any) -> bool:
        return not (is_own() and is_told_by_maker(engine, maker))

    def known(source: Source) -> Source:
        pass_on(engine, heard, source)
        return replace(source, labels=_padded(labels, source.outputs), given=inputs)

    with ExitStack() as stack:
        stack.enter_context(in_mode(engine, model))
        stack.enter_context(reporting(engine, "compile the function"))
        stack.enter_context(engine.listening(begin))
        if not links:
            stack.enter_context(engine.linking_where(is_linked))
        if rewritten is not None:
            left = BeforeLinking(
                heard, lambda maker: rewritten(known(_left(engine, heard, maker))), is_own
            )
            stack.enter_context(engine.hearing(left))
        source = engine.source_of(engine.compile(inputs, outputs, updates, excluding))
    return known(source)


def _left(engine: Engine, heard: Recorder, maker: Any) -> Source:
    """Return what a rewriting left, without the copies that a maker puts behind it."""
    source = engine.source_of(maker)
    applies = set(heard.end)
    return replace(
        source,
        outputs=[
            v if v.owner is None or v.owner in applies else v.owner.inputs[0]
            for v in source.outputs
        ],
        applies=heard.end,
    )


def _padded(labels: Sequence[str | None], outputs: Sequence[Any]) -> list[str | None]:
    """Leave the results behind the labelled ones, which are new values, without a label."""
    return [*labels, *[None] * (len(outputs) - len(labels))]


_STAGE_BUILDERS = {
    "symbolic": _symbolic,
    "gradient": gradients_of,
    "updates": _updates,
    "optimized": _optimized,
    "compiled": _compiled,
}
