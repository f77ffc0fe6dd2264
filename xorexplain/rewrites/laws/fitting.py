"""Find the formula of a law that a step is a case of: x ** 1 = x, where d1 ** 1 became d1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

import numpy

from xorexplain.errors import NotComputableError
from xorexplain.graph.ops import has
from xorexplain.notation.evaluate import evaluate
from xorexplain.notation.expr import NUMBER, SYMBOL, Expr, postorder, symbols_in
from xorexplain.notation.text import text
from xorexplain.rewrites.laws.records import Formula, Law

MAX_TERMS = 4
"""Products and sums of more terms are compared in the order they have."""
MAX_PATTERN = 60
"""No formula of a law has more parts; the parts of an expression below a symbol do not count."""
_TRIALS = 3

Bindings = Mapping[str, Expr]


def fitting(law: Law | None, before: Expr, after: Expr) -> tuple[Formula, Bindings] | None:
    """Return the formula that says why `before` is `after`, and what its letters stand for.

    The left side has to be `before` with something in the place of each letter; the right side then
    is `after`, or computes the same of any numbers.
    """
    for formula in law.formulas if law is not None else ():
        for bindings in _matches(formula.left, before, {}):
            if _is(formula.right, after, bindings):
                return formula, bindings
    return None


def _matches(pattern: Expr, found: Expr, known: Bindings) -> Iterator[Bindings]:
    """Yield each way to choose the letters of a pattern so that it is an expression."""
    if pattern.kind == SYMBOL:
        chosen = known.get(pattern.text)
        if chosen is None:
            yield {**known, pattern.text: found}
        elif text(chosen) == text(found):
            yield known
        return
    if pattern.kind == NUMBER:
        if found.kind == NUMBER and float(found.text) == float(pattern.text):
            yield known
        return
    if pattern.kind != found.kind or len(pattern.args) != len(found.args):
        return
    yield from _each(pattern, found, known)


def _each(pattern: Expr, found: Expr, known: Bindings) -> Iterator[Bindings]:
    orders: Iterator[Sequence[Expr]] = iter([found.args])
    if has(pattern.kind, "commutes") and len(found.args) <= MAX_TERMS:
        orders = permutations(found.args)
    for args in orders:
        ways: list[Bindings] = [known]
        for part, own in zip(pattern.args, args, strict=True):
            ways = [more for way in ways for more in _matches(part, own, way)]
        yield from ways


def _is(right: Expr, after: Expr, bindings: Bindings) -> bool:
    """Tell whether the right side of a formula is an expression, by its form or by numbers."""
    if any(True for _ in _matches(right, after, bindings)):
        return True
    letters = symbols_in([right])
    if not letters <= set(bindings) or len(list(postorder([right]))) > MAX_PATTERN:
        return False
    names = sorted(symbols_in([after, *bindings.values()]))
    random = numpy.random.RandomState(0)
    try:
        for _ in range(_TRIALS):
            drawn = {name: random.uniform(0.5, 2.0, size=(3, 3)) for name in names}
            own = {letter: evaluate(bindings[letter], drawn) for letter in letters}
            left, other = evaluate(right, own), evaluate(after, drawn)
            if not numpy.allclose(left, other, rtol=1e-9):
                return False
    except (NotComputableError, ValueError):
        return False
    return True
