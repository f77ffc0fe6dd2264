"""Write one firing of a rewrite: what it replaced by what, and why that is valid."""

from __future__ import annotations

from xorexplain.notation.latex import latex
from xorexplain.notation.text import text
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.contrast import apart
from xorexplain.render.writers.marks import (
    MAX_CODE,
    bullets,
    code,
    directive,
    escape,
    formulas,
    is_short,
    listed,
    math,
    name,
    paragraphs,
    sentence,
    spelled,
)
from xorexplain.rewrites.laws import AIMS
from xorexplain.rewrites.laws.records import Law
from xorexplain.rewrites.steps import Replacement, Told

MAX_REPLACEMENTS = 6
MAX_LAWS = 6
MAX_TEXT = 120
UNKNOWN = "no kind"
AXES = "[None"
"""Stands in a formula for a number that is given axes of length 1."""


def kind_of(told: Told) -> str:
    """Name the kind of a step."""
    return (told.law.kind if told.law is not None else None) or UNKNOWN


def aim(kind: str) -> str:
    """Say what rewrites of a kind are for."""
    return next((words for known, words in AIMS.items() if known == kind), "")


def change(told: Told, replacement: Replacement) -> str:
    """Write what became of one value, within a line."""
    before, after = text(replacement.before), text(replacement.after)
    subject = f"{name(replacement.name)}:"
    if before != after:
        if is_short(replacement.before) and is_short(replacement.after):
            return f"{subject} {math(replacement.before)} → {math(replacement.after)}"
        shown = [code(written) for written in apart(before, after, MAX_CODE)]
        return f"{subject} {' → '.join(shown)}"
    return f"{subject} {_same_formula(told, replacement)}"


def changes_formula(told: Told) -> bool:
    """Tell whether the first thing a step replaced is another formula afterwards."""
    first = told.replacements[0]
    return text(first.before) != text(first.after)


def _same_formula(told: Told, replacement: Replacement) -> str:
    kind = kind_of(told)
    if kind == "merge":
        return "computed once instead of twice"
    if kind == "in-place":
        return "the same formula, written over an argument"
    before, after = apart(replacement.before_op, replacement.after_op, MAX_CODE)
    if before == after:
        return replacement.distinction
    if not after:
        return f"the same formula, given from now on, and not computed by {code(before)}"
    if not before:
        return f"the same formula, computed by {code(after)} from now on"
    return f"the same formula, by {code(after)} instead of {code(before)}"


def summary(told: Told) -> str:
    """Write a step in one line: its number and the first thing it replaced."""
    step = told.step
    line = f"Step {step.number}"
    if step.verdict != "applied":
        line += f" ({step.verdict})"
    if told.replacements:
        line += f", {change(told, told.replacements[0])}"
        more = len(told.replacements) - 1
        line += f" and {more} more" if more else ""
    return line


def opened(told: Told) -> str:
    """Write a step that opens: what it replaced, by which ops, and what came and left."""
    step = told.step
    lines = [_replaced(told, replacement) for replacement in told.replacements[:MAX_REPLACEMENTS]]
    more = len(told.replacements) - MAX_REPLACEMENTS
    lines += [f"and {more} more"] if more > 0 else []
    shown = bullets(lines) if len(lines) > 1 else "".join(lines)
    ending = _balance(told) if step.verdict == "applied" else _undone(told)
    return directive("opened", summary(told), body=paragraphs(shown, ending))


def _replaced(told: Told, replacement: Replacement) -> str:
    """Write one replacement; of a single one, which the title tells, only the ops."""
    before, after = apart(replacement.before_op, replacement.after_op, MAX_CODE)
    if before == after:
        ops = f"computed by {code(after)}, as before" if after else ""
    elif not after:
        ops = f"given, where {code(before)} computed it before"
    else:
        ops = f"computed by {code(after)}" + (f", not by {code(before)}" if before else "")
    if len(told.replacements) == 1:
        return f"{name(replacement.name)} is now {ops}." if ops else ""
    return change(told, replacement) + (f"; {ops}" if ops else "")


def _balance(told: Told) -> str:
    came, left = len(told.step.added), len(told.step.removed)
    moved = [f"{spelled(left, 'apply node')} left"] if left else []
    moved += [f"{spelled(came, '' if left else 'apply node')} came"] * bool(came)
    words = listed(moved) or "no apply node came or left"
    return f"{sentence(words)[:-1]}; the graph has {told.nodes} now."


def _undone(told: Told) -> str:
    reason = f" ({escape(clip(told.step.message, MAX_TEXT))})" if told.step.message else ""
    return (
        f"The step was {told.step.verdict}{reason}: the rewriter tried it, found that it may not "
        "stay, and put everything back."
    )


def why(law: Law | None) -> str:
    """Say why a rewrite is valid, with its law as a formula and where it may differ."""
    if law is None:
        return "No sentence is written for this rewrite yet."
    quoted = "In the engine's own words: " if law.is_quoted else ""
    parts = [quoted + sentence(escape(law.sentence)), _laws(law)]
    if law.members:
        parts.append(
            bullets(
                f"{code(member.name)}: {escape(member.sentence)}"
                for member in law.members[:MAX_LAWS]
            )
        )
    if law.caveat:
        parts.append(f"But: {escape(law.caveat)}")
    return paragraphs(*parts)


def _laws(law: Law) -> str:
    lines = []
    for formula in law.formulas[:MAX_LAWS]:
        right = f"= {latex(formula.right)}"
        if formula.condition is not None:
            right += rf" \quad \text{{for }} {latex(formula.condition)}"
        lines.append((latex(formula.left), right))
    return formulas(lines)
