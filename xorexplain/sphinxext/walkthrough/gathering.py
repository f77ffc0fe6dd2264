"""Make all that the pages of a model tell, by the real thing; say what the model lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.following import follow
from xorexplain.graph.records import Graph, Origin, Output
from xorexplain.graph.views.names import intermediate_names
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.graph.views.subgraph import needed
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.model import OWN_STEPS, Model
from xorexplain.models.tutorial import STEPS, Tutorial
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.numbering import numbered
from xorexplain.rewrites.check import StepCheck
from xorexplain.sphinxext.walkthrough.material import Material, Settings
from xorexplain.sphinxext.walkthrough.plan import NAMES
from xorexplain.sphinxext.walkthrough.renaming import renamed

T = TypeVar("T")
STARTS = ("symbolic", "updates", "optimized")
"""Stages that tell which adjoint a variable of the rewriter's own graph is."""
MAX_CHECKED = 400
"""So many steps of the rewriter are checked by numbers."""


def gather(
    subject: Subject, settings: Settings, on_progress: Callable[[str], None] = lambda what: None
) -> Material:
    """Make everything a model has; what it lacks is told in `missing`, and no error."""
    engine, model = subject.engine, subject.model
    missing: dict[str, str] = {}

    def attempt(page: str, what: str, make: Callable[[], T]) -> T | None:
        on_progress(what)
        try:
            return make()
        except XorexplainError as error:
            missing.setdefault(page, str(error))
            return None

    forward = attempt("network", "recording the graph", lambda: _forward(engine, model))
    derivation = attempt("gradient", "deriving the gradient", lambda: subject.derivation)
    checks = followed = None
    if derivation is not None:
        made = partial(follow, engine, model, derivation)
        followed = attempt("numbers", "following one case", made)
        checks = attempt("check", "checking the gradient", subject.gradient_checks)
    answers = None
    if model.cost is not None:
        answers = attempt("values", "computing the cost", subject.answers)
    on_progress("compiling")
    subject.compile_recorded()
    trace = attempt("rewrites", "recording the rewrites", lambda: subject.trace)
    step_checks: tuple[StepCheck, ...] | None = None
    if trace is not None and len(trace.steps) <= MAX_CHECKED:
        step_checks = attempt("step checks", "checking the rewrites", subject.step_checks)
    renamings: dict[str, str] = {}
    if trace is not None and derivation is not None:
        renamings = numbered(subject, STARTS).adjoint_names()
    compiled = attempt("compiled", "reading what runs", lambda: subject.graph("compiled"))
    steps = settings.steps or (STEPS if isinstance(model, Tutorial) else OWN_STEPS)
    return Material(
        subject=subject,
        settings=settings,
        forward=forward,
        network=_part(forward, model, is_cost=False) if forward is not None else None,
        cost=_part(forward, model, is_cost=True) if forward is not None else None,
        names=intermediate_names(forward) if forward is not None else {},
        gradient=attempt("gradient", "recording the gradient", lambda: subject.graph("gradient")),
        derivation=derivation,
        story=subject.story if derivation is not None else None,
        checks=checks,
        followed=followed,
        start_cost=float(answers[0]) if answers else None,
        updates=attempt("updates", "recording the updates", lambda: subject.graph("updates")),
        trace=trace,
        step_checks=step_checks or (),
        explained=tuple(renamed(subject.explained, renamings)) if trace is not None else (),
        renamings=renamings,
        compiled=compiled,
        run=attempt("training", "training", lambda: subject.trained(steps)),
        missing=missing,
        chapters=NAMES,
    )


def _forward(engine: Engine, model: Model) -> Graph:
    """Record what was written, down to the cost and the outputs."""
    cost = [] if model.cost is None else [model.cost]
    results = list(dict.fromkeys([*cost, *model.outputs.values()]))
    if not results:
        usual = (
            "the model is a compiled function, which keeps only its optimized graph: "
            "return its variables to see what was written"
            if model.function is not None
            else "the model names no outputs: return xorexplain.Model(outputs={...})"
        )
        raise XorexplainError(model.lacks.get("outputs") or usual)
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
