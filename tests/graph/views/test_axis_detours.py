"""Leave out axes that are added and dropped around elementwise ops, and no others."""

from __future__ import annotations

from dataclasses import replace

import graphs
import pytest

from xorexplain.graph.records import Graph
from xorexplain.graph.views.axis_detours import hide_detours

SHAPES = {"s": (4,), "x": (1, 4), "a": (1, 4), "b": (1, 4), "y": (4,), "m": (1, 4), "z": (4,)}
IN, OUT, END = "x = expand_dims[order=x, 0](s)", "y = squeeze[order=1](b)", "z = exp(y)"


def made(*lines: str) -> Graph:
    """Build a graph of which only what is given and the result has a name."""
    graph = graphs.graph(*lines, shapes=SHAPES)
    kept = ("s", "m", "z", "named")
    variables = (replace(v, name=v.name if v.name in kept else None) for v in graph.variables)
    return replace(graph, variables=tuple(variables))


@pytest.mark.parametrize(
    ("between", "left"),
    [
        (["a = true_div(x, 4.0)", "b = neg(a)"], ["true_div", "neg", "exp"]),
        (["b = mul(x, 2.0)"], ["mul", "exp"]),
        (["b = mul(x, m)"], None),
        (["b = mul(x, x)"], None),
        (["a = dot(x, m)", "b = neg(a)"], None),
    ],
)
def test_an_axis_around_elementwise_ops(between: list[str], left: list[str] | None) -> None:
    graph = made(IN, *between, OUT, END)

    shown = hide_detours(graph)

    assert graphs.consistent(shown)
    if left is None:
        assert shown is graph
    else:
        assert [apply.op.kind for apply in shown.applies] == left
        assert {v.shape for v in shown.variables if v.owner is not None} == {(4,)}


def test_axes_that_come_back_in_another_order_stay() -> None:
    lines = ("x = expand_dims[order=0, x, 1](s)", "b = neg(x)", "y = squeeze[order=2, 0](b)", END)
    graph = made(*lines)

    assert hide_detours(graph) is graph
