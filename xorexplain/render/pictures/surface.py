"""Draw what a network answers over a plane: tinted bands, the line of one half, lines of units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from xorexplain.render.pictures.curve import SMALL, Point, font, line, pen, plot_dot, put_text
from xorexplain.render.theme import Theme, mix, theme

SIDE = 260.0
"""The length of a side of the plot, in points."""
BANDS = 8
MOST_LETTERS = 48000
"""More drawing operations make a larger file, and no picture that is finer to the eye."""
Line = tuple[Point, Point]


def surface_dot(
    values: Sequence[Sequence[float]],
    span: tuple[float, float],
    lines: Mapping[str, Line],
    cases: Mapping[Point, str],
    theme_name: str,
    title: str,
    axes: tuple[str, str],
) -> str:
    """Write a surface as DOT text.

    `values` are between 0 and 1, at the corners of a square grid over `span` along both axes, a row
    for each place upwards. `lines` are named, `cases` are points with what they should be.
    """
    colours = theme(theme_name)
    background = "\n".join(_operations(values, span, lines, cases, colours, axes))
    while len(background) > MOST_LETTERS and len(values) > BANDS:
        values = [row[::2] for row in values[::2]]
        background = "\n".join(_operations(values, span, lines, cases, colours, axes))
    return plot_dot(background, SIDE, SIDE, colours, title)


def _operations(
    values: Sequence[Sequence[float]],
    span: tuple[float, float],
    lines: Mapping[str, Line],
    cases: Mapping[Point, str],
    colours: Theme,
    axes: tuple[str, str],
) -> Iterator[str]:
    low, high = span

    def place(point: Point) -> Point:
        return tuple(SIDE * (value - low) / (high - low) for value in point)  # type: ignore[return-value]

    cell = SIDE / (len(values) - 1)
    zero, one = (
        mix(family.border, family.fill, 0.3)
        for family in (colours.families["linear algebra"], colours.families["elementwise"])
    )
    yield font(SMALL)
    for up, row in enumerate(_means(values)):
        across = 0
        for band, group in groupby(min(int(value * BANDS), BANDS - 1) for value in row):
            wide = len(list(group))
            paint = mix(one, zero, band / (BANDS - 1))
            # What comes next is drawn over what goes on too far: side by side, seams would be seen.
            left, right = across, min(across + wide + 1, len(row))
            foot, top = up, min(up + 2, len(values) - 1)
            corners = ((left, foot), (right, foot), (right, top), (left, top))
            yield _filled(paint, [(x * cell, y * cell) for x, y in corners])
            across += wide
    yield pen(colours.text, 2.5)
    for start, end in _level(values):
        yield line([(x * cell, y * cell) for x, y in (start, end)])
    yield pen(colours.removed, 1)
    ends: dict[Point, list[str]] = {}
    for name, (start, end) in lines.items():
        yield line([place(start), place(end)])
        x, y = place(end)
        near = next((p for p in ends if abs(x - p[0]) + abs(y - p[1]) < SMALL), (x, y))
        ends.setdefault(near, []).append(name)
    for (x, y), names in ends.items():
        yield _beside(", ".join(names), x, y)
    yield pen(colours.text, 1)
    for (x, y), wanted in cases.items():
        across_, up_ = place((x, y))
        yield _dot(colours, across_, up_)
        yield put_text(across_, up_ - 3, 0, wanted)
        yield put_text(across_, up_ - 18, 0, f"({x:g}, {y:g})")
    yield put_text(SIDE, -24, 1, axes[0])
    yield put_text(-8, SIDE + 16, 0, axes[1])


def _beside(name: str, x: float, y: float) -> str:
    """Write the name of a line outside the plot, where the line leaves it."""
    if x >= SIDE - 1:
        return put_text(x + 4, y - 3, -1, name)
    if x <= 1:
        return put_text(x - 4, y - 3, 1, name)
    return put_text(x, y + 4 if y >= SIDE - 1 else y - 11, 0, name)


def _dot(colours: Theme, x: float, y: float) -> str:
    fill = colours.background
    return f"C {len(fill)} -{fill} E {x:.2f} {y:.2f} 8 8"


def _filled(colour: str, points: Sequence[Point]) -> str:
    written = " ".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"C {len(colour)} -{colour} P {len(points)} {written}"


def _means(values: Sequence[Sequence[float]]) -> Iterator[list[float]]:
    """Yield the mean of the corners of each cell."""
    for row, above in pairwise(values):
        yield [(row[n] + row[n + 1] + above[n] + above[n + 1]) / 4 for n in range(len(row) - 1)]


def _level(values: Sequence[Sequence[float]], level: float = 0.5) -> Iterator[Line]:
    """Yield the pieces of the line along which the values are one half, a cell after the other."""
    for up in range(len(values) - 1):
        for across in range(len(values[up]) - 1):
            corners = [(across, up), (across + 1, up), (across + 1, up + 1), (across, up + 1)]
            found = []
            for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True):
                before, after = values[y0][x0] - level, values[y1][x1] - level
                if (before < 0) != (after < 0):
                    part = before / (before - after)
                    found.append((x0 + part * (x1 - x0), y0 + part * (y1 - y0)))
            yield from zip(found[::2], found[1::2], strict=False)


def clipped(slopes: tuple[float, float], offset: float, span: tuple[float, float]) -> Line | None:
    """Return the piece of the line slopes · x + offset = 0 within a square; None outside."""
    low, high = span
    (a, b) = slopes
    found: list[Point] = []
    for edge in (low, high):
        if b:
            y = -(offset + a * edge) / b
            found += [(edge, y)] if low <= y <= high else []
        if a:
            x = -(offset + b * edge) / a
            found += [(x, edge)] if low <= x <= high else []
    found = sorted(set(found))
    return (found[0], found[-1]) if len(found) > 1 else None
