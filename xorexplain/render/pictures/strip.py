"""Draw the life of arrays as strips over the nodes that run, in the way a curve is drawn.

A strip begins where the array is made, or left of the first node where it was given, and ends where
it is read last. A filled square is a node that writes it, a ring one that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.render.pictures.curve import SMALL, font, line, pen, plot_dot, put_text
from xorexplain.render.theme import Theme, theme

ROW, COLUMN = 17.0, 20.0
LETTER = 6.2
"""The width of a letter, about, in points."""
MAX_LABEL = 34


@dataclass(frozen=True)
class Strip:
    """Hold one array: its label at the left, what stands at the right, from which row to which.

    Row 0 is before the call; `is_kept` draws it on to the end.
    """

    label: str
    end: str
    first: int
    last: int
    written: tuple[int, ...]
    read: tuple[int, ...]
    is_kept: bool


def strips_dot(strips: Sequence[Strip], rows: int, theme_name: str, title: str) -> str:
    """Write the strips as DOT text, in their order from the top."""
    colours = theme(theme_name)
    left = max((len(one.label) for one in strips), default=1) * LETTER + 8
    right = max((len(one.end) for one in strips), default=1) * LETTER + 8
    width = left + (rows + 2) * COLUMN + right
    height = (len(strips) + 1) * ROW
    background = "\n".join(_operations(strips, rows, colours, left, height))
    return plot_dot(background, width, height, colours, title)


def _operations(
    strips: Sequence[Strip], rows: int, colours: Theme, left: float, height: float
) -> Iterator[str]:
    def across(row: float) -> float:
        return left + (row + 0.5) * COLUMN

    yield font(SMALL)
    top = height - ROW
    for row in range(1, rows + 1):
        yield pen(colours.faint, 1)
        yield put_text(across(row), top + 4, 0, str(row))
        yield pen(colours.plain.border, 0.3)
        yield line([(across(row), 0), (across(row), top)])
    paint = colours.families["linear algebra"]
    given = colours.parameter
    for number, one in enumerate(strips):
        middle = top - (number + 0.5) * ROW
        first = across(one.first) if one.first else left
        last = across(rows + 1) if one.is_kept else across(one.last)
        chosen = paint if one.first else given
        yield pen(colours.text, 1)
        yield put_text(left - 6, middle - 3, 1, one.label)
        yield put_text(across(rows + 1) + 8, middle - 3, -1, one.end)
        yield pen(chosen.border, 1)
        yield _filled(chosen.fill, _box(first - 4, last + 4, middle, 5.5))
        yield line([*_box(first - 4, last + 4, middle, 5.5), (first - 4, middle - 5.5)])
        for row in one.read:
            yield _ring(across(row), middle, 2.6)
        for row in one.written:
            yield _filled(chosen.border, _box(across(row) - 3.2, across(row) + 3.2, middle, 3.2))


def _box(left: float, right: float, middle: float, half: float) -> list[tuple[float, float]]:
    return [
        (left, middle - half),
        (right, middle - half),
        (right, middle + half),
        (left, middle + half),
    ]


def _filled(colour: str, points: Sequence[tuple[float, float]]) -> str:
    places = " ".join(f"{x:.2f} {y:.2f}" for x, y in points)
    return f"C {len(colour)} -{colour} P {len(points)} {places}"


def _ring(x: float, y: float, radius: float) -> str:
    return f"e {x:.2f} {y:.2f} {radius:.2f} {radius:.2f}"
