"""Draw a curve of numbers as SVG: the cost over training, or a graph's size over its rewrites."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from xorexplain.render.theme import Theme, theme

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 34, 40
TICKS = 5
_STEPS = (1, 2, 2.5, 5, 10)


def curve(
    points: Sequence[tuple[float, float]], title: str, across: str, up: str, theme_name: str
) -> bytes:
    """Draw a curve through points; points that are not finite are left out.

    Both axes begin at 0, but the upright one at the lowest value where that is negative.
    """
    colours = theme(theme_name)
    shown = [(x, y) for x, y in points if math.isfinite(y)]
    frame = Frame(
        max((x for x, _ in shown), default=1) or 1,
        *_range([y for _, y in shown]),
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colours.background}"/>',
        _text(WIDTH / 2, 18, title, colours.text, "middle", ' font-weight="bold"'),
        *_axes(frame, across, up, colours),
        *_line(shown, frame, colours),
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


@dataclass(frozen=True)
class Frame:
    """Hold between which numbers a curve is drawn: from 0 across, from `low` to `high` upwards."""

    across: float
    low: float
    high: float


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Choose between which numbers the upright axis goes."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if low >= 0:
        return 0.0, high or 1.0
    # Not always up to 0, from which the curve may be far away.
    return low, high if high > low else low / 2


def _axes(frame: Frame, across: str, up: str, colours: Theme) -> Iterator[str]:
    for value in ticks(frame.across):
        x = _x(value, frame)
        yield _rule(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 4, colours.faint)
        yield _text(x, HEIGHT - BOTTOM + 16, f"{value:g}", colours.faint, "middle")
    for value in ticks(frame.high, frame.low):
        y = _y(value, frame)
        yield _rule(LEFT, y, WIDTH - RIGHT, y, colours.faint, ' stroke-opacity="0.3"')
        yield _text(LEFT - 6, y + 4, f"{value:g}", colours.faint, "end")
    yield _rule(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, colours.faint)
    yield _text(WIDTH - RIGHT, HEIGHT - 6, across, colours.text, "end")
    yield _text(8, 18, up, colours.text, "start")


def _line(points: Sequence[tuple[float, float]], frame: Frame, colours: Theme) -> Iterator[str]:
    places = " ".join(f"{_x(x, frame):.1f},{_y(y, frame):.1f}" for x, y in points)
    yield (
        f'<polyline points="{places}" fill="none" stroke="{colours.accent}" stroke-width="2" '
        'stroke-linejoin="round"/>'
    )


def ticks(most: float, least: float = 0.0) -> list[float]:
    """Choose round numbers from `least` up to `most`."""
    # Halved, as the difference of the largest numbers there are is infinite.
    rough = (most / 2 - least / 2) / TICKS * 2
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in _STEPS if s * power >= rough * 0.999)
    first, last = math.ceil(least / step - 1e-9), math.floor(most / step + 1e-9)
    return [step * n for n in range(first, last + 1)]


def _x(value: float, frame: Frame) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * value / frame.across


def _y(value: float, frame: Frame) -> float:
    # Halved for the same reason as in `ticks`.
    half = frame.high / 2 - frame.low / 2
    share = (value / 2 - frame.low / 2) / half
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str, more: str = "") -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{more}/>'
    )


def _text(x: float, y: float, text: str, colour: str, anchor: str, more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"{more}>'
        f"{escape(text)}</text>"
    )
