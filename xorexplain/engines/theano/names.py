"""Bound the names that Theano gives the ops it makes.

A `Composite` is named after its whole formula, written out without sharing: that of `x * x + x`,
nested 60 deep, has more letters than any memory holds, and str(op), `debugprint` and the rewriter's
own messages all ask for it.
"""

from __future__ import annotations

from typing import Any

from theano.scalar import basic

from xorexplain.engines.shared.common import toposort
from xorexplain.engines.shared.recursion import call_deep

MOST = 2_000
"""Symbols of a formula that Theano may write out; of a longer one, `...` is the name."""

_pprint: Any = basic.pprint


def bound_names() -> None:
    """Have Theano name fused ops by formulas of a bounded length."""
    basic.pprint = _bounded


def _bounded(output: Any) -> str:
    sizes: dict[Any, int] = {}
    for node in toposort([output]):
        total = 1 + sum(sizes.get(variable, 1) for variable in node.inputs)
        sizes |= dict.fromkeys(node.outputs, min(total, MOST + 1))
    if sizes.get(output, 1) > MOST:
        return "..."
    return call_deep(lambda: str(_pprint(output)))
