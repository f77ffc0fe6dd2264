"""Find where a gradient that exists gets next to nothing: at activations that are flat there.

No op cuts such a path, so only numbers tell: the model's own, where it has them all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.following import values_and_adjoints
from xorexplain.gradients.records import Derivation
from xorexplain.gradients.why import Answer, Faint
from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply
from xorexplain.models.model import Model
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text

NEXT_TO_NOTHING = 1e-6
"""A node hands on less than this share of what arrives where it is told of."""
Array = Any


def with_faint(
    engine: Engine, model: Model, wrt: Sequence[str], answers: tuple[Answer, ...]
) -> tuple[Answer, ...]:
    """Add to each gradient that exists the nodes through which next to nothing of it gets.

    Nothing is added where the model has no values of its own, or is too large to be computed here.
    """
    if not any(answer.state == "exists" for answer in answers):
        return answers
    with contextlib.suppress(XorexplainError):
        derivation = differentiate(engine, model, wrt)
        _, drawn, values, adjoints = values_and_adjoints(engine, model, derivation)
        if drawn:
            return answers
        return tuple(
            replace(answer, faint=_on_the_way(derivation, values, adjoints, answer.variable))
            if answer.state == "exists"
            else answer
            for answer in answers
        )
    return answers


def _on_the_way(
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
    arrives, goes_on = (float(numpy.max(numpy.abs(adjoints[v]))) for v in (result, read))
    if not goes_on < NEXT_TO_NOTHING * arrives:
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
