"""Tell of sparse matrices the lengths that the engine computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import numpy
import pytest
import scipy.sparse

from xorexplain.engines import Engine
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.model import Model
from xorexplain.models.stages import view

RESULTS: Mapping[str, Callable[[Any, Any, Any], Any]] = {
    "dot": lambda sparse, A, W: sparse.dot(A, W),
    "structured dot": lambda sparse, A, W: sparse.structured_dot(A, W),
    "product of sparse ones": lambda sparse, A, W: sparse.true_dot(A, A.T),
    "transpose": lambda sparse, A, W: sparse.dot(W.T, A.T),
    "sign": lambda sparse, A, W: sparse.dot(-A, W),
    "element by element": lambda sparse, A, W: sparse.structured_sigmoid(A),
    "sum": lambda sparse, A, W: sparse.sp_sum(A, axis=1),
    "dense": lambda sparse, A, W: sparse.dense_from_sparse(A) + 1.0,
    "cleaned": lambda sparse, A, W: sparse.clean(A),
    "cast": lambda sparse, A, W: sparse.cast(A, "float32"),
}
"""What the engines' sparse modules make of a 4×3 matrix A and a dense 3×2 one."""
VALUES = {"A": scipy.sparse.csr_matrix(numpy.eye(4, 3)), "W": numpy.ones((3, 2))}


@pytest.mark.parametrize("name", RESULTS)
def test_lengths_are_those_that_the_engine_computes(engine: Engine, name: str) -> None:
    sparse = import_module(f"{engine.name}.sparse")
    A, W = sparse.csr_matrix("A", "float64"), engine.tensor.dmatrix("W")
    result = RESULTS[name](sparse, A, W)

    graph = infer_shapes(
        view(engine, Model(outputs={"c": result}, inputs=[A, W]), "symbolic").graph()
    )
    read = [v for v in (A, W) if v.name in {graph.variable[id_].name for id_ in graph.inputs}]
    computed = engine.evaluator([result], read)(*(VALUES[v.name] for v in read))[0]

    given = [graph.variable[id_] for id_ in graph.inputs]
    sizes = {
        text: length
        for variable in given
        for text, length in zip(
            variable.lengths or (), VALUES[str(variable.name)].shape, strict=True
        )
    }
    told = graph.variable[graph.outputs[0].variable].lengths
    assert told is not None
    assert tuple(sizes.get(text, -1) for text in told) == computed.shape


def test_a_shared_one_has_the_lengths_of_its_value(engine: Engine) -> None:
    shared = import_module(f"{engine.name}.sparse").shared(VALUES["A"], name="A")

    assert engine.type_of(shared).shape == (4, 3)
