"""Write ops that match dimensions by their names as ops on axes, in the places the names give."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.graph.ops import entries_of, has, lengths_of_draw
from xorexplain.graph.records import Op
from xorexplain.notation.expr import Expr, call, symbol


def placed(op: Op, args: Sequence[Expr], output: int) -> Expr | None:
    """Write a result of an op by dimensions by what it comes to on axes; None for any other op."""
    orders = (op.param("orders") or "").split("; ")
    if op.kind == "x_elemwise" and len(orders) == len(args):
        moved = [_moved(argument, order) for argument, order in zip(args, orders, strict=True)]
        return call(op.param("core") or op.kind, *moved)
    subscripts = op.param("subscripts")
    if op.kind == "x_dot" and subscripts is not None:
        return call("einsum", *args, subscripts=subscripts)
    if has(op.kind, "draws by dims") and args:
        return _drawn(op, args) if output else call("next_rng", _drawn(op, args))
    return None


def _moved(value: Expr, order: str) -> Expr:
    """Write a value whose axes are put in an order, with `x` for one that is added."""
    entries = entries_of(order)
    kept = [entry for entry in entries if entry != "x"]
    if kept != sorted(kept, key=int):
        kind = "transpose" if len(kept) == len(entries) else "dimshuffle"
        return call(kind, value, order=order)
    return value if len(kept) == len(entries) else call("expand_dims", value, order=order)


def _drawn(op: Op, args: Sequence[Expr]) -> Expr:
    """Write a draw: its generator, the lengths of what its arguments lack, then its arguments."""
    first = 1 + lengths_of_draw(op)
    size = call("make_vector", *args[1:first]) if first > 1 else symbol("None")
    return call("random_variable", args[0], size, *args[first:], **dict(op.params))
