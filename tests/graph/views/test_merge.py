"""Show once what several calls of T.grad compute anew, and say so where it ends."""

from __future__ import annotations

from dataclasses import replace

import graphs
import numpy
import pytest

from xorexplain import Model
from xorexplain.api import prepared
from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views.merge import merge_backward, shared_number
from xorexplain.models.stages import view
from xorexplain.render.look import Look

TWICE = ("c = sqr(x)", "g = mul(x, 2.0)", "g_2 = mul(x, 2.0)", "a = exp(g)", "b = tanh(g_2)")


def behind(graph: Graph, *kept: str) -> Graph:
    """Say that all but what computes these is behind the cost."""
    ids = {v.owner for v in graph.variables if v.name in kept}
    return replace(graph, backward=tuple(a.id for a in graph.applies if a.id not in ids))


def named(graph: Graph) -> list[str | None]:
    return [graph.variable[apply.outputs[0]].name for apply in graph.applies]


def test_what_is_equal_is_shown_once_and_understood_by_both_names() -> None:
    shown = merge_backward(behind(graphs.graph(*TWICE, outputs=["c", "a", "b"]), "c"))

    assert named(shown) == ["c", "g", "a", "b"]
    made = shown.applies[1]
    assert shown.variable[made.outputs[0]].called == ("g_2",)
    assert [shared_number(shown, apply) for apply in shown.applies] == [1, 2, 1, 1]
    assert [o.variable for o in shown.outputs] == [shown.applies[i].outputs[0] for i in (0, 2, 3)]


@pytest.mark.parametrize("kept", [("c", "g", "g_2"), ("c", "g")])
def test_what_the_user_wrote_twice_stays(kept: tuple[str, ...]) -> None:
    graph = behind(graphs.graph(*TWICE, outputs=["c", "a", "b"]), *kept)

    assert merge_backward(graph) is graph


def test_what_has_names_of_its_own_stays_apart() -> None:
    lines = (TWICE[0], "p = mul(x, 2.0)", "q = mul(x, 2.0)", "a = exp(p)", "b = tanh(q)")
    graph = behind(graphs.graph(*lines, outputs=["c", "a", "b"]), "c")

    assert merge_backward(graph) is graph


def test_a_gradient_a_parameter_is_drawn_as_one_of_all(engine: Engine) -> None:
    shared, x = engine.module.shared, engine.tensor.dmatrix("x")
    W = shared(numpy.ones((3, 2)), name="W")
    b, V = shared(numpy.ones(2), name="b"), shared(numpy.ones(2), name="V")
    cost = engine.tensor.sum(engine.tensor.tanh(engine.tensor.dot(x, W) + b) * V)

    def drawn(*gradients: object) -> Graph:
        updates = [(p, p - 0.1 * g) for p, g in zip((W, b, V), gradients, strict=True)]
        model = Model({"cost": cost}, cost, [W, b, V], updates, [x], "separate")
        return prepared(view(engine, model, "updates").graph(), Look(shapes=True), True)

    at_once = drawn(*engine.grad(cost, [W, b, V]))
    separate = drawn(*(engine.grad(cost, [p])[0] for p in (W, b, V)))

    assert len(separate.applies) == len(at_once.applies)
    assert {shared_number(at_once, apply) for apply in at_once.applies} == {1}
    assert max(shared_number(separate, apply) for apply in separate.applies) > 1
    assert separate.count > at_once.count
