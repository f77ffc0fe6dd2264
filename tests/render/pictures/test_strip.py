"""Draw the lives of arrays."""

from __future__ import annotations

import re

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
        for box in re.findall(r"-#\w+ P 4 ([\d. -]+?) (?=[LeC])", dot)
    ]
    wide = sorted(max(box[::2]) - min(box[::2]) for box in boxes)

    assert wide[-1] > wide[-2] > 30


def test_nothing_to_draw() -> None:
    assert draw_dot(strips_dot((), 0, "light", "none"), "svg", Layout()).data
