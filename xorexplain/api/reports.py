"""Tell a gradient or a rewriting from Python, as reports that a notebook shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from xorexplain.api.report import DRAWN, Report
from xorexplain.api.shown import Picture
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import json_text
from xorexplain.gradients.choose import differentiate, wrt_variables
from xorexplain.gradients.explain import tell
from xorexplain.gradients.folding import folded
from xorexplain.gradients.records import Derivation
from xorexplain.gradients.why import explain_why
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.render.pictures.step_picture import draw_step
from xorexplain.render.pictures.twin import draw_twin
from xorexplain.render.reports import gradient as gradient_report
from xorexplain.render.reports import gradient_tables
from xorexplain.render.reports import steps as steps_report
from xorexplain.render.reports import why as why_report
from xorexplain.render.reports.gather import Subject, subject_of
from xorexplain.rewrites.choose import chosen
from xorexplain.rewrites.steps import ExplainedStep, explained_steps
from xorexplain.rewrites.trace import Trace


def gradient(
    obj: Any,
    wrt: Any = (),
    *,
    order: int = 1,
    check: bool = False,
    why: bool = False,
    everything: bool = False,
    theme: str = "light",
) -> Report:
    """Explain the gradient of a cost node by node, in a report that a notebook shows.

    `obj` is what `draw` takes; it needs a cost, which a scalar variable is. `wrt` are names or
    variables, one or several, by default the parameters. `order` 2 derives the Hessian applied to
    a direction. The report's picture has the gradient beside the graph. What repeats is told once,
    unless `everything` is asked for.

    `check` compares every step with numbers instead, and lists what is too far off; `why` says why
    a gradient is zero or missing. Raise XorexplainError where there is nothing to differentiate.
    """
    engine, model = as_model(obj)
    if order not in (1, 2):
        raise XorexplainError(f"order is {order!r}: 1 is the gradient, 2 the Hessian")
    model = replace(model, parameters=_chosen(engine, model, wrt))
    if why:
        answers = explain_why(engine, model, ())
        return Report(why_report.why(answers), partial(why_report.why_json, answers))
    if check:
        rows = Subject(engine, model).gradient_checks()
        return Report(gradient_tables.checks(rows, everything), partial(json_text, rows))
    derivation = differentiate(engine, model, (), order)
    shown = tell(derivation if everything else folded(derivation))
    drawn = partial(draw_twin, derivation, theme_=theme)
    picture = Picture(repr(derivation), drawn, partial(repr, derivation), DRAWN)
    return Report(
        gradient_report.gradient(shown, everything), partial(_written, derivation), picture
    )


def _written(derivation: Derivation) -> str:
    """Write the whole derivation as JSON."""
    return gradient_report.gradient_json(tell(derivation))


def _chosen(engine: Engine, model: Model, wrt: Any) -> list[Any]:
    """Return variables that are named or given, one or several."""
    entries = list(wrt) if isinstance(wrt, (list, tuple)) else [wrt]
    if not entries:
        return wrt_variables(engine, model, ())
    for entry in entries:
        if not isinstance(entry, str) and not engine.is_variable(entry):
            raise XorexplainError(f"wrt is {entry!r}: give names or {engine.title} variables")
    return [
        wrt_variables(engine, model, [entry])[0] if isinstance(entry, str) else entry
        for entry in entries
    ]


def rewrites(
    obj: Any,
    step: int | None = None,
    *,
    target: str | None = None,
    phase: str | None = None,
    name: str | None = None,
    around: str | None = None,
    everything: bool = False,
    theme: str = "light",
) -> Report:
    """List what the optimizer did to a function, or tell one step of it, in a report.

    `obj` is what `draw` takes, or a `Trace`. `step` is the number of a step, `target` the function
    to rewrite, by default the train function; nothing is compiled. `phase`, `name`, where `*` is a
    wildcard, and `around` a node choose steps; `everything` lists merges of equal computations and
    what repeats too. Raise XorexplainError for a function that was compiled before, which PyTensor
    keeps nothing of but what its rewriting left.
    """
    if isinstance(obj, Trace):
        trace, told = obj, tuple(explained_steps(obj))
    else:
        subject = subject_of(obj, target)
        trace, told = subject.trace, subject.explained
    if step is not None:
        return _step(trace, _numbered(told, step), theme, everything)
    shown = chosen(trace, told, phase, name, around, everything)
    hidden = 0 if everything else sum(entry.step.is_noise for entry in told)
    is_whole = phase is None and name is None and around is None
    document = steps_report.steps(trace, shown, hidden, is_whole, everything)
    return Report(document, partial(steps_report.steps_json, trace, shown))


def _numbered(told: Sequence[ExplainedStep], number: int) -> ExplainedStep:
    for entry in told:
        if entry.step.number == number:
            return entry
    last = f"they are 1 to {len(told)}" if told else "nothing was rewritten"
    raise XorexplainError(f"there is no step {number!r}: {last}")


def _step(trace: Trace, told: ExplainedStep, theme: str, everything: bool) -> Report:
    document = steps_report.step(trace, told, everything=everything)
    words = f"step {told.step.number} of {trace!r}"
    picture = Picture(words, partial(draw_step, trace, told, theme_=theme), lambda: words, DRAWN)
    return Report(document, partial(steps_report.steps_json, trace, [told]), picture)
