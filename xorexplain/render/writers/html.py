"""Write a document as HTML that may stand in a page of someone else, such as a notebook.

Every style is an attribute, so that nothing else of the page changes. Colours are mixed with that
of the page's own text, so that they are read on a light page and on a dark one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from xorexplain.errors.escaping import visible
from xorexplain.notation.text import SIGNS
from xorexplain.render.reports.document import (
    Aside,
    Block,
    Change,
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
    Table,
)
from xorexplain.render.writers.filling import pieces, restyled, written

FEW = 8
"""So many folds are open at first; of more, a page shows the titles."""
MANY = 24
"""So many equations are seen at first."""
_MONO = "font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_FAINT = "opacity: .7"
_GREEN, _RED, _ORANGE = (
    f"color: color-mix(in srgb, {colour} 70%, currentColor)"
    for colour in ("#00a372", "#e5484d", "#e06c00")
)
_STYLES = {
    "word": _FAINT,
    "id": _FAINT,
    "guide": _FAINT,
    "op": "font-weight: 600",
    "heading": "font-weight: 600",
    "accent": _ORANGE,
    "added": _GREEN,
    "removed": _RED,
    "ok": _GREEN,
    "missing": _ORANGE,
    "problem": _RED,
}
_TONES = {"small": f"{_FAINT}; font-size: .9em", "caution": _ORANGE}
_CELL = "text-align: left; vertical-align: top; padding: .1em .8em .1em 0; border: 0"
_GROWING = "overflow-wrap: anywhere; min-width: 10em"
_INDENT = "margin: .2em 0 .2em 2em"
_HUNG = "padding-left: 2em; text-indent: -2em; overflow-wrap: anywhere"
_ROOT = "line-height: 1.45; max-width: 70em; max-height: 48em; overflow: auto"
# What typesets `$` of a page leaves elements of these two classes alone.
_CLASSES = "xorexplain tex2jax_ignore mathjax_ignore"


def html(document: Document) -> str:
    """Write a document as one element."""
    folds = sum(isinstance(block, Fold) for block in document.blocks)
    return element(
        "div", "".join(_blocks(document.blocks, folds <= FEW)), _ROOT, f' class="{_CLASSES}"'
    )


def html_of(blocks: Iterable[Block]) -> str:
    """Write blocks as HTML for a page of our own, which scrolls by itself."""
    return "".join(_blocks(blocks, is_open=True))


def element(tag: str, inside: str, style: str = "", more: str = "") -> str:
    """Write an element that holds HTML."""
    styled = f' style="{style}"' if style else ""
    return f"<{tag}{more}{styled}>{inside}</{tag}>"


def _text(text: str) -> str:
    return escape(visible(text), quote=False)


def _blocks(blocks: Iterable[Block], is_open: bool) -> Iterator[str]:
    for block in blocks:
        yield _block(block, is_open)


def _block(block: Block, is_open: bool) -> str:
    if isinstance(block, Heading):
        role = f' role="heading" aria-level="{min(block.level + 2, 6)}"'
        return element("div", _line(block.inlines), "margin: .7em 0 .2em; font-weight: 600", role)
    if isinstance(block, Paragraph):
        is_running = not any(isinstance(part, (Formula, Equation)) for part in block.inlines)
        styles = [_TONES.get(block.tone, ""), "" if is_running else _HUNG]
        return element("div", _line(block.inlines), "; ".join(filter(None, styles)))
    if isinstance(block, Signs):
        return element("div", _text(SIGNS), _TONES["small"])
    if isinstance(block, Equations):
        return _equations(block)
    if isinstance(block, Fields):
        rows = (
            (_text(field.label), "".join(_blocks(field.blocks, is_open))) for field in block.fields
        )
        return _table((f"{_CELL}; {_FAINT}", _CELL), rows)
    if isinstance(block, Change):
        return _change(block)
    if isinstance(block, Table):
        return _cells(block)
    if isinstance(block, Fold):
        return _fold(block, is_open)
    if isinstance(block, Aside):
        style = "border-left: 2px solid color-mix(in srgb, currentColor 30%, transparent)"
        return element(
            "div", "".join(_blocks(block.blocks, is_open)), f"{style}; padding-left: .8em"
        )
    if isinstance(block, Listing):
        return element("ul", "".join(element("li", _line(item)) for item in block.items))
    return element("pre", _text(block.text), f"{_INDENT}; {_MONO}; overflow-x: auto")


def _line(parts: Iterable[Inline]) -> str:
    return "".join(map(_inline, parts))


def _inline(inline: Inline) -> str:
    if isinstance(inline, Contrast):
        words = (
            element("span", _text(text), _STYLES[style]) if style in _STYLES else _text(text)
            for text, style in pieces(inline)
        )
        return element("span", "".join(words), _MONO)
    # A page shows no second space, which sets a name apart from what follows it.
    text = _text(written(inline)).replace("  ", "\N{NO-BREAK SPACE} ")
    styles = [_STYLES.get(inline.style, "")]
    if not isinstance(inline, Run):
        styles.insert(0, _MONO)
    elif inline.whole:
        styles.insert(0, "white-space: nowrap")
    style = "; ".join(filter(None, styles))
    return element("span", text, style) if style else text


def _equations(block: Equations) -> str:
    """Write equations below each other; of many, a page shows how many there are."""
    rows = element("div", "".join(_rows(block.equations)), _INDENT)
    if len(block.equations) <= MANY:
        return rows
    title = element("summary", f"{len(block.equations)} equations", "cursor: pointer")
    return element("details", title + rows)


def _rows(equations: Sequence[Equation]) -> Iterator[str]:
    """Write equations below each other; a long one goes on further to the right."""
    return (element("div", _inline(equation), _HUNG) for equation in equations)


def _change(block: Change) -> str:
    sides = (
        ("del", "−", block.before, block.before_by, "removed"),
        ("ins", "+", block.after, block.after_by, "added"),
    )
    rows = [element("div", _inline(Name(block.name)))] if block.name else []
    for tag, sign, value, made_by, style in sides:
        formula = _line((Run(f"{sign} ", style), Formula(value, style=style)))
        note = f"   {_line(restyled(made_by, 'word'))}" if made_by else ""
        marked = element(tag, formula, "text-decoration: none")
        rows.append(element("div", f"{marked}{note}", f"{_INDENT}; {_HUNG}"))
    return "".join(rows)


def _cells(table: Table) -> str:
    """Write a table; a section of it is a row of one cell."""
    titles = (
        element("th", _text(column.title), f"{_cell(column.align)}; font-weight: 600")
        for column in table.columns
    )
    rows = (
        [element("tr", "".join(titles), more=_BARE)] if any(c.title for c in table.columns) else []
    )
    styles = [
        f"{_cell(column.align)}; {_GROWING}" if column.grows else _cell(column.align)
        for column in table.columns
    ]
    words = [column.style for column in table.columns]
    for row in table.rows:
        if isinstance(row, Section):
            span = f' colspan="{len(table.columns)}"'
            tag, room = ("th", "; padding-top: .6em") if row.is_heading else ("td", "")
            cell = element(tag, _line(row.inlines), f"{_CELL}{room}", span)
            rows.append(element("tr", cell, more=_BARE))
        else:
            cells = (
                element("td", _line(restyled(cell, word)), style)
                for cell, word, style in zip(row, words, styles, strict=True)
            )
            rows.append(element("tr", "".join(cells), more=_BARE))
    return element("table", "".join(rows), _TABLE)


_TABLE = "border: 0; border-collapse: collapse; margin: .3em 0; font-size: 1em; color: inherit"
_BARE = ' style="background: none"'


def _cell(align: str) -> str:
    return _CELL.replace("left", align, 1)


def _table(styles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write rows of cells that are HTML already, to be read one after the other."""
    body = (
        element(
            "tr",
            "".join(element("td", cell, style) for cell, style in zip(row, styles, strict=True)),
            more=_BARE,
        )
        for row in rows
    )
    return element("table", "".join(body), _TABLE, ' role="presentation"')


def _fold(block: Fold, is_open: bool) -> str:
    """Write what a reader opens; each equation of its title is in a line of its own."""
    words = [part for part in block.title if not isinstance(part, Equation)]
    equations = [part for part in block.title if isinstance(part, Equation)]
    shown = [_line(tuple(words)), *map(_inline, equations[:1])]
    note = [element("span", _line(block.note), "margin-left: 1em")] if block.note else []
    title = " ".join(filter(None, [*shown, *note])) + "".join(_rows(equations[1:]))
    summary = element("summary", title, f"cursor: pointer; {_HUNG}")
    inside = element("div", "".join(_blocks(block.blocks, is_open)), _INDENT)
    return element("details", summary + inside, more=" open" if is_open else "")
