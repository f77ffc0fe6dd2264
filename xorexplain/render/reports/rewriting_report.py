"""Write what rewriting without some rewrites changes, and what excludes a rewrite."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from xorexplain.errors.escaping import json_text
from xorexplain.graph.difference import Difference
from xorexplain.render.lines import Segment
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.steps import MAX_TITLE
from xorexplain.rewrites.questions.switches import Exclusion
from xorexplain.rewrites.questions.without import Count, Without

MAX_LISTED = 12
MAX_NAME = 60


def exclusion_lines(found: Exclusion) -> Iterator[list[Segment]]:
    """Write what to exclude against a rewrite, and what goes with it."""
    if not found.names:
        yield [("exclude  ", "word"), ("no name and no tag removes it", "plain")]
        return
    call = f"mode.excluding({', '.join(json.dumps(name) for name in found.names)})"
    checked = "   checked: it fires no more" if found.verified else ""
    yield [("exclude  ", "word"), (call, "plain"), (checked, "word")]
    if found.group:
        line = f"it is one of the group {found.group}, which only goes as a whole"
        yield [("         ", "word"), (line, "word")]
    if found.still_in:
        yield [("but      ", "word"), (f"it still fires in {', '.join(found.still_in)}", "accent")]
    if found.also_removes:
        yield [("with it  ", "word"), (_several(found.also_removes), "plain")]


def exclusion_plain(found: Exclusion) -> dict[str, Any]:
    """Return what excludes a rewrite as JSON data."""
    return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(found).items()}


def without_listing(found: Without) -> Iterator[list[Segment]]:
    """Write both rewritings side by side: steps, graphs, values and time."""
    before, after = found.before, found.after
    origin = before.universe.origin
    names = ", ".join(found.names)
    title = filter(None, [origin.model, "rewrites", origin.target, f"without {names}"])
    yield [(" · ".join(title), "heading")]
    yield []
    yield [(f"{'':<12}{'with':>12}{'without':>12}", "word")]
    yield _pair("steps", f"{len(before.steps)}", f"{len(after.steps)}")
    yield _pair("apply nodes", f"{len(before.end)}", f"{len(after.end)}")
    if found.run.before is not None and found.run.after is not None:
        yield [
            *_pair("one call", seconds(found.run.before), seconds(found.run.after)),
            (f"   median of {found.run.calls} calls each", "word"),
        ]
    yield from _values(found)
    if found.removed:
        yield []
        yield [("not taking part  ", "word"), (_several(found.removed), "plain")]
    yield from _table("rewrites that fired another number of times", found.firings)
    yield from _table("ops of the final graph", found.ops)
    if not found.firings and not found.ops:
        yield []
        yield [("no step and no op of the final graph is another one", "plain")]


def _values(found: Without) -> Iterator[list[Segment]]:
    if found.run.problem:
        yield []
        yield [(f"not run: {found.run.problem}", "accent")]
    if found.run.is_same is None:
        return
    yield []
    worst = max((apart.relative for _, apart in found.run.values), default=0.0)
    if found.run.is_same:
        exact = all(_is_exact(apart) for _, apart in found.run.values)
        words = "are the same, bit for bit" if exact else "are the same but for rounding"
        more = "" if exact else f": the largest relative difference is {worst:.1e}"
        yield [(f"the values of both functions {words}{more}", "plain")]
        return
    yield [("the values of both functions differ", "accent")]
    for name, apart in found.run.values:
        yield [(f"  {clip(name, MAX_NAME)}  ", "op"), (difference_words(apart), "plain")]


def _is_exact(apart: Difference) -> bool:
    return apart == Difference()


def difference_words(apart: Difference) -> str:
    """Say in words how far two values are apart."""
    if apart.reason or apart.uncompared:
        return apart.reason or apart.uncompared
    words = [f"{apart.absolute:.2e} absolute, {apart.relative:.2e} relative"]
    return ", ".join([*words, *apart.changes])


def _pair(what: str, before: str, after: str) -> list[Segment]:
    return [(f"{what:<12}", "word"), (f"{before:>12}{after:>12}", "plain")]


def _table(title: str, counts: Sequence[Count]) -> Iterator[list[Segment]]:
    if not counts:
        return
    yield []
    yield [(f"{title}  ", "heading"), ("with → without", "word")]
    for count in counts[:MAX_LISTED]:
        style = "removed" if count.after < count.before else "added"
        change = f"  {count.before:4d} → {count.after:<4d} "
        yield [(change, style), (clip(count.name, MAX_TITLE), "plain")]
    if len(counts) > MAX_LISTED:
        yield [(f"  and {len(counts) - MAX_LISTED} more, which --json lists", "word")]


def seconds(value: float) -> str:
    """Write a short time with a fitting unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.2f} {unit}"
    return f"{value * 1e6:.1f} µs"


def _several(names: Sequence[str]) -> str:
    shown = ", ".join(clip(name, MAX_TITLE) for name in names[:MAX_LISTED])
    more = len(names) - MAX_LISTED
    return f"{shown} and {more} more" if more > 0 else shown


def without_json(found: Without) -> str:
    """Write both rewritings side by side as JSON."""
    run = found.run
    data = {
        "without": list(found.names),
        "removed": list(found.removed),
        "steps": {"with": len(found.before.steps), "without": len(found.after.steps)},
        "nodes": {"with": len(found.before.end), "without": len(found.after.end)},
        "gone": list(found.gone),
        "new": list(found.new),
        "firings": [_count(count) for count in found.firings],
        "ops": [_count(count) for count in found.ops],
        "values": [{"name": name, **asdict(apart)} for name, apart in run.values],
        "same_values": run.is_same,
        "seconds": {"with": run.before, "without": run.after, "calls": run.calls},
        "problem": run.problem,
    }
    return json_text(data)


def _count(count: Count) -> dict[str, Any]:
    return {"name": count.name, "with": count.before, "without": count.after}
