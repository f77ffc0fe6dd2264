"""Refuse values at which a gradient has nothing to be compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from xorexplain.errors import NotComputedError, XorexplainError
from xorexplain.gradients.records import Derivation

Array = Any


def refuse_nan(derivation: Derivation, computed: Mapping[str, Array]) -> None:
    """Raise XorexplainError where the cost is NaN, naming the first value that is.

    NaN elsewhere may be memory that a loop has not written yet.
    """
    if not any(_has_nan(computed[v]) for v in derivation.ends):
        return
    named = [
        name for v, name in derivation.names.items() if v in computed and _has_nan(computed[v])
    ]
    raise XorexplainError(
        f"{(named or ['the cost'])[0]} is NaN at the values of the check, so nothing can be "
        "compared: give values in the model's domain with Model(data={...}) or another --seed"
    )


def first_nan(derivation: Derivation, computed: Mapping[str, Array]) -> str:
    """Name the adjoint that is NaN first on the way back, with the node that gives it."""
    graph = derivation.graph
    for step in derivation.steps:
        for received in step.received:
            if received.contribution and _has_nan(computed.get(received.contribution)):
                name = derivation.adjoint_name(received.input)
                return f"NaN first in {name}, at {step.apply} {graph.apply[step.apply].op.kind}"
    return "NaN"


def refuse_infinite(derivation: Derivation, computed: Mapping[str, Array]) -> None:
    """Raise XorexplainError where the cost has no finite value, beside which it has no slope."""
    cost = computed[derivation.cost]
    if isinstance(cost, NotComputedError) or is_finite(cost):
        return
    raise XorexplainError(
        f"{derivation.names[derivation.cost]} is {float(numpy.asarray(cost)):g} at the values of "
        "the check, where it has no slope: give values in the model's domain with "
        "Model(data={...}) or another --seed"
    )


def is_finite(value: Array) -> bool:
    """Tell whether every element of a value is a finite number."""
    return bool(numpy.isfinite(numpy.asarray(value)).all())


def _has_nan(value: Array | None) -> bool:
    if value is None or isinstance(value, NotComputedError) or hasattr(value, "toarray"):
        return False
    array = numpy.asarray(value)
    return array.dtype.kind in "fc" and bool(numpy.isnan(array).any())
