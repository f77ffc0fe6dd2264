"""Tell axes that are kept with what is reduced, and leave axes that mean something."""

from __future__ import annotations

from dataclasses import replace

import graphs
import pytest

from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.kept_axes import hide_returns, keep_axes

SHAPES = {"x": (4, 3), "s": (4,), "k": (4, 1), "r": (1, 4), "y": (4, 3), "d": (4,), "c": (4, 1)}


def made(*lines: str) -> Graph:
    """Build a graph of which only what is given and the result has a name."""
    graph = graphs.graph(*lines, shapes=SHAPES)
    kept = (replace(v, name=v.name if v.name in ("x", "c", "y") else None) for v in graph.variables)
    return replace(graph, variables=tuple(kept))


@pytest.mark.parametrize(
    ("lines", "is_kept"),
    [
        (["s = sum[axis=1](x)", "k = expand_dims[order=0, x](s)", "y = sub(x, k)"], True),
        (["s = sum[axis=1](x)", "r = expand_dims[order=x, 0](s)", "y = dot(r, x)"], False),
        (["s = tanh(x)", "k = expand_dims[order=0, x](s)", "y = sub(x, k)"], False),
        (["s = sum[axis=1](x)", "k = expand_dims[order=0, x](s)", "y = dot(k, s)"], False),
    ],
)
def test_a_sum_keeps_the_axis_that_is_only_added_again(lines: list[str], is_kept: bool) -> None:
    graph = made(*lines)

    shown = keep_axes(graph)

    assert graphs.consistent(shown)
    assert (len(shown.applies) < len(graph.applies)) is is_kept
    if is_kept:
        assert shown.variable[shown.applies[0].outputs[0]].shape == (4, 1)


@pytest.mark.parametrize(
    ("order", "is_hidden"), [("0, x", True), ("x, 0", False)], ids=["in its place", "elsewhere"]
)
def test_an_axis_that_is_dropped_and_added_in_its_place(order: str, is_hidden: bool) -> None:
    name = "k" if is_hidden else "r"
    lines = ["d = squeeze[order=0](c)", f"{name} = expand_dims[order={order}](d)"]
    graph = made(*lines, f"y = mul({name}, x)")

    shown = hide_returns(graph)

    assert [a.op.kind for a in shown.applies] == (
        ["mul"] if is_hidden else [*map(_kind, graph.applies)]
    )


def _kind(apply: Apply) -> str:
    return apply.op.kind
