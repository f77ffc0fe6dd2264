"""Text is read back by its rules of precedence, and no parentheses are missing or too many."""

from __future__ import annotations

from collections.abc import Callable

import formulas
import pytest

from xorexplain.notation.expr import EQUATION, FILL, Expr, call, expr, number, symbol
from xorexplain.notation.latex import latex
from xorexplain.notation.mathml import mathml
from xorexplain.notation.text import MAX_NAME, TEXT, text

A, B, C, D = (symbol(letter) for letter in "abcd")
NOTATIONS = {"text": (text, formulas.read_text), "latex": (latex, formulas.read_latex)}
each_notation = pytest.mark.parametrize(("write", "read"), NOTATIONS.values(), ids=NOTATIONS)


@each_notation
def test_what_is_printed_reads_as_what_was_meant(
    write: Callable[[Expr], str], read: Callable[[str], Expr]
) -> None:
    points = formulas.points()
    wrong = [
        write(root)
        for root in formulas.expressions(1500)
        if any(formulas.differences(root, read(write(root)), points))
    ]

    assert wrong == []


@each_notation
def test_no_pair_of_parentheses_can_go(
    write: Callable[[Expr], str], read: Callable[[str], Expr]
) -> None:
    points = formulas.points()
    # What follows a Σ without parentheses depends on what stands around it, see the table below.
    kinds = [kind for kind in formulas.KINDS if kind != "sum"]

    def is_the_same(root: Expr, formula: str) -> bool:
        try:
            differences = formulas.differences(root, read(formula), points)
        except formulas.UnreadableError:
            return False
        return bool(differences) and not any(differences)

    superfluous = [
        (write(root), shorter)
        for root in formulas.expressions(1200, kinds, seed=1)
        for shorter in formulas.without_one_pair(write(root))
        if is_the_same(root, shorter)
    ]

    assert superfluous == []


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        (A - (B - C), "a − (b − c)"),
        (A + (B - C), "a + b − c"),
        (A + (-B + C), "a − b + c"),
        (A + -(B * C), "a − b × c"),
        (A - expr(-0.01) * B, "a + 0.01 × b"),
        (A * (B / C), "a × b ÷ c"),
        (A / (B * C), "a ÷ (b × c)"),
        (A @ B @ C, "a · b · c"),
        # No other grouping may exist where b is a vector.
        (A @ (B @ C), "a · (b · c)"),
        (-(A @ B), "−a · b"),
        (2 * (A @ B), "2 × a · b"),
        (A * (B @ C), "a × (b · c)"),
        (A @ B.T, "a · bᵀ"),
        ((A @ B).T, "(a · b)ᵀ"),
        ((A**2).T, "(a²)ᵀ"),
        (A.T**2, "(aᵀ)²"),
        (A**-1, "a⁻¹"),
        ((-A) ** 2, "(−a)²"),
        (-(A**2), "−a²"),
        (A ** (B - 1), "a ^ (b − 1)"),
        (A ** expr(0.5), "a ^ 0.5"),
        (call("sqr", A + B), "(a + b)²"),
        (call("sqrt", A), "√a"),
        (call("sqrt", A + B), "√(a + b)"),
        (call("sqrt", A) * B, "√a × b"),
        (call("abs", A - B), "|a − b|"),
        (call("abs", call("abs", A) - B), "abs(|a| − b)"),
        (call("sigmoid", A @ B), "σ(a · b)"),
        (call("maximum", A, expr(0)), "max(a, 0)"),
        (call("sum", A * B), "sum(a × b)"),
        (call("sum", A, axis="0"), "sum(a, axis 0)"),
        (call("mean", A, axis="0, 2"), "mean(a, axes 0, 2)"),
        (call("softmax", A, axis="1"), "softmax(a, axis 1)"),
        (call("switch", call("gt", A, expr(0)), B, C), "b if a > 0 else c"),
        (D * call("switch", A, B, C), "d × (b if a else c)"),
        (D * call("eq", A, B), "d × (a == b)"),
        (call("lt", call("lt", A, B), C), "(a < b) < c"),
        (call(FILL, B, A), "ones(a) × b"),
        (call(FILL, expr(0), A), "zeros(a)"),
        (call(FILL, expr(1), A), "ones(a)"),
        (call("alloc", expr(0), expr(2), A), "zeros(2, a)"),
        (call("cast", A, dtype="float32"), "float32(a)"),
        (call("expand_dims", A, order="0, x"), "a[:, None]"),
        (call("expand_dims", A + B, order="x, x"), "(a + b)[None, None]"),
        (call("transpose", A, order="1, 0"), "aᵀ"),
        (call("transpose", A, order="0, 2, 1"), "transpose(a, 0, 2, 1)"),
        (call("dimshuffle", A, order="1, x, 0"), "dimshuffle(a, 1, new, 0)"),
        (call("squeeze", A, order="0"), "squeeze(a, keep axis 0)"),
        (call("subtensor", A, index="0, 1:"), "a[0, 1:]"),
        (call("subtensor", A, B, C, index="·, :, :·"), "a[b, :, :c]"),
        (call("subtensor", A.T, index="-1"), "(aᵀ)[−1]"),
        (call("advanced_subtensor", A, B, C), "a[b, c]"),
        (call("advanced_subtensor1", A, B), "a[b]"),
        (call("inc_subtensor", A, B, C, index="·:"), "add_at(a[c:], b)"),
        (call("set_subtensor", A, B, index="0"), "set_at(a[0], b)"),
        (call("advanced_inc_subtensor1", A, B, C), "add_at(a[c], b)"),
        (call("join", expr(0), A, B), "join(a, b, axis 0)"),
        (call("make_vector", A, expr(2)), "[a, 2]"),
        (call("make_slice", A, symbol("None"), symbol("None")), "a:"),
        (call("make_slice", A, B, expr(2)), "a:b:2"),
        (call("output", call("scan", A), position="1"), "scan(a)[1]"),
        (call("dot22", A, B), "a · b"),
        (call("unheard_of", A, B), "unheard_of(a, b)"),
        (call("random_draw"), "random_draw()"),
        (number("-inf"), "−∞"),
        (call("log", call("sqrt", number("6.283185307179586"))), "log(√(2π))"),
        (number("6.2831855") * A, "2π × a"),
        (A - number("3.141592653589793"), "a − π"),
        (number("1e-05") * A, "1e-05 × a"),
    ],
)
def test_forms(root: Expr, expected: str) -> None:
    assert text(root) == expected


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("W1", "W1"),
        ("2 elements", "(2 elements)"),
        ("[1. 2.]", "[1. 2.]"),
        ("two\nlines", "two�lines"),
        ("\x1b[31m", "�[31m"),
        ("🧠", "🧠"),
        ("x" * 10_000, "x" * (MAX_NAME - 1) + "…"),
    ],
)
def test_names_stay_on_one_line(name: str, shown: str) -> None:
    assert text(symbol(name) * A) == f"{shown} × a"


def test_pieces_join_to_the_text() -> None:
    for root in formulas.expressions(300):
        term = TEXT.write([root])[0]

        assert "".join(term.pieces) == term.text


@pytest.mark.parametrize(
    ("root", "pieces"),
    [
        (A + B - C, ["a", " + b", " − c"]),
        (A + (B - C), ["a", " + b", " − c"]),
        (A * B * C, ["a", " × b", " × c"]),
        (A * B + C, ["a × b", " + c"]),
        (-(A * B), ["−a", " × b"]),
        ((A + B) * C, ["(a + b)", " × c"]),
        (call("maximum", A, B), ["max(a,", " b)"]),
        (call("make_vector", A, B), ["[a,", " b]"]),
        (A.T, ["aᵀ"]),
    ],
)
def test_lines_may_be_broken_outside_parentheses(root: Expr, pieces: list[str]) -> None:
    assert list(TEXT.write([root])[0].pieces) == pieces


def test_shared_parts_are_written_in_full_each_time() -> None:
    shared = A + B

    assert text(shared * shared) == "(a + b) × (a + b)"


def test_depth_is_no_matter_of_recursion() -> None:
    root = A
    for _ in range(20_000):
        root = call("tanh", root)

    assert text(root).startswith("tanh(tanh(")
    assert "…" in text(root)


def test_no_more_is_written_than_is_read() -> None:
    root = A
    for _ in range(10_000):
        root = root * root + root

    assert len(text(root)) < 100_000
    assert len(latex(root)) < 200_000


def test_of_a_long_row_the_first_operands_stay() -> None:
    root = call("add", *[A] * 10_000)

    assert text(root).startswith("a + a + a")
    assert text(root).endswith("a + …")


@pytest.mark.parametrize(
    ("write", "law", "question"),
    [
        (text, "(a < b) = (b > a)", "a == b"),
        (latex, "(a < b) = (b > a)", "a == b"),
        (mathml, "<mo>=</mo>", "<mo>==</mo>"),
    ],
)
def test_a_law_is_a_statement_and_equality_a_question(
    write: Callable[[Expr], str], law: str, question: str
) -> None:
    assert law in write(call(EQUATION, call("lt", A, B), call("gt", B, A)))
    assert question in write(call("eq", A, B))
