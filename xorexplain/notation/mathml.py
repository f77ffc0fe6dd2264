"""Write expressions as MathML, the mathematics that browsers set themselves.

The signs are those of the text; fractions, powers, roots and indices are set as such. While a term
is put together it is markup with bare characters between, as brackets and commas, which become
elements at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape

from xorexplain.graph.ops import NO_AXIS, PRECEDENCE
from xorexplain.graph.ops.constants import PI
from xorexplain.graph.records import DELTA
from xorexplain.notation.expr import Expr
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
from xorexplain.notation.text import MAX_NAME, TEXT
from xorexplain.notation.writing import (
    ATOM,
    BETWEEN,
    PHRASE,
    PREFIX,
    Form,
    Notation,
    Operation,
    Term,
)

_POWER, _PRODUCT = PRECEDENCE["pow"], PRECEDENCE["mul"]
_INDEXED = re.compile(r"([^\W\d_]+)(\d+)")
_INDEX = re.compile(r"((?:<mi>δ</mi>)*)<msub>(<mi>\w+</mi><mn>\d+</mn>)</msub>")
_PARTS = re.compile(r"<(?:mi|mn|mo|mtext)>[^<]*</\w+>|<[^>]+>|[^<]+")
_BARE = re.compile(r"\d+(?:\.\d+)?|[^\W\d]\w*|\S")


def mathml(root: Expr) -> str:
    """Write an expression as a `math` element."""
    return f"<math>{finished(MATHML.write([root])[0].text)}</math>"


def finished(text: str) -> str:
    """Put the bare characters of a term into elements."""
    return "".join(_finished(text))


def _finished(text: str) -> Iterator[str]:
    for part in _PARTS.findall(text):
        if part.startswith("<"):
            yield part
        else:
            for word in _BARE.findall(part):
                yield _leaf(
                    "mn" if word[0].isdigit() else "mi" if word.isidentifier() else "mo", word
                )


@lru_cache(maxsize=10_000)
def symbol_mathml(name: str) -> str:
    """Write a name; the digits at its end are an index, `δx` is a delta before x."""
    shown = "".join(c if c.isprintable() else "�" for c in name[: MAX_NAME + 1])
    if len(shown) > MAX_NAME:
        shown = shown[: MAX_NAME - 1] + "…"
    bare = shown.lstrip(DELTA)
    if not bare:
        return _leaf("mi", shown)
    match = _INDEXED.fullmatch(bare)
    letters = f"<msub>{_leaf('mi', match[1])}{_leaf('mn', match[2])}</msub>" if match else ""
    return _leaf("mi", DELTA) * (len(shown) - len(bare)) + (letters or _leaf("mi", bare))


def fraction(over: str, under: str) -> str:
    """Write a fraction of two terms."""
    return f"<mfrac>{_row(over)}{_row(under)}</mfrac>"


def _leaf(kind: str, text: str) -> str:
    return f"<{kind}>{escape(text, quote=False)}</{kind}>"


def _row(markup: str) -> str:
    return f"<mrow>{markup}</mrow>"


def _raised(markup: str, above: str) -> str:
    """Write what stands above a term, right over an index that it has."""
    match = _INDEX.fullmatch(markup)
    if match:
        return f"{match[1]}<msubsup>{match[2]}{above}</msubsup>"
    return f"<msup>{_row(markup)}{above}</msup>"


def _sign_of(text: str) -> str:
    return _leaf("mo", text)


def _symbol(name: str) -> Term:
    if is_adjoint(name):
        return Term(symbol_mathml(name), _POWER, ADJOINT)
    told = TEXT.symbol(name)
    return Term(symbol_mathml(name), told.binding)


def _number(digits: str) -> Term:
    if digits in ("inf", "nan"):
        return Term(_leaf("mi", TEXT.number(digits).text), is_number=True)
    if digits in PI:
        times = _leaf("mn", PI[digits]) if PI[digits] else ""
        return Term(times + _leaf("mi", "π"), _PRODUCT if times else ATOM, is_number=True)
    mantissa, _, exponent = digits.partition("e")
    if not exponent:
        return Term(_leaf("mn", digits), is_number=True)
    written = str(int(exponent)).replace("-", "−")
    power = f"<msup>{_leaf('mn', '10')}{_leaf('mn', written)}</msup>"
    if float(mantissa) == 1:
        return Term(power, _POWER, is_number=True)
    return Term(_leaf("mn", mantissa) + _sign_of("×") + power, _PRODUCT, is_number=True)


def _sign(kind: str, left: Term, right: Term) -> str:
    return _sign_of(BETWEEN[kind])


def _function(kind: str) -> str:
    return _leaf("mi", TEXT.function(kind))


def _word(text: str) -> str:
    return _leaf("mtext", TEXT.word(text))


def _along(name: str, axes: str) -> str:
    if axes == NO_AXIS:
        return f"<munder>{name}{_word(axes_words(axes))}</munder>"
    words = _leaf("mtext", "axes\u00a0" if "," in axes else "axis\u00a0")
    return f"<munder>{name}{_row(words + axes)}</munder>"


def _called(name: str, arguments: Sequence[str], axes: str | None) -> Term:
    start = _along(name, axes) if axes is not None else name
    return listed(f"{start}(", arguments, ")")


def _repeated(digit: str, lengths: Sequence[str]) -> Term:
    return _called(_leaf("mi", "ones" if digit == "1" else "zeros"), lengths, None)


def _quotient(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return Term(fraction(args[0].text, args[1].text), _POWER)


def _power(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    raised = _raised(notation.wrap(args[0], ATOM), _row(args[1].text))
    return Term(raised, _POWER, "pow")


def _square(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return _power(notation, operation, [*args, notation.number("2")])


def _root(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return Term(f"<msqrt>{args[0].text}</msqrt>")


def _between(left: str, right: str) -> Form:
    def form(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
        return Term(_row(_sign_of(left) + args[0].text + _sign_of(right)))

    return form


def _rounded_quotient(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    return _between("⌊", "⌋")(notation, operation, [_quotient(notation, operation, args)])


def _choice(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    condition, first, second = (argument.text for argument in args)
    rows = ((first, _leaf("mtext", "if\u00a0") + condition), (second, _leaf("mtext", "otherwise")))
    cells = (f"<mtr><mtd>{_row(x)}</mtd><mtd>{_row(y)}</mtd></mtr>" for x, y in rows)
    return Term(_row(f"{_sign_of('{')}<mtable>{''.join(cells)}</mtable>"), PHRASE)


def _transpose(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
    if is_matrix_transpose(operation):
        return Term(_raised(base(notation, args[0]), _leaf("mi", "T")), _POWER)
    return reordered(notation, operation, args)


def _over_all(sign: str) -> Form:
    """Write a sum or product over all elements, or along axes; it takes in products after it."""

    def form(notation: Notation, operation: Operation, args: Sequence[Term]) -> Term:
        axes = operation.param("axis")
        start = _sign_of(sign) if axes is None else _along(_sign_of(sign), axes)
        inside = args[0].text if args[0].sign == PREFIX else notation.wrap(args[0], _PRODUCT)
        if inside.startswith(notation.minus):
            inside = notation.parentheses(inside)
        return Term(start + inside, PRECEDENCE["add"] + 0.5, PREFIX)

    return form


MATHML = replace(
    TEXT,
    symbol=_symbol,
    number=_number,
    sign=_sign,
    function=_function,
    called=_called,
    repeated=_repeated,
    forms={
        **FORMS,
        "true_div": _quotient,
        "int_div": _rounded_quotient,
        "pow": _power,
        "sqr": _square,
        "sqrt": _root,
        "abs": _between("|", "|"),
        "floor": _between("⌊", "⌋"),
        "ceil": _between("⌈", "⌉"),
        "switch": _choice,
        "shape": TEXT.forms["shape"],
        "shape_i": TEXT.forms["shape_i"],
        "transpose": _transpose,
        "sum": _over_all("∑"),
        "prod": _over_all("∏"),
    },
    minus=_sign_of("−"),
    word=_word,
    parentheses=lambda inside: _row(f"({inside})"),
)
