"""Tell the steps of a rewriting in a row each; those that repeat but for names, once."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence, Set
from itertools import accumulate, groupby

from xorexplain.graph.ops import has
from xorexplain.graph.records import Graph, Variable
from xorexplain.graph.views.names import fixed_variables
from xorexplain.graph.views.told_lengths import lengths_of
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
from xorexplain.render.reports.repeats import Repeated, repeats, shape_of, told_again
from xorexplain.render.writers.filling import line_text
from xorexplain.rewrites.distinctions import OF_ITS_OP, manner
from xorexplain.rewrites.steps import ExplainedStep, Replacement
from xorexplain.rewrites.trace import RewriteStep, Trace

MAX_TITLE = 240
MAX_FORMULA = 120
MAX_TOGETHER = 4
"""So many steps in a row are told once where they repeat."""
MANY_LENGTHS = 3
"""From so many steps in a row on, those that change only lengths are counted."""
MAX_AGAIN = 28
"""So many letters the names of repeated steps take; those in the middle are left out."""
COLUMNS = (
    Column("step", "right", "id"),
    Column("rewrite", grows=True),
    Column("nodes", "right", "word"),
    Column("what it changed", grows=True, below=True),
)


def rows(
    trace: Trace, told: Sequence[ExplainedStep], everything: bool, with_phase: bool = False
) -> Iterator[tuple[Inlines, ...] | Section]:
    """Tell one row a step, under a heading for each phase, and `with_phase` in each row too.

    Without `everything`, steps that repeat are told once, and a row of them that changes nothing
    but how lengths are computed is counted.
    """
    lengths = frozenset() if everything else _lengths(trace.universe)
    for phase, group in groupby(told, lambda entry: entry.step.phase):
        spent = sum(one.seconds for one in trace.phases if one.name == phase)
        yield Section((Run(phase, "heading"), Run(f"  {spent * 1000:.1f} ms", "word")))
        entries = list(group)
        made = map(row, entries) if everything else _briefly(entries, lengths)
        yield from (_with_phase(one, phase) for one in made) if with_phase else made


def _briefly(
    told: Sequence[ExplainedStep], lengths: Set[str]
) -> Iterator[tuple[Inlines, ...] | Section]:
    """Tell the steps of a phase, without what repeats and what only lengths are made of."""
    shown: list[ExplainedStep] = []
    for is_on_lengths, group in groupby(told, lambda entry: _is_on_lengths(entry.step, lengths)):
        entries = list(group)
        if not is_on_lengths or len(entries) < MANY_LENGTHS:
            shown += entries
            continue
        yield from _once(shown)
        shown = []
        words = _counted(entries, f"{len(entries)} on lengths alone")
        yield Section((Run(words, "word"),), False)
    yield from _once(shown)


def _counted(entries: Sequence[ExplainedStep], words: str) -> str:
    """Say of steps in a row which they are, also where others between them are left out."""
    first, last = entries[0].step.number, entries[-1].step.number
    has_gaps = last - first >= len(entries)
    return f"{'of ' if has_gaps else ''}steps {first} to {last}{',' if has_gaps else ':'} {words}"


def _lengths(universe: Graph) -> frozenset[str]:
    """Return what computes lengths, and what is computed from constants for those alone."""
    fixed = fixed_variables(universe)
    found = lengths_of(universe, fixed)
    whole = {v.id for v in universe.variables if v.id in fixed and _is_whole(v)}
    lengths = set(found - fixed)
    # What is computed from constants may be a length or any number: its readers tell.
    for apply in reversed(universe.applies):
        for id_ in {*apply.outputs} & (whole | (found & fixed)):
            read_by = {v for reader, _ in universe.clients.get(id_, ()) for v in reader.outputs}
            if has(apply.op.kind, "reads shape") or (read_by and read_by <= lengths):
                lengths.add(id_)
    return frozenset(lengths)


def _is_whole(variable: Variable) -> bool:
    return variable.dtype is not None and re.match("u?int|bool", variable.dtype) is not None


def _is_on_lengths(step: RewriteStep, lengths: Set[str]) -> bool:
    """Tell whether a step only changed how lengths are computed."""
    is_applied = step.verdict == "applied" and bool(step.edits)
    return is_applied and all(edit.old in lengths for edit in step.edits)


def _once(told: Sequence[ExplainedStep]) -> Iterator[tuple[Inlines, ...] | Section]:
    """Tell steps that repeat but for names once."""
    for entries, again in once(told):
        yield from map(row, entries)
        if again:
            yield Section(again, False)


def once(told: Sequence[ExplainedStep]) -> Iterator[tuple[Sequence[ExplainedStep], Inlines]]:
    """Return steps in a row, and what says which later ones are like them but for names."""
    for found in repeats(list(map(_shape, told)), MAX_TOGETHER):
        first = found.start + found.length
        again = _again(told[first : found.stop], found) if found.times > 1 else ()
        yield told[found.start : first], again


def _shape(entry: ExplainedStep) -> Hashable:
    """Return what a step is but for names and numbers of nodes."""
    step = entry.step
    if step.verdict != "applied":
        return step.phase, step.title, step.verdict, step.message
    told = [r for r in entry.replacements if not r.is_alike and not _is_folded(r)]
    values = shape_of(side for r in told for side in (r.before, r.after))
    others = frozenset(
        "folded" if _is_folded(r) else manner(r.other) for r in entry.replacements if r not in told
    )
    return step.phase, step.title, step.message, values, others


def _is_folded(told: Replacement) -> bool:
    """Tell whether a value that has no name was computed once and for all."""
    return not told.is_named and not told.after_op


def _again(rest: Sequence[ExplainedStep], found: Repeated) -> Inlines:
    """Say which steps are like those above, on what, and how many they are."""
    firsts = [leading(entry) for entry in rest if entry.replacements]
    names = list(dict.fromkeys(told.name for told in firsts if told.is_named))
    if names:
        *most, last = names
        ends = accumulate((len(name) + 2 for name in most), initial=len(last))
        fitting = [name for name, end in zip(most, list(ends)[1:], strict=True) if end < MAX_AGAIN]
        names = names if fitting == most else [*fitting, "…", last]
    about: Inlines = (Run(" for ", "word"), *listed(Name(one, "word") for one in names))
    words = _counted(rest, told_again(found.length, "steps", found.times - 1))
    return (Run(words, "word"), *(about if names else ()))


def row(entry: ExplainedStep) -> tuple[Inlines, ...]:
    """Tell a step in a row of a table."""
    number, nodes = inlines(str(entry.step.number)), inlines(str(entry.nodes))
    return (number, _named(entry.step), nodes, summary(entry, between="  "))


def _with_phase(told: tuple[Inlines, ...] | Section, phase: str) -> tuple[Inlines, ...] | Section:
    """Say the phase behind the name of a rewrite that has another one."""
    if isinstance(told, Section):
        return told
    number, named, *rest = told
    if any(isinstance(part, Reference) and part.name == phase for part in named):
        return told
    return (number, (*named, Run(f"  {phase}", "word")), *rest)


def _named(step: RewriteStep) -> Inlines:
    name = clip(step.title, MAX_TITLE)
    if step.verdict == "applied":
        return (Reference("rewrite", step.title, name),)
    return (Run(f"{step.verdict}: ", "accent"), Reference("rewrite", step.title, name, "accent"))


def leading(entry: ExplainedStep) -> Replacement:
    """Return what tells a step best: a formula that changed, of a value with a name.

    Of an op with several outputs the one that has the place it is put in, or reads what is new.
    """
    return min(
        entry.replacements,
        key=lambda told: (told.is_alike, not told.is_named, told.other.startswith(OF_ITS_OP)),
    )


def summary(entry: ExplainedStep, limit: int = MAX_FORMULA, between: str = ": ") -> Inlines:
    """Say what a step changed: what the formula tells before what it does not, and how much more.

    `between` stands behind the name of what changed.
    """
    if entry.step.message:
        return inlines(clip(entry.step.message, limit))
    if not entry.replacements:
        return ()
    first = leading(entry)
    more = len(entry.replacements) - 1
    return (*gist(first, limit, between), *inlines(*([f" (and {more} more)"] if more else [])))


def summary_text(entry: ExplainedStep) -> str:
    """Say in a line what a step changed first, and how much more."""
    return line_text(summary(entry))
