"""Hold mathematical expressions as frozen records.

An expression is a symbol, a number, or an op on arguments; the op is named by its kind, as in
`Op.kind`. Arithmetic on expressions builds expressions, so that a rule reads as its formula:
`g * y * (1 - y)`.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from xorexplain.errors.records import dataclass

SYMBOL = "symbol"
NUMBER = "number"
FILL = "fill"
"""`fill(value, like)`: the value repeated to the shape of `like`."""
OUTPUT = "output"
"""`output(call, position=1)`: one of the several results of a call."""
EQUATION = "equation"
"""`equation(left, right)`: a statement, where the op `eq` asks a question."""


@dataclass(frozen=True, eq=False)
class Expr:
    """Hold one expression; sharing an argument between expressions shares the record.

    `text` is the name of a symbol or the digits of a number, `params` what distinguishes two ops
    of one kind, as in `Op.params`. Expressions are compared by identity: a graph of shared
    expressions may be far smaller than the text it stands for.
    """

    kind: str
    args: tuple[Expr, ...] = ()
    text: str = ""
    params: tuple[tuple[str, str], ...] = field(default=())

    def param(self, name: str) -> str | None:
        """Return the parameter of that name, or None."""
        return dict(self.params).get(name)

    @property
    def is_number(self) -> bool:
        """Tell whether this is a number."""
        return self.kind == NUMBER

    def __add__(self, other: Expr | float) -> Expr:
        return call("add", self, expr(other))

    def __sub__(self, other: Expr | float) -> Expr:
        return call("sub", self, expr(other))

    def __rsub__(self, other: float) -> Expr:
        return call("sub", expr(other), self)

    def __mul__(self, other: Expr | float) -> Expr:
        return call("mul", self, expr(other))

    def __rmul__(self, other: float) -> Expr:
        return call("mul", expr(other), self)

    def __truediv__(self, other: Expr | float) -> Expr:
        return call("true_div", self, expr(other))

    def __rtruediv__(self, other: float) -> Expr:
        return call("true_div", expr(other), self)

    def __pow__(self, other: Expr | float) -> Expr:
        return call("pow", self, expr(other))

    def __matmul__(self, other: Expr) -> Expr:
        return call("dot", self, other)

    def __neg__(self) -> Expr:
        return call("neg", self)

    @property
    def T(self) -> Expr:  # noqa: N802 - the name everybody knows
        """The transpose."""
        return call("transpose", self)


def symbol(name: str) -> Expr:
    """Make a symbol."""
    return Expr(SYMBOL, text=name)


def number(text: str) -> Expr:
    """Make a number from its digits; a whole float loses its `.0`."""
    return Expr(NUMBER, text=text.removesuffix(".0").removesuffix("."))


def expr(value: Expr | float) -> Expr:
    """Return an expression as it is, a Python number as one."""
    return value if isinstance(value, Expr) else number(repr(value))


def call(kind: str, *args: Expr, **params: str) -> Expr:
    """Make an op on arguments."""
    return Expr(kind, tuple(args), params=tuple(params.items()))


def with_args(current: Expr, args: tuple[Expr, ...]) -> Expr:
    """Return an op on other arguments, the same record where they are the same."""
    if len(args) == len(current.args) and all(map(operator.is_, args, current.args)):
        return current
    return Expr(current.kind, args, current.text, current.params)


def postorder(roots: Iterable[Expr]) -> Iterator[Expr]:
    """Yield every expression below the roots once, arguments first, without recursion."""
    done: set[int] = set()
    stack = [(root, False) for root in reversed(list(roots))]
    while stack:
        current, ready = stack.pop()
        if id(current) in done:
            continue
        if ready or not current.args:
            done.add(id(current))
            yield current
        else:
            stack.append((current, True))
            stack.extend((argument, False) for argument in reversed(current.args))


def substitute(root: Expr, known: Mapping[str, Expr]) -> Expr:
    """Put expressions in the place of symbols, by name; symbols that are not named stay."""
    made: dict[int, Expr] = {}
    for current in postorder([root]):
        if current.kind == SYMBOL:
            made[id(current)] = known.get(current.text, current)
        else:
            made[id(current)] = with_args(current, tuple(made[id(a)] for a in current.args))
    return made[id(root)]


def symbols_in(roots: Iterable[Expr]) -> set[str]:
    """Return the names in expressions."""
    return {part.text for part in postorder(roots) if part.kind == SYMBOL}
