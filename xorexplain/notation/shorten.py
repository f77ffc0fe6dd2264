"""Cut an expression down to what a person may read.

An expression shares its parts; written out, it may have more symbols than any memory holds.
"""

from __future__ import annotations

from xorexplain.notation.expr import Expr, postorder, symbol, with_args

MOST = 2_000
"""Symbols of an expression that is written out whole."""
REST = symbol("…")


def shortened(root: Expr, most: int = MOST) -> Expr:
    """Return an expression of at most `most` symbols: outer parts stay, inner ones become `…`."""
    sizes: dict[int, int] = {}
    for part in postorder([root]):
        sizes[id(part)] = 1 + sum(sizes[id(argument)] for argument in part.args)
    if sizes[id(root)] <= most:
        return root
    parts = [root]
    children: list[range | None] = []
    while len(children) < len(parts):
        part = parts[len(children)]
        fits = len(parts) + len(part.args) <= most
        children.append(range(len(parts), len(parts) + len(part.args)) if fits else None)
        parts.extend(part.args if fits else ())
    built: dict[int, Expr] = {}
    for position in reversed(range(len(parts))):
        within = children[position]
        if within is None:
            built[position] = REST
        else:
            built[position] = with_args(parts[position], tuple(built[i] for i in within))
    return built[0]
