"""Draw what a network answers over a plane."""

from __future__ import annotations

import re

import pytest

from xorexplain.render import Layout, draw_dot
from xorexplain.render.pictures.curve import Point, curves_dot
from xorexplain.render.pictures.surface import SIDE, clipped, surface_dot

SPAN = (-0.5, 1.5)


def values(size: int) -> list[list[float]]:
    return [[0.2 if x < size / 2 else 0.8 for x in range(size)] for _ in range(size)]


@pytest.mark.parametrize("size", [9, 65])
def test_the_line_of_one_half_is_where_the_answer_changes(size: int) -> None:
    dot = surface_dot(values(size), SPAN, {}, {(0.0, 1.0): "1"}, "light", "t", ("x", "y"))

    pieces = re.findall(r"L 2 ([\d.]+) [\d.]+\s([\d.]+) [\d.]+", dot)
    assert pieces
    assert all(abs(float(x) - SIDE / 2) < SIDE / 6 for piece in pieces for x in piece)
    assert draw_dot(dot, "svg", Layout()).data.count(b"<polygon") > 8


@pytest.mark.parametrize(
    ("slopes", "offset", "expected"),
    [
        ((1.0, -1.0), 0.0, ((-0.5, -0.5), (1.5, 1.5))),
        ((0.0, 1.0), -1.0, ((-0.5, 1.0), (1.5, 1.0))),
        ((2.0, 0.0), 0.0, ((0.0, -0.5), (0.0, 1.5))),
        ((1.0, 1.0), 9.0, None),
        ((0.0, 0.0), 1.0, None),
    ],
)
def test_lines_end_at_the_frame(
    slopes: tuple[float, float], offset: float, expected: tuple[Point, Point] | None
) -> None:
    assert clipped(slopes, offset, SPAN) == expected


def test_several_curves_have_their_names_beside_each_other() -> None:
    series = {"one": [(0.0, 1.0), (2.0, 1.0)], "other": [(0.0, 0.0), (2.0, 1.0)]}
    svg = draw_dot(curves_dot(series, "light", "t", "x", "y"), "svg", Layout()).data.decode()

    heights = [
        float(re.search(rf'y="([-\d.]+)"[^>]*>{name}<', svg)[1])  # type: ignore[index]
        for name in series
    ]
    assert abs(heights[0] - heights[1]) > 8
