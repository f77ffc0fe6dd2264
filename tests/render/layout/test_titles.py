"""Keep titles of frames off the edges that enter them."""

from __future__ import annotations

import re

import pytest

from xorexplain.render.layout.image import render
from xorexplain.render.layout.titles import crosses, pieces

ENTERED = """digraph {
  node [fontname="DejaVu Sans" shape=box]
  subgraph cluster_inside { label="inside a loop" labeljust=l fontname="DejaVu Sans"
    a [width=1.5] b [width=1.5] c [width=1.5] }
  %s
}"""


def title_at(*edges: str) -> float:
    """Draw a frame with edges into it, and say how far to the right its title is, from 0 to 1."""
    svg = render(ENTERED % " ".join(edges), "svg").data.decode()
    frame = re.search(r'class="cluster">.*?points="([^"]*)".*?x="([-\d.]+)"', svg, re.DOTALL)
    assert frame is not None
    corners = [float(point.split(",")[0]) for point in frame[1].split()]
    return (float(frame[2]) - min(corners)) / (max(corners) - min(corners))


def test_a_title_that_nothing_crosses_stays_at_the_left() -> None:
    assert title_at() < 0.4
    assert title_at("x -> c") < 0.4


def test_a_title_that_an_edge_crosses_moves() -> None:
    assert title_at("x -> a") > 0.6
    assert 0.4 < title_at("x -> a", "y -> c") < 0.6


def test_a_course_is_its_curve_without_the_arrowhead() -> None:
    points = list(pieces("e,100,9 0,90 0,60 0,30 0,0"))

    assert points[0] == (0, 90)
    assert points[-1] == (0, 0)
    assert len(points) == 9
    assert not list(pieces(""))


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(5, 20), (5, -20)], True),
        ([(-5, 5), (15, 6)], True),
        ([(20, 20), (20, -20)], False),
        ([(-5, 5), (5, 25)], False),
        ([(5, 5), (6, 6)], True),
        ([(-1, 0), (-1, 10), (11, 20)], False),
    ],
)
def test_crossing(points: list[tuple[float, float]], expected: bool) -> None:
    assert crosses(points, (0, 0, 10, 10)) is expected
