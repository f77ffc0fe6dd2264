"""Draw curves."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from xorexplain.pages.chart import HEIGHT, WIDTH, curve, ticks

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
    "points", [[], [(0, 0)], [(1, math.nan), (2, math.inf)], [(0, 1e-12), (1, 1e300)]]
)
def test_odd_numbers_make_a_picture_too(points: list[tuple[float, float]]) -> None:
    drawn = curve(points, "cost", "step", "cost", "light")

    ElementTree.fromstring(drawn)
    assert b"nan" not in drawn
    assert b"inf" not in drawn


@pytest.mark.parametrize(
    ("most", "expected"),
    [(40, [0, 10, 20, 30, 40]), (1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (43, [0, 10, 20, 30, 40])],
)
def test_ticks_are_round_numbers(most: float, expected: list[float]) -> None:
    assert ticks(most) == pytest.approx(expected)
