"""Compute a network's named values with NumPy, with other weights or other data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from xorexplain.errors import NotComputableError
from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import has
from xorexplain.graph.records import Variable
from xorexplain.notation.evaluate import evaluate
from xorexplain.render.pictures.labels import variable_name
from xorexplain.sphinxext.walkthrough.chapters.data import (
    OF_COST,
    TARGET,
    engine_variables,
    givens,
    role_of,
)
from xorexplain.sphinxext.walkthrough.material import Material
from xorexplain.sphinxext.walkthrough.values import Array, array_of

MAX_CASES, MAX_UNITS = 16, 12


@dataclass(frozen=True)
class Layer:
    """Hold the first hidden layer of a network: its activations, what they bend, what is read.

    All three are names; `data` is what has a row for each case.
    """

    activation: str
    before: str
    data: str
    output: str


def given_values(material: Material, weights: Mapping[str, Any]) -> dict[str, Array]:
    """Return the values of all that a network is given, with some weights in place of its own."""
    assert material.network is not None
    own = {getattr(v, "name", None): v for v in engine_variables(material)}
    found: dict[str, Array] = {}
    for variable in givens(material.network):
        name = variable_name(variable)
        value = weights.get(name)
        if value is None and variable.name in own:
            value = array_of(material.engine, own[variable.name], material.model.data)
        if value is not None:
            found[name] = numpy.asarray(value)
    return found


def computed(material: Material, given: Mapping[str, Array]) -> dict[str, Array]:
    """Compute every named value of the network; raise NotComputableError where one cannot be."""
    graph = material.network
    assert graph is not None
    values = dict(given)
    with numpy.errstate(all="ignore"):
        for apply in material.told_applies(graph):
            for variable in apply.outputs:
                if variable in material.names:
                    name, value = material.equation(graph, variable)
                    values[name] = numpy.asarray(evaluate(value, values))
    return values


def hidden_layer(material: Material) -> Layer | None:
    """Find the first activation of a network, of a few units for each of a few cases."""
    graph = material.network
    if graph is None or len(graph.outputs) != 1:
        return None
    data = [v for v in givens(graph) if _is_data(material, v)]
    output = material.names.get(graph.outputs[0].variable)
    if len(data) != 1 or output is None:
        return None
    for apply in graph.applies:
        result = material.names.get(apply.outputs[0])
        before = material.names.get(apply.inputs[0]) if apply.inputs else None
        if has(apply.op.kind, "activation") and result not in (None, output) and before:
            return Layer(str(result), before, variable_name(data[0]), output)
    return None


def _is_data(material: Material, variable: Variable) -> bool:
    graph = material.network
    assert graph is not None
    is_weight = variable.id in graph.parameters or variable.role == "constant"
    return not is_weight and role_of(material, variable) not in (TARGET, OF_COST)


def activations(
    material: Material, layer: Layer, weights: Mapping[str, Any]
) -> dict[str, Array] | None:
    """Compute a network with some weights; None where it cannot be, or is too large to be told."""
    try:
        values = computed(material, given_values(material, weights))
    except (NotComputableError, ValueError, KeyError):
        return None
    hidden = values.get(layer.activation)
    if hidden is None or layer.data not in values or hidden.ndim != 2:
        return None
    cases, units = hidden.shape
    is_told = cases <= MAX_CASES and units <= MAX_UNITS
    return values if is_told and values[layer.data].shape[:1] == (cases,) else None
