"""Give shared parts of expressions a name, so that what is printed stays linear in size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from xorexplain.notation.expr import NUMBER, SYMBOL, Expr, postorder, symbol

_LIGHT = frozenset({"neg", "transpose", "expand_dims", "output"})
"""Kinds so short on a symbol that naming them would not help."""


def bind(
    roots: Sequence[Expr], taken: Collection[str] = ()
) -> tuple[list[tuple[str, Expr]], list[Expr]]:
    """Name every part that is used more than once: `t1 = ...`, in order of use.

    Return the named parts and the roots written with them. Names in `taken` are passed over.
    """
    uses: Counter[int] = Counter(id(root) for root in roots)
    order = list(postorder(roots))
    for current in order:
        uses.update(id(argument) for argument in current.args)
    lets: list[tuple[str, Expr]] = []
    done: dict[int, Expr] = {}
    number = 0
    for current in order:
        args = tuple(done[id(argument)] for argument in current.args)
        fresh = Expr(current.kind, args, current.text, current.params) if args else current
        if uses[id(current)] > 1 and not _is_light(current):
            number += 1
            while f"t{number}" in taken:
                number += 1
            lets.append((f"t{number}", fresh))
            fresh = symbol(f"t{number}")
        done[id(current)] = fresh
    return lets, [done[id(root)] for root in roots]


def _is_light(current: Expr) -> bool:
    if current.kind in (SYMBOL, NUMBER):
        return True
    return current.kind in _LIGHT and all(a.kind in (SYMBOL, NUMBER) for a in current.args)
