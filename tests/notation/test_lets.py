"""Named parts keep what is printed short, and putting them back gives the same expression."""

from __future__ import annotations

import formulas
import pytest

from xorexplain.notation.expr import Expr, call, postorder, symbol, with_args
from xorexplain.notation.lets import LONGEST, bind
from xorexplain.notation.text import TEXT, text

A, B, C = (symbol(name) for name in "abc")
LONG = symbol("a_name_of_some_length")


def written(*roots: Expr, taken: tuple[str, ...] = (), longest: int = LONGEST) -> list[str]:
    lets, values = bind(roots, taken, longest)
    return [f"{name} = {text(value)}" for name, value in lets] + [text(value) for value in values]


def put_back(lets: list[tuple[str, Expr]], root: Expr) -> Expr:
    """Write names out again; a let may speak of those before it."""
    known: dict[str, Expr] = {}
    for name, value in [*lets, ("", root)]:
        done: dict[int, Expr] = {}
        for current in postorder([value]):
            args = tuple(done[id(argument)] for argument in current.args)
            done[id(current)] = known.get(current.text) or with_args(current, args)
        known[name] = done[id(value)]
    return known[""]


def test_a_part_used_twice_has_a_name() -> None:
    product = LONG * B

    assert written(product - product @ C) == [
        "t1 = a_name_of_some_length × b",
        "t1 − t1 · c",
    ]


def test_a_short_part_needs_none() -> None:
    product = A * B

    assert written(product - product @ C) == ["a × b − (a × b) · c"]


def test_equal_parts_are_one_part() -> None:
    assert written(LONG * B - (LONG * B) @ C) == ["t1 = a_name_of_some_length × b", "t1 − t1 · c"]


def test_ops_of_other_parameters_are_other_parts() -> None:
    rows, columns = (call("sum", LONG * LONG, axis=axis) for axis in "01")

    assert written(rows + columns) == [
        "t1 = a_name_of_some_length × a_name_of_some_length",
        "sum(t1, axis 0) + sum(t1, axis 1)",
    ]


def test_parts_are_shared_between_roots() -> None:
    product = LONG * B

    assert written(product, product + C) == ["t1 = a_name_of_some_length × b", "t1", "t1 + c"]


def test_names_that_are_taken_are_passed_over() -> None:
    product = LONG * B

    assert written(product, product, taken=("t1", "t2"))[0].startswith("t3 = ")


def test_a_long_operand_has_a_name_but_for_one_that_is_a_name() -> None:
    total = LONG + LONG * B

    assert written(call("tanh", total) * C, longest=20) == [
        "t1 = a_name_of_some_length × b",
        "t2 = a_name_of_some_length + t1",
        "tanh(t2) × c",
    ]


def test_a_row_of_sums_may_be_long() -> None:
    assert written(LONG + A - LONG * 2 + B, longest=25) == [
        "a_name_of_some_length + a − a_name_of_some_length × 2 + b"
    ]


def test_a_long_numerator_has_a_name_since_fractions_are_not_broken() -> None:
    assert written(LONG * A * B / C, longest=25) == ["t1 = a_name_of_some_length × a × b", "t1 ÷ c"]


@pytest.mark.parametrize("longest", [10, 30, LONGEST])
def test_putting_the_parts_back_gives_the_expression(longest: int) -> None:
    for first, second in zip(
        formulas.expressions(200), formulas.expressions(200, seed=1), strict=True
    ):
        root = first * second - call("tanh", first)
        lets, (value,) = bind([root], longest=longest)

        assert text(put_back(lets, value)) == text(root)


def test_size_is_linear_however_much_is_shared() -> None:
    root = LONG
    for _ in range(200):
        root = call("tanh", root * root)

    lets, (value,) = bind([root])

    assert sum(len(text(part)) for _, part in [*lets, ("", value)]) < 200 * 60


def test_pieces_are_short_however_deep_the_expression() -> None:
    root = A
    for _ in range(3000):
        root = call("tanh", root + B)

    lets, (value,) = bind([root])

    pieces = [p for _, part in [*lets, ("", value)] for p in TEXT.write([part])[0].pieces]
    assert max(map(len, pieces)) <= LONGEST + len("tanh()")
