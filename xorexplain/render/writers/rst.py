"""Write a document as reStructuredText, for pages with the directive `opened`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xorexplain.errors.escaping import visible as visible_text
from xorexplain.notation.latex import SIGNS
from xorexplain.notation.latex import latex as tex
from xorexplain.render.reports.contrast import with_formulas
from xorexplain.render.reports.document import (
    Aside,
    Block,
    Change,
    Code,
    Contrast,
    Document,
    Equation,
    Equations,
    Fields,
    Fold,
    Formula,
    Heading,
    Inline,
    Listing,
    Name,
    Paragraph,
    Run,
    Section,
    Signs,
    Slope,
    Table,
)
from xorexplain.render.writers import marks
from xorexplain.render.writers.latex import brief, change_sides, equation_tex, sides, slope, visible

_BEFORE, _AFTER = " ('\"-/", " ')\".,:;!?-/"
"""A mark may stand behind one of the first, and before one of the others, without more ado."""


def rst(document: Document) -> str:
    """Write a document; its own title is the first heading."""
    return blocks(document.blocks)


def blocks(found: Iterable[Block], is_open: bool = False) -> str:
    """Write blocks below each other; folds are open or closed."""
    return marks.paragraphs(*(_block(block, is_open) for block in found))


def line(parts: Iterable[Inline]) -> str:
    """Write what stands in a line, each part set apart from the next as docutils wants it."""
    found, was_marked = "", False
    for part in with_formulas(parts):
        written, is_marked = _inline(part), not isinstance(part, Run)
        if (found and is_marked and found[-1] not in _BEFORE) or (
            written and was_marked and written[0] not in _AFTER
        ):
            found += "\\ "
        if not found and not is_marked:
            written = marks.at_start(written.lstrip(" "))
        found += written
        was_marked = is_marked
    return found.rstrip(" ")


def _inline(part: Inline) -> str:
    if isinstance(part, Name):
        return marks.name(part.name)
    if isinstance(part, Slope):
        return marks.inline(slope(part))
    if isinstance(part, Formula):
        return marks.math(brief(part))
    if isinstance(part, Equation):
        return marks.inline(equation_tex(part))
    if isinstance(part, Code):
        return marks.code(part.text, marks.MAX_TEXT)
    if isinstance(part, Run):
        return _spaced(part.text)
    if isinstance(part, Contrast):
        return line([part])
    return marks.code(part.shown, marks.MAX_TEXT)


def _spaced(text: str) -> str:
    """Escape text, keeping the spaces at its ends."""
    bare = marks.escaped(text)
    before, after = (" " if end == " " else "" for end in (text[:1], text[-1:]))
    return f"{before}{bare}{after}" if bare else before


def _block(block: Block, is_open: bool) -> str:
    if isinstance(block, Heading):
        return marks.heading(line(block.inlines), block.level - 1)
    if isinstance(block, Paragraph):
        return line(block.inlines)
    if isinstance(block, Signs):
        return "".join(marks.inline(s) if n % 2 else _spaced(s) for n, s in enumerate(SIGNS))
    if isinstance(block, Equations):
        return marks.aligned(map(sides, block.equations))
    if isinstance(block, Fields):
        return _fields(block, is_open)
    if isinstance(block, Change):
        return _change(block)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Fold):
        return _fold(block, is_open)
    if isinstance(block, Aside):
        return marks.indent(blocks(block.blocks, is_open))
    if isinstance(block, Listing):
        return marks.bullets(map(line, block.items))
    return marks.directive("code-block", block.language, body=visible_text(block.text))


def _change(block: Change) -> str:
    """Write what a value was and is, and what computes it below."""
    equations = change_sides(replace(block, before_by=(), after_by=()))
    made_by = (line(parts) for parts in (block.before_by, block.after_by))
    return marks.paragraphs(marks.aligned(equations), " → ".join(filter(None, made_by)))


def _fields(block: Fields, is_open: bool) -> str:
    """Write a list of fields; one without a label goes on with the one before."""
    found: list[str] = []
    for field in block.fields:
        body = blocks(field.blocks, is_open)
        start = f":{marks.escaped(field.label)}:\n" if field.label or not found else ""
        found.append(start + marks.indent(body))
    return "\n\n".join(found)


def _fold(block: Fold, is_open: bool) -> str:
    """Write a title with its note in parentheses; equations too long for it stand below."""
    long = [e for e in block.title if isinstance(e, Equation) and not _is_short(e)]
    title: list[Inline] = []
    for part in block.title:
        if part not in long:
            title += [Run(" ")] * (isinstance(part, Equation) and bool(title)) + [part]
    title += [Run(" ("), *block.note, Run(")")] if block.note else []
    options = [("open", "")] * is_open + [("name", block.anchor)] * bool(block.anchor)
    below = marks.aligned(map(sides, long))
    body = marks.paragraphs(below, blocks(block.blocks, is_open))
    return marks.directive("opened", line(title), options, body)


def _is_short(equation: Equation) -> bool:
    return visible(tex(equation.value)) <= marks.MAX_INLINE


def _table(block: Table) -> str:
    rows = []
    for row in block.rows:
        if isinstance(row, Section):
            rows.append([line(row.inlines), *[""] * (len(block.columns) - 1)])
        else:
            rows.append(list(map(line, row)))
    return marks.table([marks.escape(column.title) for column in block.columns], rows)
