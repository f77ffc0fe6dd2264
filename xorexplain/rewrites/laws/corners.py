"""Tell whether a law holds where algebra of real numbers ends: at 0, infinity, NaN, by overflow."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy

from xorexplain.errors import NotComputableError
from xorexplain.notation.evaluate import evaluate
from xorexplain.notation.expr import symbols_in
from xorexplain.rewrites.laws.records import Formula

ENDS = (0.0, 1.0, -2.0, 0.5, numpy.inf, -numpy.inf, numpy.nan)
CORNERS = (*ENDS, 40.0, -40.0, 800.0, -800.0, 1e200, -1e200, 1e-200, -1e-200)
"""Also those of which a sigmoid is rounded, and an exponential or a square overflows or is 0."""
MAX_LETTERS = 3
_NUMBERS = re.compile("[x-z]")


def holds_at_corners(formula: Formula, corners: Sequence[float] = CORNERS) -> bool | None:
    """Compute both sides of a law of numbers, for 0, negative, huge, infinite ones and NaN too.

    None where that says nothing: a law with a condition, of other things than numbers, or of an op
    that NumPy does not have.
    """
    letters = sorted(symbols_in([formula.left, formula.right]))
    is_of_numbers = letters and all(map(_NUMBERS.fullmatch, letters))
    if formula.condition is not None or formula.where or not is_of_numbers:
        return None
    if len(letters) > MAX_LETTERS:
        return None
    points = numpy.array(list(product(corners, repeat=len(letters))))
    with numpy.errstate(all="ignore"):
        # All at once where a law is of each element, which takes a thousandth of the time.
        with contextlib.suppress(NotComputableError):
            if _is_same(formula, dict(zip(letters, points.T, strict=True))):
                return True
        try:
            return all(_is_same(formula, dict(zip(letters, p, strict=True))) for p in points)
        except NotComputableError:
            return None


def _is_same(formula: Formula, numbers: Mapping[str, Any]) -> bool:
    values = {letter: numpy.asarray(number) for letter, number in numbers.items()}
    left, right = (evaluate(side, values) for side in (formula.left, formula.right))
    return is_close(left, right)


def is_close(left: Any, right: Any) -> bool:
    """Tell whether both sides are the same but for rounding, NaN where the other has NaN."""
    return bool(numpy.allclose(left, right, rtol=1e-9, atol=1e-12, equal_nan=True))
