"""Cut an expression down to what a person may read.

An expression shares its parts; written out, it may have more symbols than any memory holds.
"""

from __future__ import annotations

from xorexplain.notation.expr import Expr, postorder, symbol, with_args

MOST = 2_000
"""Symbols of an expression that is written out whole."""
REST = symbol("…")
ROW = 8
"""An op with more arguments than this takes any number of them, so some can be left out."""


def shortened(root: Expr, most: int = MOST) -> Expr:
    """Return an expression of at most `most` symbols: outer parts stay, inner ones become `…`.

    Of a long row of arguments the first ones stay.
    """
    sizes: dict[int, int] = {}
    for part in postorder([root]):
        # Past the limit nothing is counted: the whole size may have as many digits as levels.
        total = 1 + sum(sizes[id(argument)] for argument in part.args)
        sizes[id(part)] = min(total, most + 1)
    if sizes[id(root)] <= most:
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
