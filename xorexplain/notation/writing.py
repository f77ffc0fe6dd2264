"""Write expressions in any notation: one walk, parentheses where precedence needs them.

A `Notation` is a table: how names and numbers look, the sign of each op that has one, and a form
for each op that is written in a way of its own. Everything else is a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from xorexplain.notation.expr import NUMBER, SYMBOL, Expr, postorder
from xorexplain.ops import PRECEDENCE

ATOM = 100
"""Binds tighter than any sign: a name, a call, anything in brackets."""
PHRASE = 0
"""Binds less than any sign."""
TIGHTER = 0.1
"""Less than the distance between any two signs."""

SUMS, PRODUCTS = ("add", "sub"), ("mul", "true_div")
ROWS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(SUMS, SUMS),
    **dict.fromkeys(PRODUCTS, PRODUCTS),
    **{kind: (kind,) for kind in ("and", "or", "xor", "dot")},
}
"""Signs that may stand in a row with a sign, read from the left."""
# Signs after which such a row needs no parentheses either: a + (b − c) is a + b − c. A matrix
# product is not among them: A · (b · C) has no other grouping where b is a vector.
_ASSOCIATIVE = frozenset({"add", "mul", "and", "or", "xor"})
_COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "neq"})
_ALIASES = dict.fromkeys(("dot22", "mat_mul", "matmul"), "dot")
PREFIX = "prefix"
"""The sign of what takes in every factor to its right, as `Σ a b` does."""
_SIGNED_BY_FIRST = (*PRODUCTS, "dot", PREFIX)


class Term(NamedTuple):
    """Hold an operand: its text, how tightly it binds, and the kind of its outermost sign.

    `opposite` is what it is the negative of, where it is one. `parts` are the pieces of the text
    between which a line may be broken, none for a text that is one piece.
    """

    text: str
    binding: float = ATOM
    sign: str = ""
    opposite: Term | None = None
    parts: tuple[str, ...] = ()
    is_number: bool = False

    @property
    def pieces(self) -> tuple[str, ...]:
        """The pieces between which a line may be broken; joined, they are the text."""
        return self.parts or (self.text,)


class Operation(Protocol):
    """Say what is applied: an `Expr`, or a graph's `Op`."""

    @property
    def kind(self) -> str:
        """The kind of op."""

    def param(self, name: str) -> str | None:
        """Return the parameter of that name, or None."""


Form = Callable[[Operation, Sequence[Term]], Term]


@dataclass(frozen=True)
class Notation:
    """Hold the table of one notation.

    `sign` returns the sign of a kind between two operands, spaces included. `signed_factors` says
    whether a factor after a sign may begin with a minus: a × −b.
    """

    symbol: Callable[[str], Term]
    number: Callable[[str], Term]
    sign: Callable[[str, Term, Term], str]
    call: Form
    forms: Mapping[str, Form]
    minus: str
    signed_factors: bool = True
    precedence: Mapping[str, float] = field(default_factory=lambda: PRECEDENCE)
    parentheses: Callable[[str], str] = "({})".format

    def write(self, roots: Iterable[Expr]) -> list[Term]:
        """Write expressions in full; a shared part is written out each time it occurs."""
        roots = list(roots)
        done: dict[int, Term] = {}
        for current in postorder(roots):
            done[id(current)] = self.written(current, [done[id(a)] for a in current.args])
        return [done[id(root)] for root in roots]

    def written(self, current: Expr, args: Sequence[Term]) -> Term:
        """Write one expression whose arguments are written already."""
        if current.kind == SYMBOL:
            return self.symbol(current.text)
        if current.kind == NUMBER:
            return self.signed_number(current.text)
        return self.term(current, args)

    def term(self, operation: Operation, args: Sequence[Term]) -> Term:
        """Write one op on its arguments."""
        kind = _ALIASES.get(operation.kind, operation.kind)
        if kind in self.forms:
            return self.forms[kind](operation, args)
        if kind == "neg":
            return self.negated(args[0])
        if kind in self.precedence and len(args) > 1:
            return self.infix(kind, args)
        return self.call(operation, args)

    def signed_number(self, digits: str) -> Term:
        """Write a number; a negative one binds as what is negated."""
        if digits.startswith("-"):
            return self.negated(self.number(digits[1:]))._replace(is_number=True)
        return self.number(digits)

    def negated(self, term: Term) -> Term:
        """Write −x; the sign of a product is that of its first factor."""
        tight = self.precedence["neg"]
        if term.text.startswith(self.minus):
            return Term(f"{self.minus}{self.parentheses(term.text)}", tight, "neg", term)
        if term.sign in _SIGNED_BY_FIRST:
            parts = (self.minus + term.pieces[0], *term.pieces[1:])
            return Term(f"{self.minus}{term.text}", term.binding, term.sign, term, parts)
        return Term(f"{self.minus}{self.wrap(term, tight)}", tight, "neg", term)

    def wrap(self, term: Term, needed: float) -> str:
        """Put parentheses around an operand that binds less tightly than needed."""
        return term.text if term.binding >= needed else self.parentheses(term.text)

    def infix(self, kind: str, terms: Sequence[Term]) -> Term:
        """Write a sign between operands, with the parentheses they need and no more."""
        own, row = self.precedence[kind], ROWS.get(kind, ())
        binding, sign = own, kind
        if terms[0].binding == own and terms[0].sign not in row:
            sign = ""
        first = own + TIGHTER if kind == "pow" or kind in _COMPARISONS else own
        is_bare = terms[0].binding >= first and terms[0].sign in row
        pieces = list(terms[0].pieces) if is_bare else [self.wrap(terms[0], first)]
        for position, term in enumerate(terms[1:], 1):
            between, right = kind, term
            while kind in SUMS and right.opposite is not None:
                between, right = _OPPOSITE[between], right.opposite
            if right.sign == PREFIX and kind in (*PRODUCTS, "dot") and position == len(terms) - 1:
                operand, binding = (right.text,), right.binding
            else:
                scales = position == 1 and kind == "mul" and terms[0].is_number
                operand = self._operand(between, right, scales)
            pieces.append(self.sign(between, terms[position - 1], right) + operand[0])
            pieces.extend(operand[1:])
        opposite = None
        if kind in _SIGNED_BY_FIRST and terms[0].opposite is not None:
            opposite = self.infix(kind, [terms[0].opposite, *terms[1:]])
        return Term("".join(pieces), binding, sign, opposite, tuple(pieces))

    def _operand(self, kind: str, term: Term, scales: bool) -> tuple[str, ...]:
        """Write an operand to the right of a sign, in pieces.

        `scales` tells that a number stands left of the sign, which any product may follow.
        """
        own = self.precedence[kind]
        if (scales and term.sign in _SIGNED_BY_FIRST and term.sign != PREFIX) or (
            kind in _ASSOCIATIVE and term.sign in ROWS[kind]
        ):
            found, needed = term.pieces, own
        else:
            # As in Python, a sign to the right of a power belongs to its exponent: 2 ^ −x.
            needed = self.precedence["neg"] if kind == "pow" else own + TIGHTER
            found = (term.text,)
        is_minus_stray = (
            not self.signed_factors
            and kind not in _COMPARISONS
            and term.text.startswith(self.minus)
        )
        if term.binding < needed or is_minus_stray:
            return (self.parentheses(term.text),)
        return found


_OPPOSITE = {"add": "sub", "sub": "add"}
