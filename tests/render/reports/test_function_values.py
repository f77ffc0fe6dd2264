"""What every node of a compiled function holds, as the engine has it by default."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy
import pytest

import xorexplain
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError

X, Y = numpy.arange(6.0).reshape(2, 3) / 10, numpy.array([0.5, -1.0])


@pytest.fixture(scope="module")
def weights(engine: Engine) -> Any:
    return engine.module.shared(numpy.arange(3.0), name="w")


@pytest.fixture(scope="module")
def train(engine: Engine, weights: Any) -> Any:
    """A function with an update, and with givens that stand for an input."""
    T = engine.tensor
    x, y, k, half = T.dmatrix("x"), T.dvector("y"), T.ivector("k"), T.dmatrix("half")
    z = T.dot(x, weights)
    cost = T.sum((T.tanh(z) - y) ** 2) + T.sum(weights[k])
    cost.name = "cost"
    new = weights - 0.1 * engine.module.grad(cost, weights)
    givens = {x: 2 * half}
    inputs = [half, y, k]
    return engine.module.function(inputs, cost, updates=[(weights, new)], givens=givens)


def nodes(report: Any) -> Mapping[str, Any]:
    return {node["name"]: node["held"][0] for node in json.loads(report.data())["nodes"]}


@pytest.mark.filterwarnings("ignore:.*Cannot cache compiled function")
def test_values_are_those_of_a_call_and_nothing_is_updated(weights: Any, train: Any) -> None:
    before = weights.get_value()
    told = nodes(xorexplain.values(train, {"half": X, "y": Y, "k": [0, 2]}))

    assert numpy.array_equal(weights.get_value(), before)
    cost = train(X, Y, numpy.array([0, 2], "int32"))
    after = weights.get_value()
    weights.set_value(before)
    found = [held["value"]["elements"] for held in told.values() if held["value"]]
    assert any(one == pytest.approx([float(cost)]) for one in found)
    assert told["w (new)"]["value"]["elements"] == pytest.approx(after)
    assert told["w"]["value"]["elements"] == [0, 1, 2]


def test_a_row_of_all_arguments_is_taken(train: Any) -> None:
    data = {"half": X, "y": Y, "k": [0, 2]}

    held = nodes(xorexplain.values(train, data, row=2))["half"]

    assert held["value"]["elements"] == pytest.approx([0.3, 0.4, 0.5])
    assert held["case"] == "one call, row 2"


@pytest.mark.parametrize(
    ("data", "row", "trained", "words"),
    [
        ({"half": X, "y": Y[:1], "k": [0, 1, 2]}, 1, 0, "no rows of one length: leave --row out"),
        ({"half": X, "y": Y, "k": [0, 1]}, 3, 0, "there are 2 rows: give a number from 1 to 2"),
        ({"half": X, "y": Y, "k": [0]}, 0, 5, "no steps to train for: leave --trained out"),
        ({"half": X, "y": Y, "k": [9]}, 0, 0, "k is 9, and w has 3 elements"),
        ({"half": X, "y": numpy.ones(5), "k": [0]}, 0, 0, "2 and 5 do not fit"),
    ],
)
def test_what_misfits_is_said(
    train: Any, data: Mapping[str, Any], row: int, trained: int, words: str
) -> None:
    with pytest.raises(XorexplainError, match=words):
        xorexplain.values(train, data, row=row or None, trained=trained)


def test_what_is_written_over_is_told_as_it_was_read(engine: Engine) -> None:
    T, module = engine.tensor, engine.module
    v = T.dvector("v")
    function = module.function([module.In(v, mutable=True)], T.set_subtensor(v[0], 5.0) * 2)

    told = nodes(xorexplain.values(function, {"v": [1.0, 2.0]}))

    found = [held["value"]["elements"] for held in told.values()]
    assert told["v"]["value"]["elements"] == [1, 2]
    assert [5, 2] in found
    assert [10, 4] in found


def test_memory_that_nobody_has_written_has_no_value(engine: Engine) -> None:
    T = engine.tensor
    v = T.dvector("v")
    room = (T.basic if engine.name == "pytensor" else T).AllocEmpty("float64")(v.shape[0])
    whole = T.set_subtensor(room[:], v)
    outputs = [whole + 1, room + v]
    function = engine.module.function([v], outputs, mode="FAST_COMPILE")

    report = json.loads(xorexplain.values(function, {"v": [1.0, 2.0]}).data())

    values = [node["held"][0]["value"] for node in report["nodes"]]
    assert values.count(None) >= 2
    assert [2, 3] in [value["elements"] for value in values if value]
