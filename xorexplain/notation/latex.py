r"""Write expressions as LaTeX mathematics, for pdflatex with amsmath and for MathJax.

`\odot` multiplies element by element; a thin space joins a number, or the factors of a matrix
product, to what follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.notation.expr import FILL, Expr
from xorexplain.notation.forms import axes_of, axes_text, index_text, is_matrix_transpose, new_axes
from xorexplain.notation.text import filled
from xorexplain.notation.tex_names import name_tex
from xorexplain.notation.writing import (
    ATOM,
    PHRASE,
    PREFIX,
    TIGHTER,
    Form,
    Notation,
    Operation,
    Term,
)
from xorexplain.ops import PRECEDENCE

_DELTA = "δ"
_ADJOINT = "adjoint"
_POWER = PRECEDENCE["pow"]
_SIGNS = {
    "add": " + ",
    "sub": " - ",
    "mod": r" \bmod ",
    "lt": " < ",
    "le": r" \le ",
    "gt": " > ",
    "ge": r" \ge ",
    "eq": " = ",
    "neq": r" \ne ",
    "and": r" \land ",
    "or": r" \lor ",
    "xor": r" \oplus ",
    "dot": r" \, ",
}
_FUNCTIONS = {
    "sigmoid": r"\sigma",
    "maximum": r"\max",
    "minimum": r"\min",
    "arcsin": r"\arcsin",
    "arccos": r"\arccos",
    "arctan": r"\arctan",
    "matrix_inverse": r"\operatorname{inv}",
    "inc_subtensor": r"\operatorname{add\_at}",
    **{name: rf"\{name}" for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: rf"\{name}" for name in ("max", "min", "det")},
}
_TALL = (r"\frac", r"\sum", r"\prod", r"\begin", r"\sqrt")


def latex(root: Expr) -> str:
    """Write an expression in full; a shared part is written out each time it occurs."""
    return LATEX.write([root])[0].text


def symbol_latex(name: str) -> str:
    """Write a name; the adjoint `δx` as a delta before x."""
    depth = len(name) - len(name.lstrip(_DELTA))
    if depth == len(name):
        depth = 0
    return r"\delta " * depth + name_tex(name[depth:])


def _symbol(name: str) -> Term:
    if name.startswith(_DELTA) and name != _DELTA:
        return Term(symbol_latex(name), _POWER, _ADJOINT)
    return Term(symbol_latex(name))


def _number(digits: str) -> Term:
    if digits in ("inf", "nan"):
        return Term(r"\infty" if digits == "inf" else r"\mathrm{nan}", is_number=True)
    mantissa, _, exponent = digits.partition("e")
    if not exponent:
        return Term(digits, is_number=True)
    power = f"10^{{{int(exponent)}}}"
    if float(mantissa) == 1:
        return Term(power, _POWER, is_number=True)
    return Term(rf"{mantissa} \cdot {power}", PRECEDENCE["mul"], is_number=True)


def _sign(kind: str, left: Term, right: Term) -> str:
    if kind != "mul":
        return _SIGNS[kind]
    if left.is_number and not right.is_number:
        return r" \, "
    return r" \cdot " if left.is_number or right.is_number else r" \odot "


def _parentheses(inside: str) -> str:
    is_tall = any(command in inside for command in _TALL)
    return rf"\left({inside}\right)" if is_tall else f"({inside})"


def _called(name: str, arguments: Sequence[str]) -> Term:
    inside = ", ".join(arguments)
    return Term(name + _parentheses(inside))


def _function(kind: str) -> str:
    return _FUNCTIONS.get(kind) or rf"\operatorname{{{kind.replace('_', chr(92) + '_')}}}"


def _call(operation: Operation, args: Sequence[Term]) -> Term:
    axes = axes_of(operation)
    name = _function(operation.kind) + (rf"_{{\text{{{axes_text(axes)}}}}}" if axes else "")
    return _called(name, [argument.text for argument in args])


def _cast(operation: Operation, args: Sequence[Term]) -> Term:
    return _called(_function(operation.param("dtype") or "cast"), [args[0].text])


def _fraction(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(rf"\frac{{{args[0].text}}}{{{args[1].text}}}", _POWER)


def _reciprocal(operation: Operation, args: Sequence[Term]) -> Term:
    return _fraction(operation, [_number("1"), *args])


def _floor(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(rf"\left\lfloor {_fraction(operation, args).text} \right\rfloor")


def _power(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"{LATEX.wrap(args[0], ATOM)}^{{{args[1].text}}}", _POWER, "pow")


def _square(operation: Operation, args: Sequence[Term]) -> Term:
    return _power(operation, [args[0], _number("2")])


def _root(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(rf"\sqrt{{{args[0].text}}}", _POWER)


def _size(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(rf"\left\lvert {args[0].text} \right\rvert")


def _rounded(side: str) -> Form:
    def form(operation: Operation, args: Sequence[Term]) -> Term:
        return Term(rf"\left\l{side} {args[0].text} \right\r{side}")

    return form


def _choice(operation: Operation, args: Sequence[Term]) -> Term:
    condition, first, second = (argument.text for argument in args)
    cases = rf"{first} & \text{{if }} {condition} \\ {second} & \text{{otherwise}}"
    return Term(rf"\begin{{cases}} {cases} \end{{cases}}", PHRASE)


def _transpose(operation: Operation, args: Sequence[Term]) -> Term:
    if is_matrix_transpose(operation):
        base = args[0].text if args[0].sign == _ADJOINT else LATEX.wrap(args[0], ATOM)
        return Term(rf"{base}^{{\top}}", _POWER, "transpose")
    order = (operation.param("order") or "").split(", ")
    return _called(_function("transpose"), [args[0].text, *order])


def _over(sign: str) -> Form:
    """Write a sum or product over all elements, or along axes; it takes in products after it."""

    def form(operation: Operation, args: Sequence[Term]) -> Term:
        axes = axes_of(operation)
        below = rf"_{{\text{{{axes_text(axes)}}}}}" if axes else ""
        needed = PRECEDENCE["mul"] if sign == "sum" else ATOM
        inside = LATEX.wrap(args[0], needed)
        if inside.startswith("-"):
            inside = _parentheses(inside)
        return Term(rf"\{sign}{below} {inside}", PRECEDENCE["add"] + 0.5, PREFIX)

    return form


def _fill(operation: Operation, args: Sequence[Term]) -> Term:
    return _filled(args[0], args[1].text)


def _alloc(operation: Operation, args: Sequence[Term]) -> Term:
    return _filled(args[0], r" \times ".join(argument.text for argument in args[1:]))


def _filled(value: Term, shape: str) -> Term:
    return filled(LATEX, value, Term(rf"\mathbf{{1}}_{{{shape}}}"), Term(rf"\mathbf{{0}}_{{{shape}}}"))


def _bracketed(base: Term, index: str) -> Term:
    return Term(f"{LATEX.wrap(base, _POWER)}[{index}]")


def _output(operation: Operation, args: Sequence[Term]) -> Term:
    return _bracketed(args[0], operation.param("position") or "")


def _new_axes(operation: Operation, args: Sequence[Term]) -> Term:
    return _bracketed(args[0], new_axes(operation, r"\mathrm{None}"))


def _reordered(operation: Operation, args: Sequence[Term]) -> Term:
    order = (operation.param("order") or "").replace("x", r"\mathrm{new}").split(", ")
    return _called(_function("dimshuffle"), [args[0].text, *order])


def _indexed(operation: Operation, args: Sequence[Term]) -> Term:
    return _bracketed(args[0], index_text(operation, [index.text for index in args[1:]]))


def _changed(name: str) -> Form:
    def form(operation: Operation, args: Sequence[Term]) -> Term:
        place = _bracketed(args[0], index_text(operation, [index.text for index in args[2:]]))
        return _called(_function(name), [place.text, args[1].text])

    return form


def _joined(operation: Operation, args: Sequence[Term]) -> Term:
    name = rf"{_function('join')}_{{\text{{axis }}{args[0].text}}}"
    return _called(name, [argument.text for argument in args[1:]])


def _vector(operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"[{', '.join(argument.text for argument in args)}]")
