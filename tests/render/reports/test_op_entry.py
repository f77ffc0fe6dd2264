"""Hold what the dictionary tells of an op to numbers: shapes, and the gradient beside slopes."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from xorexplain.gradients.rules import rules
from xorexplain.graph.ops import KINDS, having
from xorexplain.graph.ops.records import Kind
from xorexplain.notation.evaluate import FUNCTIONS, evaluate
from xorexplain.render.reports.document import Equations, Paragraph
from xorexplain.render.reports.op_entry import example, fields
from xorexplain.render.writers.filling import line_text, written

LENGTHS = {"n": 3, "m": 2, "k": 4, "b": 5, "1": 1}
TOLD = [kind for kind in KINDS.values() if example(kind) and kind.name in FUNCTIONS]
SMOOTH = [k for k in TOLD if k.name in rules() and k.name not in having("truth") | {"cast"}]
"""Kinds with a slope that differences show; float32, which is cast to, is too coarse for them."""


def sample(kind: Kind) -> dict[str, Any]:
    """Return values where every op has one, and a slope."""
    random = numpy.random.default_rng(1)
    graph = example(kind)
    assert graph is not None
    shapes = told(kind, "shapes").split(" → ")[0].split(", ") if told(kind, "shapes") else []
    given = {}
    for position, name in enumerate(graph.inputs):
        rank = len(graph.variable[name].shape or ())
        shape = [3] * rank
        if shapes and rank:
            shape = [LENGTHS[letter] for letter in shapes[position].split("×")]
        given[name] = random.uniform(0.2, 0.8, size=shape) + (kind.name == "arccosh")
    if kind.name == "clip":
        given |= {"y": 0.3, "w": 0.7}
    if kind.name == "advanced_subtensor1":
        given["y"] = numpy.array([0, 2, 2, 1])
    if kind.name in having("truth") | {"switch"}:
        given["x"] = given["x"] > 0.5
    return given


def told(kind: Kind, label: str) -> str:
    for field in fields(kind, rules().get(kind.name)):
        if field.label == label:
            (block,) = field.blocks
            assert isinstance(block, Paragraph)
            return line_text(block.inlines)
    return ""


def value(kind: Kind, given: dict[str, Any]) -> Any:
    (formula,) = (f.blocks[0] for f in fields(kind, None) if f.label == "formula")
    assert isinstance(formula, Equations)
    return evaluate(formula.equations[0].value, given)


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.name)
def test_the_shapes_are_those_numpy_gives(kind: Kind) -> None:
    if not told(kind, "shapes") or kind.name in {"and", "or", "xor", "invert"}:
        return
    result = told(kind, "shapes").split(" → ")[1]

    found = numpy.shape(value(kind, sample(kind)))

    assert found == tuple(LENGTHS.get(text) or int(text) for text in result.split("×"))


@pytest.mark.parametrize("kind", SMOOTH, ids=lambda kind: kind.name)
def test_the_gradient_is_the_slope(kind: Kind) -> None:
    given = sample(kind)
    result = value(kind, given)
    adjoint = numpy.random.default_rng(2).uniform(-1, 1, size=numpy.shape(result))
    received = [f.blocks[0] for f in fields(kind, rules()[kind.name]) if f.label == "gradient"]

    for block in received:
        assert isinstance(block, Equations)
        for equation in block.equations:
            name = written(equation.left[0]).removeprefix("δ")
            by_rule = evaluate(equation.value, {**given, "z": result, "δz": adjoint})
            slopes = numpy.zeros(numpy.shape(given[name]))
            for place in numpy.ndindex(slopes.shape):
                costs = []
                for step in (1e-6, -1e-6):
                    moved = numpy.array(given[name], dtype="float64")
                    moved[place] += step
                    costs.append(numpy.sum(adjoint * value(kind, {**given, name: moved})))
                slopes[place] = (costs[0] - costs[1]) / 2e-6
            if not slopes.shape:
                # A number is repeated, and receives the sum.
                by_rule = numpy.sum(by_rule)
            assert numpy.broadcast_to(by_rule, slopes.shape) == pytest.approx(slopes, abs=2e-4)
