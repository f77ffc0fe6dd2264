"""Write a table for a terminal: columns as wide as they need, together no wider than the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xorexplain.render.lines import Line
from xorexplain.render.reports.document import (
    Column,
    Contrast,
    Formula,
    Inlines,
    Run,
    Section,
    Table,
)
from xorexplain.render.writers.filling import (
    HANGING,
    filled,
    length,
    pieces,
    restyled,
    word_lengths,
)

GAP = 2
"""Columns between two columns of a table."""
LEAST = 12
"""A column that gives way keeps so many columns."""


def table(block: Table, width: int) -> Iterator[Line]:
    """Write a table; cells that are too long for their column go on below."""
    columns = [column for column in block.columns if not column.below]
    heads = [(Run(column.title, "heading"),) for column in columns]
    rows = [row for row in block.rows if not isinstance(row, Section)]
    beside = [[c for c, h in zip(row, block.columns, strict=True) if not h.below] for row in rows]
    is_headed = any(column.title for column in columns)
    shown = [heads, *beside] if is_headed else beside
    widths = _fitted(list(zip(*shown, strict=True)), columns, width)
    under = widths[0] + GAP if widths and len(columns) < len(block.columns) else 0
    if is_headed:
        yield from _row(heads, columns, widths)
    is_first = True
    for row in block.rows:
        if isinstance(row, Section):
            if row.is_heading and not is_first:
                yield []
            margin: Line = [] if row.is_heading else [(" " * under, "plain")]
            yield from filled(row.inlines, width, margin, margin)
        else:
            cells = list(zip(row, block.columns, strict=True))
            yield from _row([cell for cell, c in cells if not c.below], columns, widths)
            for cell in (cell for cell, c in cells if c.below and cell):
                margin = [(" " * under, "plain")]
                yield from filled(_within(cell, width - under - HANGING), width, margin, margin)
        is_first = False


def _within(cell: Inlines, room: int) -> Inlines:
    """Cut a contrast down to what the rest of its line leaves, `LEAST` columns at least."""
    rest = sum(length(pieces(part)) for part in cell if not isinstance(part, (Contrast, Formula)))
    left = max(room - rest, LEAST)
    return tuple(
        replace(part, limit=left) if isinstance(part, (Contrast, Formula)) else part
        for part in cell
    )


def _natural(cell: Inlines) -> int:
    return sum(length(pieces(part)) for part in cell)


def _fitted(cells: Sequence[Sequence[Inlines]], heads: Sequence[Column], width: int) -> list[int]:
    """Shrink what grows, where the least is broken by it, then the others, until all fit."""
    lengths = [Counter(map(_natural, column)) for column in cells]
    words = [Counter(n for cell in column for n in word_lengths(cell)) for column in cells]

    def loss(column: int) -> int:
        """Count the lines that are added, and once more where a name is broken."""
        return _broken(lengths[column], widths[column]) + _broken(words[column], widths[column])

    widths = [max(column) for column in lengths]
    over = sum(widths) + GAP * (len(widths) - 1) - width
    for growing in (True, False):
        while over > 0:
            able = [n for n, c in enumerate(heads) if c.grows is growing and widths[n] > LEAST]
            if not able:
                break
            # One at a time, the widest of several, so that they end up alike.
            widths[min(able, key=lambda n: (loss(n), -widths[n]))] -= 1
            over -= 1
    return widths


def _broken(lengths: Counter[int], width: int) -> int:
    """Count the lines that are added where the room for some lengths becomes less by one."""
    return sum(n * (-(-one // (width - 1)) + -one // width) for one, n in lengths.items())


def _row(row: Sequence[Inlines], heads: Sequence[Column], widths: Sequence[int]) -> Iterator[Line]:
    cells = []
    for cell, column, room in zip(row, heads, widths, strict=True):
        cells.append(list(filled(restyled(cell, column.style), max(room, 1))))
    for position in range(max(map(len, cells), default=0)):
        line: Line = []
        for written, column, room in zip(cells, heads, widths, strict=True):
            part = written[position] if position < len(written) else []
            before = room - length(part) if column.align == "right" else 0
            line += [(" " * before, "plain"), *part]
            line.append((" " * (room - length(part) - before + GAP), "plain"))
        yield _trimmed(line)


def _trimmed(line: Line) -> Line:
    found = [segment for segment in line if segment[0]]
    while found and not found[-1][0].strip(" "):
        found.pop()
    return found
