"""Pictures that are equal but for the numbers in names are laid out once, with room for each."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from xorexplain.explorer.sharing import Layouts
from xorexplain.render.layout.node_places import Placer

pytestmark = pytest.mark.neutral


def chain(*names: str) -> dict[str, Any]:
    nodes = [{"id": f"{names[0]}.{n}", "shape": "box", "label": [n]} for n in names]
    ids = [node["id"] for node in nodes]
    edges = [{"from": a, "to": b, "label": ""} for a, b in pairwise(ids)]
    groups = [{"id": "c", "title": "layer " + names[0][1:], "nodes": ids[:2]}]
    return {"nodes": nodes, "edges": edges, "groups": groups}


def test_one_layout_serves_all_layers() -> None:
    asked = []
    layers = [chain(f"W{i}", f"h{i}", "tanh") for i in (1, 2, 100)]
    with Placer() as placer:

        def lay_out(dot: str) -> bytes:
            asked.append(dot)
            return placer.node_places(dot)

        with Layouts(lay_out) as layouts:
            ends = [layouts.begin(layers), layouts.begin([chain("W100", "h100", "tanh")])]
            for end in ends:
                end()
    assert len(asked) == 1
    assert ">W100<" in asked[0]
    sizes = [[(n["x"], n["y"], n["w"], n["h"]) for n in layer["nodes"]] for layer in layers]
    assert sizes[0] == sizes[1] == sizes[2]
    assert [n["label"] for n in layers[0]["nodes"]] == [["W1"], ["h1"], ["tanh"]]
    assert all(edge["d"].startswith("M") for edge in layers[2]["edges"])
    assert layers[1]["groups"][0]["box"] == layers[2]["groups"][0]["box"]


@pytest.mark.parametrize("other", [("W2", "exp", "x"), ("W2", "0.125", "x"), ("W2", "x", "0.5")])
def test_what_is_another_picture_has_a_layout_of_its_own(other: tuple[str, ...]) -> None:
    pictures = [chain("W1", "0.5", "x"), chain(*other)]
    asked = []
    with Placer() as placer:

        def lay_out(dot: str) -> bytes:
            asked.append(dot)
            return placer.node_places(dot)

        with Layouts(lay_out) as layouts:
            layouts.begin(pictures)()
    assert len(asked) == 2


def test_what_lies_across_is_another_picture_and_stands_below_each_other() -> None:
    names = [f"u{n}" for n in range(12)]
    drawn = [
        {**chain("x", *names), "groups": [], "across": is_across} for is_across in (False, True)
    ]
    for picture in drawn:
        picture["edges"] = [
            {"from": "x.x", "to": node["id"], "label": ""} for node in picture["nodes"][1:]
        ]
    with Placer() as placer, Layouts(placer.node_places) as layouts:
        layouts.begin(drawn)()
    (down_wide, _), (across_wide, _) = (picture["size"] for picture in drawn)
    assert across_wide < 0.5 * down_wide
