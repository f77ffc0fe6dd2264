"""Word every step of a trace: what it replaced, why it may, what the numbers say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from xorexplain.explorer.formulas import formula, named
from xorexplain.notation.latex import latex
from xorexplain.notation.shorten import shortened
from xorexplain.notation.text import text
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.changes import NO_LAW, by, equation, ops_beside
from xorexplain.render.reports.contrast import apart
from xorexplain.render.reports.steps import check_words
from xorexplain.render.writers.filling import line_text
from xorexplain.render.writers.marks import sentence
from xorexplain.rewrites.check import StepCheck
from xorexplain.rewrites.laws.records import Law
from xorexplain.rewrites.steps import ExplainedStep, explained_steps
from xorexplain.rewrites.trace import Trace

Json = dict[str, Any]
MAX_FORMULA = 400
MAX_SYMBOLS = 300
MAX_OP = 80
MAX_LINES = 12


def step_entries(
    trace: Trace,
    names: Mapping[str, str],
    checks: Sequence[StepCheck],
    excludable: Collection[str] = (),
) -> list[Json]:
    """Describe every step in order; `excludable` are rewrites that their own name excludes."""
    checked = {check.number: check for check in checks}
    start = trace.first.graph
    known = {v.id: names[v.id] for v in start.variables if v.id in names}
    return [
        _entry(trace, told, checked.get(told.step.number), excludable)
        for told in explained_steps(trace, known)
    ]


def _entry(
    trace: Trace, told: ExplainedStep, check: StepCheck | None, excludable: Collection[str]
) -> Json:
    step, law = told.step, told.law
    rewrite = step.made_by
    registered = trace.rewrite.get(rewrite)
    return {
        "number": step.number,
        "phase": step.phase,
        "round": step.round,
        "rewrite": clip(rewrite, MAX_OP),
        "group": clip(step.rewrite, MAX_OP) if rewrite != step.rewrite else "",
        "verdict": step.verdict,
        "noise": step.is_noise,
        "message": step.message,
        "name": told.replacements[0].name if told.replacements else "",
        "lines": list(_lines(told)),
        "why": law.sentence if law is not None else sentence(NO_LAW),
        "aim": law.kind if law is not None and law.kind is not None else "",
        "quoted": law.is_quoted if law is not None else False,
        "law": list(_laws(law)),
        "caveat": law.caveat if law is not None else "",
        "added": list(step.added),
        "removed": list(step.removed),
        "kept_changed": _changed(told),
        "edits": [
            {
                "node": edit.apply if edit.apply is not None else f"r{edit.position}",
                "position": edit.position if edit.apply is not None else 0,
                "old": trace.universe.variable[edit.old].owner or edit.old,
                "new": trace.universe.variable[edit.new].owner or edit.new,
            }
            for edit in step.edits
        ],
        "nodes": told.nodes,
        "check": _check(check),
        "where": registered.where if registered is not None else "",
        "tags": list(registered.tags) if registered is not None else [],
        "excluding": rewrite if rewrite in excludable else "",
    }


def _changed(told: ExplainedStep) -> list[str]:
    """Return the nodes and results that stayed and read something else now."""
    moved = {*told.step.added, *told.step.removed}
    found = [
        edit.apply if edit.apply is not None else f"r{edit.position}" for edit in told.step.edits
    ]
    return [id_ for id_ in dict.fromkeys(found) if id_ not in moved]


def _lines(told: ExplainedStep) -> Iterator[list[Any]]:
    """Write each replaced value as it was and as it is now, like a difference of two texts.

    Where both read the same, the value is one line, with what else is another.
    """
    for change in told.replacements[:MAX_LINES]:
        name = f"{change.name} = " if change.name else ""
        sides = [shortened(value, MAX_SYMBOLS) for value in (change.before, change.after)]
        old, new = (name + text(value) for value in sides)
        formulas = apart(old, new, MAX_FORMULA)
        math = [
            formula(value, said, named(change.name)) if said == whole else []
            for value, whole, said in zip(sides, (old, new), formulas, strict=True)
        ]
        if formulas[0] == formulas[1]:
            beside = ": ".join(filter(None, (change.other, ops_beside(change))))
            yield ["=", formulas[1], clip(beside, 2 * MAX_OP), math[1]]
            continue
        ops = apart(by(change.before_op), by(change.after_op), MAX_OP)
        for sign, said, op, set_ in zip("−+", formulas, ops, math, strict=True):
            yield [sign, said, op, set_]
    if len(told.replacements) > MAX_LINES:
        yield ["", f"and {len(told.replacements) - MAX_LINES} more", "", []]


def _laws(law: Law | None) -> Iterator[Json]:
    """Write the laws as text and as LaTeX, of each member for a group."""
    if law is None:
        return
    for law_formula in law.formulas:
        told = equation(law_formula)
        yield {
            "text": text(told.value),
            "math": formula(told.value, text(told.value)),
            "latex": latex(told.value),
            "where": line_text(told.where),
            "example": law_formula.example,
        }
    for member in law.members:
        yield from _laws(member)


def _check(check: StepCheck | None) -> Json | None:
    if check is None:
        return None
    words = sentence(check_words(check))
    return {"ok": check.is_fine, "note": check.note, "words": words}
