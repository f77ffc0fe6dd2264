"""Write one firing of a rewrite: what it replaced by what, and why that is valid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from xorexplain.graph.ops import has
from xorexplain.notation.expr import Expr, postorder, with_args
from xorexplain.notation.text import text
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports import changes, step_rows
from xorexplain.render.reports.document import Block, Field, Fields, Fold, Run, paragraph
from xorexplain.render.writers.marks import listed, sentence, spelled
from xorexplain.render.writers.rst import blocks, line
from xorexplain.rewrites.laws import AIMS
from xorexplain.rewrites.laws.records import Law
from xorexplain.rewrites.steps import ExplainedStep

MAX_REPLACEMENTS = 6
MAX_FIELDS = 12
MAX_LINE = 80
MAX_TEXT = 120
UNKNOWN = "no kind"
AXES = "[None"
"""Stands in a formula for a number that is given axes of length 1."""


def kind_of(told: ExplainedStep) -> str:
    """Name the kind of a step."""
    return (told.law.kind if told.law is not None else None) or UNKNOWN


def aim(kind: str) -> str:
    """Say what rewrites of a kind are for."""
    return next((words for known, words in AIMS.items() if known == kind), "")


def change(told: ExplainedStep) -> str:
    """Write what a step changed, within a line."""
    return line(step_rows.summary(told, MAX_LINE))


def changes_formula(told: ExplainedStep) -> bool:
    """Tell whether what a step is told by is another formula afterwards."""
    first = step_rows.leading(told)
    return text(first.before) != text(first.after)


def bare(root: Expr) -> Expr:
    """Leave out the axes of length 1 that numbers are given."""
    done: dict[int, Expr] = {}
    for current in postorder([root]):
        args = tuple(done[id(argument)] for argument in current.args)
        is_axes = has(current.kind, "adds axes") and args[0].is_number
        done[id(current)] = args[0] if is_axes else with_args(current, args)
    return done[id(root)]


def opened(told: ExplainedStep) -> str:
    """Write a step that opens: what it replaced, by which ops, and what came and left."""
    step = told.step
    verdict = f" ({step.verdict})" if step.verdict != "applied" else ""
    said = step_rows.summary(told, MAX_LINE)
    title = (Run(f"Step {step.number}{verdict}{', ' if said else ''}"), *said)
    inside: list[Block] = list(islice(_inside(told), MAX_REPLACEMENTS))
    more = len(told.replacements) - MAX_REPLACEMENTS
    inside += [paragraph(f"and {more} more")] if more > 0 else []
    inside.append(paragraph(_balance(told) if step.verdict == "applied" else _undone(told)))
    return blocks([Fold(title, tuple(inside))])


def _inside(told: ExplainedStep) -> Iterator[Block]:
    """Tell what the title of a step does not."""
    for one in told.replacements:
        is_in_title = one is step_rows.leading(told)
        by_ops = f"{changes.by(one.before_op)} → {changes.by(one.after_op)}"
        if len(text(one.before)) + len(text(one.after)) > MAX_LINE - len(one.name):
            yield from changes.replaced(one)
        elif one.is_alike and one.before_op == one.after_op:
            if not is_in_title:
                yield paragraph(*changes.gist(one, MAX_LINE))
        elif is_in_title:
            yield paragraph(by_ops)
        else:
            yield paragraph(*changes.gist(one, MAX_LINE), f", {by_ops}")


def _balance(told: ExplainedStep) -> str:
    came, left = len(told.step.added), len(told.step.removed)
    moved = [f"{spelled(left, 'apply node')} removed"] if left else []
    moved += [f"{spelled(came, '' if left else 'apply node')} added"] * bool(came)
    words = listed(moved) or "no apply node added or removed"
    return f"{sentence(words)[:-1]}; the graph has {told.nodes} now."


def _undone(told: ExplainedStep) -> str:
    reason = f" ({clip(told.step.message, MAX_TEXT)})" if told.step.message else ""
    return (
        f"The step was {told.step.verdict}{reason}: the rewriter tried it, found that it may not "
        "stay, and put everything back."
    )


def why(law: Law | None) -> str:
    """Say why a rewrite is valid, with its law as a formula and where it may differ."""
    fields: list[Field] = list(islice(changes.why(law), MAX_FIELDS))
    return blocks([Fields(tuple(fields))])
