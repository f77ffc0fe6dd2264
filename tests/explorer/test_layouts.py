"""Test where the pictures of the explorer have their nodes."""

from __future__ import annotations

from typing import Any

import models
import pytest

from xorexplain.engines import Engine
from xorexplain.explorer.bundle import bundle
from xorexplain.models.model import Model
from xorexplain.render.layout.faults import misplaced, overlaps
from xorexplain.render.reports.gather import Subject

Json = dict[str, Any]
PLACED = ("symbolic", "gradient", "updates", "optimized", "adjoints")


def stacked(engine: Engine, count: int) -> Model:
    """`count` layers of tanh(dot(h, W)), and one step of gradient descent."""
    h = x = engine.tensor.dmatrix("x")
    weights = [models.shared(engine, (4, 4), f"W{i}", i) for i in range(1, count + 1)]
    for W in weights:
        h = engine.tensor.tanh(engine.tensor.dot(h, W))
    cost = engine.tensor.mean(h**2)
    return Model({"h": h}, cost, weights, models.descent(engine, cost, weights), [x], "stacked")


def faults(picture: Json) -> list[str]:
    """Name what is wrong in a placed picture."""
    boxes = [
        (n["x"] - n["w"] / 2, n["y"] - n["h"] / 2, n["x"] + n["w"] / 2, n["y"] + n["h"] / 2)
        for n in picture["nodes"]
    ]
    frames = {}
    for number, group in enumerate(picture["groups"]):
        x, y, w, h = group["box"]
        frames[number] = (x, y, x + w, y + h)
    around = [
        {number for number, group in enumerate(picture["groups"]) if node["id"] in group["nodes"]}
        for node in picture["nodes"]
    ]
    return [*overlaps(boxes), *misplaced(boxes, frames, around)]


@pytest.mark.parametrize("count", [2, 7, 8, 12])
def test_nodes_and_frames_stand_clear_of_each_other(engine: Engine, count: int) -> None:
    told = bundle(Subject(engine, stacked(engine, count)), PLACED)

    assert {key: found for key, drawn in told["graphs"].items() if (found := faults(drawn))} == {}


def test_equal_layers_are_one_node_that_opens(engine: Engine) -> None:
    told = bundle(Subject(engine, stacked(engine, 30)), ("symbolic",))
    (fold,) = [node for node in told["graphs"]["symbolic"]["nodes"] if node["kind"] == "fold"]

    assert fold["label"] == ["layers 1 to 30, the same", "× 30 · 60 apply nodes"]
    inside = told["graphs"][told["graphs"]["symbolic"]["folds"][fold["id"]]["graph"]]
    assert sum(node.get("members", 0) for node in inside["nodes"]) == 60
    parameters = [node["label"][0] for node in told["graphs"]["symbolic"]["nodes"]]
    assert "x" in parameters
    assert "W2" not in parameters


def test_equal_updates_are_one_node(engine: Engine) -> None:
    told = bundle(Subject(engine, models.model(engine, "mlp")), ("updates",))

    folds = [node for node in told["graphs"]["updates"]["nodes"] if node["kind"] == "fold"]
    assert [node["label"][0].split(":")[0] for node in folds] == ["× 4"]


def test_equal_gradients_are_one_node(engine: Engine) -> None:
    told = bundle(Subject(engine, stacked(engine, 5)), ("symbolic", "gradient"))

    folds = [node for node in told["graphs"]["gradient"]["nodes"] if node["kind"] == "fold"]
    assert "× 5: ∂cost/∂W1 … ∂cost/∂W5" in [node["label"][0] for node in folds]
