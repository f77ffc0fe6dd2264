"""Write a document as lines of styled text, as wide as the terminal is.

Running text, formulas and the cells of tables are broken so that they fit; a column of a table is
as wide as its longest cell where there is room, and the columns that grow give way where not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from xorexplain.notation.text import SIGNS
from xorexplain.render.lines import Line, columns, joined
from xorexplain.render.reports.document import (
    Aside,
    Block,
    Change,
    Document,
    Equation,
    Equations,
    Fields,
    Fold,
    Formula,
    Heading,
    Inline,
    Inlines,
    Listing,
    Name,
    Paragraph,
    Run,
    Signs,
    Table,
    Verbatim,
)
from xorexplain.render.width import PROSE, WIDTH
from xorexplain.render.writers.filling import (
    MOST_LEFT,
    filled,
    left_columns,
    length,
    line_text,
    restyled,
    sign_column,
)
from xorexplain.render.writers.tables import GAP, table

INDENT = "    "
LABEL = 10
"""Columns that the labels of fields take at least."""
_TONES = {"small": "word", "caution": "accent", "": "plain"}
_RUNNING = (Paragraph, Signs, Equations, Listing)


def plain(document: Document, width: int = WIDTH) -> str:
    """Write a document as plain text."""
    return joined(lines(document, width))


def lines(document: Document, width: int = WIDTH) -> Iterator[Line]:
    """Write a document as lines of styled segments, no wider than `width`."""
    yield from _blocks(document.blocks, width)


def _blocks(blocks: Sequence[Block], width: int) -> Iterator[Line]:
    """Write blocks below each other, and an empty line where a new thought begins."""
    last: Block | None = None
    for block in blocks:
        if isinstance(block, Equations) and not block.equations:
            continue
        if last is not None and _is_apart(last, block):
            yield []
        if isinstance(block, Equations):
            yield from _under(INDENT, _equations(block, width - len(INDENT)))
        else:
            yield from _block(block, width)
        last = block


def _is_apart(last: Block, block: Block) -> bool:
    if isinstance(last, Heading):
        return isinstance(block, (Heading, Fold)) or (
            last.level == 1 and not isinstance(block, (Paragraph, Signs))
        )
    return not (isinstance(last, _RUNNING) and isinstance(block, _RUNNING))


def _block(block: Block, width: int) -> Iterator[Line]:
    if isinstance(block, Heading):
        yield from filled(block.inlines, width)
    elif isinstance(block, Paragraph):
        tone = _TONES[block.tone]
        yield from filled(restyled(block.inlines, tone), _room(block.inlines, width))
    elif isinstance(block, Signs):
        yield from filled([Run(SIGNS, _TONES["small"])], min(width, PROSE))
    elif isinstance(block, Equations):
        yield from _equations(block, width)
    elif isinstance(block, Fields):
        yield from _fields(block, width)
    elif isinstance(block, Change):
        yield from _change(block, width)
    elif isinstance(block, Table):
        yield from table(block, width)
    elif isinstance(block, Fold):
        yield from _title(block, width)
        yield from _under(INDENT, _blocks(block.blocks, width - len(INDENT)))
    elif isinstance(block, Aside):
        yield from _under("│ ", _blocks(block.blocks, width - 2), "guide")
    elif isinstance(block, Listing):
        for item in block.items:
            yield from filled(item, width, [("  ", "plain")], [(INDENT, "plain")])
    else:
        yield from _verbatim(block, width)


def _room(parts: Inlines, width: int) -> int:
    """Return how wide a paragraph may be: mathematics may take the whole width."""
    is_running = not any(isinstance(part, (Formula, Equation)) for part in parts)
    return min(width, PROSE) if is_running else width


def _under(margin: str, written: Iterable[Line], style: str = "plain") -> Iterator[Line]:
    """Move lines to the right, behind a margin."""
    for line in written:
        if line or margin.strip():
            yield [(margin if line else margin.rstrip(), style), *line]
        else:
            yield []


def _equations(block: Equations, width: int) -> Iterator[Line]:
    """Write equations below each other, aligned at their signs as far as names are short."""
    column = sign_column(block.equations)
    for equation in block.equations:
        margin: Line = [(" " * (column - left_columns(equation)), "plain")]
        under: Line = [(" " * min(column, MOST_LEFT), "plain")]
        yield from filled([equation], width, margin if equation.left else [], under)


def _fields(block: Fields, width: int) -> Iterator[Line]:
    column = max([LABEL, *(columns(field.label) + GAP for field in block.fields)])
    for field in block.fields:
        label = field.label
        for one in field.blocks:
            for line in _block(one, width - column):
                yield [(label + " " * (column - columns(label)), "word"), *line] if line else []
                label = ""


def _change(block: Change, width: int) -> Iterator[Line]:
    if block.name:
        yield from filled([Name(block.name)], width, [("  ", "plain")])
    sides = (
        ("−", block.before, block.before_by, "removed"),
        ("+", block.after, block.after_by, "added"),
    )
    for sign, value, made_by, style in sides:
        note = line_text(made_by)
        parts: list[Inline] = [Formula(value, style=style)]
        parts += [Run("   ", "word"), Run(note, "word", whole=True)] if note else []
        yield from filled(parts, width, [(f"  {sign} ", style)], [(INDENT, style)])


def _title(block: Fold, width: int) -> Iterator[Line]:
    """Write the title of a fold, each of its equations in a line, and the note behind the last."""
    start: list[Inline] = []
    rest = list(block.title)
    while rest and not isinstance(rest[0], Equation):
        start.append(rest.pop(0))
    note: list[Inline] = [
        replace(part, whole=True) if isinstance(part, Run) else part for part in block.note
    ]
    note = [Run("   ", whole=True), *note] if note else []
    if not rest:
        yield from filled([*start, *note], width)
        return
    begin = next(filled([*start], width), [])
    begin = [*begin, (" ", "plain")] if begin else []
    for position, part in enumerate(rest):
        is_last = position == len(rest) - 1
        under: Line = [(" " * length(begin), "plain")]
        yield from filled([part, *(note if is_last else ())], width, begin, under)
        begin = under


def _verbatim(block: Verbatim, width: int) -> Iterator[Line]:
    for line in block.text.splitlines():
        if columns(line) <= width:
            yield [(line, "plain")] if line else []
        else:
            begin = line[: len(line) - len(line.lstrip(" "))][: width // 2]
            under: Line = [(begin + INDENT, "plain")]
            yield from filled([Run(line.lstrip(" "))], width, [(begin, "plain")], under)
