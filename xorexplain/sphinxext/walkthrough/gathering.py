"""Make all that the pages of a model tell, by the real thing; say what the model lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.check import Row, check
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.gradients.records import Derivation
from xorexplain.graph.records import Graph, Origin, Output
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.graph.views.subgraph import needed
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.model import Model
from xorexplain.models.naming import names_in
from xorexplain.models.samples import sample_values
from xorexplain.models.stages import view
from xorexplain.models.tutorial import Tutorial
from xorexplain.rewrites.check import StepCheck, check_steps
from xorexplain.rewrites.record import record
from xorexplain.rewrites.steps import Told, told_steps
from xorexplain.sphinxext.walkthrough.learning import train
from xorexplain.sphinxext.walkthrough.material import Material, Settings
from xorexplain.sphinxext.walkthrough.renaming import adjoint_names, renamed
from xorexplain.sphinxext.walkthrough.values import Array, compute

T = TypeVar("T")
XOR_STEPS = 60000
OWN_STEPS = 1000
"""How many steps a model of one's own is trained for."""
MAX_CHECKED = 400
"""So many steps of the rewriter are checked by numbers."""


def gather(
    engine: Engine,
    model: Model,
    settings: Settings,
    on_progress: Callable[[str], None] = lambda what: None,
) -> Material:
    """Make everything a model has; what it lacks is told in `missing`, and no error."""
    missing: dict[str, str] = {}

    def attempt(page: str, what: str, make: Callable[[], T]) -> T | None:
        on_progress(what)
        try:
            return make()
        except XorexplainError as error:
            missing.setdefault(page, str(error))
            return None

    forward = attempt("network", "recording the graph", lambda: _forward(engine, model))
    derivation = attempt("gradient", "deriving the gradient", lambda: differentiate(engine, model))
    checks = None
    if derivation is not None:
        found = derivation
        checks = attempt("check", "checking the gradient", lambda: _checked(engine, model, found))
    numbers = attempt("values", "computing the cost", lambda: _start(engine, model))
    recording = attempt("rewrites", "recording the rewrites", lambda: record(engine, model))
    trace = None if recording is None else recording.trace
    step_checks: tuple[StepCheck, ...] | None = None
    if recording is not None and len(recording.trace.steps) <= MAX_CHECKED:
        made = recording
        step_checks = attempt(
            "step checks",
            "checking the rewrites",
            lambda: check_steps(made, model.data, 0, names_in(model)),
        )
    told: tuple[Told, ...] = ()
    renamings: dict[str, str] = {}
    if trace is not None:
        renamings = adjoint_names(derivation, trace) if derivation is not None else {}
        told = tuple(renamed(told_steps(trace), renamings))
    compiled = attempt("compiled", "compiling", lambda: view(engine, model, "compiled").graph())
    steps = settings.steps or (XOR_STEPS if isinstance(model, Tutorial) else OWN_STEPS)
    return Material(
        engine=engine,
        model=model,
        settings=settings,
        forward=forward,
        network=_part(forward, model, is_cost=False) if forward is not None else None,
        cost=_part(forward, model, is_cost=True) if forward is not None else None,
        names=intermediate_names(forward) if forward is not None else {},
        gradient=attempt(
            "gradient", "recording the gradient", lambda: view(engine, model, "gradient").graph()
        ),
        derivation=derivation,
        story=tell(derivation) if derivation is not None else None,
        checks=checks,
        start_cost=numbers[0] if numbers else None,
        outputs=numbers[1] if numbers else None,
        updates=attempt(
            "updates", "recording the updates", lambda: view(engine, model, "updates").graph()
        ),
        trace=trace,
        step_checks=step_checks or (),
        told=told,
        renamings=renamings,
        compiled=compiled,
        run=attempt("training", "training", lambda: train(engine, model, steps)),
        missing=missing,
    )


def _forward(engine: Engine, model: Model) -> Graph:
    """Record what was written, down to the cost and the outputs."""
    cost = [] if model.cost is None else [model.cost]
    results = list(dict.fromkeys([*cost, *model.outputs.values()]))
    if not results:
        raise XorexplainError(
            "the model is a compiled function, which keeps only its optimized graph: "
            "return its variables to see what was written"
            if model.function is not None
            else "the model names no outputs: return xorexplain.Model(outputs={...})"
        )
    labels = {variable: name for name, variable in model.outputs.items()}
    if cost:
        labels.setdefault(model.cost, model.cost.name or "cost")
    source = outputs_source(results, [labels[variable] for variable in results])
    origin = Origin(engine.name, engine.version, model.name, "symbolic", None)
    return infer_shapes(capture(engine, source, origin, model.parameters))


def _part(forward: Graph, model: Model, is_cost: bool) -> Graph | None:
    """Cut out what the cost needs, or the outputs; None for a model that has none."""
    first = [] if model.cost is None else [forward.outputs[0]]
    own = [o for o in forward.outputs if o not in first or model.cost in model.outputs.values()]
    chosen = first if is_cost else (own or first)
    target = "cost" if is_cost else "output"
    return below(forward, chosen, target) if chosen else None


def below(graph: Graph, outputs: Sequence[Output], target: str) -> Graph:
    """Keep of a graph what some of its results are computed from."""
    part = needed(graph, [output.variable for output in outputs])
    return replace(part, origin=replace(graph.origin, target=target), outputs=tuple(outputs))


def _checked(engine: Engine, model: Model, derivation: Derivation) -> tuple[Row, ...]:
    values = sample_values(
        engine, derivation.graph, derivation.variables, model.data, 0, names_in(model)
    )
    return check(engine, derivation, values)


def _start(engine: Engine, model: Model) -> tuple[float | None, tuple[Array, ...]]:
    variables = [*model.outputs.values()]
    if model.cost is None:
        return None, tuple(compute(engine, model, variables))
    cost, *outputs = compute(engine, model, [model.cost, *variables])
    return float(cost), tuple(outputs)
