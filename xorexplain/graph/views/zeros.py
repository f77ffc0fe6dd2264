"""Find the variables of a graph that are zero whatever its inputs are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from xorexplain.graph.ops import is_complete, row
from xorexplain.graph.ops.records import Zero
from xorexplain.graph.records import Apply, Graph

_DECIDED_BY: Mapping[Zero, Callable[[Sequence[bool]], bool]] = {
    "": lambda given: False,
    "any": any,
    "all": all,
    "first": lambda given: given[0],
    "second": lambda given: given[1],
    "first two": lambda given: all(given[:2]),
    "choice": lambda given: all(given[1:]),
}
"""Whether a result is zero, from which inputs are."""
_ZERO = re.compile(r"-?0(\.0*)?|False")


def zeros(graph: Graph) -> frozenset[str]:
    """Return the variables that are structurally zero: a constant 0, or made so by a zero.

    Products with a zero, sums of zeros, and what keeps a zero a zero count; cancellation
    (`x - x`), `0 / 0` and inner graphs are not looked into.
    """
    found = {v.id for v in graph.variables if _is_zero(v.filling or "")}
    for apply in graph.applies:
        if _gives_zero(apply, [v in found for v in apply.inputs]):
            found.update(apply.outputs)
    return frozenset(found)


def _is_zero(value: str) -> bool:
    return _ZERO.fullmatch(value) is not None


def _gives_zero(apply: Apply, given: list[bool]) -> bool:
    kind = apply.op.kind
    if not given or not is_complete(kind, len(given)):
        return False
    if kind == "join":
        # PyTensor's axis is a property of the op, Theano's its first input.
        return all(given if apply.op.param("axis") is not None else given[1:])
    return _DECIDED_BY[row(kind).zero](given)
