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


def test_what_stands_behind_a_case_without_a_target_is_drawn_and_near_lines_share_a_place() -> None:
    """Graphviz reads nothing behind a text without letters."""
    lines = {name: ((-0.5, 0.0), (1.5, y)) for name, y in (("1", 1.0), ("2", 0.2), ("3", 0.99))}
    dot = surface_dot(values(9), SPAN, lines, {(0.0, 1.0): ""}, "light", "t", ("x", "last"))
    svg = draw_dot(dot, "svg", Layout()).data.decode()

    assert re.findall(r">(\d[^<]*)</text>", svg) == ["1, 3", "2"]
    assert ">last</text>" in svg


def test_tints_leave_no_seam() -> None:
    """Each piece of a row reaches below the next one, and into the row above it."""
    dot = surface_dot(values(9), SPAN, {}, {}, "light", "t", ("x", "y"))
    corners = re.findall(r"P 4 ([\d.]+) ([\d.]+) ([\d.]+) \2 \3 ([\d.]+) ", dot)
    pieces = [tuple(map(float, piece)) for piece in corners]
    cell = SIDE / 8

    assert len(pieces) > 8
    for left, foot, right, top in pieces:
        behind = [one for one in pieces if one[1] == foot and one[0] > left]
        assert right > min((one[0] for one in behind), default=right - 1)
        assert top == pytest.approx(min(foot + 2 * cell, SIDE), abs=0.1)


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
