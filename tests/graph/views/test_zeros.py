"""Find what is zero by structure, and nothing that is not."""

from __future__ import annotations

import graphs
import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.views.zeros import zeros
from xorexplain.models.capture import capture, outputs_source


def zero_names(*lines: str) -> list[str]:
    graph = graphs.graph(*lines)
    return [v.name for v in graph.variables if v.id in zeros(graph) and v.name]


@pytest.mark.parametrize(
    "line",
    [
        "y = mul(x, 0)",
        "y = mul(0.0, x)",
        "y = dot(0, x)",
        "y = add(0, 0.0)",
        "y = neg(0)",
        "y = true_div(0, x)",
        "y = second(x, 0)",
        "y = switch(x, 0, 0)",
        "y = sum[axis=0](0)",
        "y = alloc(0, x)",
        "y = join(1, 0, 0)",
        "y = inc_subtensor(0, 0, x)",
        "y = advanced_set_subtensor1(0, 0, x)",
    ],
)
def test_an_op_keeps_a_zero(line: str) -> None:
    assert zero_names(line) == ["y"]


@pytest.mark.parametrize(
    "line",
    [
        "y = add(x, 0)",
        "y = mul(x, 1)",
        "y = mul(x, 0.5)",
        "y = exp(0)",
        "y = second(0, x)",
        "y = switch(0, x, 0)",
        "y = true_div(x, 0)",
        "y = join(0, x, 0)",
        "y = inc_subtensor(0, x, 1)",
        "y = made_up(0)",
    ],
)
def test_an_op_does_not_keep_it(line: str) -> None:
    assert zero_names(line) == []


def test_a_zero_is_followed_through_many_nodes() -> None:
    assert zero_names("a = mul(x, 0)", "b = neg(a)", "c = add(b, x)", "d = mul(b, c)") == [
        "a",
        "b",
        "d",
    ]


def test_a_node_without_inputs_is_no_zero() -> None:
    assert zero_names("y = add()") == []


def recorded(engine: Engine, *variables: object) -> Graph:
    origin = Origin(engine.name, engine.version)
    return capture(engine, outputs_source(variables, [None] * len(variables)), origin)


def test_zeros_of_an_engine_are_found(engine: Engine) -> None:
    T = engine.tensor
    x = T.dmatrix("x")
    made = [T.zeros_like(x), T.zeros((2, 3)), x * numpy.zeros((2, 2)), -(x.T * 0)]

    graph = recorded(engine, *made, T.ones_like(x), x * 1e-9)

    assert [output.variable in zeros(graph) for output in graph.outputs] == [True] * 4 + [False] * 2
