"""Write a curve as DOT text, so that it becomes a picture in the way every graph does.

Graphviz has nothing to place here: the curve is the background of one invisible node, in the
drawing operations of its xdot format (https://graphviz.org/docs/outputs/canon/#xdot).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from graphviz.quoting import attr_list

from xorexplain.render.pictures.dot_styles import FONT
from xorexplain.render.theme import Theme, theme

WIDTH, HEIGHT = 420.0, 210.0
"""The size of the plot itself, in points."""
TICKS = 5
SMALL = 9
Point = tuple[float, float]


def curve_dot(points: Sequence[Point], theme_name: str, title: str, x: str, y: str) -> str:
    """Draw points, from left to right, as a line between two axes; `x` and `y` name these.

    At least two points are needed, and finite numbers.
    """
    colours = theme(theme_name)
    right = max(px for px, _ in points)
    top = max(py for _, py in points) or 1.0
    background = " ".join(_operations(points, right, top, colours, x, y))
    head = f'<<font point-size="13" color="{colours.text}"><b>{escape(title)}</b></font>>'
    graph = {
        "bgcolor": colours.background,
        "fontname": FONT,
        "label": head,
        "labelloc": "t",
        "pad": "0.5",
        "_background": background,
    }
    size = {"width": f"{WIDTH / 72:.4f}", "height": f"{HEIGHT / 72:.4f}", "fixedsize": "true"}
    node = {"shape": "box", "style": "invis", "label": "", **size}
    lines = [
        "digraph curve {",
        f"  graph{attr_list(kwargs=graph)}",
        f"  plot{attr_list(kwargs=node)}",
    ]
    return "\n".join([*lines, "}"]) + "\n"


def _operations(
    points: Sequence[Point], right: float, top: float, colours: Theme, x: str, y: str
) -> Iterator[str]:
    """Write grid, axes, tick labels and the curve."""
    yield _font(SMALL)
    for value in ticks(top):
        height = HEIGHT * value / top
        yield _pen(colours.faint if value == 0 else colours.plain.border, 0.3 if value else 1.0)
        yield _line([(0, height), (WIDTH, height)])
        yield _pen(colours.faint, 1)
        yield _text(-6, height - 3, 1, f"{value:.6g}")
    for value in ticks(right):
        place = WIDTH * value / right
        yield _pen(colours.faint, 1)
        yield _line([(place, 0), (place, -4)])
        yield _text(place, -15, 0, f"{value:.6g}")
    yield _text(WIDTH, -28, 1, x)
    yield _text(0, HEIGHT + 8, 0, y)
    yield _pen(colours.families["linear algebra"].border, 2)
    yield _line([(WIDTH * px / right, HEIGHT * py / top) for px, py in points])


def ticks(top: float) -> list[float]:
    """Return round numbers from 0 to `top`, about `TICKS` of them."""
    rough = top / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [step * n for n in range(int(top / step * (1 + 1e-9)) + 1)]


def _pen(colour: str, width: float) -> str:
    style = f"setlinewidth({width:g})"
    return f"c {len(colour)} -{colour} S {len(style)} -{style}"


def _line(points: Sequence[Point]) -> str:
    return f"L {len(points)} " + " ".join(f"{px:.2f} {py:.2f}" for px, py in points)


def _font(size: float) -> str:
    return f"F {size:g} {len(FONT)} -{FONT}"


def _text(x: float, y: float, align: int, text: str) -> str:
    """Write text that begins at a point, is around it or ends there: `align` is -1, 0 or 1."""
    data = text.encode()
    return f"T {x:.2f} {y:.2f} {align} {len(data) * SMALL * 0.6:.1f} {len(data)} -{text}"
