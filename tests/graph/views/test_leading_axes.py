"""Leave out axes that NumPy adds by itself, and no others."""

from __future__ import annotations

from dataclasses import replace

import graphs
import pytest

from xorexplain.graph.views.leading_axes import hide_leading_axes

SUM = ["z = add(r, s)"]
SHAPES = {"x": (4, 3), "b": (3,), "r": (1, 3), "s": (1, 3), "y": (4, 3), "z": (1, 3)}


@pytest.mark.parametrize(
    ("lines", "is_hidden"),
    [
        (["r = expand_dims[order=x, 0](b)", "y = add(x, r)"], True),
        (["r = expand_dims[order=0, x](b)", "y = add(x, r)"], False),
        (["r = expand_dims[order=x, 0](b)", "y = dot(x, r)"], False),
        (["r = expand_dims[order=x, 0](b)", "z = add(r, 1.0)"], False),
        (["r = expand_dims[order=x, 0](b)", "z = add(r, 1.0)", "y = add(x, z)"], True),
        (["r = expand_dims[order=x, 0](b)", "s = expand_dims[order=x, 0](b)", *SUM], True),
    ],
)
def test_an_axis_in_front_of_an_elementwise_operand(lines: list[str], is_hidden: bool) -> None:
    graph = graphs.graph(*lines, shapes=SHAPES)
    made = (replace(v, name=None if v.name in ("r", "s") else v.name) for v in graph.variables)

    shown = hide_leading_axes(replace(graph, variables=tuple(made)))

    assert (len(shown.applies) < len(graph.applies)) is is_hidden


@pytest.mark.parametrize(
    ("step", "rounds", "is_hidden"),
    [
        (("p = add(h, r)", "n = tanh(p)"), "0@-1, same → 0@0", True),
        (("p = dot(h, r)", "n = tanh(p)"), "0@-1, same → 0@0", False),
        (("p = add(h, r)", "n = tanh(p)"), "0@-1, seq → 0@0", False),
    ],
)
def test_an_axis_in_front_of_what_every_round_reads(
    step: tuple[str, ...], rounds: str, is_hidden: bool
) -> None:
    shapes = {"h": (4, 3), "r": (1, 3), "p": (4, 3), "n": (4, 3), "b": (3,), "y": (4, 3)}
    inside = graphs.graph(*step, shapes=shapes)
    lines = ["r = expand_dims[order=x, 0](b)", "y = scan[inner=0](h, r)"]
    graph = graphs.anonymous(graphs.graph(*lines, shapes=shapes, inner=[inside]))
    (made, loop) = graph.applies
    op = replace(loop.op, params=(("rounds", rounds),))
    graph = replace(graph, applies=(made, replace(loop, op=op)))

    shown = hide_leading_axes(graph)

    assert (len(shown.applies) < len(graph.applies)) is is_hidden
    given = shown.inner[0].inputs[1]
    assert shown.inner[0].variable[given].shape == ((3,) if is_hidden else (1, 3))
