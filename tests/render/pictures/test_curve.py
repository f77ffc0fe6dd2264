"""Draw curves as the background of a picture."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest

from xorexplain.render import Layout, draw_dot
from xorexplain.render.pictures.curve import HEIGHT, WIDTH, Point, curve_dot, ticks

POINTS = [(1, 2.0), (50, 1.0), (100, 0.0)]


def drawn(points: list[Point], title: str = "t") -> tuple[str, list[Point]]:
    """Return the SVG of a curve, and the places of its points, upwards from its lower left."""
    made = draw_dot(curve_dot(points, "light", title, "step", "cost"), "svg", Layout())
    assert made.notes == (), "Graphviz placed it"
    svg = made.data.decode()
    lines = re.findall(r'<polyline [^>]*points="([^"]*)"', svg)
    places = [point.split(",") for point in lines[-1].split()]
    return svg, [(float(x), -float(y)) for x, y in places]


def test_the_curve_is_where_its_numbers_say() -> None:
    svg, places = drawn(POINTS, "<title> & more")

    assert places == [(WIDTH / 100, HEIGHT), (WIDTH / 2, HEIGHT / 2), (WIDTH, 0)]
    assert ">&lt;title&gt; &amp; more<" in svg


@pytest.mark.parametrize("format_", ["png", "pdf"])
def test_other_formats_have_it_too(format_: str) -> None:
    dot = curve_dot(POINTS, "dark", "t", "x", "y")
    without = re.sub(r'\sL 3 [^"]*', "", dot)

    assert draw_dot(dot, format_, Layout()).data != draw_dot(without, format_, Layout()).data


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
def test_odd_numbers_make_a_picture_too(points: list[Point]) -> None:
    dot = curve_dot(points, "light", "cost", "step", "cost")

    assert not re.search(r"\b(nan|inf)\b", dot)
    assert b"<svg" in draw_dot(dot, "svg", Layout()).data


def test_a_curve_below_0_fills_its_picture() -> None:
    svg, places = drawn([(0, -95), (1, -99), (2, -100)])

    assert [y for _, y in places] == pytest.approx([HEIGHT, HEIGHT / 5, 0])
    assert {"100", "99", "95"} <= set(re.findall(r">&#45;(\d+)<", svg))


def test_ticks_go_through_0() -> None:
    assert ticks(3, -2) == pytest.approx([-2, -1, 0, 1, 2, 3])
    assert ticks(-95, -100) == pytest.approx([-100, -99, -98, -97, -96, -95])


@pytest.mark.parametrize("top", [1e-9, 0.7, 1, 3, 9.99, 40, 43, 60000, 1e300])
def test_ticks_are_round_and_few(top: float) -> None:
    found = ticks(top)

    assert found[0] == 0
    assert 2 <= len(found) <= 7
    assert found[-1] <= top * (1 + 1e-9)
    assert len({round((b - a) / top, 9) for a, b in pairwise(found)}) == 1


def test_a_curve_that_all_but_reaches_a_tick_has_its_number() -> None:
    svg, _ = drawn([(0, 1.0), (1, 1.99998)])

    assert ">2<" in svg


def test_a_curve_of_thousands_of_points_is_drawn() -> None:
    """Graphviz reads no line of so many letters: a rewriting of Lasagne's LSTM has 1,616."""
    dot = curve_dot([(step, 1 / (step + 1)) for step in range(3000)], "light", "t", "x", "y")

    assert draw_dot(dot, "svg", Layout()).data.count(b"<polyline") > 1
