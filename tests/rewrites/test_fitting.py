"""Find the formula that a step is a case of."""

from __future__ import annotations

import pytest

from xorexplain.notation.expr import Expr, call, symbol
from xorexplain.notation.text import text
from xorexplain.rewrites.laws import lookup
from xorexplain.rewrites.laws.fitting import fitting

d, e = symbol("d1"), symbol("e")


@pytest.mark.parametrize(
    ("name", "before", "after", "formula"),
    [
        ("local_pow_canonicalize", d**1, d, "x¹ = x"),
        ("local_pow_canonicalize", (d + e) ** 1, d + e, "x¹ = x"),
        ("local_pow_specialize", d**2, call("sqr", d), "x² = x × x"),
        ("local_pow_specialize", d**-1, call("reciprocal", d), None),
        ("local_add_canonizer", e + d - e, d, "x + y − x = y"),
        ("local_add_canonizer", d + e - e, d, "x + y − x = y"),
    ],
)
def test_the_formula_of_a_step(name: str, before: Expr, after: Expr, formula: str | None) -> None:
    found = fitting(lookup("pytensor", name), before, after)

    assert found is not None
    if formula is not None:
        assert text(found[0].equation) == formula


@pytest.mark.parametrize("after", [e, d + 1])
def test_no_formula_says_what_is_not_so(after: Expr) -> None:
    assert fitting(lookup("pytensor", "local_pow_canonicalize"), d**1, after) is None
    assert fitting(None, d**1, d) is None
