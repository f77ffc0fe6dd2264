"""Give parts of expressions a name, so that what is printed stays linear in size and readable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import count

from xorexplain.graph.views.name_stems import PART
from xorexplain.notation.expr import OUTPUT, Expr, postorder, symbol, with_args
from xorexplain.notation.text import TEXT
from xorexplain.notation.writing import PRODUCTS, ROWS, Term

LONGEST = 56
"""An operand longer than this as text gets a name of its own."""
SHORT = 12
"""A part up to this long is written out each time, however often it is used."""


def bind(
    roots: Sequence[Expr], taken: Collection[str] = (), longest: int = LONGEST
) -> tuple[list[tuple[str, Expr]], list[Expr]]:
    """Name every part that is used more than once, or long: `t1 = ...`, in order of use.

    Return the named parts and the roots written with them. Names in `taken` are passed over. Equal
    parts are one part. An operand in a row of sums or products is never too long, since a line may
    be broken before it.
    """
    binder = _Binder(taken, 2 * max(longest, SHORT))
    same = merged(roots)
    uses: Counter[int] = Counter(id(same[id(root)]) for root in roots)
    order = list(postorder(same[id(root)] for root in roots))
    for current in order:
        uses.update(id(argument) for argument in current.args)
    done: dict[int, Expr] = {}
    for current in order:
        args = [done[id(argument)] for argument in current.args]
        for position, argument in enumerate(args):
            is_long = argument.args and binder.length(argument) > longest
            if is_long and not _in_a_row(current, argument):
                args[position] = binder.named(argument)
        fresh = with_args(current, tuple(args))
        if uses[id(current)] > 1 and current.args and binder.length(fresh) > SHORT:
            fresh = binder.named(fresh)
        done[id(current)] = fresh
    return binder.lets, [done[id(same[id(root)])] for root in roots]


def merged(roots: Sequence[Expr]) -> dict[int, Expr]:
    """Return one record for all equal expressions, by the id of each."""
    found: dict[object, Expr] = {}
    same: dict[int, Expr] = {}
    for current in postorder(roots):
        args = tuple(same[id(argument)] for argument in current.args)
        key = (current.kind, current.text, current.params, tuple(map(id, args)))
        same[id(current)] = found.setdefault(key, with_args(current, args))
    return same


def call_of(parts: Sequence[Expr]) -> Expr | None:
    """Return the call of which these are the results one by one; None where they are not."""
    same = merged(parts)
    calls = {id(same[id(part)].args[0]) for part in parts if part.kind == OUTPUT}
    places = [part.param("position") for part in parts if part.kind == OUTPUT]
    is_whole = len(calls) == 1 and places == [str(place) for place in range(len(parts))]
    return parts[0].args[0] if is_whole and len(parts) > 1 else None


class _Binder:
    """Collect named parts; what is written as text is remembered, so each is written once."""

    def __init__(self, taken: Collection[str], most: int) -> None:
        self._most = most
        self.lets: list[tuple[str, Expr]] = []
        self._names: Iterator[str] = (n for n in (f"{PART}{i}" for i in count(1)) if n not in taken)
        self._symbols: dict[int, Expr] = {}
        self._terms: dict[int, tuple[Expr, Term]] = {}

    def named(self, value: Expr) -> Expr:
        """Return the name of a part."""
        if id(value) not in self._symbols:
            self.lets.append((next(self._names), value))
            self._symbols[id(value)] = symbol(self.lets[-1][0])
        return self._symbols[id(value)]

    def length(self, value: Expr) -> int:
        """Return the length of a part as text, where it is no longer than what counts as long."""
        return len(self._term(value).text)

    def _term(self, value: Expr) -> Term:
        if id(value) not in self._terms:
            args = [self._term(argument) for argument in value.args]
            self._terms[id(value)] = (value, self._cut(TEXT.written(value, args)))
        return self._terms[id(value)][1]

    def _cut(self, term: Term) -> Term:
        """Keep as much of a long text as tells that it is long: it is part of longer ones."""
        if len(term.text) <= self._most:
            return term
        opposite = term.opposite and term.opposite._replace(opposite=None)
        if opposite is not None:
            opposite = opposite._replace(text=opposite.text[: self._most], parts=())
        return term._replace(text=term.text[: self._most], parts=(), opposite=opposite)


def _in_a_row(current: Expr, argument: Expr) -> bool:
    """Tell whether an argument's own operands are written beside the other arguments."""
    if current.kind == "neg":
        return argument.kind in PRODUCTS
    # In print a quotient is a fraction, in which no line can be broken.
    return current.kind != "true_div" and argument.kind in ROWS.get(current.kind, ())
