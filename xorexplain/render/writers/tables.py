"""Write a table for a terminal: columns as wide as they need, together no wider than the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from xorexplain.render.lines import Line
from xorexplain.render.reports.document import Column, Inlines, Run, Section, Table
from xorexplain.render.writers.filling import filled, length, pieces, restyled, word_lengths

GAP = 2
"""Columns between two columns of a table."""
LEAST = 12
"""A column that gives way keeps so many columns."""


def table(block: Table, width: int) -> Iterator[Line]:
    """Write a table; cells that are too long for their column go on below."""
    heads = [(Run(column.title, "heading"),) for column in block.columns]
    rows = [row for row in block.rows if not isinstance(row, Section)]
    is_headed = any(column.title for column in block.columns)
    shown = [heads, *rows] if is_headed else rows
    widths = _fitted(list(zip(*shown, strict=True)), block.columns, width)
    if is_headed:
        yield from _row(heads, block.columns, widths)
    is_first = True
    for row in block.rows:
        if isinstance(row, Section):
            if not is_first:
                yield []
            yield from filled(row.inlines, width)
        else:
            yield from _row(row, block.columns, widths)
        is_first = False


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
