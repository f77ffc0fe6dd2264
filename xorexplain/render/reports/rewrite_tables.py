"""Write tables about a rewriting: what each rewrite cost and gave, and what the numbers say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from xorexplain.errors.escaping import json_text
from xorexplain.render.lines import Line
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.document import (
    Block,
    Column,
    Document,
    Inlines,
    Reference,
    Table,
    inlines,
    paragraph,
)
from xorexplain.render.reports.steps import MAX_TITLE, check_words
from xorexplain.rewrites.check import StepCheck
from xorexplain.rewrites.records import Trace

MAX_NAME = 44


@dataclass(frozen=True)
class Usage:
    """Sum up one rewrite: tries, hits, firings, milliseconds, apply nodes taken and brought."""

    rewrite: str
    tries: int
    hits: int
    fired: int
    rejected: int
    milliseconds: float
    nodes_in: int
    nodes_out: int


def usage(trace: Trace) -> tuple[Usage, ...]:
    """Sum up every rewrite that was tried, those that fired first, then by time."""
    found = []
    for rewrite in trace.rewrites:
        steps = [s for s in trace.steps if rewrite.name in (s.rewrite, *s.members)]
        applied = [s for s in steps if s.verdict == "applied"]
        found.append(
            Usage(
                rewrite.name,
                rewrite.tries,
                rewrite.hits,
                len(applied),
                len(steps) - len(applied),
                rewrite.seconds * 1000,
                sum(len(s.removed) for s in applied),
                sum(len(s.added) for s in applied),
            )
        )
    return tuple(sorted(found, key=lambda u: (not u.fired, -u.milliseconds, u.rewrite)))


def usage_document(entries: Sequence[Usage], everything: bool) -> Document:
    """Tell of the rewrites that fired; of all that were tried with `everything`."""
    shown = [u for u in entries if everything or u.fired or u.rejected]
    rest = [u for u in entries if u not in shown]
    blocks: list[Block] = [Table(_USAGE, tuple(map(_usage_row, shown)))]
    if rest:
        tries = sum(u.tries for u in rest)
        spent = sum(u.milliseconds for u in rest)
        words = f"{len(rest)} more were tried {tries} times in {spent:.1f} ms and changed nothing"
        blocks.append(paragraph(f"{words}; --all shows them", tone="small"))
    return Document("usage", tuple(blocks))


_USAGE = (
    Column("rewrite", grows=True),
    *(Column(title, "right") for title in ("tries", "hits", "fired", "ms")),
    Column("in", "right", "removed"),
    Column("out", "right", "added"),
)


def _usage_row(found: Usage) -> tuple[Inlines, ...]:
    counts = (found.tries, found.hits, found.fired, f"{found.milliseconds:.2f}")
    cells = (*counts, found.nodes_in, found.nodes_out)
    name = clip(_short(found.rewrite), MAX_TITLE)
    return ((Reference("rewrite", found.rewrite, name),), *(inlines(str(cell)) for cell in cells))


def _short(name: str) -> str:
    """Write a group of rewrites by how many it has."""
    head, bracket, rest = name.partition("(")
    return f"{head} of {rest.count(',') + 1}" if bracket else head


def usage_json(entries: Sequence[Usage]) -> str:
    """Write the sums as JSON."""
    return json_text([asdict(u) for u in entries])


def check_lines(trace: Trace, checks: Sequence[StepCheck]) -> Iterator[Line]:
    """Write what the numbers say of each step, and which step is the first to change a value."""
    for check in checks:
        step = trace.step[check.number]
        style = "plain" if check.is_fine else "accent"
        verdict = {True: "ok", False: "CHANGED", None: "unknown"}[check.is_fine]
        verdict = verdict if step.verdict == "applied" else step.verdict
        yield [
            (f"{check.number:4d} ", "id"),
            (f"{clip(step.title, MAX_TITLE):<{MAX_NAME}} ", "op"),
            (f"{check.replaced.absolute:9.1e} {check.replaced.relative:9.1e} {verdict:<8} ", style),
            (
                step.message or ("" if check.is_fine and not check.note else check_words(check)),
                style,
            ),
        ]
    yield []
    wrong = [check for check in checks if check.is_fine is False]
    rest = _rest(trace, checks)
    if not wrong:
        words = f"{len(checks)} steps, none changes a value by more than rounding"
        yield [(words + rest, "plain")]
        return
    step = trace.step[wrong[0].number]
    words = f"step {step.number}, {step.title}, is the first that changes a value"
    yield [(f"{len(checks)} steps, {len(wrong)} change a value: {words}{rest}", "accent")]


def _rest(trace: Trace, checks: Sequence[StepCheck]) -> str:
    """Count the steps of which the numbers say nothing."""
    unknown = Counter(
        {"applied": "not known"}.get(trace.step[check.number].verdict, "")
        or trace.step[check.number].verdict
        for check in checks
        if check.is_fine is None
    )
    return "".join(f"; {count} {what}" for what, count in unknown.items())
