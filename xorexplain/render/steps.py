"""Write the steps of a rewriting as text: one line each, or one step in full."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from xorexplain.notation.text import text
from xorexplain.render.labels import clip
from xorexplain.steps import Replacement, Told
from xorexplain.trace import Trace

Segment = tuple[str, str]
"""A piece of text and the name of its style; `tree.STYLES` maps the names for a terminal."""
MAX_REWRITE = 32
MAX_FORMULA = 120
MAX_OP = 40
_MARKS = {"applied": "", "rejected": "rejected: ", "failed": "failed: "}


def listing(trace: Trace, told: Sequence[Told], hidden: int) -> Iterator[list[Segment]]:
    """Write one line a step, under a heading for each phase."""
    origin = trace.universe.origin
    yield [(" · ".join(filter(None, [origin.model, "rewrites", origin.target])), "heading")]
    yield [(f"{len(trace.start)} apply nodes before, {len(trace.end)} after", "word")]
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


def _line(entry: Told) -> list[Segment]:
    step = entry.step
    style = "op" if step.verdict == "applied" else "accent"
    name = clip(step.rewrite, MAX_REWRITE)
    return [
        (f"{step.number:4d} ", "id"),
        (f"{_MARKS[step.verdict] + name:<{MAX_REWRITE + 10}} ", style),
        (f"{entry.nodes:4d} nodes  ", "word"),
        (_summary(entry), "plain"),
    ]


def _summary(entry: Told) -> str:
    if entry.step.message:
        return clip(entry.step.message, MAX_FORMULA)
    if not entry.replacements:
        return ""
    first = entry.replacements[0]
    more = len(entry.replacements) - 1
    line = clip(f"{first.name}: {_change(first)}", MAX_FORMULA)
    return line + (f" and {more} more" if more else "")


def _change(replacement: Replacement) -> str:
    """Write what changed: the formula, or the op where the formula is the same."""
    before, after = text(replacement.before), text(replacement.after)
    if before != after:
        return f"{before} → {after}"
    ops = (clip(replacement.before_op, MAX_OP), clip(replacement.after_op, MAX_OP))
    return f"{before}, {ops[0]} → {ops[1]}" if ops[0] != ops[1] else f"{before}, once"


def in_full(entry: Told) -> Iterator[list[Segment]]:
    """Write one step: what it replaced, why that is valid, and who came and left."""
    step = entry.step
    yield [(f"step {step.number}  ", "id"), (step.rewrite, "heading"), (f"  {step.phase}", "word")]
    if step.verdict != "applied":
        yield [(f"{step.verdict}: the graph is as it was before", "accent")]
    if step.message:
        yield [(step.message, "accent")]
    for replacement in entry.replacements:
        yield []
        yield [(f"  {replacement.name}", "plain")]
        yield [(f"  − {text(replacement.before)}", "removed"), _by(replacement.before_op)]
        yield [(f"  + {text(replacement.after)}", "added"), _by(replacement.after_op)]
    yield []
    yield from _why(entry)
    for word, nodes in (("added", step.added), ("removed", step.removed)):
        if nodes:
            yield [(f"{word:<9}", "word"), (", ".join(nodes), "id")]
    yield [("took     ", "word"), (f"{step.seconds * 1000:.2f} ms", "plain")]


def _by(op: str) -> Segment:
    return (f"   by {op}" if op else "   given", "word")


def _why(entry: Told) -> Iterator[list[Segment]]:
    law = entry.law
    if law is None:
        yield [("why      ", "word"), ("no sentence is written for this rewrite yet", "plain")]
        return
    yield [("why      ", "word"), (law.sentence, "plain")]
    for formula in law.formulas:
        conditions = [text(formula.condition)] if formula.condition is not None else []
        conditions += [formula.where] if formula.where else []
        condition = f"   for {', '.join(conditions)}" if conditions else ""
        yield [("law      ", "word"), (text(formula.equation), "formula"), (condition, "word")]
    if law.caveat:
        yield [("but      ", "word"), (law.caveat, "plain")]


def _seconds(trace: Trace, phase: str) -> str:
    spent = sum(entry.seconds for entry in trace.phases if entry.name == phase)
    return f"{spent * 1000:.1f} ms"


def steps_json(trace: Trace, told: Iterable[Told]) -> str:
    """Write the steps as JSON; formulas as text."""
    data = {
        "engine": trace.universe.origin.engine,
        "version": trace.universe.origin.version,
        "nodes_before": len(trace.start),
        "nodes_after": len(trace.end),
        "steps": [_plain(entry) for entry in told],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _plain(entry: Told) -> dict[str, Any]:
    step = entry.step
    return {
        "number": step.number,
        "phase": step.phase,
        "rewrite": step.rewrite,
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
    }
