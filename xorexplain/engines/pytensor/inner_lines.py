"""Keep the lines that wrote a loop's round, which PyTensor drops when it freezes an inner graph."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from typing import Any

from pytensor.graph.fg import FrozenFunctionGraph

_MARK = "_xorexplain_keeps_lines"
_LOOPS = "pytensor.scan.op"
"""The module of PyTensor's that freezes rounds; its method `freeze` stands between."""


def keep_inner_lines() -> None:
    """Have rounds that are frozen from now on keep the traces of what they were made of.

    What is inside of other ops, such as a softmax, nobody wrote line by line; and all that is alike
    inside of them is one, so that it would be of a line or of none by what else a process made.
    """
    made = FrozenFunctionGraph.from_toposort
    if hasattr(made, _MARK):
        return

    @functools.wraps(made.__func__)
    def from_toposort(
        cls: Any, inputs: Sequence[Any], outputs: Sequence[Any], toposort: Sequence[Any]
    ) -> Any:
        if sys._getframe(2).f_globals.get("__name__") != _LOOPS:
            return made.__func__(cls, inputs, outputs, toposort)
        order = list(toposort)
        frozen = made.__func__(cls, inputs, outputs, order)
        nodes = frozen.toposort()
        # An order that is not its own gets no lines: to raise would end a program that is watched.
        if [node.op for node in nodes] == [source.op for source in order]:
            for source, node in zip(order, nodes, strict=True):
                for variable, kept in zip(source.outputs, node.outputs, strict=True):
                    _hand_on(variable, kept)
        return frozen

    setattr(from_toposort, _MARK, True)
    FrozenFunctionGraph.from_toposort = classmethod(from_toposort)


def _hand_on(variable: Any, kept: Any) -> None:
    """Hand a trace to a frozen variable, which graphs that are alike share.

    Where they were written in several places only the frames that those have in common stay, and
    none of them is the user's unless it is of all.
    """
    trace = getattr(variable.tag, "trace", None)
    known = getattr(kept.tag, "trace", None)
    # What an engine itself builds anew, as for a gradient, has none, and takes none away.
    if not trace or known == trace:
        return
    kept.tag.trace = trace if known is None else [_common(known[0], trace[0])]


def _common(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """Return the innermost frames that two traces share."""
    count = 0
    for one, other in zip(reversed(first), reversed(second), strict=False):
        if one != other:
            break
        count += 1
    return list(first[len(first) - count :])
