"""Write formulas for the page: MathML as short lists, which the page turns into elements.

A formula is a list of pieces, between which a line may be broken; a piece is a list of parts. A
part is a text whose first letter says what it is (see `_KINDS`), or a list of an element's name and
its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from xorexplain.notation.expr import Expr
from xorexplain.notation.mathml import MATHML, finished, fraction, symbol_mathml
from xorexplain.render.reports.document import Equation, Name, Slope

Pieces = list[list[Any]]
MAX_LETTERS = 240
"""A formula whose text is longer is shown as that text."""
_KINDS = {"mi": "i", "mn": "n", "mo": "o", "mtext": "t"}
_TOKEN = re.compile(r"<(mi|mn|mo|mtext)>([^<]*)</\1>|<(/?)(\w+)>")


def formula(root: Expr, text: str, start: str = "") -> Pieces:
    """Return an expression, what `start` names before it; nothing for one of a long `text`."""
    if len(text) > MAX_LETTERS or text.endswith("…"):
        return []
    first, *rest = MATHML.write([root])[0].pieces
    return _pieces([start + first, *rest])


def named(name: str) -> str:
    """Return the beginning of a formula that says what has a name."""
    return f"{symbol_mathml(name)}<mo>=</mo>" if name else ""


def equation(told: Equation, text: str) -> Pieces:
    """Return an equation; nothing where words stand in it, or its text is long."""
    left = [_side(part) for part in told.left]
    if not all(left) or told.where:
        return []
    sign = f"<mo>{told.sign}</mo>"
    between = "<mo>,</mo>" if told.is_unpacked else "<mo>=</mo>"
    return formula(told.value, text, between.join(left) + sign if left else "")


def _side(inline: object) -> str:
    if isinstance(inline, Name):
        return symbol_mathml(inline.name)
    if isinstance(inline, Slope):
        over, under = (symbol_mathml(name) for name in (inline.cost, inline.variable))
        return fraction(f"<mo>∂</mo>{over}", f"<mo>∂</mo>{under}")
    return ""


def _pieces(markup: Iterable[str]) -> Pieces:
    return [_parts(finished(piece)) for piece in markup]


def _parts(markup: str) -> list[Any]:
    """Turn markup into parts; a row around one part is that part."""
    stack: list[list[Any]] = [[]]
    for kind, text, closes, name in _TOKEN.findall(markup):
        if kind:
            stack[-1].append(_KINDS[kind] + unescape(text))
        elif not closes:
            stack.append([name])
        else:
            done = stack.pop()
            stack[-1].append(done[1] if name == "mrow" and len(done) == 2 else done)
    return stack[0]
