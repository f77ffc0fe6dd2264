"""Record the steps of a rewriting: what each replaced by what, and why it may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xorexplain.sphinxext.recording import maker_of
from xorexplain.sphinxext.recording.cache import Entry, Maker
from xorexplain.sphinxext.recording.requests import Request

if TYPE_CHECKING:
    from xorexplain.rewrites.laws.records import Formula, Law
    from xorexplain.rewrites.records import Trace
    from xorexplain.rewrites.steps import Told
    from xorexplain.sphinxext.output.blocks import Block

PLAIN_KINDS = ("merge", "constant folding", "useless work removed", "bookkeeping", "shape")
"""Kinds of rewrites that a reader need not follow to understand what was gained."""


def rewrites_entry(request: Request) -> tuple[Entry, Maker]:
    """Record the steps of a rewriting: what each replaced, and why it may."""
    from xorexplain.rewrites.record import record_rewriting
    from xorexplain.rewrites.steps import told_steps
    from xorexplain.sphinxext.directives.choice import chosen

    engine, model = request.model.load(request.engine_name)
    trace = record_rewriting(engine, model, request.options.get("target"))
    origin = trace.universe.origin
    told = list(told_steps(trace))
    steps = [_step(one) for one in told]
    if "pictures" in request.options:
        wanted = {step["number"] for step in chosen(steps, request.options["pictures"])}
        for one, step in zip(told, steps, strict=True):
            if one.step.number in wanted and one.step.verdict == "applied":
                step["blocks"].append(["picture", _picture(trace, one)])
    entry = {
        "title": " · ".join(filter(None, [origin.model, "rewrites", origin.target])),
        "before": len(trace.start),
        "after": len(trace.end),
        "steps": steps,
    }
    return entry, maker_of(engine)


def _picture(trace: Trace, told: Told) -> Entry:
    """Record the changed part of the graph, before and after, beside each other."""
    from xorexplain.render.look import Look
    from xorexplain.render.pictures.step_picture import regions, step_dot
    from xorexplain.render.pictures.tree import tree
    from xorexplain.render.reports.steps import summary

    step, look = told.step, Look()
    before, after = regions(trace, step)
    left = f"{len(step.removed)} apply node{'' if len(step.removed) == 1 else 's'}"
    return {
        "anchor": f"step-{step.number}-picture",
        "dot": step_dot(trace, step, look),
        "title": f"step {step.number}: {step.title}",
        "words": f"Before and after side by side: {left} left and {len(step.added)} came. "
        f"{summary(told)}",
        "tree": f"before\n\n{tree(before, look)}\nafter\n\n{tree(after, look)}".rstrip("\n"),
    }


def _step(told: Told) -> dict[str, Any]:
    from xorexplain.render.reports.steps import summary

    step = told.step
    kind = told.law.kind if told.law is not None else None
    return {
        "number": step.number,
        "phase": step.phase,
        "rewrite": step.title,
        "verdict": step.verdict,
        "nodes": told.nodes,
        "summary": summary(told),
        "noise": step.is_noise,
        "plain": step.verdict != "applied" or kind in PLAIN_KINDS,
        "blocks": list(_step_blocks(told)),
    }


def _step_blocks(told: Told) -> Iterator[Block]:
    from xorexplain.notation.text import text

    step = told.step
    if step.verdict != "applied":
        yield ["text", f"{step.verdict.capitalize()}: the graph is as it was before."]
    if step.message:
        yield ["code", step.message, "none"]
    for replacement in told.replacements:
        old, new, more = text(replacement.before), text(replacement.after), replacement.distinction
        yield ["text", f"{replacement.name}, before and after:"]
        yield [
            "code",
            f"- {old}{_by(replacement.before_op)}\n"
            f"+ {new}{_by(replacement.after_op)}{' ' + more if more else ''}",
            "diff",
        ]
    yield from _why(step.title, told.law)


def _by(op: str) -> str:
    return f"   by {' '.join(op.split())}" if op else "   given"


def _why(rewrite: str, law: Law | None) -> Iterator[Block]:
    """Say why a rewrite is valid."""
    if law is None:
        yield ["law", "No sentence is written for this rewrite yet.", "rewrite", rewrite]
        return
    sentence = f"The engine says: {law.sentence}" if law.is_quoted else law.sentence
    yield ["law", sentence, "rewrite", law.name if not law.members else rewrite]
    for member in law.members:
        yield ["law", member.sentence, "rewrite", member.name]
        yield from _formulas(member)
    yield from _formulas(law)
    if law.caveat:
        yield ["but", law.caveat]


def _formulas(law: Law) -> Iterator[Block]:
    if law.formulas:
        yield ["code", "\n".join(map(formula_text, law.formulas)), "none"]


def formula_text(formula: Formula) -> str:
    """Write a law as text, with the condition it holds under."""
    from xorexplain.notation.text import text

    condition = f"for {text(formula.condition)}" if formula.condition is not None else ""
    conditions = ", ".join(filter(None, [condition, formula.where]))
    return text(formula.equation) + (f"   {conditions}" if conditions else "")
