"""Write a document as the nodes of a page: displayed mathematics or text, and steps that fold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from sphinx import addnodes

from xorexplain.errors.escaping import visible
from xorexplain.notation.latex import SIGNS
from xorexplain.notation.text import SIGNS as TEXT_SIGNS
from xorexplain.render.reports.contrast import with_formulas
from xorexplain.render.reports.document import (
    Aside,
    Block,
    Change,
    Code,
    Equation,
    Equations,
    Fields,
    Fold,
    Formula,
    Heading,
    Inline,
    Inlines,
    Listing,
    Paragraph,
    Reference,
    Section,
    Signs,
    Table,
    Verbatim,
)
from xorexplain.render.writers.filling import left_columns, line_text, sign_column, written
from xorexplain.render.writers.latex import equation_rows
from xorexplain.sphinxext.output.nodes import step, summary, worded, worded_math

if TYPE_CHECKING:
    from docutils.nodes import Element, Node

MAX_COLUMN = 60
"""How many letters of a column count for its width."""
MAX_TITLE = 100
"""An equation that is longer does not stand in a title but below it."""


class Manner(NamedTuple):
    """Say how blocks are written: with displayed `mathematics` or as text, steps open or closed.

    `prefix` is put before the anchors of steps.
    """

    mathematics: bool = False
    is_open: bool = False
    prefix: str = ""


def blocks(found: Iterable[Block], manner: Manner) -> list[Node]:
    """Return the nodes of blocks; the title of the whole document is left to the page."""
    return [
        node
        for block in found
        if not (isinstance(block, Heading) and block.level == 1)
        for node in _block(block, manner)
    ]


def _block(block: Block, manner: Manner) -> Iterator[Element]:
    if isinstance(block, Heading):
        yield nodes.rubric("", "", *_line(block.inlines))
    elif isinstance(block, Paragraph):
        classes = [f"xorexplain-{block.tone}"] if block.tone else []
        yield nodes.paragraph("", "", *_line(block.inlines), classes=classes)
    elif isinstance(block, Signs):
        yield _signs(manner)
    elif isinstance(block, Equations):
        yield from _equations(block.equations, manner)
    elif isinstance(block, Fields):
        yield _fields(block, manner)
    elif isinstance(block, Change):
        words = f"{block.name}, before and after:" if block.name else "Before and after:"
        yield _text(nodes.paragraph, words)
        yield literal_block(_difference(block), "diff")
    elif isinstance(block, Table):
        yield _table(block)
    elif isinstance(block, Fold):
        yield _fold(block, manner)
    elif isinstance(block, Aside):
        yield nodes.block_quote("", *blocks(block.blocks, manner))
    elif isinstance(block, Listing):
        items = (nodes.list_item("", _paragraph(item)) for item in block.items)
        yield nodes.bullet_list("", *items)
    elif isinstance(block, Verbatim):
        yield literal_block(block.text, block.language)


def literal_block(text: str, language: str = "none") -> Element:
    """Return text as it is, in the colours of a language."""
    return _text(nodes.literal_block, text, language=language)


def _text(node: type[nodes.TextElement], text: str, **attributes: Any) -> Element:
    clean = visible(text)
    return node(clean, clean, **attributes)


def _paragraph(parts: Inlines) -> Element:
    return nodes.paragraph("", "", *_line(parts))


def _line(parts: Iterable[Inline], wrap: type[nodes.TextElement] | None = None) -> Iterator[Node]:
    """Write what stands in a line; running text and names in `wrap`, if there is one."""
    for part in with_formulas(parts):
        if isinstance(part, Reference):
            yield _reference(part)
        elif isinstance(part, (Formula, Equation, Code)):
            yield _text(nodes.literal, written(part))
        elif wrap is not None:
            yield _text(wrap, written(part))
        else:
            yield nodes.Text(visible(written(part)))


def _reference(part: Reference) -> Element:
    """Refer to a name; where it has no page to lead to, it stands there as text."""
    classes = ["xref", "xorexplain", f"xorexplain-{part.kind}"]
    return addnodes.pending_xref(
        *("", _text(nodes.literal, part.shown, classes=classes)),
        refdomain="xorexplain",
        reftype=part.kind,
        reftarget=part.name,
        refexplicit=bool(part.text),
        refwarn=False,
        optional=True,
    )


def _signs(manner: Manner) -> Element:
    if not manner.mathematics:
        return _text(nodes.paragraph, TEXT_SIGNS, classes=["xorexplain-small"])
    parts = (nodes.math(s, s) if n % 2 else nodes.Text(s) for n, s in enumerate(SIGNS))
    return worded("", "", *parts, words=TEXT_SIGNS, classes=["xorexplain-small"])


def _equations(equations: Sequence[Equation], manner: Manner) -> Iterator[Element]:
    if not equations:
        return
    column = sign_column(equations)
    words = "\n".join(
        " " * (column - left_columns(e)) * bool(e.left) + written(e) for e in equations
    )
    if not manner.mathematics:
        yield literal_block(words)
        return
    tex = equation_rows(equations)
    plain = {"nowrap": False, "no-wrap": False, "number": None, "label": None}
    yield worded_math(tex, tex, words=visible(words), **plain)


def _fields(block: Fields, manner: Manner) -> Element:
    """Write a list of fields; one without a label goes on with the one before."""
    found = nodes.field_list(classes=["xorexplain-fields"])
    body = nodes.field_body()
    for field in block.fields:
        if field.label or not found.children:
            body = nodes.field_body()
            found += nodes.field("", _text(nodes.field_name, field.label), body)
        body += blocks(field.blocks, manner)
    return found


def _difference(block: Change) -> str:
    sides = (("-", block.before, block.before_by), ("+", block.after, block.after_by))
    notes = [line_text(made_by) for _, _, made_by in sides]
    return "\n".join(
        f"{sign} {written(Formula(value))}" + (f"   {note}" if note else "")
        for (sign, value, _), note in zip(sides, notes, strict=True)
    )


def _fold(block: Fold, manner: Manner) -> Element:
    """Write a title with its note; an equation that is too long for it stands below."""
    long = [e for e in block.title if isinstance(e, Equation) and len(written(e)) > MAX_TITLE]
    head = summary("")
    for part in block.title:
        if part not in long:
            head += [*([nodes.Text("  ")] if isinstance(part, Equation) else [])]
            head += _line([part], nodes.strong)
    head += [nodes.Text("  "), *_line(block.note)] if block.note else []
    inside = [*_equations(long, manner), *blocks(block.blocks, manner)]
    ids = [f"{manner.prefix}-{block.anchor}"] if block.anchor else []
    return step("", head, *inside, ids=ids, open=manner.is_open)


def _strong(row: Section) -> type[nodes.TextElement] | None:
    return nodes.strong if row.is_heading else None


def _table(block: Table) -> Element:
    group = nodes.tgroup(cols=len(block.columns))
    rows = [row for row in block.rows if not isinstance(row, Section)]
    for position, column in enumerate(block.columns):
        cells = (line_text(row[position]) for row in rows)
        longest = max((len(cell) for cell in cells), default=0)
        group += nodes.colspec(colwidth=min(max(longest, len(column.title), 1) + 1, MAX_COLUMN))
    if any(column.title for column in block.columns):
        heads = (nodes.entry("", _text(nodes.paragraph, c.title)) for c in block.columns)
        group += nodes.thead("", nodes.row("", *heads))
    body = nodes.tbody()
    for row in block.rows:
        if isinstance(row, Section):
            entry = nodes.entry("", nodes.paragraph("", "", *_line(row.inlines, _strong(row))))
            entry["morecols"] = len(block.columns) - 1
            body += nodes.row("", entry)
        else:
            body += nodes.row("", *(nodes.entry("", _paragraph(cell)) for cell in row))
    group += body
    return nodes.table("", group, classes=["xorexplain-table", "colwidths-auto"])
