"""Public reports about gradients, as a table: the right slope of each, and what the check says."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy
import pytest
from public.reports import checked, scanned, shared, wrong

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.check import DIFFERENCES
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.why import explain_why
from xorexplain.models.model import Model

pytestmark = pytest.mark.filterwarnings("ignore")


class Slopes(NamedTuple):
    """Hold a cost of its parameters at data, and what its gradients are there."""

    cost: Any
    parameters: list[Any]
    data: Mapping[str, Any]
    right: list[Any]


def set_rows_of_a_row(engine: Engine) -> Slopes:
    """pytensor#266: a vector is set into a matrix of one row."""
    T = engine.tensor
    x = T.dvector("x")
    b = T.set_subtensor(T.zeros((1, 2))[:], x)
    return Slopes((b**2).sum(), [x], {"x": numpy.array([3.0, 4.0])}, [[6.0, 8.0]])


def one_increment_of_two_rows(engine: Engine) -> Slopes:
    """Theano#2535: the increment is stretched over the rows that are picked."""
    T = engine.tensor
    y = T.dvector("y")
    b = T.inc_subtensor(T.zeros((3, 2))[numpy.array([0, 2])], y)
    return Slopes((b**2).sum(), [y], {"y": numpy.array([3.0, 4.0])}, [[12.0, 16.0]])


def picked_rows_replaced(engine: Engine) -> Slopes:
    """Theano#2331: what is overwritten has no slope, what overwrites has all of it."""
    T = engine.tensor
    x, y = T.dmatrix("x"), T.dmatrix("y")
    z = T.set_subtensor(x[numpy.array([0, 2])], y)
    data = {"x": numpy.arange(1.0, 7).reshape(3, 2), "y": numpy.array([[5.0, 6.0], [7.0, 8.0]])}
    right = [[[0.0, 0.0], [6.0, 8.0], [0.0, 0.0]], [[10.0, 12.0], [14.0, 16.0]]]
    return Slopes((z**2).sum(), [x, y], data, right)


def joined_with_its_own_sum(engine: Engine) -> Slopes:
    """aesara#1200: a vector joined with its own sum; the parts of the slope have other lengths."""
    T = engine.tensor
    v = T.dvector("v")
    joined = T.concatenate([v, T.sum(v).dimshuffle("x")], axis=-1)
    cost = (joined * numpy.array([1.0, 2.0, 3.0])).sum()
    return Slopes(cost, [v], {"v": numpy.array([0.5, 0.25])}, [[4.0, 5.0]])


def lists_of_scalars(engine: Engine) -> Slopes:
    """Theano#1589: scalars stacked to a matrix, one of them twice."""
    T = engine.tensor
    a, b, c = T.dscalar("a"), T.dscalar("b"), T.dscalar("c")
    cost = (T.stacklists([[a, b], [c, a]]) * numpy.array([[1.0, 2.0], [3.0, 4.0]])).sum()
    data = {name: numpy.array(0.5) for name in "abc"}
    return Slopes(cost, [a, b, c], data, [5.0, 2.0, 3.0])


def sorted_values(engine: Engine) -> Slopes:
    """Theano#2731: each value gets the slope of the place it is sorted to."""
    T = engine.tensor
    x = T.dvector("x")
    cost = (T.sort(x) * numpy.array([1.0, 10.0, 100.0])).sum()
    return Slopes(cost, [x], {"x": numpy.array([3.0, 1.0, 2.0])}, [[100.0, 1.0, 10.0]])


def row_times_column(engine: Engine) -> Slopes:
    """Theano#1461: a product of a row and a column, whose lengths of one are known."""
    T = engine.tensor
    x, w = T.drow("x"), T.dcol("w")
    data = {"x": numpy.array([[1.0, 2.0]]), "w": numpy.array([[3.0], [4.0]])}
    return Slopes(T.dot(x, w).sum(), [x, w], data, [[[3.0, 4.0]], [[1.0], [2.0]]])


def quotient_of_integers(engine: Engine) -> Slopes:
    """Theano#1512: an integer division that the parameter has no part in."""
    T = engine.tensor
    n, y = T.lscalar("n"), T.dscalar("y")
    data = {"n": numpy.array(7), "y": numpy.array(2.0)}
    return Slopes(y * y + n // 3, [y], data, [4.0])


def hidden_of_integers(engine: Engine) -> Slopes:
    """Theano#910: the slope of the weights is the same for integers as for floats."""
    T = engine.tensor
    x, W = T.lmatrix("x"), T.dmatrix("W")
    data = {"x": numpy.array([[1, 2], [0, 3]]), "W": numpy.array([[0.1, 0.2], [0.3, -0.4]])}
    hidden = numpy.tanh(data["x"] @ data["W"])
    return Slopes(T.tanh(T.dot(x, W)).sum(), [W], data, [data["x"].T @ (1 - hidden**2)])


def smallest(engine: Engine) -> Slopes:
    """pytensor#2253: the op Min had no gradient of its own."""
    T = engine.tensor
    x = T.dvector("x")
    home = importlib.import_module("pytensor.tensor.math") if engine.name == "pytensor" else None
    least = T.min(x) if home is None else home.Min(axis=(0,))(x)
    return Slopes(least**2, [x], {"x": numpy.array([3.0, 1.5, 2.0])}, [[0.0, 3.0, 0.0]])


def spread_by_alloc(engine: Engine) -> Slopes:
    """pytensor#379: alloc repeats a vector over new rows."""
    T = engine.tensor
    x = T.dvector("x")
    cost = (T.alloc(x, 3, 2) ** 2).sum()
    return Slopes(cost, [x], {"x": numpy.array([1.0, 2.0])}, [[6.0, 12.0]])


def one_row_and_picked_columns(engine: Engine) -> Slopes:
    """Theano#1499: m[0, v] with a list of columns is not m[:, v]."""
    T = engine.tensor
    m, v = T.dmatrix("m"), T.lvector("v")
    data = {"m": numpy.array([[1.0, 2.0], [3.0, 4.0]]), "v": numpy.array([1, 1])}
    return Slopes((m[0, v] ** 2).sum(), [m], data, [[[0.0, 8.0], [0.0, 0.0]]])


def two_taps_of_two_states(engine: Engine) -> Slopes:
    """Theano#2594: a loop with two states of two taps each that passes the latest on."""
    a = engine.tensor.dvector("a")
    b = engine.tensor.dvector("b")
    taps = [{"initial": v, "taps": [-2, -1]} for v in (a, b)]
    made = scanned(engine, lambda a2, a1, b2, b1: (a1, b1 * a2), outputs_info=taps, n_steps=2)
    data = {"a": numpy.array([2.0, 3.0]), "b": numpy.array([5.0, 7.0])}
    # a stays 3; b becomes 7 a[0], and then 7 a[0] a[1].
    return Slopes(made[0][-1] + made[1][-1], [a, b], data, [[21.0, 15.0], [0.0, 6.0]])


def one_unit(engine: Engine) -> Slopes:
    """Theano#5224: a recurrent layer of one unit, whose length of one confused the loop."""
    T = engine.tensor
    x, w = T.dmatrix("x"), T.dmatrix("w")
    start = T.zeros((w.shape[1],))
    h = scanned(engine, lambda i, h: i * 2.0 + T.dot(h, w), sequences=[x], outputs_info=[start])
    data = {"x": numpy.array([[1.0], [2.0], [3.0]]), "w": numpy.array([[0.5]])}
    # The last is 6 + w (4 + w 2).
    return Slopes(h[-1].sum(), [w], data, [[[4.0 + 4.0 * 0.5]]])


def earlier_elements(engine: Engine) -> Slopes:
    """Theano#2946: taps -2 and -1 of a sequence; x[t-2] is taken, so the last two are not."""
    x = engine.tensor.dvector("x")
    taken = {"input": x, "taps": [-2, -1]}
    made = scanned(engine, lambda before, latest: before * 1.0, sequences=taken)
    cost = (made[:3] * numpy.array([1.0, 10.0, 100.0])).sum()
    return Slopes(cost, [x], {"x": numpy.arange(1.0, 6)}, [[1.0, 10.0, 100.0, 0.0, 0.0]])


def sparse_times_dense(engine: Engine) -> Slopes:
    """Theano#3615: a sparse matrix times dense weights that start at zero."""
    sparse, x, value = sparse_input(engine)
    w = shared(engine, numpy.zeros((3, 1)), "w")
    cost = (sparse.dot(x, w) * numpy.array([[2.0], [3.0]])).sum()
    right = value.T @ numpy.array([[2.0], [3.0]])
    return Slopes(cost, [w], {"x": value}, [right])


def sparse_times_vector(engine: Engine) -> Slopes:
    """Theano#5953: a sparse matrix times a dense vector, of which only matrices exist."""
    sparse, x, value = sparse_input(engine)
    v = engine.tensor.dvector("v")
    cost = sparse.dot(x, v.dimshuffle(0, "x")).sum()
    data = {"x": value, "v": numpy.array([1.0, 2.0, 3.0])}
    return Slopes(cost, [v], data, [numpy.asarray(value.sum(axis=0)).ravel()])


def sparse_times_each(engine: Engine) -> Slopes:
    """Theano#3022: the sum of a sparse and a dense matrix multiplied element by element."""
    sparse, x, value = sparse_input(engine)
    y = engine.tensor.dmatrix("y")
    cost = sparse.sp_sum(sparse.mul(x, y))
    data = {"x": value, "y": numpy.ones((2, 3))}
    return Slopes(cost, [y], data, [value.toarray()])


def sparse_input(engine: Engine) -> tuple[Any, Any, Any]:
    home = importlib.import_module(f"{engine.name}.sparse")
    value = importlib.import_module("scipy.sparse").csr_matrix([[0.0, 2.0, 0.0], [3.0, 0.0, 1.0]])
    return home, home.csr_matrix("x", dtype="float64"), value


TABLE: tuple[Callable[[Engine], Slopes], ...] = (
    one_increment_of_two_rows,
    picked_rows_replaced,
    joined_with_its_own_sum,
    lists_of_scalars,
    sorted_values,
    row_times_column,
    quotient_of_integers,
    hidden_of_integers,
    smallest,
    spread_by_alloc,
    one_row_and_picked_columns,
    two_taps_of_two_states,
    one_unit,
    earlier_elements,
    sparse_times_dense,
    sparse_times_vector,
    sparse_times_each,
)


@pytest.mark.parametrize("make", TABLE, ids=lambda make: make.__name__)
def test_the_slope_is_right_and_the_check_says_so(
    engine: Engine, make: Callable[[Engine], Slopes]
) -> None:
    given = make(engine)
    found, rows = checked(engine, given.cost, given.parameters, given.data)

    assert len(found) == len(given.right)
    for gradient, right in zip(found, given.right, strict=True):
        numpy.testing.assert_allclose(numpy.asarray(gradient), right, rtol=1e-6)
    assert wrong(rows) == []
    assert [row for row in rows if row.is_fine]


@pytest.mark.pytensor
def test_a_vector_is_set_into_a_matrix_of_one_row(engine: Engine) -> None:
    given = set_rows_of_a_row(engine)
    found, rows = checked(engine, given.cost, given.parameters, given.data)

    assert numpy.asarray(found[0]).tolist() == [6.0, 8.0]
    assert wrong(rows) == []


@pytest.mark.theano
def test_what_the_engine_cannot_differentiate_is_told_as_such(engine: Engine) -> None:
    """pytensor#266 is in Theano still: the assertion that fails is the engine's."""
    given = set_rows_of_a_row(engine)

    with pytest.raises(XorexplainError, match="Theano cannot differentiate the cost"):
        checked(engine, given.cost, given.parameters, given.data)


def norm_of_nothing(engine: Engine) -> Slopes:
    """Theano#3223: half the squared norm of what a rectifier let through, which is nothing."""
    T = engine.tensor
    x, w = T.dvector("x"), T.dvector("w")
    cost = 0.5 * T.sqrt((T.maximum(w * x, 0) ** 2).sum()) ** 2
    return Slopes(cost, [w], {"x": numpy.array([-1.0]), "w": numpy.array([0.5])}, [[0.0]])


def power_of_zero(engine: Engine) -> Slopes:
    """Theano#2995: x to the power of 0 is 1 everywhere, so its slope is 0, at 0 too."""
    x = engine.tensor.dscalar("x")
    return Slopes(x**0, [x], {"x": numpy.array(0.0)}, [0.0])


def one_of_many_roots(engine: Engine) -> Slopes:
    """Theano#1996: the root of one element, where another that is not read is the root of 0."""
    T = engine.tensor
    a = T.dscalar("a")
    squares = numpy.array([4.0, 0.0]) + a * numpy.array([9.0, 0.0])
    return Slopes(T.sqrt(squares)[0], [a], {"a": numpy.array(1.0)}, [4.5 / 13**0.5])


def running_product_with_zero(engine: Engine) -> Slopes:
    """Theano#5197: the squares of a running product, with a factor that is 0."""
    T = engine.tensor
    home = importlib.import_module(f"{engine.name}.tensor.extra_ops")
    x = T.dvector("x")
    made = home.cumprod(x)
    return Slopes((made * made).sum(), [x], {"x": numpy.array([1.0, 0.0])}, [[2.0, 0.0]])


def infinity_switched_off(engine: Engine) -> Slopes:
    """Theano#3006: an error over 0, replaced by 0 where it is infinite, depends on nothing."""
    T = engine.tensor
    x, W = T.dvector("x"), T.dvector("W")
    error = ((x * W) ** 2).sum() / 0.0
    cost = T.switch(T.isinf(error), 0.0, error)
    return Slopes(cost, [W], {"x": numpy.ones(2), "W": numpy.ones(2)}, [[0.0, 0.0]])


UNDEFINED: Mapping[Callable[[Engine], Slopes], str] = {
    norm_of_nothing: "sqrt",
    power_of_zero: "pow",
    one_of_many_roots: "sqrt",
    running_product_with_zero: "cumprod",
    infinity_switched_off: "true_div",
}
"""The op at whose rule the engines multiply 0 by infinity, or divide 0 by 0."""


@pytest.mark.parametrize("make", UNDEFINED, ids=lambda make: make.__name__)
def test_a_gradient_that_is_nan_is_told_with_the_slope(
    engine: Engine, make: Callable[[Engine], Slopes]
) -> None:
    """The cost is finite and has a slope; NaN for it is a fault, and not the user's data's."""
    given = make(engine)
    (found,), rows = checked(engine, given.cost, given.parameters, given.data)
    told = wrong(rows)

    assert numpy.isnan(found).any()
    (right,) = given.right
    slope = numpy.asarray(right)[numpy.isnan(found)].ravel()[0]
    assert [row.what for row in told] == [DIFFERENCES]
    where = f"the engine's is NaN where the slope is {slope:.3g}: NaN first in δ"
    assert told[0].note.startswith(where)
    assert told[0].note.endswith(f" {UNDEFINED[make]}")


def test_the_root_of_the_one_element_that_is_read(engine: Engine) -> None:
    """Theano#1996: picked before the root is taken, the same element has its slope."""
    T = engine.tensor
    a = T.dscalar("a")
    squares = numpy.array([4.0, 0.0]) + a * numpy.array([9.0, 0.0])
    (found,), rows = checked(engine, T.sqrt(squares[0]), [a], {"a": numpy.array(1.0)})

    assert float(found) == pytest.approx(4.5 / 13**0.5)
    assert wrong(rows) == []


def test_the_second_derivative_of_a_product_says_what_is_missing(engine: Engine) -> None:
    """Theano#1693: the engines have no second derivative of a product."""
    x = engine.tensor.dvector("x")
    made = Model({}, engine.tensor.prod(x), [x], data={"x": numpy.array([2.0, 3.0, 4.0])})
    derivation = differentiate(engine, made, order=2)
    (result,) = derivation.results

    assert result.gradient is None
    assert "ProdWithoutZeros" in result.reason
    assert "not implemented" in result.reason


def test_a_choice_among_integers_has_no_gradient(engine: Engine) -> None:
    """pytensor#331: the absolute value of an integer, by a choice; the factor has its slope."""
    T = engine.tensor
    w, n = T.dscalar("w"), T.lscalar("n")
    cost = w * T.switch(T.gt(n, 0), n, -n)
    data = {"w": numpy.array(2.0), "n": numpy.array(-3)}
    (found,), rows = checked(engine, cost, [w, n], data)
    told = {
        answer.variable: answer.state for answer in explain_why(engine, Model({}, cost, [w, n]))
    }

    assert float(found) == 3.0
    assert wrong(rows) == []
    assert told == {"w": "exists", "n": "integer"}
