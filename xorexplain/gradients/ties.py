"""Find where a largest value is there more than once, and each of them receives its adjoint.

Both engines give the adjoint of a maximum to every element that equals it, so a parameter behind
several of them receives more than the slope: a fault of the engine, which differences find.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from xorexplain.errors import NotComputedError
from xorexplain.gradients.records import Derivation
from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply

ROUGH = 1e-4
"""What rounding makes of a sum, at most."""
Array = Any


def tied_above(derivation: Derivation, parameter: str, computed: Mapping[str, Array]) -> str:
    """Say which forward node above a parameter chose among equal elements; empty for none.

    One that chooses moves each adjoint to one element: where what its input receives adds up to
    something else, several elements were given the same.
    """
    steps = {step.apply: step for step in derivation.steps}
    reached = {parameter}
    for id_ in derivation.forward:
        apply = derivation.graph.apply[id_]
        if reached.isdisjoint(apply.inputs):
            continue
        reached.update(apply.outputs)
        if id_ not in steps or not _chooses(apply):
            continue
        received = steps[id_].received[0].contribution
        if _differ(computed.get(steps[id_].arrives[0] or ""), computed.get(received or "")):
            name = derivation.names.get(apply.outputs[0], id_)
            return (
                f"of the elements that {name} is the largest of, several are equal, and the engine "
                "hands each of them the whole adjoint"
            )
    return ""


def _chooses(apply: Apply) -> bool:
    return has(apply.op.kind, "chooses") and apply.op.param("mode") in (None, "max")


def _differ(arrived: Array | None, received: Array | None) -> bool:
    """Tell whether two adjoints add up to different numbers, by more than rounding."""
    known = [v for v in (arrived, received) if not isinstance(v, NotComputedError | None)]
    if len(known) < 2:
        return False
    size = max(float(numpy.sum(numpy.abs(value))) for value in known)
    return bool(abs(float(numpy.sum(known[0]) - numpy.sum(known[1]))) > ROUGH * size)
