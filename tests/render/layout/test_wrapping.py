"""Check that ribbons are wrapped into columns, and that labels at the ends of edges are placed."""

from __future__ import annotations

import re

import pytest

from xorexplain.render.layout.image import render
from xorexplain.render.layout.numbering import Arrow, held_by, in_order
from xorexplain.render.layout.wrapping import AIM, PIXELS, WINDOW, Placed, rows, ways

WRAPPED = (
    'graph [columns="4" newrank="true" ranksep="0.3"] '
    'node [shape=box fontsize="12" fontname="DejaVu Sans"]'
)


def chain(length: int, attributes: str = WRAPPED) -> str:
    edges = "\n".join(f"n{i} -> n{i + 1}" for i in range(length))
    return f"digraph {{ {attributes}\n{edges} }}"


def drawn(dot: str) -> str:
    return render(dot, "svg").data.decode()


def text_height(svg: str) -> float:
    """Return how many pixels a text of 12 points is high where the picture fits the window."""
    found = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    assert found is not None
    sides = zip(WINDOW, map(float, found.groups()), strict=True)
    return 12 * PIXELS * min(1.0, *(most / (side * PIXELS) for most, side in sides))


def test_rows_go_down_up_and_down() -> None:
    assert rows(range(9), 1) == list(range(9))
    assert rows(range(9), 3) == [0, 1, 2, 2, 1, 0, 0, 1, 2]
    assert rows([], 2) == []


def test_a_ribbon_is_wrapped_until_its_text_can_be_read() -> None:
    plain, wrapped = drawn(chain(60, WRAPPED.replace("4", "1"))), drawn(chain(60))

    assert text_height(plain) < AIM / 2
    assert text_height(wrapped) >= AIM


def tried(up: float, *heights: float) -> str:
    """Return in which of six columns one is laid out again, where the text comes out so high."""
    known = {(1, False): Placed(16, up, 16, [])}
    for way, height in zip(ways(known, 1, 6), heights, strict=False):
        known[way] = Placed(height, height, 16, [])
    return " ".join(f"{count}{' tight' * is_tight}" for count, is_tight in [*known][1:])


def test_columns_that_leave_the_text_too_small_are_not_tried() -> None:
    assert tried(2.5, 6.7, 8.8, 8.9, 8.9) == "3 4 5 6"
    assert tried(0.7, 4.1, 5.4) == "6 6 tight"


def test_no_more_columns_are_tried_where_they_make_the_text_smaller() -> None:
    assert tried(4.9, 8.5, 6.4, 7.0, 8.9) == "2 3 4 2 tight"


@pytest.mark.parametrize("length", [19, 60])
def test_edges_keep_their_direction_and_their_arrows(length: int) -> None:
    svg = drawn(chain(length))

    titles = re.findall(r'class="edge">\n<title>(.*?)</title>', svg)
    assert sorted(titles) == sorted(f"n{i}&#45;&gt;n{i + 1}" for i in range(length))
    arrows = re.findall(r'class="edge">.*?<polygon', svg.replace("\n", ""))
    assert len(arrows) == length
    assert "turned" not in svg


def test_what_can_be_read_is_left_as_it_is() -> None:
    assert drawn(chain(12)) == drawn(chain(12, WRAPPED.replace('columns="4"', "")))


def texts(edges: str) -> list[str]:
    svg = drawn(f"digraph {{ {WRAPPED} {edges} }}")
    return re.findall(r">([^<]+)</text>", "".join(re.findall(r'class="edge">.*?</g>', svg, re.S)))


def test_numbers_are_left_out_where_the_order_is_seen() -> None:
    assert texts("a -> c [headlabel=0] b -> c [headlabel=1]") == []


def test_numbers_stay_where_the_order_is_another() -> None:
    other_way = "{ rank=same b -> a [style=invis] }"

    told = texts(f"{other_way} a -> c [headlabel=0] b -> c [headlabel=1]")

    assert sorted(told) == ["0", "1"]


def test_other_labels_at_ends_stay() -> None:
    assert texts('a -> c [headlabel=i0 taillabel="out 1"]') == ["i0", "out 1"]


def test_order_is_seen_from_left_to_right_on_one_side() -> None:
    above = [Arrow(f"e,{x},0 {x},40 {x},30 {x},20 {x},10", at_tail=False) for x in (0, 10)]
    below = Arrow("e,30,-20 30,-60 30,-50 30,-40 30,-30", at_tail=False)

    assert in_order(above, sideways=False)
    assert not in_order(above[::-1], sideways=False)
    assert not in_order([*above, below], sideways=False)
    assert not in_order(above, sideways=True)


def test_a_label_stands_beside_its_end() -> None:
    arrow = Arrow("e,50,0 50,40 50,30 50,20 50,10", at_tail=False)

    left, right = arrow.beside(1, right=False), arrow.beside(1, right=True)
    assert left[0] < 50 < right[0]
    assert left[1] == right[1] > 0


def test_points_that_bend_a_curve_stay_in_the_picture() -> None:
    spline = "e,100,0 0,0 0,80 100,80 100,10"

    held = held_by(spline, "0,0,100,70").split()

    assert held[0] == "e,100,0"
    assert held[1] == "0.00,0.00"
    assert held[-1] == "100.00,10.00"
    assert all(float(point.split(",")[1]) <= 70 for point in held[1:])
    assert len(held[1:]) % 3 == 1
    assert held_by(spline, "0,0,100,90").split()[2] == "0.00,80.00"
