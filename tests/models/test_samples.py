"""Values are drawn for what a graph is given, also where that is no dense array."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy
import pytest
import scipy.sparse

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.check import DIFFERENCES, check
from xorexplain.gradients.choose import differentiate
from xorexplain.models.loading import as_model
from xorexplain.models.model import Model
from xorexplain.models.samples import own_values, sample_values


def sparse(engine: Engine, value: Any) -> Model:
    """Build a cost that reads a sparse matrix."""
    module = import_module(f"{engine.module.__name__}.sparse")
    A = module.csr_matrix("A", "float64")
    w = engine.module.shared(numpy.ones((3, 2)), name="w")
    cost = engine.tensor.sum(module.dot(A, w) ** 2)
    cost.name = "cost"
    return Model(outputs={"c": cost}, cost=cost, parameters=[w], inputs=[A], data={"A": value})


@pytest.mark.theano
def test_images_are_as_large_as_what_reads_them_needs(engine: Engine) -> None:
    """Two filters of five pixels and two pools of two leave 4 of 28 pixels."""
    T, shared = engine.tensor, engine.module.shared
    pool = import_module("theano.tensor.signal.pool").pool_2d
    read = x = T.dtensor4("x")
    for channels in (1, 2):
        filters = shared(numpy.ones((2, channels, 5, 5)))
        read = pool(T.nnet.conv2d(read, filters), (2, 2), ignore_border=True)
    W = shared(numpy.ones((2 * 4 * 4, 3)), "W")
    derivation = differentiate(engine, Model({}, T.sum(T.dot(T.flatten(read, 2), W)), [W]))

    values = sample_values(engine, derivation.graph, derivation.variables, {})
    (id_,) = (id_ for id_, variable in derivation.variables.items() if variable is x)
    assert values[id_].shape == (3, 1, 28, 28)


def test_rows_that_are_read_are_there_and_slices_leave_some(engine: Engine) -> None:
    T = engine.tensor
    read, late, given = T.dvector("read"), T.dvector("late"), T.dvector("given")
    w = engine.module.shared(numpy.ones(()), "w")
    cost = T.sum((late[4:] - w * late[:-4]) * given * read[6]) + read[10**9] * 0.0
    derivation = differentiate(engine, Model({}, cost, [w]))

    values = sample_values(engine, derivation.graph, derivation.variables, {})
    found = {derivation.variables[id_]: value.shape for id_, value in values.items()}
    assert (found[late], found[given], found[read]) == ((6,), (2,), (1000,))


def test_a_sparse_matrix_is_taken_as_it_is(engine: Engine) -> None:
    model = sparse(engine, scipy.sparse.csr_matrix(numpy.eye(3)))
    derivation = differentiate(engine, model)

    values = sample_values(engine, derivation.graph, derivation.variables, model.data)
    rows = check(engine, derivation, values)

    assert [row.is_fine for row in rows if row.what == DIFFERENCES] == [True]


def test_what_is_no_sparse_matrix_is_told(engine: Engine) -> None:
    model = sparse(engine, "nonsense")
    derivation = differentiate(engine, model)

    with pytest.raises(XorexplainError, match="the value of 'A' is a str"):
        sample_values(engine, derivation.graph, derivation.variables, model.data)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_sparse_matrix_is_drawn_as_it_fits(engine: Engine, dtype: str) -> None:
    module = import_module(f"{engine.module.__name__}.sparse")
    A = module.csc_matrix("A", dtype)
    w = engine.module.shared(numpy.ones((5, 2), dtype), name="w")
    cost = engine.tensor.sum(module.dot(A, w) ** 2)
    cost.name = "cost"
    model = Model(outputs={"c": cost}, cost=cost, parameters=[w], inputs=[A])
    derivation = differentiate(engine, model)

    values = sample_values(engine, derivation.graph, derivation.variables, {})
    again = sample_values(engine, derivation.graph, derivation.variables, {})
    rows = check(engine, derivation, values)

    (drawn,) = [value for value in values.values() if scipy.sparse.issparse(value)]
    (same,) = [value for value in again.values() if scipy.sparse.issparse(value)]
    assert (drawn.shape[1], drawn.dtype, drawn.format) == (5, dtype, "csc")
    assert 0 < drawn.nnz < numpy.prod(drawn.shape)
    assert (drawn != same).nnz == 0
    assert [row.is_fine for row in rows if row.what == DIFFERENCES] == [True]
    assert not [row for row in rows if row.is_fine is False]


@pytest.mark.pytensor
def test_a_random_state_is_drawn(engine: Engine) -> None:
    T = engine.tensor
    rng, w = T.random.type.random_generator_type("rng"), T.dscalar("w")
    cost = (w * T.random.normal(size=(3,), rng=rng, return_next_rng=True)[1]).sum()
    cost.name = "cost"
    model = Model(outputs={"c": cost}, cost=cost, parameters=[w], inputs=[rng])
    derivation = differentiate(engine, model)

    values = sample_values(engine, derivation.graph, derivation.variables, {})
    rows = check(engine, derivation, values)

    assert [row.is_fine for row in rows if row.what == DIFFERENCES] == [True]


def test_an_input_without_a_name_is_given_by_what_the_program_calls_it(engine: Engine) -> None:
    """`nan` and `train` refused the data by which `values` and `explore` were told."""
    T = engine.tensor
    batch = T.dmatrix()
    theirs = Model({"y": batch.sum()}, inputs=[batch], data={"batch": [[1.0, 2.0]]})
    engine, model = as_model(theirs)

    assert [value.tolist() for value in own_values(engine, model, [batch])] == [[[1.0, 2.0]]]
