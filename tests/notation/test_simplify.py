"""Laws shorten expressions and keep every value."""

from __future__ import annotations

import random
from typing import Any

import numpy
import pytest

from xorexplain.errors import NotComputableError
from xorexplain.notation.evaluate import evaluate
from xorexplain.notation.expr import FILL, Expr, call, expr, number, postorder, symbol
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text

X, Y, Z = (symbol(letter) for letter in "xyz")
ONE, ZERO = expr(1), expr(0)


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        (X * 1, "x"),
        (1 * X * 1, "x"),
        (X * 2, "2 × x"),
        (X * 2 * Y * 3, "6 × x × y"),
        (X * 0.5 * Y, "0.5 × x × y"),
        (X * -1, "−x"),
        (X * -Y, "−x × y"),
        (-X * -Y, "x × y"),
        (X * -2, "−2 × x"),
        (X * X, "x²"),
        (X * Y * X, "x² × y"),
        (X * (1 / Y), "x ÷ y"),
        (X * call("reciprocal", Y) * 3, "3 × x ÷ y"),
        ((1 / X) * (1 / Y), "1 ÷ x ÷ y"),
        (X + 0, "x"),
        (call("add", X, ZERO, Y), "x + y"),
        (X - 0, "x"),
        (0 - X, "−x"),
        (X + -Y, "x − y"),
        (X - -Y, "x + y"),
        (-X + Y, "−x + y"),
        (-(X - Y), "y − x"),
        (call("neg", -X), "x"),
        (-expr(2), "−2"),
        (-ZERO, "0"),
        (expr(2) - 1, "1"),
        (expr(2) + 3, "5"),
        (expr(0.1) + expr(0.2), "0.1 + 0.2"),
        (X**1, "x"),
        (X ** (expr(2) - 1), "x"),
        (X / 1, "x"),
        (-X / Y, "−x ÷ y"),
        (X / -Y, "−x ÷ y"),
        (-X / -Y, "x ÷ y"),
        (X @ -Y, "−x · y"),
        (-X @ -Y, "x · y"),
        (call("sum", -X), "−sum(x)"),
        ((-X).T, "−xᵀ"),
        (call(FILL, -X, Y), "−ones(y) × x"),
        (call("expand_dims", -X, order="x, 0"), "−x[None, :]"),
        (X.T.T, "x"),
        (call("transpose", X.T, order="1, 0"), "x"),
        (call("transpose", call("transpose", X, order=""), order=""), "x"),
        (call("transpose", call("transpose", X, order="1, 2, 0"), order="2, 0, 1"), "x"),
        (
            call("transpose", call("transpose", X, order="1, 2, 0"), order="1, 2, 0"),
            "transpose(transpose(x, 1, 2, 0), 1, 2, 0)",
        ),
        (call("tanh", X * 1) * (Y + 0), "tanh(x) × y"),
        # Nothing is a number that was a truth: NumPy knows no −True.
        (1 * call("gt", X, Y), "1 × (x > y)"),
        (call("gt", X, Y) + 0, "(x > y) + 0"),
        (number("inf") * X, "∞ × x"),
        (X**0, "x⁰"),
        (0 * X, "0 × x"),
    ],
)
def test_laws(root: Expr, expected: str) -> None:
    assert text(simplify(root)) == expected


KINDS = (
    *("add", "sub", "mul", "neg") * 3,
    *("true_div", "pow", "dot", "transpose", "sum", "sqr", "reciprocal", "gt", FILL),
)
UNARY = ("neg", "transpose", "sum", "sqr", "reciprocal")


def random_expression(chance: random.Random, depth: int) -> Expr:
    """Make an expression of matrices, with many ones, zeros and signs."""
    if depth == 0 or chance.random() < 0.1:
        if chance.random() < 0.4:
            return number(chance.choice(["0", "1", "-1", "2", "-3", "0.5"]))
        return chance.choice([X, Y, Z])
    kind = chance.choice(KINDS)
    first = random_expression(chance, depth - 1)
    if kind in UNARY:
        return call(kind, first)
    if kind == "pow":
        return first ** chance.choice([0, 1, 2])
    if kind == FILL:
        return call(FILL, first, X)
    others = chance.choice([1, 1, 2]) if kind in ("add", "mul") else 1
    return call(kind, first, *(random_expression(chance, depth - 1) for _ in range(others)))


def computed(root: Expr, values: dict[str, Any]) -> Any:
    """Compute an expression, None where it is undefined: NumPy knows no −True either."""
    with numpy.errstate(divide="raise", invalid="raise", over="ignore"):
        try:
            return numpy.asarray(evaluate(root, values), dtype=float)
        except (TypeError, ArithmeticError, NotComputableError):
            return None


def test_laws_keep_every_value() -> None:
    chance = random.Random(0)
    random_values = numpy.random.default_rng(0)
    values = {letter: random_values.uniform(-2, 2, (3, 3)) for letter in "xyz"}
    wrong, shorter = [], 0
    for _ in range(2000):
        root = random_expression(chance, 4)
        simple = simplify(root)
        shorter += text(simple) != text(root)
        before, after = computed(root, values), computed(simple, values)
        if before is None or not numpy.isfinite(before).all():
            continue
        scale = numpy.max(numpy.abs(before), initial=1.0)
        same_shape = after is not None and before.shape == after.shape
        if not same_shape or not numpy.allclose(before, after, rtol=0, atol=1e-9 * scale):
            wrong.append((text(root), text(simple)))

    assert wrong == []
    assert shorter > 1000


def test_nothing_to_do_keeps_the_record() -> None:
    root = call("tanh", X @ Y) - Z

    assert simplify(root) is root


def test_simplifying_again_changes_nothing() -> None:
    chance = random.Random(1)
    for _ in range(500):
        simple = simplify(random_expression(chance, 3))

        assert text(simplify(simple)) == text(simple)


def test_shared_parts_stay_shared() -> None:
    root = X
    for _ in range(300):
        root = root * (-root + 0)

    assert sum(1 for _ in postorder([simplify(root)])) <= 2 * 300 + 1


def test_depth_is_no_matter_of_recursion() -> None:
    root = X
    for _ in range(20_000):
        root = call("tanh", root * 1)

    assert sum(1 for _ in postorder([simplify(root)])) == 20_001
