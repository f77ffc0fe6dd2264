"""Draw the lives of arrays."""

from __future__ import annotations

import re
from dataclasses import replace

from xorexplain.render import Layout, draw_dot
from xorexplain.render.pictures.strip import Strip, strips_dot

STRIPS = (
    Strip("W", "80 bytes", 0, 3, (3,), (1,), True),
    Strip("z → a <b>", "32 bytes", 1, 3, (1, 2), (2, 3), False),
)


def test_each_array_is_named_and_each_row_numbered() -> None:
    svg = draw_dot(strips_dot(STRIPS, 3, "light", "t"), "svg", Layout()).data.decode()

    words = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert words[:3] == ["1", "2", "3"]
    assert words[3:7] == ["W", "80 bytes", "z → a &lt;b&gt;", "32 bytes"]
    assert svg.count("<ellipse") == 3


def test_a_strip_ends_where_its_array_is_read_last() -> None:
    dot = strips_dot(STRIPS, 3, "dark", "t")
    boxes = [
        [float(n) for n in box.split()]
        for box in re.findall(r"-#\w+\sP 4 ([\d. -]+?)\s(?=[LeC])", dot)
    ]
    wide = sorted(max(box[::2]) - min(box[::2]) for box in boxes)

    assert wide[-1] > wide[-2] > 30


def test_nothing_to_draw() -> None:
    assert draw_dot(strips_dot((), 0, "light", "none"), "svg", Layout()).data


def test_hundreds_of_arrays_are_drawn() -> None:
    """Graphviz reads no line of so many letters: the pages of an LSTM ended as a fault."""
    many = [replace(STRIPS[0], label=f"W{number}") for number in range(200)]
    dot = strips_dot(many, 3, "light", "many")

    assert len(dot) > 16384
    assert draw_dot(dot, "svg", Layout()).data.count(b">W") == len(many)
