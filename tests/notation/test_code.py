"""The NumPy code of an expression computes what the expression says."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from xorexplain.notation.code import WRITERS, code, sources
from xorexplain.notation.evaluate import FUNCTIONS, evaluate
from xorexplain.notation.expr import FILL, Expr, call, expr, number, symbol
from xorexplain.notation.special import SPECIAL

X, Y, V, ROWS, J, S = map(symbol, ("x", "y", "v", "i", "j", "s"))
PAIR = call("make_vector", expr(1), expr(2))
VALUES: dict[str, Any] = {
    "x": numpy.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]]),
    "y": numpy.array([[2.0, 2.0, 0.5], [1.0, 4.0, 3.0]]),
    "v": numpy.array([1.0, 2.0]),
    "i": numpy.array([1, 0, 1]),
    "j": numpy.array([1, 0]),
    "s": numpy.array([[2.0, 1.0], [0.0, 4.0]]),
}


def computed(root: Expr) -> Any:
    written = code(root)
    assert written is not None
    space: dict[str, Any] = {"numpy": numpy, **VALUES}
    exec("\n".join(sources().values()), space)
    return eval(written, space)


@pytest.mark.parametrize(
    "root",
    [
        X + Y * 2 - (X - (Y - X)),
        (X + Y) * (X + Y) ** 2,
        -((-X) ** 2) / (1 / Y),
        1 / (X * X + 1),
        X @ Y.T @ S,
        call("dot", S, S, S),
        call("sigmoid", X - 1),
        call("softplus", -X),
        call("softsign", X + 1),
        call("reciprocal", X + 5),
        call("maximum", X, Y),
        call("int_div", X, -Y),
        call("mod", X, Y),
        call("switch", call("and", call("gt", X, expr(0)), call("lt", X, Y)), X, Y),
        call("invert", call("eq", X, Y)),
        call("cast", X, dtype="int32"),
        call(FILL, expr(3), X),
        *(call(kind, X, axis=axis) for kind in ("sum", "max", "mean") for axis in ("0", "0, 1")),
        call("sum", X, dtype="float32"),
        call("softmax", X, axis="1"),
        call("log_softmax", X, axis="0, 1"),
        call("softmax_grad", X, Y, axis="1"),
        call("transpose", X),
        call("dimshuffle", X, order="1, x, 0"),
        call("squeeze", call("expand_dims", V, order="x, 0"), order="1"),
        call("subtensor", X, expr(1), index=":, ·"),
        call("subtensor", X, index="0, ::-1"),
        call("set_subtensor", X, expr(7), index="0, 1:"),
        call("inc_subtensor", X, V, expr(2), index=":, ·"),
        call("advanced_subtensor1", S, ROWS),
        call("advanced_subtensor", S, J, J, index="·, ·"),
        call("advanced_inc_subtensor1", S, expr(1), ROWS),
        call("advanced_inc_subtensor", S, V, J, J, index="·, ·"),
        call("cumsum", X, axis="1"),
        call("join", number("1"), X, Y),
        call("make_vector", expr(1), expr(2)),
        call("shape", X),
        call("shape_i", X, axis="1"),
        call(
            "output",
            call("split", X, call("make_vector", expr(1), expr(2)), axis="1"),
            position="1",
        ),
        call("reshape", X, call("make_vector", expr(3), expr(2))),
        call("alloc", V, expr(3), expr(2)),
        call("batched_dot", X, Y),
        *(call(kind, X, call("sparse_transpose", Y)) for kind in ("sparse_dot", "true_dot")),
        call("structured_dot", X + Y, call("sparse_transpose", X + Y)),
        call("det", S),
        call("matrix_inverse", S),
        call("crossentropy_categorical1_hot", call("softmax", S, axis="1"), J),
        call("crossentropy_categorical1_hot_grad", V, call("softmax", S, axis="1"), J),
        number("inf") - X,
    ],
)
def test_code_computes_what_is_evaluated(root: Expr) -> None:
    numpy.testing.assert_allclose(computed(root), evaluate(root, VALUES), rtol=1e-12)


def test_what_is_read_twice_is_computed_once() -> None:
    power = call("exp", X)
    for _ in range(40):
        power = power + power
    written = code(call("tanh", power))
    assert written is not None
    assert written.count("exp") == 1
    space = {"numpy": numpy, **VALUES}
    numpy.testing.assert_allclose(eval(written, space), numpy.tanh(numpy.exp(VALUES["x"]) * 2**40))


@pytest.mark.parametrize("root", [call("scan", X), call("sum", X, odd="1"), call("exp", X, a="b")])
def test_there_is_no_code_for_what_numpy_does_not_compute(root: Expr) -> None:
    assert code(root) is None


def test_whatever_is_checked_by_numbers_has_code() -> None:
    # Only the formulas of rules are made of what is special.
    assert FUNCTIONS.keys() - SPECIAL.keys() - WRITERS.keys() == set()


@pytest.mark.parametrize("kind", WRITERS)
def test_an_op_of_a_file_may_read_fewer_values(kind: str) -> None:
    for inputs in range(4):
        code(call(kind, *[X] * inputs))
