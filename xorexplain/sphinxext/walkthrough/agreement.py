"""Say what the numbers say of a gradient, as `gradient --check` prints it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xorexplain.gradients.check import DIFFERENCES, Row
from xorexplain.render.reports.sizes import size_words
from xorexplain.render.writers.marks import (
    bullets,
    count,
    escape,
    heading,
    name,
    names,
    paragraphs,
)
from xorexplain.sphinxext.walkthrough.material import Material

MAX_UNCOMPARED = 12


def checked(material: Material) -> Iterator[str]:
    """Say whether the numbers agree with the formulas and rules, and what was not compared."""
    rows = material.checks
    if not rows:
        return
    compared = [row for row in rows if row.is_fine is not None]
    far = [row for row in compared if not row.is_fine]
    yield heading("Is it right?", 1)
    if far:
        yield (
            f"Of {count(len(compared), 'comparison')} with numbers, {len(far)} are too far off, "
            f"among them {name(far[0].adjoint)}; ``xorexplain gradient --check`` lists them."
        )
    elif compared:
        yield _agreeing(material, compared)
    yield from _uncompared([row for row in rows if row.is_fine is None])


def _agreeing(material: Material, compared: Sequence[Row]) -> str:
    differences = [row for row in compared if row.what == DIFFERENCES]
    text = (
        f"Each formula and rule was computed with NumPy and compared with {material.engine.title}"
    )
    if differences:
        text += (
            f", and {names([row.adjoint for row in differences[:6]])} with nudging "
            "(central finite differences)"
        )
    return f"{text}: {count(len(compared), 'comparison')}, none too far off{_worst(compared)}."


def _worst(compared: Sequence[Row]) -> str:
    """Say how far off the worst comparison was, beside its largest number."""
    worst = max(compared, key=lambda row: row.relative or 0)
    if not worst.relative:
        return ""
    return f", relative {size_words(worst.relative)} at most"


def _uncompared(rows: Sequence[Row]) -> Iterator[str]:
    """List what the numbers say nothing of, and why."""
    if not rows:
        return
    lines = [f"{name(row.adjoint)}, {escape(row.what)}: {escape(row.note)}" for row in rows]
    more = len(lines) - MAX_UNCOMPARED
    lines[MAX_UNCOMPARED:] = [f"and {more} more"] if more > 0 else []
    yield paragraphs(f"Not compared: {count(len(rows), 'row')}.", bullets(lines))
