"""Leave out axes that are added and dropped again, or that a product adds by itself."""

from __future__ import annotations

from xorexplain.graph.ops import adds_leading_axes, entries_of, has
from xorexplain.notation.expr import Expr, postorder, with_args

NEW = "x"
"""Stands in an order for an axis that is added."""


def without_detours(root: Expr) -> Expr:
    """Write what moves axes and back as what it is of; the value keeps its shape.

    A stack of matrix products adds leading axes to a factor by itself.
    """
    done: dict[int, Expr] = {}
    for current in postorder([root]):
        made = with_args(current, tuple(done[id(argument)] for argument in current.args))
        done[id(current)] = undone(_product(made))
    return done[id(root)]


def _product(current: Expr) -> Expr:
    """Leave leading axes out that a product of stacks adds by itself, of one of its factors."""
    if current.kind != "matmul" or len(current.args) != 2:
        return current
    added = [_is_stacked(factor) for factor in current.args]
    if added.count(True) != 1:
        return current
    bare = (f.args[0] if is_added else f for f, is_added in zip(current.args, added, strict=True))
    return with_args(current, tuple(bare))


def _is_stacked(factor: Expr) -> bool:
    """Tell whether a factor is a matrix, or a stack of them, behind axes that were added."""
    kept = [entry for entry in _order(factor) or () if entry != NEW]
    return factor.kind == "expand_dims" and adds_leading_axes(factor.params) and len(kept) > 1


def undone(current: Expr) -> Expr:
    """Return what is below two moves that end where the first began, else what was given."""
    if len(current.args) != 1:
        return current
    last, first = _order(current), _order(current.args[0])
    if last is None or first is None or len(current.args[0].args) != 1:
        return current
    below = current.args[0].args[0]
    if any(entry != NEW and int(entry) >= len(first) for entry in last):
        return current
    if current.args[0].kind == "squeeze":
        # An axis was dropped whose length is 1, and is put back in its place.
        is_back = all(
            entry == NEW or first[int(entry)] == str(place) for place, entry in enumerate(last)
        )
        kept = [entry for entry in last if entry != NEW]
        return below if is_back and len(kept) == len(first) < len(last) else current
    both = [NEW if entry == NEW else first[int(entry)] for entry in last]
    is_all = len(both) == sum(entry != NEW for entry in first)
    return below if is_all and both == [str(axis) for axis in range(len(both))] else current


def _order(value: Expr) -> list[str] | None:
    order = value.param("order")
    if order is None or not has(value.kind, "reorders axes"):
        return None
    return entries_of(order)
