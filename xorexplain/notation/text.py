"""Write expressions as plain text with the signs of Unicode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xorexplain.notation.expr import FILL, Expr
from xorexplain.notation.forms import axes_of, axes_text, index_text, is_matrix_transpose, new_axes
from xorexplain.notation.writing import ATOM, PHRASE, TIGHTER, Form, Notation, Operation, Term
from xorexplain.ops import INFIX, PRECEDENCE

MAX_NAME = 48
_POWER = PRECEDENCE["pow"]
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_NUMBERS = {"inf": "∞", "nan": "NaN"}


def text(root: Expr) -> str:
    """Write an expression in full; a shared part is written out each time it occurs."""
    return TEXT.write([root])[0].text


def _symbol(name: str) -> Term:
    """Write a name on one line; the text of a constant that holds spaces is a phrase."""
    shown = "".join(c if c.isprintable() else "�" for c in name[: 2 * MAX_NAME])
    if len(name) > MAX_NAME:
        shown = shown[: MAX_NAME - 1] + "…"
    return Term(shown, PHRASE if " " in shown and not shown.startswith("[") else ATOM)


def _number(digits: str) -> Term:
    return Term(_NUMBERS.get(digits, digits), is_number=True)


def _sign(kind: str, left: Term, right: Term) -> str:
    return f" {INFIX[kind]} "


def called(name: str, arguments: Sequence[str]) -> Term:
    """Write a call; a line may be broken between its arguments."""
    if not arguments:
        return Term(f"{name}()")
    pieces = [f"{argument}," for argument in arguments[:-1]] + [f"{arguments[-1]})"]
    pieces = [f"{name}({pieces[0]}", *(f" {piece}" for piece in pieces[1:])]
    return Term("".join(pieces), parts=tuple(pieces))


def _call(names: Mapping[str, str]) -> Form:
    def call(operation: Operation, args: Sequence[Term]) -> Term:
        arguments = [argument.text for argument in args]
        axes = axes_of(operation)
        if axes:
            arguments.append(axes_text(axes))
        return called(names.get(operation.kind, operation.kind), arguments)

    return call


def _cast(operation: Operation, args: Sequence[Term]) -> Term:
    return called(operation.param("dtype") or "cast", [args[0].text])


def _square(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"{PLAIN.wrap(args[0], _POWER + TIGHTER)}²", _POWER, "pow")


def _reciprocal(operation: Operation, args: Sequence[Term]) -> Term:
    return PLAIN.infix("true_div", [_number("1"), *args])


def _last(operation: Operation, args: Sequence[Term]) -> Term:
    return args[-1]


def _power(operation: Operation, args: Sequence[Term]) -> Term:
    """Write a power; a whole number becomes a superscript."""
    exponent = args[1].text.replace("−", "-")
    if not (args[1].is_number and exponent.removeprefix("-").isdigit()):
        return TEXT.infix("pow", args)
    base = TEXT.wrap(args[0], _POWER + TIGHTER)
    return Term(f"{base}{exponent.translate(_SUPERSCRIPT)}", _POWER, "pow")


def _root(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"√{TEXT.wrap(args[0], ATOM)}", _POWER)


def _size(operation: Operation, args: Sequence[Term]) -> Term:
    inside = args[0].text
    return Term(f"abs({inside})" if "|" in inside else f"|{inside}|")


def _choice(operation: Operation, args: Sequence[Term]) -> Term:
    condition, first, second = (TEXT.wrap(argument, PHRASE + TIGHTER) for argument in args)
    pieces = (first, f" if {condition}", f" else {second}")
    return Term("".join(pieces), PHRASE, parts=pieces)


def _transpose(operation: Operation, args: Sequence[Term]) -> Term:
    if is_matrix_transpose(operation):
        return Term(f"{TEXT.wrap(args[0], ATOM)}ᵀ", _POWER, "transpose")
    order = (operation.param("order") or "").split(", ")
    return called("transpose", [args[0].text, *order])


def _fill(operation: Operation, args: Sequence[Term]) -> Term:
    return filled(TEXT, args[0], called("ones", [args[1].text]), called("zeros", [args[1].text]))


def _alloc(operation: Operation, args: Sequence[Term]) -> Term:
    lengths = [argument.text for argument in args[1:]]
    return filled(TEXT, args[0], called("ones", lengths), called("zeros", lengths))


def filled(notation: Notation, value: Term, ones: Term, zeros: Term) -> Term:
    """Write a value repeated to a shape, as ones times it."""
    if value.is_number and value.text in ("0", "1"):
        return zeros if value.text == "0" else ones
    return notation.infix("mul", [ones, value])


def _output(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"{TEXT.wrap(args[0], ATOM)}[{operation.param('position')}]")


def _new_axes(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"{TEXT.wrap(args[0], ATOM)}[{new_axes(operation, 'None')}]")


def _reordered(operation: Operation, args: Sequence[Term]) -> Term:
    order = (operation.param("order") or "").replace("x", "new").split(", ")
    return called("dimshuffle", [args[0].text, *order])


def _picked(base: Term, operation: Operation, indices: Sequence[Term]) -> Term:
    shown = index_text(operation, [index.text for index in indices])
    return Term(f"{TEXT.wrap(base, ATOM)}[{shown}]")


def _indexed(operation: Operation, args: Sequence[Term]) -> Term:
    return _picked(args[0], operation, args[1:])


def _changed(name: str) -> Form:
    def form(operation: Operation, args: Sequence[Term]) -> Term:
        place = _picked(args[0], operation, args[2:])
        return called(name, [place.text, args[1].text])

    return form


def _joined(operation: Operation, args: Sequence[Term]) -> Term:
    return called("join", [*(argument.text for argument in args[1:]), f"axis {args[0].text}"])


def _vector(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"[{', '.join(argument.text for argument in args)}]")


PLAIN = Notation(
    symbol=_symbol,
    number=_number,
    sign=_sign,
    call=_call({"maximum": "max", "minimum": "min"}),
    forms={
        "cast": _cast,
        "sqr": _square,
        "reciprocal": _reciprocal,
        "identity": _last,
        "second": _last,
    },
    minus="−",
)
"""Formulas of fused elementwise ops, each op by its own name."""

TEXT = replace(
    PLAIN,
    call=_call({"maximum": "max", "minimum": "min", "sigmoid": "σ"}),
    forms={
        **PLAIN.forms,
        "pow": _power,
        "sqrt": _root,
        "abs": _size,
        "switch": _choice,
        "transpose": _transpose,
        FILL: _fill,
        "alloc": _alloc,
        "output": _output,
        "expand_dims": _new_axes,
        "dimshuffle": _reordered,
        "subtensor": _indexed,
        "advanced_subtensor": _indexed,
        "advanced_subtensor1": _indexed,
        **dict.fromkeys(
            ("inc_subtensor", "advanced_inc_subtensor", "advanced_inc_subtensor1"),
            _changed("add_at"),
        ),
        **dict.fromkeys(
            ("set_subtensor", "advanced_set_subtensor", "advanced_set_subtensor1"),
            _changed("set_at"),
        ),
        "join": _joined,
        "make_vector": _vector,
    },
)
"""Mathematics as people write it."""
