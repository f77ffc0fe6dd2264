"""Hold a value as it is, and as an op may read it that repeats what is short by itself."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import entries_of
from xorexplain.graph.ops.operand_axes import operand_axes
from xorexplain.graph.records import Op
from xorexplain.notation.expr import Expr, call

Long = tuple[bool, ...]
"""For each dimension, whether it may be longer than 1."""


@dataclass(frozen=True)
class Written:
    """Hold one variable twice: in its own shape, and as an elementwise op may read it.

    `loose` leaves out what NumPy's broadcasting does by itself, so it may lack dimensions or have
    them shorter; `long` says what it has, and `whole` what the variable has.
    """

    full: Expr
    loose: Expr
    long: Long
    whole: Long


def along(op: Op, args: Sequence[Written]) -> list[Written]:
    """Write operands along the axes that an op reads them along."""
    orders = operand_axes(op)
    return [
        _placed(argument, orders[position]) if position in orders else argument
        for position, argument in enumerate(args)
    ]


def _placed(argument: Written, order: str) -> Written:
    entries = entries_of(order)
    whole = tuple(e != "x" and argument.whole[int(e)] for e in entries)
    made = call("expand_dims", argument.full, order=order)
    if argument.loose.is_number:
        return Written(made, argument.loose, (), whole)
    return Written(made, made, whole, whole)
