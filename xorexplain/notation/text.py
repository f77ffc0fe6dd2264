"""Write expressions as plain text with the signs of Unicode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xorexplain.graph.ops import PRECEDENCE, having
from xorexplain.graph.ops.constants import PI
from xorexplain.graph.records import is_phrase
from xorexplain.notation.expr import Expr
from xorexplain.notation.forms import (
    FORMS,
    axes_words,
    base,
    is_matrix_transpose,
    listed,
    reordered,
)
from xorexplain.notation.writing import ATOM, BETWEEN, PHRASE, TIGHTER, Notation, Operation, Term

MAX_NAME = 48
_POWER, _PRODUCT = PRECEDENCE["pow"], PRECEDENCE["mul"]
_PLAIN_NAMES = {
    "maximum": "max",
    "minimum": "min",
    "x_concat": "concat",
    "x_stack": "stack",
    "x_un_stack": "unstack",
    "x_expand_dims": "expand_dims",
    "x_broadcast": "broadcast",
    "x_rename": "rename",
    "x_cum_reduce": "cumulate",
}
_NAMES = {**_PLAIN_NAMES, "sigmoid": "σ"}
_NUMBERS = {"inf": "∞", "nan": "NaN"}
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def text(root: Expr) -> str:
    """Write an expression, a shared part each time it occurs (see `Notation.write`)."""
    return TEXT.write([root])[0].text


def calls(root: Expr) -> str:
    """Write an expression near to what a program says: `dot(x, W) + b`."""
    return CALLS.write([root])[0].text


def _symbol(name: str) -> Term:
    """Write a name on one line; a constant that is told in words is a phrase."""
    shown = "".join(c if c.isprintable() else "�" for c in name[: MAX_NAME + 1])
    if len(shown) > MAX_NAME:
        shown = shown[: MAX_NAME - 1] + "…"
    return Term(shown, PHRASE if is_phrase(shown) else ATOM)


def _word(text: str) -> str:
    """Write a property of an op on one line, however long it is."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _number(digits: str) -> Term:
    if digits in PI:
        return Term(f"{PI[digits]}π", _PRODUCT if PI[digits] else ATOM, is_number=True)
    return Term(_NUMBERS.get(digits, digits), is_number=True)


def _sign(kind: str, left: Term, right: Term) -> str:
    return f" {BETWEEN[kind]} "


def _called(name: str, arguments: Sequence[str], axes: str | None) -> Term:
    arguments = [*arguments, axes_words(axes)] if axes is not None else arguments
    return listed(f"{name}(", arguments, ")")


def _repeated(digit: str, lengths: Sequence[str]) -> Term:
    return _called("ones" if digit == "1" else "zeros", lengths, None)


def _power(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    """Write a power; an exponent that is a whole number is set above."""
    exponent = args[1].text.replace(notation.minus, "-")
    if not (args[1].is_number and exponent.removeprefix("-").isdigit()):
        return notation.infix("pow", args)
    raised = notation.wrap(args[0], _POWER + TIGHTER)
    return Term(f"{raised}{exponent.translate(_SUPERSCRIPT)}", _POWER, "pow")


def _square(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return _power(notation, operation, [*args, notation.number("2")])


def _root(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"√{notation.wrap(args[0], ATOM)}", _POWER)


def _size(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    inside = args[0].text
    return Term(f"abs({inside})" if "|" in inside else f"|{inside}|")


def _choice(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    condition, first, second = (notation.wrap(argument, PHRASE + TIGHTER) for argument in args)
    pieces = (first, f" if {condition}", f" else {second}")
    return Term("".join(pieces), PHRASE, parts=pieces)


def _shape(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"{base(notation, args[0])}.shape")


def _length(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"{base(notation, args[0])}.shape[{operation.param('axis')}]")


def _transpose(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    if is_matrix_transpose(operation):
        return Term(f"{base(notation, args[0])}ᵀ", _POWER)
    return reordered(notation, operation, args)


PLAIN = Notation(
    symbol=_symbol,
    number=_number,
    sign=_sign,
    function=lambda kind: _PLAIN_NAMES.get(kind, kind),
    called=_called,
    repeated=_repeated,
    forms={
        **{kind: FORMS[kind] for kind in ("cast", "reciprocal", "identity", "second")},
        "sqr": _square,
    },
    minus="−",
    word=_word,
)
"""Formulas of fused elementwise ops: each op has its own name, and powers their sign."""

TEXT = replace(
    PLAIN,
    function=lambda kind: _NAMES.get(kind, kind),
    forms={
        **FORMS,
        "pow": _power,
        "sqrt": _root,
        "abs": _size,
        "switch": _choice,
        "shape": _shape,
        "shape_i": _length,
        "transpose": _transpose,
    },
)
"""Mathematics as people write it."""
CALLS = replace(
    TEXT,
    function=PLAIN.function,
    forms={
        **TEXT.forms,
        **dict.fromkeys(
            having("matrix product"),
            lambda notation, operation, args: _called(
                operation.kind, [argument.text for argument in args], None
            ),
        ),
        "sqrt": lambda notation, operation, args: _called("sqrt", [args[0].text], None),
    },
)
"""Mathematics as a program writes it: products of matrices and roots are calls."""
SIGNS = (
    "· is the matrix product, ᵀ the transpose; × and ÷ work element by element; ones(x) has x's "
    "shape."
)
"""Explains the signs of `TEXT`."""
