"""Write a curve as DOT text, so that it becomes a picture in the way every graph does.

Graphviz has nothing to place here: the curve is the background of one invisible node, in the
drawing operations of its xdot format (https://graphviz.org/docs/outputs/canon/#xdot).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import cycle

from graphviz.quoting import attr_list

from xorexplain.errors.records import dataclass
from xorexplain.render.pictures.dot_styles import FONT
from xorexplain.render.theme import Theme, mix, theme

WIDTH, HEIGHT = 280.0, 160.0
"""The size of the plot itself, in points: on a phone its letters are still to be read."""
TICKS = 5
PAINTS = ("linear algebra", "elementwise", "reduction", "indexing")
"""The families whose colours the lines have."""
_STEPS = (1, 2, 2.5, 5, 10)
SMALL = 10
NEARLY = 0.1
"""A curve that ends this share of a step below a tick is drawn up to it."""
TITLE_ROOM = 24.0
"""Points between a plot and its title, for what is named above the plot."""
Point = tuple[float, float]


def curve_dot(points: Sequence[Point], theme_name: str, title: str, x: str, y: str) -> str:
    """Draw points, from left to right, as a line between two axes; `x` and `y` name these.

    Points that are not finite are left out. Both axes begin at 0, but the upright one at the lowest
    value where that is negative.
    """
    return curves_dot({"": points}, theme_name, title, x, y)


def curves_dot(
    series: Mapping[str, Sequence[Point]], theme_name: str, title: str, x: str, y: str
) -> str:
    """Draw several lines, each with its name where it ends, as `curve_dot` draws one."""
    colours = theme(theme_name)
    shown = {
        name: [(px, py) for px, py in points if math.isfinite(py)]
        for name, points in series.items()
    }
    every = [point for points in shown.values() for point in points]
    low, high = _range([py for _, py in every])
    across = max((px for px, _ in every), default=1) or 1
    frame = Frame(across, low, _up_to_tick(high, low))
    background = "\n".join(_operations(shown, frame, colours, x, y))
    named = max(len(name) for name in shown) * SMALL * 0.62
    return plot_dot(background, WIDTH + named, HEIGHT, colours, title)


def plot_dot(background: str, width: float, height: float, colours: Theme, title: str) -> str:
    """Write drawing operations as the background of a graph of one node that is not seen.

    Each of `background`, and each point of a curve, is on a line of its own: Graphviz reads none of
    more than 16,384 letters.
    """
    head = f'<<font point-size="13" color="{colours.text}"><b>{escape(title)}</b></font>>'
    graph = {
        "bgcolor": colours.background,
        "fontname": FONT,
        "label": head,
        "labelloc": "t",
        # Around all that is drawn, what stands beside the plot too.
        "pad": "0.1",
        "_background": background,
    }
    high = height + TITLE_ROOM
    size = {"width": f"{width / 72:.4f}", "height": f"{high / 72:.4f}", "fixedsize": "true"}
    node = {"shape": "box", "style": "invis", "label": "", **size}
    lines = [
        "digraph curve {",
        f"  graph{attr_list(kwargs=graph)}",
        f"  plot{attr_list(kwargs=node)}",
    ]
    return "\n".join([*lines, "}"]) + "\n"


@dataclass(frozen=True)
class Frame:
    """Hold between which numbers a curve is drawn: from 0 across, from `low` to `high` upwards."""

    across: float
    low: float
    high: float

    def place(self, x: float, y: float) -> Point:
        """Return where in the plot a point is."""
        # Halved, as the difference of the largest numbers there are is infinite.
        share = (y / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return WIDTH * x / self.across, HEIGHT * share


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Choose between which numbers the upright axis goes."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if low >= 0:
        return 0.0, high or 1.0
    # Not always up to 0, from which the curve may be far away.
    return low, high if high > low else low / 2


def _up_to_tick(high: float, low: float) -> float:
    """End the axis at a tick that the curve all but reaches: its top is a number to be read."""
    shown = ticks(high, low)
    if len(shown) < 2:
        return high
    step = shown[1] - shown[0]
    above = shown[-1] + step
    return above if above - high <= NEARLY * step else high


def _operations(
    series: Mapping[str, Sequence[Point]], frame: Frame, colours: Theme, x: str, y: str
) -> Iterator[str]:
    """Write grid, axes, tick labels and the curve."""
    yield font(SMALL)
    for value in ticks(frame.high, frame.low):
        _, height = frame.place(0, value)
        yield pen(colours.faint if height == 0 else colours.plain.border, 0.3 if height else 1.0)
        yield line([(0, height), (WIDTH, height)])
        yield pen(colours.faint, 1)
        yield put_text(-6, height - 3, 1, f"{value:.6g}")
    for value in ticks(frame.across):
        place, _ = frame.place(value, frame.low)
        yield pen(colours.faint, 1)
        yield line([(place, 0), (place, -4)])
        yield put_text(place, -15, 0, f"{value:.6g}")
    yield put_text(WIDTH, -28, 1, x)
    yield put_text(0, HEIGHT + 8, 0, y)
    ends: list[float] = []
    for paint, (name, points) in zip(cycle(PAINTS), series.items(), strict=False):
        if not points:
            continue
        yield pen(colours.families[paint].border, 2)
        yield line([frame.place(*point) for point in points])
        across, up = frame.place(*points[-1])
        while any(abs(up - other) < SMALL + 1 for other in ends):
            up += SMALL + 1
        ends.append(up)
        if name:
            yield pen(label_colour(colours, paint), 1)
            yield put_text(across + 5, up - 3, -1, name)


def label_colour(colours: Theme, paint: str) -> str:
    """Return the colour of a line's name: that of the line, but as legible as text has to be."""
    return mix(colours.families[paint].border, colours.text, 0.7)


def ticks(most: float, least: float = 0.0) -> list[float]:
    """Choose round numbers from `least` up to `most`, about `TICKS` of them."""
    rough = (most / 2 - least / 2) / TICKS * 2
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in _STEPS if s * power >= rough * 0.999)
    first, last = math.ceil(least / step - 1e-9), math.floor(most / step + 1e-9)
    return [step * n for n in range(first, last + 1)]


def pen(colour: str, width: float) -> str:
    """Choose the colour and the width of lines, and the colour of text."""
    style = f"setlinewidth({width:g})"
    return f"c {len(colour)} -{colour} S {len(style)} -{style}"


def line(points: Sequence[Point]) -> str:
    """Draw a line through points."""
    return f"L {len(points)} " + "\n".join(f"{px:.2f} {py:.2f}" for px, py in points)


def font(size: float) -> str:
    """Choose the size of letters."""
    return f"F {size:g} {len(FONT)} -{FONT}"


def put_text(x: float, y: float, align: int, text: str) -> str:
    """Write text that begins at a point, is around it or ends there: `align` is -1, 0 or 1."""
    data = text.encode()
    if not data:
        # Graphviz reads no operation behind a text without letters.
        return ""
    return f"T {x:.2f} {y:.2f} {align} {len(data) * SMALL * 0.6:.1f} {len(data)} -{text}"
