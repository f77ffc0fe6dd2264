"""Cut an expression down to what a person may read.

An expression shares its parts; written out, it may have more symbols than any memory holds.
"""

from __future__ import annotations

from xorexplain.notation.expr import Expr, symbol, with_args

MOST = 2_000
"""Symbols of an expression that is written out whole."""
REST = symbol("…")
ROW = 8
"""An op with more arguments than this takes any number of them, so some can be left out."""


def shortened(root: Expr, most: int = MOST) -> Expr:
    """Return an expression of at most `most` symbols: outer parts stay, inner ones become `…`.

    Of a long row of arguments the first ones stay.
    """
    if _is_within(root, most):
        return root
    parts = [root]
    children: list[range | None] = []
    while len(children) < len(parts):
        args = parts[len(children)].args
        room = most - len(parts)
        if len(args) > room and min(len(args) - 1, room) > ROW:
            args = (*args[: room - 1], REST)
        fits = len(args) <= room
        children.append(range(len(parts), len(parts) + len(args)) if fits else None)
        parts.extend(args if fits else ())
    built: dict[int, Expr] = {}
    for position in reversed(range(len(parts))):
        within = children[position]
        if within is None:
            built[position] = REST
        else:
            built[position] = with_args(parts[position], tuple(built[i] for i in within))
    return built[0]


def _is_within(root: Expr, most: int) -> bool:
    """Tell whether an expression written out has at most so many symbols; past it none counts."""
    count, stack = 0, [root]
    while stack and count <= most:
        stack += stack.pop().args
        count += 1
    return count <= most
