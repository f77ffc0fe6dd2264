"""Write the steps of a rewriting as text: one line each, or one step in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from xorexplain.errors.escaping import json_text
from xorexplain.errors.faults import made_or
from xorexplain.notation.text import text
from xorexplain.render.lines import Segment
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.contrast import apart
from xorexplain.rewrites.check import StepCheck
from xorexplain.rewrites.records import RewriteStep, Trace
from xorexplain.rewrites.steps import Replacement, Told, equations

MAX_REWRITE = 32
"""Columns that names take at least; a longer name is written whole, and pushes the rest."""
MAX_TITLE = 240
MAX_FORMULA = 120
MAX_OP = 40
MAX_EQUATIONS = 80
_MARKS = {"applied": "", "rejected": "rejected: ", "failed": "failed: "}


def listing(
    trace: Trace, told: Sequence[Told], hidden: int, is_whole: bool = False
) -> Iterator[list[Segment]]:
    """Write one line a step, under a heading for each phase.

    `is_whole` writes the graph before the first step and after the last as equations around them.
    """
    origin = trace.universe.origin
    yield [(" · ".join(filter(None, [origin.model, "rewrites", origin.target])), "heading")]
    yield [(f"{len(trace.start)} apply nodes before, {len(trace.end)} after", "word")]
    if is_whole:
        yield from _graph(trace, 0, "as it was written")
    phase = None
    for entry in told:
        if entry.step.phase != phase:
            phase = entry.step.phase
            yield []
            yield [(phase, "heading"), (f"  {_seconds(trace, phase)}", "word")]
        yield _line(entry)
    if hidden:
        yield []
        yield [(f"{hidden} merges of equal computations left out; --all shows them", "word")]
    yield from remarks(trace)
    if not trace.steps:
        yield []
        yield [("nothing was rewritten: the engine's mode has no rewrite for it", "plain")]
    elif is_whole:
        yield from _graph(trace, len(trace.steps), "the graph that runs")


def _graph(trace: Trace, number: int, title: str) -> Iterator[list[Segment]]:
    """Write a state of the graph as equations; a large one is left to `print` and `graph`."""
    found = list(equations(trace, number))
    if not 0 < len(found) <= MAX_EQUATIONS:
        return
    yield []
    yield [(title, "heading")]
    width = min(max(len(name) for name, _ in found), MAX_REWRITE)
    for name, value in found:
        yield [
            (f"  {clip(name, MAX_REWRITE):<{width}} = ", "plain"),
            (clip(text(value), MAX_FORMULA), "formula"),
        ]


def remarks(trace: Trace) -> Iterator[list[Segment]]:
    """Write why the rewriter was stopped, and what the engine had to say."""
    if trace.stopped:
        yield []
        yield [(trace.stopped, "accent")]
    for remark in trace.remarks:
        yield [(f"the engine says: {clip(remark, MAX_FORMULA)}", "word")]


def _line(entry: Told) -> list[Segment]:
    step = entry.step
    style = "op" if step.verdict == "applied" else "accent"
    name = clip(step.title, MAX_TITLE)
    return [
        (f"{step.number:4d} ", "id"),
        (f"{_MARKS[step.verdict] + name:<{MAX_REWRITE + 10}} ", style),
        (f"{entry.nodes:4d} nodes  ", "word"),
        (summary(entry), "plain"),
    ]


def summary(entry: Told) -> str:
    """Say in a line what a step changed first, and how much more."""
    if entry.step.message:
        return clip(entry.step.message, MAX_FORMULA)
    if not entry.replacements:
        return ""
    first = entry.replacements[0]
    more = len(entry.replacements) - 1
    name = f"{clip(first.name, MAX_REWRITE)}: "
    line = name + _change(first, MAX_FORMULA - len(name))
    return line + (f" and {more} more" if more else "")


def _change(replacement: Replacement, limit: int) -> str:
    """Write what changed: the formula, or the op where the formula is the same."""
    before, after = text(replacement.before), text(replacement.after)
    if before != after:
        whole = f"{before} → {after}"
        if len(whole) <= limit:
            return clip(whole, limit)
        return " → ".join(apart(before, after, (limit - len(" → ")) // 2))
    changed = _other_than_formula(replacement)
    return f"{clip(before, limit - len(changed) - 2)}, {changed}"


def _other_than_formula(replacement: Replacement) -> str:
    if replacement.is_in_place:
        return "now in place"
    if replacement.before_op == replacement.after_op:
        return "once"
    if not replacement.after_op:
        return "now given"
    if not replacement.before_op:
        return f"now by {clip(replacement.after_op, MAX_OP)}"
    return " → ".join(apart(replacement.before_op, replacement.after_op, MAX_OP))


def in_full(
    trace: Trace,
    entry: Told,
    check: StepCheck | None = None,
    excluding: Iterable[list[Segment]] = (),
) -> Iterator[list[Segment]]:
    """Write one step: what it replaced, why that is valid, what the numbers say, who came and left.

    `excluding` are lines that say which name keeps the rewrite from firing.
    """
    step = entry.step
    place = f"  {step.phase}" + (f", round {step.round}" if step.round > 1 else "")
    yield [(f"step {step.number}  ", "id"), (step.title, "heading"), (place, "word")]
    if step.verdict != "applied":
        yield [(f"{step.verdict}: the graph is as it was before", "accent")]
    if step.message:
        yield [(step.message, "accent")]
    for replacement in entry.replacements:
        yield []
        yield [(f"  {replacement.name}", "plain")]
        yield [(f"  − {text(replacement.before)}", "removed"), _by(replacement.before_op)]
        yield [(f"  + {text(replacement.after)}", "added"), _now_by(replacement)]
    yield []
    yield from _why(entry)
    if check is not None:
        yield _field("check", check_words(check), "plain" if check.is_fine else "accent")
    readers = {edit.apply for edit in step.edits if edit.apply is not None}
    kept = tuple(sorted(readers - {*step.added, *step.removed}, key=lambda id_: int(id_[1:])))
    for word, nodes in (("added", step.added), ("removed", step.removed), ("rewired", kept)):
        if nodes:
            names = (f"{node} {trace.universe.apply[node].op.kind}" for node in nodes)
            yield _field(word, ", ".join(names), "id")
    yield from _registered(trace, step)
    yield from excluding
    yield _field("took", f"{step.seconds * 1000:.2f} ms")


def _field(word: str, value: str, style: str = "plain") -> list[Segment]:
    return [(f"{word:<9}", "word"), (value, style)]


def _registered(trace: Trace, step: RewriteStep) -> Iterator[list[Segment]]:
    """Write where the code of a step's rewrite is, and its tags; of a group, those of members."""
    for name in dict.fromkeys(step.members) or (step.rewrite,):
        known = trace.rewrite.get(name)
        if known is None:
            continue
        if known.where:
            yield _field("defined", known.where, "id")
        if known.tags:
            yield _field("tags", ", ".join(known.tags))


def check_words(check: StepCheck) -> str:
    """Say in words what the numbers say of a step."""
    if check.note:
        return check.note
    replaced = check.replaced
    if replaced.reason:
        return replaced.reason
    words = [f"values differ by {replaced.absolute:.1e}, {replaced.relative:.1e} of the largest"]
    changes = replaced.changes or check.results.changes
    if not replaced.absolute:
        words = [] if changes else ["values are the same to the last digit"]
    words += changes
    words += [f"results are off by {check.results.relative:.1e}"] if check.results.relative else []
    return "; ".join(words)


def plain_step(entry: Told) -> str:
    """Write what a step replaced and why as plain text."""
    lines = []
    for replacement in entry.replacements:
        lines.append(replacement.name)
        lines.append(f"  − {text(replacement.before)}{_by(replacement.before_op)[0]}")
        lines.append(f"  + {text(replacement.after)}{_now_by(replacement)[0]}")
    lines += [entry.law.sentence] if entry.law is not None else []
    return "\n".join(lines)


def _by(op: str) -> Segment:
    return (f"   by {op}" if op else "   given", "word")


def _now_by(replacement: Replacement) -> Segment:
    by, style = _by(replacement.after_op)
    return (", ".join(filter(None, [by, replacement.distinction])), style)


def _why(entry: Told) -> Iterator[list[Segment]]:
    law = entry.law
    if law is None:
        yield _field("why", "no sentence is written for this rewrite yet")
        return
    quoted = "  (the engine's own words)" if law.is_quoted else ""
    yield [*_field("why", law.sentence), (quoted, "word")]
    for formula in law.formulas:
        conditions = [text(formula.condition)] if formula.condition is not None else []
        conditions += [formula.where] if formula.where else []
        condition = f"   for {', '.join(conditions)}" if conditions else ""
        yield [*_field("law", text(formula.equation), "formula"), (condition, "word")]
    if law.caveat:
        yield _field("but", law.caveat)


def _seconds(trace: Trace, phase: str) -> str:
    spent = sum(entry.seconds for entry in trace.phases if entry.name == phase)
    return f"{spent * 1000:.1f} ms"


def steps_json(
    trace: Trace, told: Iterable[Told], checks: Mapping[int, StepCheck] | None = None
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


def _plain(trace: Trace, entry: Told, check: StepCheck | None) -> dict[str, Any]:
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
        "check": None if check is None else asdict(check),
    }
