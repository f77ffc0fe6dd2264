"""Find where a gradient that exists gets next to nothing: at activations that are flat there."""

from __future__ import annotations

from typing import Any

import numpy

from xorexplain.gradients.records import Derivation
from xorexplain.gradients.why import Faint
from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text

NEXT_TO_NOTHING = 1e-6
"""A node hands on less than this share of what arrives where it is told of."""
Array = Any


def faint_nodes(
    derivation: Derivation, values: dict[str, Array], adjoints: dict[str, Array], name: str
) -> tuple[Faint, ...]:
    """Return the faint nodes between a variable and the cost, in the order of the graph."""
    graph = derivation.graph
    reached = {v for v, called in derivation.names.items() if called == name}
    found = []
    for apply in (graph.apply[id_] for id_ in derivation.forward):
        if reached.isdisjoint(apply.inputs):
            continue
        reached.update(apply.outputs)
        faint = _faint(derivation, values, adjoints, apply)
        found += [] if faint is None else [faint]
    return tuple(found)


def _faint(
    derivation: Derivation, values: dict[str, Array], adjoints: dict[str, Array], apply: Apply
) -> Faint | None:
    read, result = apply.inputs[0], apply.outputs[0]
    if not has(apply.op.kind, "activation") or not {read, result} <= adjoints.keys():
        return None
    if len(derivation.receipts.get(read, ())) != 1:
        # What others hand back is in the adjoint too, and may cancel with what this one does.
        return None
    arrives, goes_on = (float(numpy.max(numpy.abs(adjoints[v]))) for v in (result, read))
    if not goes_on < NEXT_TO_NOTHING * arrives:
        return None
    if apply.op.family != "elementwise" and not _is_decided(values[result]):
        # A softmax hands on differences of what arrives, which may be none.
        return None
    value = text(simplify(express(derivation.graph, result, derivation.names, (result,))))
    name = derivation.names.get(result)
    low, high = (float(f(values[read])) for f in (numpy.min, numpy.max))
    return Faint(
        apply.op.kind,
        f"{name} = {value}" if name else value,
        apply.source,
        arrives,
        goes_on,
        low,
        high,
    )


def _is_decided(shares: Array) -> bool:
    """Tell whether each share is all but 0 or 1, so that it is flat whatever arrives."""
    return bool(numpy.max(shares * (1 - shares), initial=0.0) < NEXT_TO_NOTHING)
