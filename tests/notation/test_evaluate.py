"""NumPy computes what an expression says."""

from __future__ import annotations

import sys
from typing import Any

import numpy
import pytest

from xorexplain.notation.evaluate import NotComputableError, evaluate
from xorexplain.notation.expr import FILL, Expr, call, expr, number, symbol

X, Y, V = symbol("x"), symbol("y"), symbol("v")
VALUES: dict[str, Any] = {
    "x": numpy.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]]),
    "y": numpy.array([[2.0, 2.0, 0.5], [1.0, 4.0, 3.0]]),
    "v": numpy.array([1.0, 2.0]),
    "i": numpy.array([1, 0, 1]),
    "j": numpy.array([1, 0]),
}
x, y, v, i, j = VALUES.values()
J = symbol("j")
I = symbol("i")  # noqa: E741 - the index beside X, Y and V


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        (X + Y * 2, x + y * 2),
        (call("add", X, Y, X), x + y + x),
        (X - Y, x - y),
        (1 / Y, 1 / y),
        (X**2, x**2),
        (-X, -x),
        (X @ Y.T, x @ y.T),
        (X.T @ V, x.T @ v),
        (call("sqr", X), x**2),
        (call("sigmoid", X), 1 / (1 + numpy.exp(-x))),
        (call("softplus", X), numpy.log1p(numpy.exp(x))),
        (call("maximum", X, Y), numpy.maximum(x, y)),
        (call("int_div", X, Y), x // y),
        (call("mod", X, Y), x % y),
        (call("switch", call("gt", X, expr(0)), X, Y), numpy.where(x > 0, x, y)),
        (call("clip", X, expr(-1), expr(1)), numpy.clip(x, -1, 1)),
        (call("cast", X, dtype="int32"), x.astype("int32")),
        (call(FILL, expr(3), X), numpy.full((2, 3), 3.0)),
        (call("sum", X), x.sum()),
        (call("sum", X, axis="1"), x.sum(1)),
        (call("sum", X, axis="0, 1"), x.sum()),
        (call("mean", X, axis="0"), x.mean(0)),
        (call("max", X, axis="-1"), x.max(-1)),
        (call("softmax", X, axis="1"), numpy.exp(x) / numpy.exp(x).sum(1, keepdims=True)),
        (call("transpose", X), x.T),
        (call("transpose", X, order="1, 0"), x.T),
        (call("expand_dims", V, order="0, x"), v[:, None]),
        (call("dimshuffle", X, order="1, x, 0"), x.T[:, None]),
        (call("squeeze", call("expand_dims", V, order="x, 0"), order="1"), v),
        (call("subtensor", X, index="0, 1:"), x[0, 1:]),
        (call("subtensor", X, expr(1), index=":, ·"), x[:, 1]),
        (call("subtensor", X, expr(2), index=":, ::·"), x[:, ::2]),
        (call("set_subtensor", X, expr(9), index="0"), numpy.array([[9, 9, 9], x[1]])),
        (call("inc_subtensor", X, Y, index=":"), x + y),
        (call("advanced_subtensor1", X, I), x[i]),
        (
            call("advanced_inc_subtensor1", X, call("advanced_subtensor1", Y, I), I),
            numpy.array([x[0] + y[0], x[1] + 2 * y[1]]),
        ),
        (call("advanced_subtensor", X, I, index=":, ·"), x[:, i]),
        (call("advanced_inc_subtensor", X, expr(9), J, index="0, ·"), [x[0] + [9, 9, 0], x[1]]),
        (call("advanced_set_subtensor", X, expr(9), J, index="1:, ·"), [x[0], [9, 9, x[1, 2]]]),
        (
            call("advanced_set_subtensor1", X, expr(9), call("subtensor", J, index=":1")),
            [x[0], [9] * 3],
        ),
        (call("reshape", X, expr(6)), x.ravel()),
        (call("shape", X), (2, 3)),
        (call("batched_dot", X, Y), (x * y).sum(1)),
        (call("batched_dot", call("expand_dims", X, order="0, x, 1"), Y), (x * y).sum(1)[:, None]),
        (
            call("crossentropy_categorical1_hot", Y, J),
            -numpy.log(numpy.array([y[0, 1], y[1, 0]])),
        ),
        (
            call("crossentropy_categorical1_hot_grad", V, Y, J),
            numpy.array([[0, -v[0] / y[0, 1], 0], [-v[1] / y[1, 0], 0, 0]]),
        ),
        (number("inf"), numpy.inf),
    ],
)
def test_values(root: Expr, expected: Any) -> None:
    found = evaluate(root, VALUES)

    assert numpy.shape(found) == numpy.shape(expected)
    numpy.testing.assert_allclose(found, expected)


def test_what_is_given_stays_as_it_is() -> None:
    before = x.copy()
    evaluate(call("inc_subtensor", X, Y, index=":"), VALUES)

    assert (x == before).all()


@pytest.mark.parametrize("root", [call("unheard_of", X), symbol("nobody") + X])
def test_what_is_unknown_is_named(root: Expr) -> None:
    with pytest.raises(NotComputableError, match=r"unheard of|nobody"):
        evaluate(root, VALUES)


def test_what_has_several_shapes_makes_no_vector() -> None:
    """An old NumPy makes an array of objects of it: pages of Keras's pooling ended as a fault."""
    with pytest.raises(NotComputableError, match="no vector"):
        evaluate(call("make_vector", X, expr(1)), VALUES)


def test_depth_is_no_matter_of_recursion() -> None:
    root: Expr = expr(0)
    for _ in range(10 * sys.getrecursionlimit()):
        root = root + 1

    assert evaluate(root, {}) == 10 * sys.getrecursionlimit()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("and", [0, 2, 2]), ("or", [7, 6, 3]), ("xor", [7, 4, 1])],
)
def test_logic_on_integers_is_bit_by_bit(kind: str, expected: list[int]) -> None:
    values = {"x": numpy.array([5, 6, 3]), "y": numpy.array([2, 2, 2])}

    assert evaluate(call(kind, symbol("x"), symbol("y")), values).tolist() == expected


def test_logic_takes_a_number_of_the_formula() -> None:
    positive = call("gt", symbol("x"), number("0"))

    found = evaluate(call("or", positive, number("0")), {"x": numpy.array([-1.0, 2.0])})

    assert found.tolist() == [False, True]
