"""Count what the rows of a function have to do."""

from __future__ import annotations

import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.graph.work import moved, operations, times
from xorexplain.models.model import Model
from xorexplain.models.stages import view


def graph_of(engine: Engine, **outputs: object) -> Graph:
    return infer_shapes(view(engine, Model(outputs=outputs), "symbolic").graph())


def shared(engine: Engine, *shape: int) -> object:
    return engine.module.shared(numpy.ones(shape), name="x" + "".join(map(str, shape)))


@pytest.mark.parametrize(
    ("make", "count", "read", "written"),
    [
        # For each of 2 × 5 elements three products and two sums.
        (lambda T, a, b: T.dot(a, b), 50, 8 * (6 + 15), 80),
        (lambda T, a, b: a + a, 6, 48, 48),
        (lambda T, a, b: T.exp(b), 15, 120, 120),
        (lambda T, a, b: T.sum(b, axis=0), 10, 120, 40),
        (lambda T, a, b: a.T, 0, 0, 0),
    ],
    ids=["dot", "add", "exp", "sum", "transpose"],
)
def test_work_is_counted(engine: Engine, make: object, count: int, read: int, written: int) -> None:
    a, b = shared(engine, 2, 3), shared(engine, 3, 5)
    graph = graph_of(engine, z=make(engine.tensor, a, b))  # type: ignore[operator]
    apply = graph.applies[-1]

    assert operations(graph, apply) == count
    assert moved(graph, apply) == ((read, written) if not apply.view_map else (0, 0))


def test_of_unknown_lengths_nothing_is_known(engine: Engine) -> None:
    x = engine.tensor.dmatrix("x")
    graph = graph_of(engine, z=engine.tensor.exp(x))

    assert operations(graph, graph.applies[-1]) is None
    assert moved(graph, graph.applies[-1]) == (None, None)


def test_what_fusion_makes_of_it_has_as_many_operations(engine: Engine) -> None:
    T = engine.tensor
    x = shared(engine, 4, 1)
    cost = T.sum(T.exp(x) ** 2 - x)
    model = Model(outputs={"cost": cost})
    written, runs = (
        infer_shapes(view(engine, model, stage).graph()) for stage in ("symbolic", "optimized")
    )

    counts = [sum(operations(g, a) or 0 for a in g.applies) for g in (written, runs)]
    assert counts == [4 + 4 + 4 + 3] * 2


def test_sigmoids_are_counted_by_element(engine: Engine) -> None:
    a = shared(engine, 2, 3)
    graph = graph_of(engine, z=engine.sigmoid(a) * engine.sigmoid(engine.tensor.sum(a, axis=0)))

    assert times(graph, "sigmoid") == 6 + 3
    assert times(graph, "exp") == 0
