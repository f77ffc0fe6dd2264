"""Have wide tables fit a narrow screen: rows that are stacked there, or smaller type.

The style sheet does it, where a screen is narrow. What it needs stands in the page: a class for the
table, by how much of it cannot be broken, and in each cell the title of its column.
"""

from __future__ import annotations

import html
import re
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

CLOSE, STACKED = 34, 52
"""From so many letters on that stand side by side and cannot be broken, a table has smaller type,
or its rows are stacked: a phone is 390 px wide, and small letters are 6 or 7."""
WIDE_FORMULA = 37
"""A displayed formula of more letters in a line, counted so, has smaller type."""
LONG = 120
"""A cell of so many letters would be a narrow column beside two others, so rows are stacked."""
BETWEEN = 1.5
"""The space between two columns, in letters."""
_TABLE = re.compile(r'(<table class="docutils[^"]*)("[^>]*>)(.*?)</table>', re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL)
_FORMULA = re.compile(r'<span class="math.*?</math></span>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile("(?:\\S|\u00a0)+")
_END = re.compile(r"</?mtr>")


def fitted(
    app: Sphinx, docname: str, template: str, context: dict[str, Any], doctree: nodes.Node | None
) -> None:
    """Prepare the tables of a page."""
    if app.builder.name != "epub" and "body" in context:
        context["body"] = fit(context["body"])


def fit(page: str) -> str:
    """Mark the tables that are too wide for a phone, and title the cells of those to be stacked."""
    return _TABLE.sub(_marked, page)


def longest_row(formula: str) -> int:
    """Count the letters of the longest line of a displayed formula, up to the end of a matrix."""
    longest = before = 0.0
    for piece in _END.split(formula):
        letters = before + len(_joined(piece)) + BETWEEN * piece.count("<mtd")
        longest = max(longest, letters)
        if "<mtable" in piece or "</mtable" in piece:
            before = letters if piece.count("<mtable") > piece.count("</mtable") else 0
    return round(longest)


def unbroken(cell: str) -> int:
    """Count the letters of the longest piece of a cell that stays in one line."""
    formulas = map(_joined, _FORMULA.findall(cell))
    text = _FORMULA.sub(" ", cell).replace("<wbr>", " ")
    words = _WORD.findall(html.unescape(_TAG.sub("", text)))
    return max(map(len, chain(formulas, words)), default=0)


def _marked(table: re.Match[str]) -> str:
    start, end, inside = table.groups()
    rows = [[cell[3] for cell in _CELL.finditer(row)] for row in _ROW.findall(inside)]
    if len({len(row) for row in rows}) != 1 or "<thead>" not in inside:
        return table[0]
    needed = sum(max(map(unbroken, column)) + BETWEEN for column in zip(*rows, strict=True))
    is_long = len(rows[0]) > 2 and max(len(_text(cell)) for row in rows for cell in row) > LONG
    if needed < CLOSE and not is_long:
        return table[0]
    if needed < STACKED and not is_long:
        return f"{start} xorexplain-close{end}{inside}</table>"
    titles = [html.escape(_text(cell)) for cell in rows[0]]
    titled = _ROW.sub(lambda row: _titled(row[0], titles), inside)
    return f"{start} xorexplain-stacked{end}{titled}</table>"


def _titled(row: str, titles: list[str]) -> str:
    """Write the title of its column into each cell of a row."""
    remaining = iter(titles)

    def titled(cell: re.Match[str]) -> str:
        title = next(remaining)
        if cell[1] == "th" or not title:
            return cell[0]
        return f'<td data-title="{title}"{cell[2]}>{cell[3]}</td>'

    return _CELL.sub(titled, row)


def _text(cell: str) -> str:
    """Return what is read in a cell, without its form."""
    joined = _FORMULA.sub(lambda formula: html.escape(_joined(formula[0])), cell)
    return " ".join(html.unescape(_TAG.sub("", joined)).split())


def _joined(formula: str) -> str:
    return "".join(html.unescape(_TAG.sub("", formula)).split())
