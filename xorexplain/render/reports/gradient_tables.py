"""Tell what the numbers say of a gradient, and which ops have a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xorexplain.errors.escaping import json_text
from xorexplain.gradients.check import ROUNDED, Row
from xorexplain.gradients.rules import Rule
from xorexplain.render.reports.document import (
    Block,
    Column,
    Document,
    Inline,
    Inlines,
    Name,
    Reference,
    Table,
    inlines,
    paragraph,
)
from xorexplain.render.reports.sizes import size_words

_CHECKS = (
    Column("adjoint"),
    Column("compared with"),
    Column("absolute", "right"),
    Column("relative", "right"),
    Column("", grows=True),
)
MOST_NAMES = 6
_RULES = (Column("op"), Column("told in"), Column("rule", grows=True))


def checks(rows: Sequence[Row], everything: bool = True) -> Document:
    """Tell how many adjoints agree and how far the worst is off, then those that do not.

    With `everything` those that agree too.
    """
    wrong = [row for row in rows if row.is_fine is False]
    skipped = [row for row in rows if row.is_fine is None]
    counts = [f"{len(rows) - len(wrong) - len(skipped)} of {len(rows)} agree"]
    counts += [f"{len(wrong)} too far off"] if wrong else []
    counts += [f"{len(skipped)} not compared"] if skipped else []
    told: list[Inline | str] = [", ".join(counts)]
    sized = [
        row
        for row in rows
        if row.relative is not None and row.is_fine is not None and row.note != ROUNDED
    ]
    if sized:
        worst = max(sized, key=lambda row: row.relative or 0.0)
        size = size_words(worst.relative)
        told += [f", worst {size} (", Name(worst.adjoint), ")"] if worst.relative else [" exactly"]
    blocks: list[Block] = [paragraph(*told, tone="caution" if wrong else "")]
    shown = [[row] for row in rows] if everything else [[row] for row in wrong] + _alike(skipped)
    if shown:
        # Where nothing has a number, the reasons have the room of the numbers.
        told_at = range(len(_CHECKS)) if any(_has_numbers(row) for row, *_ in shown) else (0, 1, 4)
        cells = map(_row, shown)
        columns = tuple(_CHECKS[at] for at in told_at)
        blocks.append(Table(columns, tuple(tuple(row[at] for at in told_at) for row in cells)))
    if len(shown) < len(rows):
        blocks.append(paragraph("--all lists every comparison", tone="small"))
    return Document("gradient check", tuple(blocks))


def _has_numbers(row: Row) -> bool:
    return row.absolute is not None or row.relative is not None


def _alike(rows: Sequence[Row]) -> list[list[Row]]:
    """Put together what was compared in the same way, and has no numbers for the same reason."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.what, row.absolute, row.relative, row.note), []).append(row)
    return list(groups.values())


def _row(rows: Sequence[Row]) -> tuple[Inlines, ...]:
    """Write a row of the table; those of several adjoints differ in nothing else."""
    row = rows[0]
    sizes = map(size_words, (row.absolute, row.relative))
    if row.is_fine is False:
        verdict = ": ".join(filter(None, ["TOO FAR", row.note]))
    elif row.absolute is None or row.relative is None:
        verdict = f"not compared: {row.note}"
    else:
        verdict = row.note or "ok"
    style = "accent" if row.is_fine is False else "plain"
    cells = (row.what, *sizes, verdict)
    names: list[Inline] = [Name(row.adjoint)]
    for other in rows[1:MOST_NAMES]:
        names += [*inlines(", "), Name(other.adjoint)]
    more = len(rows) - MOST_NAMES
    names += inlines(f" and {more} more") if more > 0 else ()
    return (tuple(names), *(inlines(cell, style=style) for cell in cells))


def rules(known: Mapping[str, Rule]) -> Document:
    """List each kind of op that has a rule, with its sentence."""
    rows = []
    for kind, rule in sorted(known.items()):
        rows.append(((Reference("op", kind),), inlines(_form(rule)), inlines(rule.sentence)))
    return Document("gradient rules", (Table(_RULES, tuple(rows)),))


def rules_json(known: Mapping[str, Rule]) -> str:
    """Write the rules as JSON: by kind of op, in which form it is told, and its words."""
    return json_text(
        [
            {
                "op": kind,
                "form": _form(rule),
                "sentence": rule.sentence,
                "source": rule.source,
            }
            for kind, rule in sorted(known.items())
        ]
    )


def _form(rule: Rule) -> str:
    return "formula" if rule.formula is not None else "words"
