"""Tell what rewriting without some rewrites changes, and what excludes a rewrite."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from xorexplain.errors.escaping import json_text
from xorexplain.graph.difference import Difference
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.document import (
    Block,
    Code,
    Column,
    Document,
    Field,
    Fields,
    Heading,
    Inlines,
    Name,
    Reference,
    Run,
    Table,
    field,
    heading,
    inlines,
    paragraph,
)
from xorexplain.render.reports.step_rows import MAX_TITLE
from xorexplain.rewrites.questions.switches import Exclusion
from xorexplain.rewrites.questions.without import Count, Without

MAX_LISTED = 12
MAX_NAME = 60


def exclusion(found: Exclusion) -> Iterator[Field]:
    """Tell what to exclude against a rewrite, and what goes with it."""
    if not found.names:
        yield field("exclude", "no name and no tag removes it")
        return
    call = f"mode.excluding({', '.join(json.dumps(name) for name in found.names)})"
    checked = [Run("   checked: it fires no more", "word")] if found.verified else []
    yield field("exclude", Code(call), *checked)
    if found.group:
        words = f"it is one of the group {found.group}, which only goes as a whole"
        yield field("", words, style="word")
    if found.still_in:
        yield field("but", f"it still fires in {', '.join(found.still_in)}", style="accent")
    if found.also_removes:
        yield field("with it", _several(found.also_removes))


def without(found: Without) -> Document:
    """Tell both rewritings side by side: steps, graphs, values and time."""
    before, after = found.before, found.after
    origin, run = before.universe.origin, found.run
    names = f"without {', '.join(found.names)}"
    title = " · ".join(filter(None, [origin.model, "rewrites", origin.target, origin.mode, names]))
    rows = [
        _pair("steps", str(len(before.steps)), str(len(after.steps))),
        _pair("apply nodes", str(len(before.end)), str(len(after.end))),
    ]
    if run.before is not None and run.after is not None:
        words = f"median of {run.calls} calls each"
        rows.append(_pair("one call", seconds(run.before), seconds(run.after), words))
    blocks: list[Block] = [heading(title, level=1), Table(_SIDES, tuple(rows)), *_values(found)]
    if found.removed:
        aliases = dict(found.aliases)
        told = [f"{n} (fires as {aliases[n]})" if n in aliases else n for n in found.removed]
        blocks.append(Fields((field("not taking part", _several(told)),)))
    blocks += _counts("rewrites that fired another number of times", found.firings)
    blocks += _counts("ops of the final graph", found.ops)
    if not found.firings and not found.ops:
        blocks.append(paragraph("no step and no op of the final graph is another one"))
    return Document(title, tuple(blocks))


_SIDES = (
    Column("", style="word"),
    Column("with", "right"),
    Column("without", "right"),
    Column("", style="word"),
)


def _pair(what: str, before: str, after: str, words: str = "") -> tuple[Inlines, ...]:
    return tuple(map(inlines, (what, before, after, words)))


def _values(found: Without) -> Iterator[Block]:
    if found.run.problem:
        yield paragraph(f"not run: {found.run.problem}", tone="caution")
    if found.run.is_same is None:
        return
    worst = max((apart.relative for _, apart in found.run.values), default=0.0)
    if found.run.is_same:
        exact = all(_is_exact(apart) for _, apart in found.run.values)
        words = "are the same, bit for bit" if exact else "are the same but for rounding"
        more = "" if exact else f": the largest relative difference is {worst:.1e}"
        yield paragraph(f"the values of both functions {words}{more}")
        return
    yield paragraph("the values of both functions differ", tone="caution")
    rows = (
        ((Name(clip(name, MAX_NAME), "op"),), inlines(difference_words(apart)))
        for name, apart in found.run.values
    )
    yield Table((Column(), Column(grows=True)), tuple(rows))


def _is_exact(apart: Difference) -> bool:
    return apart == Difference()


def difference_words(apart: Difference) -> str:
    """Say in words how far two values are apart."""
    if apart.reason or apart.uncompared:
        return apart.reason or apart.uncompared
    if apart.changes and not apart.absolute:
        return ", ".join(apart.changes)
    words = f"{apart.absolute:.2e} absolute, {apart.relative:.2e} relative"
    return ", ".join([words, *apart.changes])


def _counts(title: str, counts: Sequence[Count]) -> Iterator[Block]:
    if not counts:
        return
    yield Heading((Run(title, "heading"), Run("  with → without", "word")), level=3)
    rows = []
    for count in counts[:MAX_LISTED]:
        style = "removed" if count.after < count.before else "added"
        change = (count.before, "→", count.after)
        name = Reference("rewrite", count.name, clip(count.name, MAX_TITLE), "plain")
        rows.append((*(inlines(str(cell), style=style) for cell in change), (name,)))
    numbers = (Column(align="right"), Column(), Column(align="right"))
    yield Table((*numbers, Column(grows=True)), tuple(rows))
    if len(counts) > MAX_LISTED:
        words = f"and {len(counts) - MAX_LISTED} more, which --json lists"
        yield paragraph(words, tone="small")


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
        "fire_as": dict(found.aliases),
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
