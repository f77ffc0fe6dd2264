"""Draw curves."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from xorexplain.sphinxext.walkthrough.chart import BOTTOM, HEIGHT, TOP, WIDTH, curve, ticks

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_a_curve_is_xml_and_stays_within_its_picture(theme: str) -> None:
    drawn = curve([(0, 40), (1, 34), (2, 13)], "<Title> & more", "step", "nodes", theme)

    root = ElementTree.fromstring(drawn)
    line = root.find(f"{SVG}polyline")
    assert line is not None
    points = [tuple(map(float, pair.split(","))) for pair in line.get("points", "").split()]
    assert len(points) == 3
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert points[0][1] < points[1][1] < points[2][1]


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(0, 0)],
        [(0, -3), (1, -3)],
        [(0, -1e308), (1, 1e308)],
        [(0, -1e-300), (1, 1e-300)],
        [(1, math.nan), (2, math.inf)],
        [(0, 1e-12), (1, 1e300)],
    ],
)
def test_odd_numbers_make_a_picture_too(points: list[tuple[float, float]]) -> None:
    drawn = curve(points, "cost", "step", "cost", "light")

    ElementTree.fromstring(drawn)
    assert b"nan" not in drawn
    assert b"inf" not in drawn


def test_a_curve_below_0_fills_its_picture() -> None:
    drawn = ElementTree.fromstring(curve([(0, -95), (1, -99), (2, -100)], "t", "s", "c", "light"))

    line = drawn.find(f"{SVG}polyline")
    assert line is not None
    heights = [float(pair.split(",")[1]) for pair in line.get("points", "").split()]
    assert heights == pytest.approx([TOP, HEIGHT - BOTTOM - 0.2 * (HEIGHT - TOP - BOTTOM), 220])
    assert {"-100", "-99", "-95"} <= {text.text for text in drawn.iter(f"{SVG}text")}


def test_ticks_go_through_0() -> None:
    assert ticks(3, -2) == pytest.approx([-2, -1, 0, 1, 2, 3])
    assert ticks(-95, -100) == pytest.approx([-100, -99, -98, -97, -96, -95])


@pytest.mark.parametrize(
    ("most", "expected"),
    [(40, [0, 10, 20, 30, 40]), (1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (43, [0, 10, 20, 30, 40])],
)
def test_ticks_are_round_numbers(most: float, expected: list[float]) -> None:
    assert ticks(most) == pytest.approx(expected)
