"""Record the steps of a rewriting: what each replaced by what, and why it may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xorexplain.sphinxext.recording import maker_of
from xorexplain.sphinxext.recording.cache import Entry, Maker
from xorexplain.sphinxext.recording.requests import Request

if TYPE_CHECKING:
    from xorexplain.rewrites.steps import ExplainedStep
    from xorexplain.rewrites.trace import Trace

PLAIN_KINDS = ("merge", "constant folding", "useless work removed", "bookkeeping", "shape")
"""Kinds of rewrites that a reader need not follow to understand what was gained."""


def rewrites_entry(request: Request) -> tuple[Entry, Maker]:
    """Record the steps of a rewriting: what each replaced, and why it may."""
    from xorexplain.rewrites.record import record_rewriting
    from xorexplain.rewrites.steps import explained_steps
    from xorexplain.sphinxext.directives.choice import chosen

    engine, model = request.load()
    trace = record_rewriting(engine, model, request.options.get("target"))
    origin = trace.universe.origin
    told = list(explained_steps(trace))
    steps = [_step(one) for one in told]
    if "pictures" in request.options:
        wanted = {step["number"] for step in chosen(steps, request.options["pictures"])}
        for one, step in zip(told, steps, strict=True):
            if one.step.number in wanted and one.step.verdict == "applied":
                step["picture"] = _picture(trace, one)
    entry = {
        "title": " · ".join(filter(None, [origin.model, "rewrites", origin.target])),
        "before": len(trace.start),
        "after": len(trace.end),
        "steps": steps,
    }
    return entry, maker_of(engine)


def _picture(trace: Trace, told: ExplainedStep) -> Entry:
    """Record the changed part of the graph, before and after, beside each other."""
    from xorexplain.render.look import Look
    from xorexplain.render.pictures.step_picture import regions, step_dot
    from xorexplain.render.pictures.tree import tree
    from xorexplain.render.reports.step_rows import summary_text

    step, look = told.step, Look()
    before, after = regions(trace, step)
    left = f"{len(step.removed)} apply node{'' if len(step.removed) == 1 else 's'}"
    return {
        "anchor": f"step-{step.number}-picture",
        "dot": step_dot(trace, step, look),
        "title": f"step {step.number}: {step.title}",
        "words": f"Before and after side by side: {left} removed, {len(step.added)} added. "
        f"{summary_text(told)}",
        "tree": f"before\n\n{tree(before, look)}\nafter\n\n{tree(after, look)}".rstrip("\n"),
    }


def _step(told: ExplainedStep) -> dict[str, Any]:
    from xorexplain.render.reports.document import Document
    from xorexplain.render.reports.step_rows import summary_text
    from xorexplain.render.reports.steps import folded
    from xorexplain.render.writers.plain import to_plain

    step = told.step
    kind = told.law.kind if told.law is not None else None
    return {
        "number": step.number,
        "phase": step.phase,
        "rewrite": step.title,
        "verdict": step.verdict,
        "nodes": told.nodes,
        "summary": summary_text(told),
        "noise": step.is_noise,
        "plain": step.verdict != "applied" or kind in PLAIN_KINDS,
        "document": to_plain(Document(step.title, (folded(told),))),
    }
