"""Compute with lengths of which only names are known: sums of products of unknown lengths.

An unknown length is never negative, and one whose symbol says so is never 0, which is what tells
whether one form is at least another.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from xorexplain.errors.records import dataclass

OLDEST = " "
"""Begins a symbol that is a name already: it is older than those that are numbers."""
NAMED = "!"
"""Begins the symbol of a length that a model has a name for: nothing else is told of it."""
_TERM = re.compile(r"([+−]?)([^+−]+)")
_SIGN = re.compile("([+−])")
_EXTREME = re.compile(r"m(in|ax)\([^()]*\)")
_SIZE = re.compile(r"(\d*)((?:[^\W\d]\w*(?:·[^\W\d]\w*)*)?)")
POSITIVE = "+"
"""Begins the symbol of a length that is 1 at least; it too is older than those that are numbers."""
QUOTIENT = "⌊"
"""Begins the symbol of a length that is divided and rounded down, which behind it says of what."""
LEAST, LARGEST = "⊓", "⊔"
"""Begin the symbols of the least and the largest of forms, which behind them say of which."""
MAX_EXTREMES = 4
"""Of more of them in one form nothing is sure: each doubles what is to be looked at, or more."""
MADE = (QUOTIENT, LEAST, LARGEST)
"""Begin the symbols of what is computed of other lengths."""
CUT = ","
"""Begins the symbol of what a slice leaves: a form, or 0 where that is negative."""
_REST = "-"  # begins the symbol of what such a length is more than 1
Product = tuple[str, ...]
"""Unknown lengths that are multiplied, in order; none of them is the number 1."""


@dataclass(frozen=True)
class Form:
    """Hold a sum: each product of unknown lengths with the number of times it is added."""

    terms: tuple[tuple[Product, int], ...] = ()

    @property
    def number(self) -> int | None:
        """The length itself, None where it is not known."""
        if not self.terms:
            return 0
        (product, times), *rest = self.terms
        return times if not rest and not product else None

    @property
    def symbol(self) -> str | None:
        """The unknown length that this is, None for anything else."""
        found = self._only
        return None if found is None or found.startswith(MADE) else found

    @property
    def _only(self) -> str | None:
        if len(self.terms) != 1 or self.terms[0][1] != 1 or len(self.terms[0][0]) != 1:
            return None
        return self.terms[0][0][0]

    @property
    def symbols(self) -> set[str]:
        """The unknown lengths that occur, also in what is computed of them."""
        found = {symbol for product, _ in self.terms for symbol in product}
        made = [symbol for symbol in found if symbol.startswith(MADE)]
        inside = (form for symbol in made for form in _inside(symbol))
        return found.difference(made).union(*(form.symbols for form in inside))

    @property
    def quotient(self) -> tuple[Form, int] | None:
        """What is divided here by what, where this is a length that was rounded down."""
        found = self._only
        return _of_quotient(found) if found is not None and found.startswith(QUOTIENT) else None

    @property
    def is_surely_no_less_than_0(self) -> bool:
        """Tell whether no choice of the unknown lengths makes it negative."""
        found = {symbol for product, _ in self.terms for symbol in product}
        extremes = sorted(symbol for symbol in found if symbol.startswith((LEAST, LARGEST)))
        if len(extremes) > MAX_EXTREMES:
            return False
        if extremes:
            extreme_ = extremes[0]
            sides = (replaced(self, {extreme_: form}) for form in _inside(extreme_))
            answers = [side.is_surely_no_less_than_0 for side in sides]
            # Less than the largest, or more than the least, is taken where one of them is put in.
            signs = {count < 0 for product, count in self.terms if extreme_ in product}
            is_bound = signs == {extreme_.startswith(LEAST)}
            return all(answers) or (is_bound and any(answers))
        if any(symbol.startswith(POSITIVE) for symbol in self.symbols):
            positive = [symbol for symbol in self.symbols if symbol.startswith(POSITIVE)]
            more = {symbol: plus(known(1), unknown(_REST + symbol)) for symbol in positive}
            return replaced(self, more).is_surely_no_less_than_0
        return all(times >= 0 for _, times in self.terms)


ZERO = Form()


def known(length: int) -> Form:
    """Return a known length as a form."""
    return _form({(): length})


def unknown(symbol: str) -> Form:
    """Return an unknown length as a form."""
    return Form((((symbol,), 1),))


def _form(terms: Mapping[Product, int]) -> Form:
    return Form(tuple(sorted((product, times) for product, times in terms.items() if times)))


def plus(one: Form, other: Form, times: int = 1) -> Form:
    """Add two forms, the second `times` times."""
    terms = dict(one.terms)
    for product, count in other.terms:
        terms[product] = terms.get(product, 0) + times * count
    return _form(terms)


def minus(one: Form, other: Form) -> Form:
    """Subtract one form from another."""
    return plus(one, other, -1)


def times(one: Form, other: Form) -> Form:
    """Multiply two forms."""
    terms: dict[Product, int] = {}
    for left, count in one.terms:
        for right, again in other.terms:
            product = tuple(sorted((*left, *right)))
            terms[product] = terms.get(product, 0) + count * again
    return _form(terms)


def divided(one: Form, other: Form) -> Form | None:
    """Divide by a single product where nothing is left over, else None."""
    if len(other.terms) != 1:
        return None
    (divisor, by), terms = other.terms[0], {}
    for product, count in one.terms:
        rest = list(product)
        for symbol in divisor:
            if symbol not in rest:
                return None
            rest.remove(symbol)
        if count % by:
            return None
        terms[tuple(rest)] = count // by
    return _form(terms)


def quotient(form: Form, by: int) -> Form:
    """Divide a form by a number, which is 1 at least, and round down."""
    whole = _form({product: count // by for product, count in form.terms})
    rest = _form({product: count % by for product, count in form.terms})
    if rest.number is not None:
        return whole
    number = next((count for product, count in rest.terms if not product), 0)
    inside = minus(rest, known(number)).quotient
    if inside is not None:
        # What is rounded down twice is divided by both numbers.
        given, before = inside
        return plus(whole, quotient(plus(given, known(number * before)), before * by))
    return plus(whole, unknown(f"{QUOTIENT}{(rest.terms, by)!r}"))


def _of_quotient(symbol: str) -> tuple[Form, int]:
    terms, by = ast.literal_eval(symbol.removeprefix(QUOTIENT))
    return Form(terms), by


def extreme(sign: str, forms: Iterable[Form]) -> Form:
    """Return the least or the largest of forms: one of them, where it is that for sure."""
    kept: list[Form] = []
    for given in forms:
        only = given._only or ""
        for form in _inside(only) if only.startswith(sign) else [given]:
            if not any(_stands_for(sign, other, form) for other in kept):
                kept = [other for other in kept if not _stands_for(sign, form, other)]
                kept.append(form)
    if len(kept) == 1:
        return kept[0]
    return unknown(f"{sign}{sorted(form.terms for form in kept)!r}")


def _stands_for(sign: str, one: Form, other: Form) -> bool:
    return bool(is_at_least(one, other) if sign == LARGEST else is_at_least(other, one))


def _inside(symbol: str) -> list[Form]:
    """Return the forms that a length is computed of."""
    if symbol.startswith(QUOTIENT):
        return [_of_quotient(symbol)[0]]
    return [Form(terms) for terms in ast.literal_eval(symbol[1:])]


def is_at_least(one: Form, other: Form) -> bool | None:
    """Tell whether one form is at least another, None where the unknown lengths decide."""
    if minus(one, other).is_surely_no_less_than_0:
        return True
    return False if minus(minus(other, one), known(1)).is_surely_no_less_than_0 else None


def product(forms: tuple[Form, ...]) -> Form:
    """Multiply all of some forms."""
    result = known(1)
    for form in forms:
        result = times(result, form)
    return result


def replaced(form: Form, solved: Mapping[str, Form]) -> Form:
    """Put forms in the places of symbols, also in what is computed of them."""
    result = ZERO
    for symbols, count in form.terms:
        result = plus(result, product(tuple(_replacement(s, solved) for s in symbols)), count)
    return result


def _replacement(symbol: str, solved: Mapping[str, Form]) -> Form:
    if symbol in solved or not symbol.startswith(MADE):
        return solved.get(symbol, unknown(symbol))
    if symbol.startswith((LEAST, LARGEST)):
        return extreme(symbol[0], [replaced(form, solved) for form in _inside(symbol)])
    given, by = _of_quotient(symbol)
    return quotient(replaced(given, solved), by)


def written(form: Form, names: Mapping[str, str], space: str = "") -> str:
    """Write a form: `n+1`, `2n`, `n·m`, `⌊n/2⌋`, `min(n, m)`; empty where one has no name.

    `space` stands around the sign of a sum.
    """
    if not form.symbols <= names.keys():
        return ""
    if not form.terms:
        return "0"
    text = ""
    # The number stands last.
    for symbols, count in sorted(form.terms, key=lambda term: (not term[0], term)):
        is_alone = len(form.terms) == len(symbols) == count == 1
        letters = "·".join(_written_symbol(s, names, space, is_alone) for s in symbols)
        size = f"{abs(count)}" if abs(count) != 1 or not letters else ""
        size += "·" if size and letters.startswith(("min(", "max(")) else ""
        sign = "−" if count < 0 else "+" if text else ""
        text += f"{space}{sign}{space}{size}{letters}" if text else f"{sign}{size}{letters}"
    return text


def _written_symbol(symbol: str, names: Mapping[str, str], space: str, is_alone: bool) -> str:
    if symbol.startswith((LEAST, LARGEST)):
        # The number stands last.
        forms = sorted(_inside(symbol), key=lambda form: form.number is not None)
        parts = ", ".join(written(form, names) for form in forms)
        return f"{'min' if symbol.startswith(LEAST) else 'max'}({parts})"
    if not symbol.startswith(QUOTIENT):
        name = _SIGN.sub(rf"{space}\1{space}", names[symbol])
        return f"({name})" if _is_sum(name) and not is_alone else name
    given, by = _of_quotient(symbol)
    text = written(given, names)
    return f"⌊{f'({text})' if _is_sum(text) else text}/{by}⌋"


def written_shape(lengths: Iterable[str]) -> str:
    """Write lengths as a shape, `(n+1)×30`, with `?` for one without a name."""
    texts = [*lengths]
    is_one = len(texts) == 1
    return "×".join(f"({text})" if _is_sum(text) and not is_one else text or "?" for text in texts)


def _is_sum(text: str) -> bool:
    return _SIGN.search(_EXTREME.sub("", text)) is not None


def read(text: str) -> Form | None:
    """Read a form that was written, its names as symbols; None for what is none."""
    total = ZERO
    for sign, term in _TERM.findall(text):
        parts = _SIZE.fullmatch(term)
        if parts is None:
            return None
        size, letters = parts.groups()
        symbols = tuple(unknown(OLDEST + name) for name in letters.split("·") if name)
        total = plus(total, product((known(int(size or 1)), *symbols)), -1 if sign == "−" else 1)
    return total if text else None
