"""Expressions are records that arithmetic builds and that may share their parts."""

from __future__ import annotations

import sys

import pytest

from xorexplain.notation.expr import Expr, call, expr, number, postorder, symbol, with_args

X, Y = symbol("x"), symbol("y")


@pytest.mark.parametrize(
    ("built", "kind", "texts"),
    [
        (X + 1, "add", ["x", "1"]),
        (X + Y, "add", ["x", "y"]),
        (X - 2.5, "sub", ["x", "2.5"]),
        (1 - X, "sub", ["1", "x"]),
        (X * Y, "mul", ["x", "y"]),
        (3 * X, "mul", ["3", "x"]),
        (X / Y, "true_div", ["x", "y"]),
        (1 / X, "true_div", ["1", "x"]),
        (X**2, "pow", ["x", "2"]),
        (X @ Y, "dot", ["x", "y"]),
        (-X, "neg", ["x"]),
        (X.T, "transpose", ["x"]),
    ],
)
def test_arithmetic_builds_what_it_says(built: Expr, kind: str, texts: list[str]) -> None:
    assert built.kind == kind
    assert [argument.text for argument in built.args] == texts


@pytest.mark.parametrize(
    ("value", "digits"), [(2.0, "2"), (2, "2"), (0.5, "0.5"), (1e-05, "1e-05"), (-1.0, "-1")]
)
def test_whole_floats_lose_their_point(value: float, digits: str) -> None:
    assert expr(value).text == digits
    assert expr(value).is_number


def test_an_expression_is_itself() -> None:
    assert expr(X) is X
    assert symbol("x") != X


def test_parameters_distinguish_ops_of_one_kind() -> None:
    summed = call("sum", X, axis="0")

    assert summed.param("axis") == "0"
    assert summed.param("dtype") is None
    assert not summed.is_number


def test_shared_parts_come_once_and_after_their_arguments() -> None:
    shared = X * Y
    root = shared + shared

    assert list(postorder([root, shared])) == [X, Y, shared, root]


def test_depth_is_no_matter_of_recursion() -> None:
    root = X
    for _ in range(10 * sys.getrecursionlimit()):
        root = call("tanh", root)

    assert sum(1 for _ in postorder([root])) == 10 * sys.getrecursionlimit() + 1


def test_equal_arguments_keep_the_record() -> None:
    product = X * Y

    assert with_args(product, (X, Y)) is product
    assert with_args(product, (Y, X)).args == (Y, X)
    assert with_args(call("sum", X, axis="0"), (Y,)).param("axis") == "0"
    assert with_args(number("2"), ()).text == "2"
