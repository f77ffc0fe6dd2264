"""Say along which axes of the result an op reads an operand, where NumPy would choose others.

NumPy has the axes of an operand be the last ones of the result. A picture that leaves out how
they were arranged keeps with the op that reads the operand what it is read as: `_ + _[:, None]`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xorexplain.graph.records import Op

ALONG = "operand axes"
"""The parameter with the axes of operands by position, each axis that is added an `x`.

No op of an engine has a property of that name.
"""


def with_operand_axes(op: Op, orders: Mapping[int, str]) -> Op:
    """Return an op that says how it reads some operands: `0, x` for a column of a vector."""
    every = sorted({**operand_axes(op), **orders}.items())
    others = tuple(param for param in op.params if param[0] != ALONG)
    told = "; ".join(f"{position}: {order}" for position, order in every)
    return replace(op, params=(*others, (ALONG, told))) if told else op


def operand_axes(op: Op) -> dict[int, str]:
    """Return how an op reads those operands that it reads otherwise than NumPy would."""
    told = op.param(ALONG)
    pairs = (entry.split(": ") for entry in told.split("; ")) if told else ()
    return {int(position): order for position, order in pairs}


def unlike_numpy(order: Sequence[str], is_long: Sequence[bool]) -> str:
    """Return the axes of an operand as far as they are to be told, nothing where NumPy has them so.

    `is_long` says of each axis of the operand whether it may be longer than 1.
    """
    told = list(order)
    while told[:1] == ["x"]:
        told.pop(0)
    own = [entry for entry in told if entry != "x"]
    is_numpys = all(
        len(told) - told.index(entry) == len(is_long) - int(entry)
        for entry in own
        if is_long[int(entry)]
    )
    return "" if is_numpys else ", ".join(told)
