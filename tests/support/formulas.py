"""Make random expressions, and read printed formulas back, in text and in LaTeX.

Both readers follow the precedence of Python, but for what a notation says otherwise. They know
nothing of the code that prints.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

import numpy

from xorexplain.notation.expr import FILL, NUMBER, SYMBOL, Expr, call, number, postorder, symbol

Array = Any


class UnreadableError(Exception):
    """Tell that a formula breaks the rules of its notation."""


# ---------------------------------------------------------------------------------- values

LARGE = 1e4
LENGTH = 3
"""Every value is a vector of this length, so that any op may follow any other."""

# Each op has only the properties that its sign may take for granted: a product of matrices is
# linear in both factors, `and`, `or` and `xor` are associative, powers and comparisons are nothing.
TABLE: Mapping[str, Callable[..., Array]] = {
    "add": lambda *args: sum(args[1:], args[0]),
    "sub": numpy.subtract,
    "mul": lambda *args: numpy.prod(args, axis=0),
    "true_div": numpy.divide,
    "int_div": lambda a, b: a * a + 2 * a + 3 * b * b + b,
    "mod": lambda a, b: 2 * a * a + a + b * b + 3 * b,
    "pow": lambda a, b: a * a * b + a + 2 * b,
    "neg": numpy.negative,
    "sqr": lambda a: 2 * a * a + a + 4,
    "reciprocal": lambda x: 1 / x,
    "sqrt": lambda x: x * x + 5 * x,
    "abs": lambda x: x * x + 3.3 * x,
    "sigmoid": lambda x: 1 / (2 + x),
    "tanh": lambda x: x / (3 + x),
    "dot": numpy.cross,
    "transpose": lambda x: x[::-1] * numpy.array([1, 2, 3]) + 1,
    "sum": lambda x: numpy.array([[1, 2, 0], [0, 1, 3], [2, 0, 1]]) @ x,
    FILL: lambda value, like: value * (like + numpy.array([1, 2, 3])) ** 2,
    "switch": lambda condition, a, b: condition * condition * a + 1.37 * condition + 2 * b,
    "lt": lambda a, b: a * a + 1.1 * a - 2 * b * b - b,
    "ge": lambda a, b: a * a + 2.1 * a - 3 * b * b - b,
    "eq": lambda a, b: a * a + 3.1 * a - 4 * b * b - b,
    "and": lambda *args: numpy.prod([arg + 1.3 for arg in args], axis=0) - 1.3,
    "or": lambda *args: numpy.prod([arg + 2.9 for arg in args], axis=0) - 2.9,
    "xor": lambda a, b: (a + 3.7) * (b + 3.7) - 3.7,
}


def value(root: Expr, values: Mapping[str, Array]) -> Array:
    """Compute an expression on vectors of complex numbers."""
    done: dict[int, Array] = {}
    with numpy.errstate(all="ignore"):
        for current in postorder([root]):
            if current.kind == SYMBOL:
                found = values[current.text]
            elif current.kind == NUMBER:
                digits = current.text.lstrip("-")
                found = numpy.full(LENGTH, complex(float(digits)))
                found = -found if digits != current.text else found
            else:
                found = TABLE[current.kind](*(done[id(a)] for a in current.args))
            done[id(current)] = found
    return done[id(root)]


def points(count: int = 4) -> list[dict[str, Array]]:
    """Return values for all symbols, several times."""
    chance = numpy.random.default_rng(0)

    def vector() -> Array:
        return chance.uniform(0.3, 1.7, LENGTH) + 1j * chance.uniform(-1, 1, LENGTH)

    return [{letter: vector() for letter in ascii_lowercase} for _ in range(count)]


def differences(one: Expr, other: Expr, where: Sequence[Mapping[str, Array]]) -> list[bool]:
    """Tell for each point whether two expressions differ; huge values hide it and do not count."""
    found = []
    for values in where:
        a, b = value(one, values), value(other, values)
        scale = numpy.max(numpy.abs(a))
        if scale < LARGE:
            found.append(not numpy.allclose(a, b, rtol=0, atol=1e-10 * scale))
    return found


# -------------------------------------------------------------------------------- expressions

SIZES = (2, 3, 0.5, 7, 11, 1.25, 13)


def random_expression(kinds: Sequence[str], chance: random.Random, depth: int) -> Expr:
    """Make an expression of ops of some kinds in which no letter and no number occurs twice.

    No op has numbers alone. Products have at most one number, first; matrix products have none, and
    their factors are not scaled by one.
    """
    letters = iter(ascii_lowercase)
    sizes = iter(chance.sample(SIZES, len(SIZES)))

    def grow(depth: int, is_vector: bool = False) -> Expr:
        if depth == 0 or chance.random() < 0.15:
            size = next(sizes, None)
            if size and not is_vector and chance.random() < 0.25:
                return number(str(size * chance.choice((1, -1))))
            return symbol(next(letters))
        kind = chance.choice(kinds)
        count = {"switch": 3}.get(kind, 1 if kind in UNARY else 2)
        if kind in ("add", "mul", "and", "or") and chance.random() < 0.2:
            count = 3
        is_product = kind in ("dot", "transpose")
        is_bare = is_product or (is_vector and kind in ("mul", "true_div"))
        args = [grow(depth - 1, is_bare or (is_vector and i == 0)) for i in range(count)]
        if all(argument.is_number for argument in args):
            args[-1] = symbol(next(letters))
        if kind in ("mul", "true_div"):
            factors = [argument for argument in args if not argument.is_number]
            args = [argument for argument in args if argument.is_number][:1] + factors
            args += [symbol(next(letters))] * (len(args) < 2)
        return call(kind, *args)

    return grow(depth)


UNARY = frozenset(
    {"neg", "sqr", "reciprocal", "sqrt", "abs", "sigmoid", "tanh", "transpose", "sum"}
)
KINDS = (*TABLE, *("add", "sub", "mul", "neg", "true_div", "dot") * 2)
"""All kinds, the most usual ones more often."""


def expressions(count: int, kinds: Sequence[str] = KINDS, seed: int = 0) -> Iterator[Expr]:
    """Yield random expressions of some kinds."""
    chance = random.Random(seed)
    for _ in range(count):
        yield random_expression(kinds, chance, depth=3)


# ------------------------------------------------------------------------------------ readers

COMPARISONS = {"<": "lt", "≤": "le", ">": "gt", "≥": "ge", "==": "eq", "≠": "neq"}
SIGNS: Mapping[str, tuple[str, float]] = {
    "or": ("or", 1),
    "xor": ("xor", 2),
    "and": ("and", 3),
    **{sign: (kind, 4) for sign, kind in COMPARISONS.items()},
    "+": ("add", 5),
    "−": ("sub", 5),
    "×": ("mul", 6),
    "÷": ("true_div", 6),
    "//": ("int_div", 6),
    "mod": ("mod", 6),
    "·": ("dot", 6),
    "^": ("pow", 8),
}
_PRODUCTS = frozenset({"mul", "true_div", "int_div", "mod", "dot"})
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
TEXT_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?(?:e[-+]?\d+)?|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|//|==|[A-Za-zσ]+|[^\s])")
NAMES = {"σ": "sigmoid", "abs": "abs", "tanh": "tanh", "sum": "sum"}


class _Reader:
    """Read tokens by precedence; a notation says how its operands look."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = [*tokens, ""]
        self.place = 0

    @property
    def next(self) -> str:
        return self.tokens[self.place]

    def take(self, expected: str | None = None) -> str:
        token = self.next
        if expected is not None and token != expected:
            raise UnreadableError(f"{token!r} stands where {expected!r} should be")
        self.place += 1
        return token

    def whole(self) -> Expr:
        found = self.expression(0)
        if self.next:
            raise UnreadableError(f"{self.next!r} is left over")
        return found

    def expression(self, needed: float) -> Expr:
        left = self.signed(needed)
        while True:
            sign = self.sign_after(left)
            if sign is None or sign[1] < needed:
                return left
            kind, binding = sign
            self.refuse_mixing(left, kind)
            self.take()
            right = self.expression(7 if kind == "pow" else binding + 0.1)
            left = call(kind, left, right)
            following = self.sign_after(left)
            if binding == 4 and following is not None and following[1] == 4:
                raise UnreadableError("comparisons in a row")

    def refuse_mixing(self, left: Expr, kind: str) -> None:
        """Refuse a row of signs that the notation does not have."""

    def signed(self, needed: float) -> Expr:
        raise NotImplementedError

    def sign_after(self, left: Expr) -> tuple[str, float] | None:
        return SIGNS.get(self.next)

    def arguments(self, end: str = ")") -> list[Expr]:
        found = [self.expression(0)]
        while self.next == ",":
            self.take()
            found.append(self.expression(0))
        self.take(end)
        return found


class _TextReader(_Reader):
    def __init__(self, tokens: Sequence[str]) -> None:
        super().__init__(tokens)
        self.enclosed: list[Expr] = []

    def refuse_mixing(self, left: Expr, kind: str) -> None:
        """Refuse a product of matrices in a row with others, but for one that a number scales."""
        kinds = (kind, left.kind)
        is_row = all(k in _PRODUCTS for k in kinds) and not any(left is e for e in self.enclosed)
        is_scaled = kind == "dot" and left.kind == "mul" and _is_number(left.args[0])
        if is_row and kinds.count("dot") == 1 and not is_scaled:
            raise UnreadableError("products of both kinds in a row")

    @property
    def is_superscript(self) -> bool:
        return self.next[:1].translate(SUPERSCRIPTS) != self.next[:1]

    def expression(self, needed: float) -> Expr:
        found = super().expression(needed)
        if self.next == "if" and needed == 0:
            self.take()
            condition = super().expression(0.1)
            self.take("else")
            return call("switch", condition, found, super().expression(0.1))
        return found

    def signed(self, needed: float) -> Expr:
        if self.next == "−":
            self.take()
            if self.next == "−":
                raise UnreadableError("one minus after another")
            return call("neg", self.expression(7))
        return self.raised(self.operand())

    def raised(self, base: Expr) -> Expr:
        if self.next == "ᵀ":
            self.take()
            base = call("transpose", base)
        elif self.is_superscript:
            exponent = self.take().translate(SUPERSCRIPTS)
            if not re.fullmatch(r"-?\d+", exponent):
                raise UnreadableError("one raised sign after another")
            base = call("pow", base, number(exponent))
        else:
            return base
        if self.next in ("ᵀ", "^") or self.is_superscript:
            raise UnreadableError("one raised sign after another")
        return base

    def operand(self) -> Expr:
        token = self.take()
        if token == "(":
            (found,) = self.arguments()
            self.enclosed.append(found)
            return found
        if token == "|":
            found = self.expression(0)
            self.take("|")
            return call("abs", found)
        if token == "√":
            if self.next == "√":
                raise UnreadableError("one root after another")
            found = call("sqrt", self.operand())
            if self.next in ("ᵀ", "^") or self.is_superscript:
                raise UnreadableError("a raised sign on a root")
            return found
        if re.fullmatch(r"\d.*", token):
            return number(token)
        if not re.fullmatch(r"[A-Za-zσ]+", token) or token in SIGNS:
            raise UnreadableError(f"{token!r} is no operand")
        if self.next != "(":
            return symbol(token)
        self.take()
        args = self.arguments()
        if token in ("ones", "zeros"):
            return call(FILL, number("1" if token == "ones" else "0"), *args)
        return call(NAMES[token], *args)


def read_text(text: str) -> Expr:
    """Read a formula written as text."""
    return _TextReader(TEXT_TOKEN.findall(text)).whole()


LATEX_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|==|\\[A-Za-z]+|\\\\|\\,|[^\s])")
LATEX_SIGNS: Mapping[str, tuple[str, float]] = {
    "+": ("add", 5),
    "-": ("sub", 5),
    "<": ("lt", 4),
    r"\ge": ("ge", 4),
    "==": ("eq", 4),
    r"\lor": ("or", 1),
    r"\oplus": ("xor", 2),
    r"\land": ("and", 3),
    r"\odot": ("mul", 6),
    r"\cdot": ("mul", 6),
    r"\bmod": ("mod", 6),
}
LATEX_NAMES = {r"\sigma": "sigmoid", r"\tanh": "tanh"}
SIDE_BY_SIDE = 6.5


class _LatexReader(_Reader):
    def sign_after(self, left: Expr) -> tuple[str, float] | None:
        if self.next == r"\,":
            return ("mul" if _is_number(left) else "dot", SIDE_BY_SIDE)
        return LATEX_SIGNS.get(self.next)

    def signed(self, needed: float) -> Expr:
        if self.next == "-":
            if needed > 5:
                raise UnreadableError("a minus after a sign")
            self.take()
            return call("neg", self.expression(7))
        if self.next == r"\sum":
            self.take()
            return call("sum", self.expression(6))
        if self.next == r"\begin" and needed > 0:
            raise UnreadableError("cases beside a sign")
        return self.raised(self.operand())

    def raised(self, base: Expr) -> Expr:
        if self.next != "^":
            return base
        self.take()
        self.take("{")
        if self.next == r"\top":
            self.take()
            base = call("transpose", base)
        else:
            base = call("pow", base, self.expression(0))
        self.take("}")
        if self.next == "^":
            raise UnreadableError("one raised sign after another")
        return base

    def operand(self) -> Expr:
        token = self.take()
        if token in ("(", "{"):
            (found,) = self.arguments({"(": ")", "{": "}"}[token])
            return found
        if token == r"\frac":
            above, below = self.braced(), self.braced()
            self.not_raised()
            return call("true_div", above, below)
        if token == r"\sqrt":
            found = self.braced()
            self.not_raised()
            return call("sqrt", found)
        if token in (r"\lvert", r"\lfloor"):
            found = self.expression(0)
            self.take(token.replace(r"\l", r"\r"))
            return _floor(found) if token == r"\lfloor" else call("abs", found)
        if token == r"\begin":
            return self.cases()
        if token == r"\mathbf":
            digit = self.braced()
            self.take("_")
            return call(FILL, digit, self.braced())
        if token in LATEX_NAMES:
            self.take("(")
            return call(LATEX_NAMES[token], *self.arguments())
        if re.fullmatch(r"\d.*", token):
            return number(token)
        if re.fullmatch(r"[a-z]", token):
            return symbol(token)
        raise UnreadableError(f"{token!r} is no operand")

    def braced(self) -> Expr:
        self.take("{")
        (found,) = self.arguments("}")
        return found

    def not_raised(self) -> None:
        if self.next == "^":
            raise UnreadableError("a raised sign on a fraction or root")

    def cases(self) -> Expr:
        self.skip("{cases}")
        first = self.expression(0)
        self.skip(r"&\text{if}")
        condition = self.expression(0)
        self.skip(r"\\")
        second = self.expression(0)
        self.skip(r"&\text{otherwise}\end{cases}")
        if self.sign_after(first) is not None or self.next == "^":
            raise UnreadableError("a sign after cases")
        return call("switch", condition, first, second)

    def skip(self, tex: str) -> None:
        for token in LATEX_TOKEN.findall(tex):
            self.take(token)


def _is_number(current: Expr) -> bool:
    if current.kind in ("neg", "mul", "pow"):
        return all(map(_is_number, current.args))
    return current.is_number


def _floor(quotient: Expr) -> Expr:
    if quotient.kind != "true_div":
        raise UnreadableError("a floor of no quotient")
    return call("int_div", *quotient.args)


def read_latex(tex: str) -> Expr:
    """Read a formula written as LaTeX."""
    tokens = LATEX_TOKEN.findall(tex)
    return _LatexReader([t for t in tokens if t not in (r"\left", r"\right")]).whole()


def without_one_pair(formula: str) -> Iterator[str]:
    """Yield a formula without each pair of parentheses in turn, but those of calls."""
    formula = formula.replace(r"\left(", "(").replace(r"\right)", ")")
    for start, character in enumerate(formula):
        if character == "(" and not re.search(r"\w$|\\[a-z]+$", formula[:start]):
            depth = 0
            for end in range(start, len(formula)):
                depth += {"(": 1, ")": -1}.get(formula[end], 0)
                if depth == 0:
                    yield formula[:start] + formula[start + 1 : end] + formula[end + 1 :]
                    break
