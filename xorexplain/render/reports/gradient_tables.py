"""Tell what the numbers say of a gradient, and which ops have a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xorexplain.gradients.check import Row
from xorexplain.gradients.rules import Rule
from xorexplain.render.reports.document import (
    Column,
    Document,
    Inlines,
    Name,
    Reference,
    Table,
    inlines,
    paragraph,
)

_CHECKS = (
    Column("adjoint"),
    Column("compared with"),
    Column("absolute", "right"),
    Column("relative", "right"),
    Column("", grows=True),
)
_RULES = (Column("op"), Column("told in"), Column("rule", grows=True))


def checks(rows: Sequence[Row]) -> Document:
    """Tell how far each adjoint is off, and count those that are too far off."""
    wrong = sum(row.is_fine is False for row in rows)
    skipped = sum(row.is_fine is None for row in rows)
    counts = f"{len(rows)} comparisons, {wrong} too far off, {skipped} not compared"
    return Document("gradient check", (Table(_CHECKS, tuple(map(_row, rows))), paragraph(counts)))


def _row(row: Row) -> tuple[Inlines, ...]:
    sizes = ["" if size is None else f"{size:.1e}" for size in (row.absolute, row.relative)]
    if row.is_fine is False:
        verdict = ": ".join(filter(None, ["TOO FAR", row.note]))
    elif row.absolute is None or row.relative is None:
        verdict = f"not compared: {row.note}"
    else:
        verdict = row.note or "ok"
    style = "accent" if row.is_fine is False else "plain"
    cells = (row.what, *sizes, verdict)
    return ((Name(row.adjoint),), *(inlines(cell, style=style) for cell in cells))


def rules(known: Mapping[str, Rule]) -> Document:
    """List each kind of op that has a rule, with its sentence."""
    rows = []
    for kind, rule in sorted(known.items()):
        form = "formula" if rule.formula is not None else "words"
        rows.append(((Reference("op", kind),), inlines(form), inlines(rule.sentence)))
    return Document("gradient rules", (Table(_RULES, tuple(rows)),))
