"""Tell the steps of a rewriting in a row each; those that repeat but for names, once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import accumulate

from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.changes import gist
from xorexplain.render.reports.document import (
    Column,
    Inlines,
    Name,
    Reference,
    Run,
    Section,
    inlines,
    listed,
)
from xorexplain.render.reports.repeats import Repeated, more_times, repeats, shape_of
from xorexplain.render.writers.filling import line_text
from xorexplain.rewrites.distinctions import manner
from xorexplain.rewrites.records import RewriteStep, Trace
from xorexplain.rewrites.steps import ExplainedStep, Replacement

MAX_TITLE = 240
MAX_FORMULA = 120
MAX_TOGETHER = 4
"""So many steps in a row are told once where they repeat."""
MAX_AGAIN = 28
"""So many letters the names of repeated steps take; those in the middle are left out."""
COLUMNS = (
    Column("step", "right", "id"),
    Column("rewrite", grows=True),
    Column("nodes", "right", "word"),
    Column("what it changed", grows=True, below=True),
)


def rows(
    trace: Trace, told: Sequence[ExplainedStep], everything: bool
) -> Iterator[tuple[Inlines, ...] | Section]:
    """Tell one row a step, under a heading for each phase; with `everything` none told once."""
    phase = None
    shapes = list(range(len(told))) if everything else list(map(_shape, told))
    for found in repeats(shapes, MAX_TOGETHER):
        first = told[found.start]
        if first.step.phase != phase:
            phase = first.step.phase
            spent = sum(one.seconds for one in trace.phases if one.name == phase)
            time = Run(f"  {spent * 1000:.1f} ms", "word")
            yield Section((Run(phase, "heading"), time))
        yield from map(row, told[found.start : found.start + found.length])
        if found.times > 1:
            yield Section(_again(told[found.start + found.length : found.stop], found), False)


def _shape(entry: ExplainedStep) -> Hashable:
    """Return what a step is but for names and numbers of nodes."""
    step = entry.step
    told = [r for r in entry.replacements if not r.is_alike and not _is_folded(r)]
    values = shape_of(side for r in told for side in (r.before, r.after))
    others = frozenset(
        "folded" if _is_folded(r) else manner(r.other) for r in entry.replacements if r not in told
    )
    return step.phase, step.title, step.verdict, step.message, values, others


def _is_folded(told: Replacement) -> bool:
    """Tell whether a value that has no name was computed once and for all."""
    return not told.is_named and not told.after_op


def _again(rest: Sequence[ExplainedStep], found: Repeated) -> Inlines:
    """Say which steps are like those above, on what, and how many they are."""
    who = "the same" if found.length == 1 else f"these {found.length} steps"
    names = [r.name for entry in rest for r in entry.replacements[:1] if r.is_named]
    names = list(dict.fromkeys(names))
    if sum(len(name) + 2 for name in names) > MAX_AGAIN:
        ends = accumulate((len(name) + 2 for name in names), initial=len(names[-1]))
        fitting = [name for name, end in zip(names, list(ends)[1:], strict=True) if end < MAX_AGAIN]
        names = [*fitting, "…", names[-1]]
    about: Inlines = (Run(" for ", "word"), *listed(Name(one, "word") for one in names))
    first, last = rest[0].step.number, rest[-1].step.number
    words = f"steps {first} to {last}: {who} {more_times(found.times - 1)}"
    return (Run(words, "word"), *(about if names else ()))


def row(entry: ExplainedStep) -> tuple[Inlines, ...]:
    """Tell a step in a row of a table."""
    number, nodes = inlines(str(entry.step.number)), inlines(str(entry.nodes))
    return (number, _named(entry.step), nodes, summary(entry, between="  "))


def _named(step: RewriteStep) -> Inlines:
    """Name a rewrite, and behind it its phase."""
    name = clip(step.title, MAX_TITLE)
    phase = [Run(f"  {step.phase}", "word")] if step.phase != step.title else []
    if step.verdict == "applied":
        return (Reference("rewrite", step.title, name), *phase)
    verdict = Run(f"{step.verdict}: ", "accent")
    return (verdict, Reference("rewrite", step.title, name, "accent"), *phase)


def summary(entry: ExplainedStep, limit: int = MAX_FORMULA, between: str = ": ") -> Inlines:
    """Say what a step changed: what the formula tells before what it does not, and how much more.

    `between` stands behind the name of what changed.
    """
    if entry.step.message:
        return inlines(clip(entry.step.message, limit))
    if not entry.replacements:
        return ()
    first = min(entry.replacements, key=lambda told: (told.is_alike, not told.is_named))
    more = len(entry.replacements) - 1
    return (*gist(first, limit, between), *inlines(*([f" (and {more} more)"] if more else [])))


def summary_text(entry: ExplainedStep) -> str:
    """Say in a line what a step changed first, and how much more."""
    return line_text(summary(entry))
