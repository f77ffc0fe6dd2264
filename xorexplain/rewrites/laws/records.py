"""Hold what the dictionary of rewrites says of one rewrite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from xorexplain.errors.records import dataclass
from xorexplain.notation.expr import EQUATION, Expr, call

Kind: TypeAlias = Literal[
    "merge",
    "constant folding",
    "useless work removed",
    "canonicalize",
    "stabilize",
    "specialize",
    "shape",
    "indexing",
    "linear algebra",
    "BLAS",
    "fusion",
    "in-place",
    "scan",
    "control flow",
    "random",
    "inlining",
    "backend",
    "bookkeeping",
    "unsafe",
]

AIMS: Mapping[Kind, str] = {
    "merge": "Compute equal things once.",
    "constant folding": "Compute now what is the same in every call.",
    "useless work removed": "Leave out what cannot change the result.",
    "canonicalize": "Write equal formulas in one form, so that other rewrites recognise them.",
    "stabilize": "Keep the digits that the formula as written would lose in floating point.",
    "specialize": "Take the op that is made for the case.",
    "shape": "Know lengths without the arrays, and repeat values as late as possible.",
    "indexing": "Touch only the elements that are asked for.",
    "linear algebra": "Use what is known of a matrix.",
    "BLAS": "Let one call of a linear algebra library do what several ops did.",
    "fusion": "Go through the memory once instead of once for each op.",
    "in-place": "Write a result where an input that nobody needs any more was.",
    "scan": "Do less in each round of a loop, or fewer rounds.",
    "control flow": "Compute only the branch that is taken.",
    "random": "Make draws in the way the backend can.",
    "inlining": "Open an op that holds a graph, so that the rewriter sees inside.",
    "backend": "Write the graph in the terms of the backend that runs it.",
    "bookkeeping": "Prepare the rewriter's own records; the values are untouched.",
    "unsafe": "Trade exactness or a check for speed; never done unless asked for.",
}
"""What the rewrites of each kind are for."""


@dataclass(frozen=True)
class Formula:
    """Hold an algebraic law: what the rewrite found on the left, what it wrote on the right.

    It holds where `condition`, an expression that is true or false, is true; `where` says in words
    what is no formula. Small letters are numbers, taken element by element where they are arrays;
    v and w are vectors, capitals matrices, n and m whole numbers, p is a condition. An `example`
    has numbers where the law has any index or length.
    """

    left: Expr
    right: Expr
    condition: Expr | None = None
    where: str = ""
    example: bool = False

    @property
    def equation(self) -> Expr:
        """The law as one expression, to be written in any notation."""
        return call(EQUATION, self.left, self.right)


@dataclass(frozen=True)
class Law:
    """Hold why a rewrite is valid.

    `name` and `aliases` are the names it fires or is registered under. `sentence` is the reason in
    plain words, `formulas` the reason as algebra where it is algebra, `caveat` tells where the
    result may differ from that of the graph as written. For a group of rewrites `members` has
    the law of each. `is_quoted` marks the engine's own words, which say what a rewrite does rather
    than why it may.
    """

    name: str
    kind: Kind | None
    sentence: str
    formulas: tuple[Formula, ...] = ()
    caveat: str = ""
    aliases: tuple[str, ...] = ()
    members: tuple[Law, ...] = ()
    is_quoted: bool = False


@dataclass(frozen=True)
class Table:
    """Hold the laws of one theme: of names both engines have, and of names only one has."""

    both: tuple[Law, ...] = ()
    theano: tuple[Law, ...] = ()
    pytensor: tuple[Law, ...] = ()
