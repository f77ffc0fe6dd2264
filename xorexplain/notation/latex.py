r"""Write expressions as LaTeX mathematics, for pdflatex with amsmath and for MathJax.

`\odot` multiplies element by element; factors of a matrix product stand side by side, and so do a
number and what it scales. A matrix product therefore binds tighter than `\odot`.
"""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.graph.ops import NO_AXIS, PRECEDENCE
from xorexplain.graph.ops.constants import PI
from xorexplain.graph.records import DELTA, is_phrase
from xorexplain.notation.expr import EQUATION, Expr
from xorexplain.notation.forms import (
    ADJOINT,
    FORMS,
    axes_words,
    base,
    is_adjoint,
    is_matrix_transpose,
    listed,
    reordered,
)
from xorexplain.notation.tex_names import name_tex, word_tex
from xorexplain.notation.writing import ATOM, BINDS, PHRASE, PREFIX, Form, Notation, Operation, Term

MANY = 4
"""With so many arguments a line may be broken between them, which tall parentheses forbid."""
_POWER, _PRODUCT = PRECEDENCE["pow"], PRECEDENCE["mul"]
_SIGNS = {
    "add": "+",
    "sub": "-",
    "mod": r"\bmod",
    "lt": "<",
    "le": r"\le",
    "gt": ">",
    "ge": r"\ge",
    "eq": "==",
    EQUATION: "=",
    "neq": r"\ne",
    "and": r"\land",
    "or": r"\lor",
    "xor": r"\oplus",
    "dot": r"\,",
}
_KNOWN = "exp log sin cos tan sinh cosh tanh arcsin arccos arctan max min det"
_FUNCTIONS = {
    "sigmoid": r"\sigma",
    "maximum": r"\max",
    "minimum": r"\min",
    **{kind: rf"\{kind}" for kind in _KNOWN.split()},
}
_TALL = (r"\frac", r"\sum", r"\prod", r"\begin", r"\sqrt")


def latex(root: Expr) -> str:
    """Write an expression, a shared part each time it occurs (see `Notation.write`)."""
    return LATEX.write([root])[0].text


def symbol_latex(name: str) -> str:
    """Write a name; the adjoint `δx` as a delta before x."""
    bare = name.lstrip(DELTA)
    if not bare:
        return name_tex(name)
    return r"\delta " * (len(name) - len(bare)) + name_tex(bare)


def _symbol(name: str) -> Term:
    if is_adjoint(name):
        return Term(symbol_latex(name), _POWER, ADJOINT)
    return Term(symbol_latex(name), PHRASE if is_phrase(name) else ATOM)


def _number(digits: str) -> Term:
    if digits in ("inf", "nan"):
        return Term(r"\infty" if digits == "inf" else r"\mathrm{nan}", is_number=True)
    if digits.startswith("("):
        return Term(f"({_number(digits[1:-1]).text})", is_number=True)
    if digits in PI:
        return Term(rf"{PI[digits]}\pi", _PRODUCT if PI[digits] else ATOM, is_number=True)
    mantissa, _, exponent = digits.partition("e")
    if not exponent:
        return Term(digits, is_number=True)
    power = f"10^{{{int(exponent)}}}"
    if float(mantissa) == 1:
        return Term(power, _POWER, is_number=True)
    return Term(rf"{mantissa} \cdot {power}", _PRODUCT, is_number=True)


def _sign(kind: str, left: Term, right: Term) -> str:
    if kind != "mul":
        return f" {_SIGNS[kind]} "
    if left.is_number and not right.is_number and not right.text[:1].isdigit():
        return r" \, "
    return r" \cdot " if left.is_number or right.is_number else r" \odot "


def _parentheses(inside: str) -> str:
    is_tall = any(command in inside for command in _TALL)
    return rf"\left({inside}\right)" if is_tall else f"({inside})"


def _function(kind: str) -> str:
    escaped = kind.replace("_", r"\_")
    return _FUNCTIONS.get(kind) or rf"\operatorname{{{escaped}}}"


def _along(axes: str) -> str:
    if axes == NO_AXIS:
        return rf"_{{\text{{{axes_words(axes)}}}}}"
    words, _, numbers = axes_words(axes).partition(" ")
    return rf"_{{\text{{{words} }}{numbers}}}"


def _called(name: str, arguments: Sequence[str], axes: str | None) -> Term:
    along = _along(axes) if axes is not None else ""
    if len(arguments) < MANY:
        return Term(name + along + _parentheses(", ".join(arguments)))
    return listed(f"{name}{along}(", arguments, ")")


def _repeated(digit: str, lengths: Sequence[str]) -> Term:
    shape = r" \times ".join(lengths)
    return Term(rf"\mathbf{{{digit}}}_{{{shape}}}")


def _fraction(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return Term(rf"\frac{{{args[0].text}}}{{{args[1].text}}}", _POWER)


def _power(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"{notation.wrap(args[0], ATOM)}^{{{args[1].text}}}", _POWER, "pow")


def _root(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return Term(rf"\sqrt{{{args[0].text}}}", _POWER)


def _between(left: str, right: str) -> Form:
    def form(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
        return Term(rf"\left{left} {args[0].text} \right{right}")

    return form


def _rounded_quotient(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    quotient = _fraction(notation, operation, args)
    return Term(rf"\left\lfloor {quotient.text} \right\rfloor")


def _choice(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    condition, first, second = (argument.text for argument in args)
    cases = rf"{first} & \text{{if }} {condition} \\ {second} & \text{{otherwise}}"
    return Term(rf"\begin{{cases}} {cases} \end{{cases}}", PHRASE)


def _transpose(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    if is_matrix_transpose(operation):
        return Term(rf"{base(notation, args[0])}^{{\top}}", _POWER)
    return reordered(notation, operation, args)


def _over_all(sign: str) -> Form:
    r"""Write a \sum or \prod over all elements, or along axes; it takes in products after it."""

    def form(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
        axes = operation.param("axis")
        below = _along(axes) if axes is not None else ""
        inside = args[0].text if args[0].sign == PREFIX else notation.wrap(args[0], _PRODUCT)
        if inside.startswith(notation.minus):
            inside = notation.parentheses(inside)
        return Term(rf"\{sign}{below} {inside}", PRECEDENCE["add"] + 0.5, PREFIX)

    return form


LATEX = Notation(
    symbol=_symbol,
    number=_number,
    sign=_sign,
    function=_function,
    called=_called,
    repeated=_repeated,
    forms={
        **FORMS,
        "true_div": _fraction,
        "int_div": _rounded_quotient,
        "pow": _power,
        "sqrt": _root,
        "abs": _between(r"\lvert", r"\rvert"),
        "floor": _between(r"\lfloor", r"\rfloor"),
        "ceil": _between(r"\lceil", r"\rceil"),
        "switch": _choice,
        "transpose": _transpose,
        "sum": _over_all("sum"),
        "prod": _over_all("prod"),
    },
    minus="-",
    colon="{:}",
    signed_factors=False,
    word=word_tex,
    precedence={**BINDS, "dot": _PRODUCT + 0.5},
    parentheses=_parentheses,
)
SIGNS = (
    *("Factors of a matrix product stand side by side, ", r"\top", " transposes; "),
    *(r"\odot", " and fractions work element by element; ", r"\mathbf{1}_{x}"),
    *(" has the shape of ", "x", " and is 1 everywhere."),
)
"""Explain the signs of `LATEX`; each second entry is LaTeX itself."""
