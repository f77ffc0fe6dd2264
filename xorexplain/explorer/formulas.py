"""Write formulas for the page: MathML as short lists, which the page turns into elements.

A formula is a list of pieces, between which a line may be broken; a piece is a list of parts. A
part is a text whose first letter says what it is (see `_KINDS`), or a list of an element's name and
its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from xorexplain.notation.expr import Expr
from xorexplain.notation.mathml import MATHML, finished, fraction, symbol_mathml
from xorexplain.notation.writing import BETWEEN
from xorexplain.render.reports.document import Equation, Name, Slope

Pieces = list[list[Any]]
MAX_LETTERS = 240
"""A formula whose text is longer is shown as that text."""
WIDEST = 36
"""Letters that a line of a panel holds, with room around signs."""
_KINDS = {"mi": "i", "mn": "n", "mo": "o", "mtext": "t"}
_SIGNS = [f"o{sign}" for sign in BETWEEN.values()]
_BEGINS = [*_SIGNS, "o(", "o[", "o,", "o|"]
"""What a sign stands after that belongs to its operand, as a minus."""
_TOKEN = re.compile(r"<(mi|mn|mo|mtext)>([^<]*)</\1>|<(/?)(\w+)>")


def formula(root: Expr, text: str, start: str = "") -> Pieces:
    """Return an expression, what `start` names before it.

    Nothing for one of a long `text`, or with a part, as a fraction, that is wider than a line.
    """
    if len(text) > MAX_LETTERS or text.endswith("…"):
        return []
    first, *rest = MATHML.write([root])[0].pieces
    pieces = [fit for piece in _pieces([start + first, *rest]) for fit in _fitting(piece)]
    return pieces if all(map(_fits, pieces)) else []


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


def _fits(piece: list[Any]) -> bool:
    return sum(map(_width, piece)) <= WIDEST


def _width(part: Any) -> float:
    """Return about how many letters wide a part is set."""
    if isinstance(part, str):
        return len(part) - 1 + (2 if part in _SIGNS else 0)
    name, *inside = part
    widths = [_width(each) for each in inside]
    if name in ("mfrac", "munder", "mtable"):
        return max(widths)
    if name in ("msup", "msub", "msubsup"):
        # What is raised or lowered is set smaller, both of two above each other.
        return widths[0] + 0.7 * max(widths[1:])
    return sum(widths) + (8 if name == "mtr" else 0)


def _fitting(piece: list[Any]) -> Iterator[list[Any]]:
    """Break a piece that is wider than a line: within its brackets, before signs, after commas."""
    if _fits(piece):
        yield piece
        return
    line: list[Any] = []
    for part in _opened(piece):
        if part in _SIGNS and line and line[-1] not in _BEGINS:
            yield line
            line = []
        line.append(part)
        if part == "o,":
            yield line
            line = []
    if line:
        yield line


def _opened(parts: Iterable[Any]) -> Iterator[Any]:
    """Give the parts of rows that are wide in place of the rows."""
    for part in parts:
        if isinstance(part, list) and part[0] == "mrow" and _width(part) > WIDEST / 2:
            yield from _opened(part[1:])
        else:
            yield part


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
