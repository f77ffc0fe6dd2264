"""Write the head of a picture: title, subtitle and the legend of what occurs in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from xorexplain.render.pictures.records import Scene
from xorexplain.render.theme import Colours, Theme

LETTERS = ((25, 60), (45, 120))
"""Letters in a row of the legend of a picture of so many nodes, which is narrow perhaps."""
MANY_LETTERS = 200
"""And in that of more nodes, which is as wide as a window."""
GAP = 3  # letters, about, between two cells


def head(title: str, notes: Sequence[str], cells: Sequence[Sequence[str]], colours: Theme) -> str:
    """Write a title, lines below it and rows of legend cells as an HTML-like table."""
    rows = [_text_row(title, colours.text, 16, bold=True)]
    rows += [_text_row(text, colours.faint, 10) for text in notes]
    rows += [_legend_row(row) for row in cells if row]
    table = '<table border="0" cellborder="0" cellspacing="0" cellpadding="1">'
    return f"<{table}{''.join(rows)}</table>>"


def _text_row(text: str, colour: str, size: int, bold: bool = False) -> str:
    safe = f"<b>{escape(text)}</b>" if bold else escape(text)
    font = f'<font point-size="{size}" color="{colour}">{safe}</font>'
    return f'<tr><td align="center">{font}</td></tr>'


def _legend_row(cells: Sequence[str]) -> str:
    table = '<table border="0" cellspacing="3" cellpadding="2">'
    return f"<tr><td>{table}<tr>{''.join(cells)}</tr></table></td></tr>"


def legend(drawn: Scene, colours: Theme) -> list[list[str]]:
    """Explain the colours and marks that occur in a scene, in rows of cells."""
    told: list[tuple[str, Colours]] = [
        (family, paint)
        for family, paint in colours.families.items()
        if family in drawn.families and paint != colours.plain
    ]
    told += [(words, _line(colours, colour)) for words, colour in _marks(drawn, colours)]
    count = len(drawn.nodes)
    most = next((letters for nodes, letters in LETTERS if count <= nodes), MANY_LETTERS)
    letters = sum(len(words) + GAP for words, _ in told)
    share = letters / -(-letters // most) if told else 0
    rows: list[list[str]] = [[]]
    taken = 0
    for words, paint in told:
        if taken >= share * len(rows):
            rows.append([])
        rows[-1].append(_cell(words, paint))
        taken += len(words) + GAP
    return rows


def _marks(drawn: Scene, colours: Theme) -> Iterator[tuple[str, str]]:
    """Yield the words for each mark that occurs, and its colour."""
    words = {
        "removed": ("− removed", colours.removed),
        "added": ("+ new", colours.added),
        "beside": ("dotted line: an op and what T.grad made for it", colours.faint),
        "reused": ("used again: a forward value that the gradient reads", colours.accent),
        "again": ("cut corners: a forward value computed again", colours.faint),
        "backward": (_behind(colours), colours.backward),
        "in place": ("thick, square head: overwrites its input", colours.accent),
        "view": ("dashed: shares memory", colours.edge),
        "hidden": ("hollow arrow: through what is hidden", colours.faint),
        "box": ("dotted: into and out of a box", colours.edge),
    }
    found = {node.mark for node in drawn.nodes} | {edge.kind for edge in drawn.edges}
    yield from (told for mark, told in words.items() if mark in found)


def _behind(colours: Theme) -> str:
    """Name the border of what is behind the cost, whose colour is not everywhere one of its own."""
    border = "thick" if colours.backward == colours.text else "violet"
    return f"{border} border: gradient and new values"


def _line(colours: Theme, colour: str) -> Colours:
    """Return the colours of a cell that explains a line or a border: its own has that colour."""
    return Colours(colours.background, colour, colours.text)


def _cell(text: str, paint: Colours) -> str:
    font = f'<font point-size="9" color="{paint.text}">{escape(text)}</font>'
    return f'<td bgcolor="{paint.fill}" border="1" color="{paint.border}">{font}</td>'
