"""Write the head of a picture: title, subtitle and the legend of what occurs in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from xorexplain.graph.records import Family, Graph
from xorexplain.graph.views.inner import is_drawn, opened
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels
from xorexplain.render.pictures.memory import treatments
from xorexplain.render.theme import Colours, Theme

COLUMNS = 5


def legend_html(graph: Graph, look: Look, colours: Theme) -> str:
    """Return Graphviz' HTML-like table of title, subtitle, notes and legend."""
    notes = [labels.subtitle(graph), *map(labels.note, look.notes)]
    cells: list[list[str]] = []
    if look.legend:
        families = family_cells(graph, colours, look.raw)
        cells = [families[i : i + COLUMNS] for i in range(0, len(families), COLUMNS)]
        cells.append(mark_cells(graph, colours, look.raw))
    return head(labels.title(graph), notes, cells, colours)


def head(title: str, notes: Sequence[str], cells: Sequence[Sequence[str]], colours: Theme) -> str:
    """Write a title, lines below it and rows of legend cells as an HTML-like table."""
    rows = [_text_row(title, colours.text, 16, bold=True)]
    rows += [_text_row(text, colours.faint, 10) for text in notes]
    rows += [_legend_row(row) for row in cells if row]
    table = '<table border="0" cellborder="0" cellspacing="0" cellpadding="2">'
    return f"<{table}{''.join(rows)}</table>>"


def _text_row(text: str, colour: str, size: int, bold: bool = False) -> str:
    safe = f"<b>{escape(text)}</b>" if bold else escape(text)
    font = f'<font point-size="{size}" color="{colour}">{safe}</font>'
    return f'<tr><td align="center">{font}</td></tr>'


def _legend_row(cells: Sequence[str]) -> str:
    table = '<table border="0" cellspacing="4" cellpadding="3">'
    return f"<tr><td>{table}<tr>{''.join(cells)}</tr></table></td></tr>"


def family_cells(graph: Graph, colours: Theme, raw: bool = False) -> list[str]:
    """Explain the colours of the op families that occur."""
    present = families(graph, raw)
    return [cell(family, paint) for family, paint in colours.families.items() if family in present]


def families(graph: Graph, raw: bool = False) -> set[Family]:
    """Return the op families that are drawn, those of opened inner graphs included."""
    return {apply.op.family for part in _drawn(graph, raw) for apply in part.applies}


def _drawn(graph: Graph, raw: bool) -> Iterator[Graph]:
    """Yield a graph and the inner graphs drawn in it, as they are drawn."""
    waiting = [graph]
    while waiting:
        part = waiting.pop()
        yield part
        users = {a.inner: a for a in part.applies if a.inner is not None and is_drawn(part, a)}
        inner = (opened(part, users[position], raw) for position in sorted(users))
        waiting.extend(shown for shown in inner if shown is not None)


def mark_cells(graph: Graph, colours: Theme, raw: bool = False) -> list[str]:
    """Explain the marks on edges that occur."""
    cells = []
    found = {one for part in _drawn(graph, raw) for one in treatments(part)}
    if "in place" in found:
        paint = line_colours(colours, colours.accent)
        cells.append(cell("in place: overwrites its input", paint))
    if "view" in found:
        cells.append(cell("dashed: shares memory", line_colours(colours, colours.edge)))
    if graph.hidden:
        cells.append(
            cell("hollow arrow: through what is hidden", line_colours(colours, colours.faint))
        )
    if any(is_drawn(part, apply) for part in _drawn(graph, raw) for apply in part.applies):
        cells.append(cell("dotted: into and out of a box", line_colours(colours, colours.edge)))
    return cells


def line_colours(colours: Theme, colour: str) -> Colours:
    """Return the colours of a cell that explains a line or a border."""
    return Colours(colours.background, colour, colour)


def cell(text: str, paint: Colours) -> str:
    """Write a cell of the legend."""
    font = f'<font point-size="9" color="{paint.text}">{escape(text)}</font>'
    return f'<td bgcolor="{paint.fill}" border="1" color="{paint.border}">{font}</td>'
