"""Draw curves as the background of a picture."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from xorexplain.render import Layout, draw_dot
from xorexplain.render.pictures.curve import HEIGHT, WIDTH, curve_dot, ticks

POINTS = [(1, 2.0), (50, 1.0), (100, 0.0)]


def test_the_curve_is_where_its_numbers_say() -> None:
    svg = draw_dot(curve_dot(POINTS, "light", "<title>", "step", "cost"), "svg", Layout())
    lines = re.findall(r'<polyline [^>]*points="([^"]*)"', svg.data.decode())
    curve = [tuple(map(float, point.split(","))) for point in lines[-1].split()]

    assert curve == [(WIDTH / 100, -HEIGHT), (WIDTH / 2, -HEIGHT / 2), (WIDTH, 0)]
    assert ">&lt;title&gt;<" in svg.data.decode()


@pytest.mark.parametrize("format_", ["png", "pdf"])
def test_other_formats_have_it_too(format_: str) -> None:
    dot = curve_dot(POINTS, "dark", "t", "x", "y")
    without = re.sub(r' L 3 [^"]*', "", dot)

    assert draw_dot(dot, format_, Layout()).data != draw_dot(without, format_, Layout()).data


@pytest.mark.parametrize("top", [1e-9, 0.7, 1, 3, 9.99, 40, 60000, 1e300])
def test_ticks_are_round_and_few(top: float) -> None:
    found = ticks(top)

    assert found[0] == 0
    assert 2 <= len(found) <= 7
    assert found[-1] <= top * (1 + 1e-9)
    assert len({round((b - a) / top, 9) for a, b in pairwise(found)}) == 1
