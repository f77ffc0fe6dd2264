"""Tell the steps of a rewriting: a row each, or one step in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from xorexplain.errors.escaping import json_text
from xorexplain.errors.faults import made_or
from xorexplain.notation.expr import Expr, symbols_in
from xorexplain.notation.lets import bind
from xorexplain.notation.shorten import shortened
from xorexplain.notation.text import text
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.changes import replaced, why
from xorexplain.render.reports.document import (
    Block,
    Document,
    Equation,
    Equations,
    Field,
    Fields,
    Fold,
    Name,
    Reference,
    Run,
    Table,
    Verbatim,
    field,
    heading,
    paragraph,
)
from xorexplain.render.reports.equations import folded as equation_lines
from xorexplain.render.reports.equations import with_parts
from xorexplain.render.reports.sizes import size_words
from xorexplain.render.reports.step_rows import COLUMNS, MAX_FORMULA, rows, summary
from xorexplain.rewrites.check import StepCheck
from xorexplain.rewrites.steps import ExplainedStep, equations, names_at
from xorexplain.rewrites.trace import RewriteStep, Trace

MAX_NAME = 32
MAX_SYMBOLS = 60
MAX_EQUATIONS = 300
"""Lines in which a graph is told before and after its steps: else their names are undefined."""
MAX_TOLD = 1000
"""Larger graphs are left to `print` and `graph`."""
MAX_DEFINED = 12
MAX_WRITTEN, MAX_WHOLE = 160, 10_000
"""A formula whose text is longer has its repeated parts named; one as long as none is cut."""


def steps(
    trace: Trace,
    told: Sequence[ExplainedStep],
    hidden: int,
    is_whole: bool = False,
    everything: bool = True,
    with_phase: bool = False,
) -> Document:
    """Tell one row a step, under a heading for each phase, and `with_phase` in each row too.

    `is_whole` tells the graph before the first step and after the last as equations around them;
    without `everything`, steps that repeat but for names are told once.
    """
    origin = trace.universe.origin
    title = " · ".join(filter(None, [origin.model, "rewrites", origin.target, origin.mode]))
    counts = f"{len(trace.start)} apply nodes before, {len(trace.end)} after"
    blocks: list[Block] = [heading(title, level=1), paragraph(counts, tone="small")]
    kept = set().union(*(_told(entry) for entry in told)) if is_whole else set()
    blocks += _graph(trace, 0, "as it was written", kept, everything) if is_whole else []
    if told:
        blocks.append(Table(COLUMNS, tuple(rows(trace, told, everything, with_phase))))
    if hidden:
        words = f"{hidden} merges of equal computations left out; --all shows them"
        blocks.append(paragraph(words, tone="small"))
    if trace.stopped:
        blocks.append(paragraph(trace.stopped, tone="caution"))
    for remark in trace.remarks:
        words = f"the engine says: {clip(remark, MAX_FORMULA)}"
        blocks.append(paragraph(words, tone="small"))
    if not trace.steps:
        blocks.append(paragraph("nothing was rewritten: the engine's mode has no rewrite for it"))
    elif is_whole:
        blocks += _graph(trace, len(trace.steps), "the graph that runs", kept, everything)
    return Document(title, tuple(blocks))


def _graph(trace: Trace, number: int, title: str, kept: set[str], everything: bool) -> list[Block]:
    """Tell a state of the graph as equations, a large one only with `everything`."""
    taken = set(names_at(trace, number).values())
    told = list(equations(trace, number, kept))
    if not 0 < len(told) <= MAX_TOLD:
        return []
    shown = tuple(map(_equation, with_parts(told, taken)))
    shown = shown if everything else equation_lines(shown)
    if len(shown) <= MAX_EQUATIONS or everything:
        return [heading(title), Equations(shown)]
    words = f"{len(told)} values; --all defines each of them"
    return [heading(title), paragraph(words, tone="small")]


def step(
    trace: Trace,
    entry: ExplainedStep,
    check: StepCheck | None = None,
    more: Sequence[Field] = (),
    everything: bool = True,
) -> Document:
    """Tell one step: what it replaced, why that is valid, what the numbers say, who came and left.

    `more` are fields that say which name keeps the rewrite from firing. At the end stand the names
    that it used, with what they are made of; without `everything` the nearest of them.
    """
    told = entry.step
    place = f"  {told.phase}" + (f", round {told.round}" if told.round > 1 else "")
    title = (Run(f"step {told.number}  ", "id"), Run(told.title, "heading"), Run(place, "word"))
    fields = [*why(entry.law)]
    if check is not None:
        style = "plain" if check.is_fine else "accent"
        fields.append(field("check", check_words(check), style=style))
    fields += [*_moved(trace, told), *_registered(trace, told), *more]
    fields.append(field("took", f"{told.seconds * 1000:.2f} ms"))
    used = _definitions(trace, entry, everything)
    short, parts = _with_parts_named(trace, entry)
    said: list[Block] = [heading("with"), Equations(tuple(map(_equation, parts)))] if parts else []
    blocks = (heading(*title, level=1), *changed(short), *said, Fields(tuple(fields)), *used)
    return Document(f"step {told.number}", blocks)


def _with_parts_named(
    trace: Trace, entry: ExplainedStep
) -> tuple[ExplainedStep, list[tuple[str, Expr]]]:
    """Name what long formulas of a step repeat, as a loop that is read three times; once is said.

    What is not repeated stays where it stands.
    """
    told = entry.replacements
    sides = [side for r in told for side in (r.before, r.after)]
    if not any(len(text(side)) > MAX_WRITTEN for side in sides):
        return entry, []
    taken = {*names_at(trace, entry.step.number).values(), *symbols_in(sides)}
    parts, written = bind(sides, taken, longest=MAX_WHOLE)
    pairs = zip(told, written[::2], written[1::2], strict=True)
    shorter = tuple(replace(r, before=before, after=after) for r, before, after in pairs)
    return replace(entry, replacements=shorter), parts


def _definitions(trace: Trace, entry: ExplainedStep, everything: bool) -> Iterator[Block]:
    """Define the names that a step uses, as they were before it."""
    used = _mentioned(entry)
    found = list(equations(trace, entry.step.number - 1, used, used))
    most = len(found) if everything else MAX_DEFINED
    if found:
        yield heading("the names before it")
        yield Equations(tuple(map(_equation, found[-most:])))
    if len(found) > most:
        words = f"{len(found) - most} more are below these; --all shows them"
        yield paragraph(words, tone="small")


def _mentioned(entry: ExplainedStep) -> set[str]:
    """Return the names that a step uses."""
    return symbols_in(side for r in entry.replacements for side in (r.before, r.after))


def _told(entry: ExplainedStep) -> set[str]:
    """Return the names that the row of a step has."""
    return _mentioned(entry) | {r.name for r in entry.replacements if r.is_named}


def _equation(told: tuple[str, Expr]) -> Equation:
    name, value = told
    return Equation((Name(clip(name, MAX_NAME)),), shortened(value, MAX_SYMBOLS))


def changed(entry: ExplainedStep) -> Iterator[Block]:
    """Tell what a step replaced, and of one that did not stay why."""
    if entry.step.verdict != "applied":
        words = f"{entry.step.verdict}: the graph is as it was before"
        yield paragraph(words, tone="caution")
    if entry.step.message:
        yield Verbatim(entry.step.message)
    for told in entry.replacements:
        yield from replaced(told)


def folded(entry: ExplainedStep) -> Fold:
    """Tell one step so that a page may fold it up."""
    told = entry.step
    count = f"Phase {told.phase}; {entry.nodes} apply nodes after it."
    blocks = (*changed(entry), Fields(tuple(why(entry.law))), paragraph(count, tone="small"))
    name = Reference("rewrite", told.title)
    title = (Run(f"{told.number}. "), name)
    return Fold(title, blocks, summary(entry), f"step-{told.number}")


def _moved(trace: Trace, told: RewriteStep) -> Iterator[Field]:
    """Name the apply nodes that came, left, and read something else."""
    readers = {edit.apply for edit in told.edits if edit.apply is not None}
    kept = tuple(sorted(readers - {*told.added, *told.removed}, key=lambda id_: int(id_[1:])))
    for word, nodes in (("added", told.added), ("removed", told.removed), ("rewired", kept)):
        if nodes:
            names = (f"{node} {trace.universe.apply[node].op.kind}" for node in nodes)
            yield field(word, ", ".join(names), style="id")


def _registered(trace: Trace, told: RewriteStep) -> Iterator[Field]:
    """Say where the code of a step's rewrite is, and its tags; of a group, those of members."""
    for name in dict.fromkeys(told.members) or (told.rewrite,):
        known = trace.rewrite.get(name)
        if known is not None and known.where:
            yield field("defined", known.where, style="id")
        if known is not None and known.tags:
            yield field("tags", ", ".join(known.tags))


def check_words(check: StepCheck) -> str:
    """Say in words what the numbers say of a step."""
    if check.note:
        return check.note
    replaced = check.replaced
    if replaced.reason:
        return replaced.reason
    sizes = size_words(replaced.absolute), size_words(replaced.relative)
    words = [f"values differ by {sizes[0]}, {sizes[1]} of the largest"]
    changes = replaced.changes or check.results.changes
    if not replaced.absolute:
        words = [] if changes else ["values are the same to the last digit"]
    words += changes
    off = size_words(check.results.relative)
    words += [f"since the start, results are off by {off}"] if check.results.relative else []
    return "; ".join(words)


def steps_json(
    trace: Trace, told: Iterable[ExplainedStep], checks: Mapping[int, StepCheck] | None = None
) -> str:
    """Write the steps as JSON; formulas as text."""
    known = checks or {}
    data = {
        "engine": trace.universe.origin.engine,
        "version": trace.universe.origin.version,
        "nodes_before": len(trace.start),
        "nodes_after": len(trace.end),
        "stopped": trace.stopped,
        "remarks": list(trace.remarks),
        "steps": [
            made_or(
                f"step {entry.step.number}",
                partial(_plain, trace, entry, known.get(entry.step.number)),
                partial(_missing, entry.step.number),
            )
            for entry in told
        ],
    }
    return json_text(data)


def _missing(number: int, why: str) -> dict[str, Any]:
    return {"number": number, "missing": why}


def _plain(trace: Trace, entry: ExplainedStep, check: StepCheck | None) -> dict[str, Any]:
    step = entry.step
    registered = trace.rewrite.get(step.rewrite)
    return {
        "number": step.number,
        "phase": step.phase,
        "round": step.round,
        "rewrite": step.rewrite,
        "members": list(step.members),
        "where": registered.where if registered else "",
        "tags": list(registered.tags) if registered else [],
        "verdict": step.verdict,
        "message": step.message,
        "seconds": step.seconds,
        "nodes": entry.nodes,
        "added": list(step.added),
        "removed": list(step.removed),
        "why": entry.law.sentence if entry.law else None,
        "replacements": [
            {
                "name": r.name,
                "before": text(r.before),
                "after": text(r.after),
                "before_op": r.before_op,
                "after_op": r.after_op,
            }
            for r in entry.replacements
        ],
        "check": check,
    }
