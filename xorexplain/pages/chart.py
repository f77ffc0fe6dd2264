"""Draw a curve of numbers as SVG: the cost over training, or a graph's size over its rewrites."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from xorexplain.render.theme import Theme, theme

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 34, 40
TICKS = 5
_STEPS = (1, 2, 2.5, 5, 10)


def curve(
    points: Sequence[tuple[float, float]], title: str, across: str, up: str, theme_name: str
) -> bytes:
    """Draw a curve through points, from 0 on both axes; points that are not finite are left out."""
    colours = theme(theme_name)
    shown = [(x, y) for x, y in points if math.isfinite(y)]
    most = (max((x for x, _ in shown), default=1) or 1, max((y for _, y in shown), default=1) or 1)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colours.background}"/>',
        _text(WIDTH / 2, 18, title, colours.text, "middle", ' font-weight="bold"'),
        *_axes(most, across, up, colours),
        *_line(shown, most, colours),
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _axes(most: tuple[float, float], across: str, up: str, colours: Theme) -> Iterator[str]:
    for value in ticks(most[0]):
        x = _x(value, most[0])
        yield _rule(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 4, colours.faint)
        yield _text(x, HEIGHT - BOTTOM + 16, f"{value:g}", colours.faint, "middle")
    for value in ticks(most[1]):
        y = _y(value, most[1])
        yield _rule(LEFT, y, WIDTH - RIGHT, y, colours.faint, ' stroke-opacity="0.3"')
        yield _text(LEFT - 6, y + 4, f"{value:g}", colours.faint, "end")
    yield _rule(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, colours.faint)
    yield _text(WIDTH - RIGHT, HEIGHT - 6, across, colours.text, "end")
    yield _text(8, 18, up, colours.text, "start")


def _line(
    points: Sequence[tuple[float, float]], most: tuple[float, float], colours: Theme
) -> Iterator[str]:
    places = " ".join(f"{_x(x, most[0]):.1f},{_y(y, most[1]):.1f}" for x, y in points)
    yield (
        f'<polyline points="{places}" fill="none" stroke="{colours.accent}" stroke-width="2" '
        'stroke-linejoin="round"/>'
    )


def ticks(most: float) -> list[float]:
    """Choose round numbers from 0 up to `most`."""
    rough = most / TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(s * power for s in _STEPS if s * power >= rough * 0.999)
    return [step * n for n in range(int(most / step + 1e-9) + 1)]


def _x(value: float, most: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * value / most


def _y(value: float, most: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str, more: str = "") -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{more}/>'
    )


def _text(x: float, y: float, text: str, colour: str, anchor: str, more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"{more}>'
        f"{escape(text)}</text>"
    )
