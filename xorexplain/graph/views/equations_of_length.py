"""Keep what is known of unknown lengths: which are equal, what slices leave, what is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xorexplain.graph.views.forms_of_length import (
    CUT,
    MADE,
    NAMED,
    ZERO,
    Form,
    known,
    minus,
    plus,
    replaced,
    unknown,
)


class Equations:
    """Keep what is known of unknown lengths: those that must be equal to something else.

    `contradictions` counts the numbers that must be equal and are not; `cut` holds, by its symbol,
    the form that is meant unless it is negative.
    """

    def __init__(self, cut: Mapping[str, Form] | None = None) -> None:
        self._solved: dict[str, Form] = {}
        self._least: dict[str, int] = {}
        self.cut = dict(cut or {})
        self.contradictions = 0

    def solved(self, form: Form) -> Form:
        """Replace the lengths that are known by now."""
        while found := self._known(form.symbols):
            form = replaced(form, found)
        return form

    def _known(self, symbols: Iterable[str]) -> Mapping[str, Form]:
        found = {s: self._solved[s] for s in symbols if s in self._solved}
        for symbol in self.cut.keys() & symbols - found.keys():
            form = self.solved(self.cut[symbol])
            decided = self._decided(form)
            if decided is not None:
                found[symbol] = decided
        return found

    def _decided(self, form: Form) -> Form | None:
        """Return a form, or 0 where it is negative; None where unknown lengths decide."""
        if form.is_surely_no_less_than_0 or self._reaches(form):
            return form
        return ZERO if minus(ZERO, form).is_surely_no_less_than_0 else None

    def _reaches(self, form: Form) -> bool:
        """Tell whether a form is a length less a number that the length is known to reach."""
        rests = ((self._least.get(s, 0), rest.number) for s, rest in _with_rest(form))
        return any(number is not None and least + number >= 0 for least, number in rests)

    def reach(self, form: Form, least: int) -> None:
        """Take a form for no less than a number, as the length of what that many are read of."""
        for symbol, rest in _with_rest(self.solved(form)):
            if rest.number is None:
                continue
            found = max(self._least.get(symbol, 0), least - rest.number)
            if found > self._least.get(symbol, 0):
                self._least[symbol] = found
                if symbol in self.cut:
                    self.reach(self.cut[symbol], found)

    def no_less_than_0(self, form: Form) -> Form:
        """Return a form, or 0 where it is negative; where unknown lengths decide, as a symbol."""
        form = self._cut_once(self.solved(form))
        found = self._decided(form)
        if found is not None:
            return found
        known_as = {cut: symbol for symbol, cut in self.cut.items()}
        symbol = known_as.get(form, f"{CUT}{len(self.cut):08}")
        self.cut[symbol] = form
        return unknown(symbol)

    def size(self, form: Form, sizes: Mapping[str, int], otherwise: int) -> int:
        """Return a form as a number, 0 at least, from the sizes of symbols."""

        def of(symbol: str) -> int:
            if symbol in self.cut:
                return self.size(self.solved(self.cut[symbol]), sizes, otherwise)
            return sizes.get(symbol, otherwise)

        numbers = {symbol: known(of(symbol)) for symbol in form.symbols}
        return max(0, replaced(form, numbers).number or 0)

    def fitting(self, otherwise: int) -> dict[str, int]:
        """Return sizes of symbols by which all that is read is there, and slices leave 2 at least.

        Each is `otherwise` or more.
        """
        found = {symbol: max(otherwise, least) for symbol, least in self._least.items()}
        for form in self.cut.values():
            for symbol, rest in _with_rest(self.solved(form)):
                if rest.number is not None:
                    found[symbol] = max(found.get(symbol, otherwise), 2 - rest.number)
        return found

    def _is_base(self, symbol: str, form: Form) -> bool:
        return symbol in self.cut and form == self.solved(self.cut[symbol])

    def _cut_once(self, form: Form) -> Form:
        """Take what is cut off from what was cut before off all at once."""
        for symbol, rest in _with_rest(form):
            if symbol in self.cut and minus(ZERO, rest).is_surely_no_less_than_0:
                return plus(self.solved(self.cut[symbol]), rest)
        return form

    def bases(self, form: Form) -> set[str]:
        """Return the symbols of a form, and those of the forms that are cut in it."""
        found: set[str] = set()
        waiting = [*form.symbols]
        while waiting:
            symbol = waiting.pop()
            if symbol not in found:
                found.add(symbol)
                waiting += self.solved(self.cut[symbol]).symbols if symbol in self.cut else ()
        return found

    def equate(self, one: Form, other: Form) -> Form:
        """Take two forms for equal, and return what they are then.

        Symbols are numbers as text, which grow: the youngest is solved for, the oldest stays.
        """
        one, other = self.solved(one), self.solved(other)
        difference = minus(one, other)
        for symbol, count in _alone(difference):
            if symbol.startswith((NAMED, *MADE)):
                continue
            rest = plus(difference, unknown(symbol), -count)
            solution = plus(ZERO, rest, -count)
            if self._is_base(symbol, solution):
                self.reach(solution, 0)
            is_possible = solution.is_surely_no_less_than_0 or self._reaches(solution)
            if symbol not in self.bases(solution) and is_possible:
                self._solved[symbol] = solution
                self.reach(solution, self._least.get(symbol, 0))
                return self.solved(one)
        self.contradictions += difference.number not in (None, 0)
        return one if one.number is not None or other.number is None else other


def _with_rest(form: Form) -> Iterator[tuple[str, Form]]:
    """Yield each symbol that is added once by itself, and the rest of the form."""
    alone = ((s, count) for s, count in _alone(form) if not s.startswith(MADE))
    return ((s, minus(form, unknown(s))) for s, count in alone if count == 1)


def _alone(difference: Form) -> list[tuple[str, int]]:
    """Return the symbols that are a term of their own, once, the youngest first."""
    alone = [(p[0], count) for p, count in difference.terms if len(p) == 1 and abs(count) == 1]
    return sorted(alone, reverse=True)
