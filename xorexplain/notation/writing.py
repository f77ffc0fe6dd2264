"""Write expressions in any notation: one walk, parentheses where precedence needs them.

A `Notation` is a table: how names and numbers look, the sign of each op that has one, and a form
for each op that is written in a way of its own. Everything else is a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import NamedTuple, Protocol, TypeAlias

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import (
    INFIX,
    OVER,
    PRECEDENCE,
    has,
    having,
    indexing_inside,
    is_complete,
    kind_words,
    row,
)
from xorexplain.graph.ops.operand_axes import ALONG
from xorexplain.notation.expr import EQUATION, NUMBER, SYMBOL, Expr, postorder
from xorexplain.notation.shorten import shortened

BETWEEN: Mapping[str, str] = {**INFIX, EQUATION: "="}
"""What stands between operands, by kind."""
BINDS: Mapping[str, float] = {**PRECEDENCE, EQUATION: PRECEDENCE["eq"]}
"""How tightly a kind with a sign binds."""
ATOM = 100
"""Binds tighter than any sign: a name, a call, anything in brackets."""
PHRASE = 0
"""Binds less than any sign."""
TIGHTER = 0.1
"""Less than the distance between any two signs."""

SUMS, PRODUCTS = (tuple(having(trait)) for trait in ("sum", "factor"))
ROWS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(SUMS, SUMS),
    **dict.fromkeys(PRODUCTS, PRODUCTS),
    **{kind: (kind,) for kind in (having("associates") - {*SUMS, *PRODUCTS}) | {"dot"}},
}
"""Signs that may stand in a row with a sign, read from the left."""
# Signs after which such a row needs no parentheses either: a + (b − c) is a + b − c. A matrix
# product is not among them: A · (b · C) has no other grouping where b is a vector.
_OPPOSITE = {"add": "sub", "sub": "add"}
# Signs from here on keep a minus to the right of them in parentheses, where a notation says so.
_SIGNED_FROM = PRECEDENCE["add"]
_ALIASES = dict.fromkeys(having("matrix product"), "dot")
PREFIX = "prefix"
"""The sign of what takes in every factor to its right, as `Σ a b` does."""
_LINEAR = frozenset({*PRODUCTS, "dot", PREFIX})
"""Signs of what is negative where its first operand is."""


class Term(NamedTuple):
    """Hold an operand: its text, how tightly it binds, and the kind of its outermost sign.

    `opposite` is what it is the negative of, where it is one. `parts` are the pieces of the text
    between which a line may be broken, none for a text that is one piece. `begins_negative` tells
    of a sum that its first operand is the negative of something.
    """

    text: str
    binding: float = ATOM
    sign: str = ""
    opposite: Term | None = None
    parts: tuple[str, ...] = ()
    is_number: bool = False
    begins_negative: bool = False

    @property
    def pieces(self) -> tuple[str, ...]:
        """The pieces between which a line may be broken; joined, they are the text."""
        return self.parts or (self.text,)


class Operation(Protocol):
    """Say what is applied: an `Expr`, or a graph's `Op`."""

    @property
    def kind(self) -> str:
        """The kind of op."""

    @property
    def params(self) -> tuple[tuple[str, str], ...]:
        """What distinguishes two ops of one kind."""

    def param(self, name: str) -> str | None:
        """Return the parameter of that name, or None."""


def _unsaid(kind: str, operation: Operation) -> list[tuple[str, str]]:
    """Return the parameters that neither the form of a kind says nor the axes of a call."""
    known = {*row(kind).implied, *row(kind).said, "axis", OVER, ALONG}
    if kind == "output":
        known.add("position")
    return [(name, value) for name, value in operation.params if name not in known]


def _called_by(
    kind: str, operation: Operation, unsaid: Sequence[tuple[str, str]]
) -> tuple[str | None, list[str]]:
    """Return what an op is called by, None for its kind, and its further parameters in words.

    A graph of the user's own, a loop or a draw has a name, and what repeats another op has its.
    """
    by = "core" if has(kind, "wraps") else "name"
    name = operation.param(by) if has(kind, "own graph", "draws", "wraps") else None
    shown = [f"{key}={value}" for key, value in unsaid if key != by or not name]
    if name is not None and by == "core":
        if repeated := indexing_inside(name):
            core, index = repeated
            told = [f"index={index}"] if index != "·" else []
            return kind_words(core).replace(" ", "_"), [*told, "batched"]
        name, _, inside = name.partition(" [")
        shown = [*([inside.removesuffix("]")] if inside else []), *shown]
    return name, shown


Form: TypeAlias = "Callable[[Notation, Operation, Sequence[Term]], Term]"


@dataclass(frozen=True)
class Notation:
    """Hold the table of one notation.

    `symbol` and `number` write a leaf, `sign` the sign of a kind between two operands, spaces
    included, `function` the name of a kind, and `called` its call on arguments along some axes:
    those of the text, none of them where it is empty, all where it is None.
    `repeated` writes an array of one digit in a shape. `forms` are the kinds written otherwise,
    `colon` is that of an index. `signed_factors` says whether a factor after a sign may begin with
    a minus: a × −b. `word` writes a property of an op, such as `lower=False`.
    """

    symbol: Callable[[str], Term]
    number: Callable[[str], Term]
    sign: Callable[[str, Term, Term], str]
    function: Callable[[str], str]
    called: Callable[[str, Sequence[str], str | None], Term]
    repeated: Callable[[str, Sequence[str]], Term]
    forms: Mapping[str, Form]
    minus: str
    colon: str = ":"
    signed_factors: bool = True
    word: Callable[[str], str] = str
    precedence: Mapping[str, float] = field(default_factory=lambda: BINDS)
    parentheses: Callable[[str], str] = "({})".format

    def write(self, roots: Iterable[Expr]) -> list[Term]:
        """Write expressions; a shared part is written out each time it occurs.

        What would be longer than anybody reads is cut before it is written (`shorten.MOST`).
        """
        roots = [shortened(root) for root in roots]
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
        unsaid = _unsaid(kind, operation)
        if not unsaid and kind in self.forms and is_complete(kind, len(args)):
            return self.forms[kind](self, operation, args)
        if not unsaid and kind == "neg" and args:
            return self.negated(args[0])
        if not unsaid and kind in self.precedence and len(args) > 1:
            return self.infix(kind, args)
        name, shown = _called_by(kind, operation, unsaid)
        given = self._drawn(args) if has(kind, "draws") else [argument.text for argument in args]
        told = [*given, *map(self.word, shown)]
        function = self.function(kind) if name is None else self.word(name)
        return self.called(function, told, operation.param("axis"))

    def _drawn(self, args: Sequence[Term]) -> list[str]:
        """Write the arguments of a draw as its engine is asked for it: generator and size last."""
        given = [argument.text for argument in args[2:]]
        for name, argument in zip(("size=", "rng="), reversed(args[:2]), strict=False):
            if argument.text != self.symbol("None").text:
                given.append(self.word(name) + argument.text)
        return given

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
        if term.sign in _LINEAR:
            parts = (self.minus + term.pieces[0], *term.pieces[1:])
            return Term(f"{self.minus}{term.text}", term.binding, term.sign, term, parts)
        return Term(f"{self.minus}{self.wrap(term, tight)}", tight, "neg", term)

    def wrap(self, term: Term, needed: float) -> str:
        """Put parentheses around an operand that binds less tightly than needed."""
        return term.text if term.binding >= needed else self.parentheses(term.text)

    def infix(self, kind: str, terms: Sequence[Term]) -> Term:
        """Write a sign between operands, with the parentheses they need and no more."""
        if kind == "mul" and len(terms) == 2 and terms[0].is_number and not terms[1].is_number:
            return self._scaled(terms[0], terms[1])
        own, first = self.precedence[kind], terms[0]
        goes_on = first.binding == own and first.sign in ROWS.get(kind, ())
        # A product of matrices beside one of elements would leave open which comes first.
        is_mixed = first.binding == own and not goes_on and "dot" in (kind, first.sign)
        is_strict = kind in ("pow", EQUATION) or has(kind, "comparison") or is_mixed
        needed = own + TIGHTER if is_strict else own
        pieces = list(first.pieces) if goes_on else [self.wrap(first, needed)]
        is_row = first.binding != own or goes_on or is_mixed
        binding, sign = own, kind if is_row else ""
        for position, term in enumerate(terms[1:], 1):
            left = first if position == 1 else Term("".join(pieces))
            if position == len(terms) - 1 and self._may_end(kind, term):
                pieces.append(self.sign(kind, left, term) + term.text)
                binding = term.binding
            else:
                pieces.extend(self._operand(kind, left, term))
        opposite = None
        if kind in _LINEAR and first.opposite is not None:
            opposite = self.infix(kind, [first.opposite, *terms[1:]])
        is_negative = first.opposite is not None or (goes_on and first.begins_negative)
        return Term(
            text="".join(pieces),
            binding=binding,
            sign=sign,
            opposite=opposite,
            parts=tuple(pieces),
            begins_negative=kind in SUMS and is_negative,
        )

    def _scaled(self, factor: Term, term: Term) -> Term:
        """Write a number times something, which may be any product: 2 × A · B."""
        own, tight = self.precedence["mul"], self.precedence["dot"]
        is_product = term.binding == own and term.sign in (*PRODUCTS, "dot")
        is_bare = is_product or term.sign == PREFIX or term.binding >= own + TIGHTER
        is_bare &= self.signed_factors or not term.text.startswith(self.minus)
        first, *rest = term.pieces if is_bare else [self.parentheses(term.text)]
        sign = self.sign("mul", factor, term)
        pieces = (self.wrap(factor, own) + sign + first, *rest)
        binding, kind = own, "dot" if is_bare and term.sign == "dot" else "mul"
        if is_bare and term.sign == PREFIX:
            binding = term.binding
        elif sign == self.sign("dot", factor, term) and not is_product:
            # Without a sign, a number stands as close to what it scales as a matrix does.
            binding, kind = tight, "dot"
        opposite = None if factor.opposite is None else self._scaled(factor.opposite, term)
        return Term("".join(pieces), binding, kind, opposite, pieces)

    def _may_end(self, kind: str, term: Term) -> bool:
        """Tell whether what takes in every factor to its right may come last, as in `2 Σ x`."""
        is_minus = term.text.startswith(self.minus)
        return term.sign == PREFIX and kind in (*_LINEAR, "mod") and not is_minus

    def _operand(self, kind: str, left: Term, term: Term) -> list[str]:
        """Write a sign and the operand to the right of it, in pieces."""
        own = self.precedence[kind]
        sign = kind
        while kind in SUMS and term.opposite is not None:
            sign, term = _OPPOSITE[sign], term.opposite
        goes_on = has(sign, "associates") and term.sign in ROWS[kind]
        # As in Python, a sign to the right of a power belongs to its exponent: 2 ^ −x.
        needed = self.precedence["neg"] if kind == "pow" else own + TIGHTER
        first, *rest = term.pieces if goes_on else [term.text]
        if term.binding < (own if goes_on else needed):
            first, rest = self.parentheses(term.text), []
        elif term.begins_negative and sign == "add" and goes_on:
            sign, first = "sub", first.removeprefix(self.minus)
        elif first.startswith(self.minus) and not self.signed_factors and own >= _SIGNED_FROM:
            first, rest = self.parentheses(term.text), []
        return [self.sign(sign, left, term) + first, *rest]
