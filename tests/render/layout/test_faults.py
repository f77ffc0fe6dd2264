"""Check placements after they are made: nothing overlaps, frames hold what is theirs alone."""

from __future__ import annotations

import itertools
import json
from typing import Any

import models
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.render.layout.faults import misplaced, overlaps
from xorexplain.render.layout.node_places import Placer
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import dot

Box = tuple[float, float, float, float]


def test_overlapping_boxes_are_found() -> None:
    apart = [(0.0, 0.0, 10.0, 10.0), (20.0, 0.0, 30.0, 10.0), (0.0, 20.0, 10.0, 30.0)]

    assert overlaps(apart) == []
    assert overlaps([*apart, (9.5, 0.0, 19.0, 10.0)]) == []  # what rounding may do
    assert overlaps([*apart, (5.0, 5.0, 15.0, 15.0)]) == ["nodes overlap"]


def test_frames_hold_their_own_nodes_and_no_others() -> None:
    inside, outside = (10.0, 10.0, 20.0, 20.0), (40.0, 10.0, 50.0, 20.0)
    frame = {0: (0.0, 0.0, 30.0, 30.0)}

    assert misplaced([inside, outside], frame, [{0}, set()]) == []
    assert misplaced([outside], frame, [{0}]) == ["a node is not in its frame"]
    assert misplaced([inside], frame, [set()]) == ["a frame holds a node that is not of it"]
    assert misplaced([], {0: (5.0, 0.0, 5.0, 30.0)}, []) == ["a frame has no size"]


@pytest.mark.parametrize("stage", ["symbolic", "gradient", "optimized"])
def test_pictures_of_the_gallery_have_no_faults(engine: Engine, stage: str) -> None:
    with Placer() as placer:
        for name in models.GALLERY:
            if name == "convolution" and engine.name != "theano":
                continue
            if stage not in models.stages(engine, name):
                continue
            graph = apply_views(models.record(engine, name, stage), DEFAULT_VIEWS)
            told = json.loads(placer.node_places(dot(graph, Look(shapes=True))))
            assert wrong(told) == [], name


def wrong(told: dict[str, Any]) -> list[str]:
    """Name the nodes that overlap or are on the wrong side of a frame, in Graphviz's JSON."""
    boxes, frames = {}, []
    for found in told["objects"]:
        if found["name"].startswith("cluster"):
            frames.append((set(found["nodes"]), tuple(map(float, found["bb"].split(",")))))
        elif "pos" in found:
            x, y = map(float, found["pos"].split(","))
            across, up = float(found["width"]) * 36 - 1, float(found["height"]) * 36 - 1
            boxes[found["_gvid"]] = (x - across, y - up, x + across, y + up)
    pairs = itertools.combinations(boxes, 2)
    named = [f"{one} on {other}" for one, other in pairs if meet(boxes[one], boxes[other])]
    for members, frame in frames:
        assert frame[0] < frame[2]
        assert frame[1] < frame[3]
        for number, box in boxes.items():
            sides = zip(frame[:2] + box[2:], box[:2] + frame[2:], strict=True)
            is_inside = all(low <= high for low, high in sides)
            if not (is_inside if number in members else not meet(box, frame)):
                named.append(f"{number} and the frame {frame}")
    return named


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
