"""Tell whether a law holds where algebra of real numbers ends: at 0, infinity and NaN."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product

import numpy

from xorexplain.errors import NotComputableError
from xorexplain.notation.evaluate import evaluate
from xorexplain.notation.expr import symbols_in
from xorexplain.rewrites.laws.records import Formula

CORNERS = (0.0, 1.0, -2.0, 0.5, numpy.inf, -numpy.inf, numpy.nan)
MAX_LETTERS = 3
_NUMBERS = re.compile("[x-z]")


def holds_at_corners(formula: Formula) -> bool | None:
    """Compute both sides of a law of numbers, for each of them 0, negative, infinite and NaN too.

    None where that says nothing: a law with a condition, of other things than numbers, or of an op
    that NumPy does not have.
    """
    letters = sorted(symbols_in([formula.left, formula.right]))
    is_of_numbers = letters and all(map(_NUMBERS.fullmatch, letters))
    if formula.condition is not None or formula.where or not is_of_numbers:
        return None
    if len(letters) > MAX_LETTERS:
        return None
    try:
        with numpy.errstate(all="ignore"):
            return all(
                _is_same(formula, dict(zip(letters, numbers, strict=True)))
                for numbers in product(CORNERS, repeat=len(letters))
            )
    except NotComputableError:
        return None


def _is_same(formula: Formula, numbers: Mapping[str, float]) -> bool:
    values = {letter: numpy.asarray(number) for letter, number in numbers.items()}
    left, right = (evaluate(side, values) for side in (formula.left, formula.right))
    return bool(numpy.allclose(left, right, rtol=1e-9, atol=1e-12, equal_nan=True))
