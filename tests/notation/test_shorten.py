"""Test that expressions are cut down to what can be read."""

from __future__ import annotations

from xorexplain.notation.expr import call, symbol
from xorexplain.notation.shorten import shortened
from xorexplain.notation.text import text

X = symbol("x")


def test_a_short_expression_stays_as_it_is() -> None:
    value = call("add", X, call("exp", X))

    assert shortened(value) is value


def test_inner_parts_are_left_out() -> None:
    value = call("add", call("exp", call("tanh", call("sin", X))), X)

    assert text(shortened(value, 4)) == "exp(…) + x"


def test_an_expression_of_more_symbols_than_any_memory_holds() -> None:
    value = X
    for _ in range(200):
        value = call("maximum", value, value)

    assert 1_000 < len(text(shortened(value))) < 50_000
