"""Write tables about a rewriting: what each rewrite cost and gave, and what the numbers say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xorexplain.errors.escaping import json_text
from xorexplain.errors.records import dataclass
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
from xorexplain.render.reports.sizes import size_words
from xorexplain.render.reports.step_rows import MAX_TITLE
from xorexplain.render.reports.steps import check_words
from xorexplain.rewrites.check import StepCheck
from xorexplain.rewrites.trace import RewriteStep, Trace


@dataclass(frozen=True)
class Usage:
    """Sum up one rewrite: tries, hits, firings, milliseconds, apply nodes taken and brought.

    `together` counts the steps it made with others of its group, which are counted there.
    """

    rewrite: str
    tries: int
    hits: int
    fired: int
    rejected: int
    milliseconds: float
    nodes_in: int
    nodes_out: int
    together: int = 0


def usage(trace: Trace) -> tuple[Usage, ...]:
    """Sum up every rewrite that was tried, those that fired first, then by time.

    Each step is counted once, so that the sums are those of the whole rewriting.
    """
    found = []
    for rewrite in trace.rewrites:
        steps = [s for s in trace.steps if _counted_for(s) == rewrite.name]
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
                sum(rewrite.name in s.members and s not in steps for s in trace.steps),
            )
        )
    return tuple(sorted(found, key=lambda u: (not u.fired, -u.milliseconds, u.rewrite)))


def _counted_for(step: RewriteStep) -> str:
    """Name the one rewrite that made a step; where several of a group did, the group."""
    members = list(dict.fromkeys(step.members))
    return members[0] if len(members) == 1 else step.rewrite


def usage_document(entries: Sequence[Usage], everything: bool) -> Document:
    """Tell of the rewrites that fired; of all that were tried with `everything`."""
    shown = [u for u in entries if everything or u.fired or u.rejected or u.together]
    rest = [u for u in entries if u not in shown]
    blocks: list[Block] = [Table(_USAGE, tuple(map(_usage_row, shown)))]
    if rest:
        tries = sum(u.tries for u in rest)
        spent = sum(u.milliseconds for u in rest)
        words = (
            f"{len(rest)} more were tried {tries} times in {spent:.1f} ms and changed nothing "
            "themselves"
        )
        blocks.append(paragraph(f"{words}; --all shows them", tone="small"))
    return Document("usage", tuple(blocks))


_USAGE = (
    Column("rewrite"),
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
    return json_text(entries)


def check_document(trace: Trace, checks: Sequence[StepCheck], everything: bool = True) -> Document:
    """Tell how many steps keep every value, which is the first that does not, and those to see.

    With `everything` those that keep every value too.
    """
    wrong = [check for check in checks if check.is_fine is False]
    unknown = [check for check in checks if check.is_fine is None]
    counts = [f"{len(checks) - len(wrong) - len(unknown)} of {len(checks)} steps keep every value"]
    counts += [f"{len(wrong)} change one"] if wrong else []
    verdicts = Counter(trace.step[check.number].verdict for check in unknown)
    counts += [
        f"{count} {'not known' if verdict == 'applied' else verdict}"
        for verdict, count in verdicts.items()
    ]
    worst = max(checks, key=lambda check: check.replaced.relative, default=None)
    if worst is None or not worst.replaced.relative:
        counts[0] += " to the last digit"
    if worst is not None and worst.replaced.relative:
        counts.append(f"worst {size_words(worst.replaced.relative)} (step {worst.number})")
    blocks: list[Block] = [paragraph(", ".join(counts), tone="caution" if wrong else "")]
    if wrong:
        step = trace.step[wrong[0].number]
        words = f"step {step.number}, {step.title}, is the first that changes a value"
        blocks.append(paragraph(words, tone="caution"))
    shown = checks if everything else [*wrong, *unknown]
    if shown:
        rows = tuple(_check_row(trace.step[check.number], check) for check in shown)
        blocks.append(Table(_CHECKS, rows))
    if len(shown) < len(checks):
        blocks.append(paragraph("--all lists every step", tone="small"))
    return Document("check", tuple(blocks))


_CHECKS = (
    Column("step", "right", "id"),
    Column("rewrite"),
    Column("absolute", "right"),
    Column("relative", "right"),
    Column(""),
    Column("", grows=True),
)
_VERDICTS = {True: "ok", False: "CHANGED", None: "unknown"}


def _check_row(step: RewriteStep, check: StepCheck) -> tuple[Inlines, ...]:
    style = "plain" if check.is_fine else "accent"
    verdict = _VERDICTS[check.is_fine] if step.verdict == "applied" else step.verdict
    says = step.message or ("" if check.is_fine and not check.note else check_words(check))
    sizes = (size_words(check.replaced.absolute), size_words(check.replaced.relative))
    name = Reference("rewrite", step.title, clip(step.title, MAX_TITLE))
    cells = (inlines(cell, style=style) for cell in (*sizes, verdict, says))
    return (inlines(str(step.number)), (name,), *cells)
