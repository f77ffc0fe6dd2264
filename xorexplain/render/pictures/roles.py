"""Say in a word or two what a variable is to the model."""

from __future__ import annotations

from xorexplain.graph.records import Graph, Variable
from xorexplain.graph.views.state import OPTIMIZER_STATE, RANDOM_STATE

PARAMETER, COUNTER, UPDATED, SHARED = "parameter", "counter", "updated", "shared"
KEPT = (PARAMETER, OPTIMIZER_STATE, RANDOM_STATE, COUNTER, UPDATED, SHARED)
"""The words for variables that keep a value between calls."""
ELSEWHERE = "computed elsewhere"
"""The word for a loose end of a part of a graph."""


def variable_words(graph: Graph, variable: Variable) -> str:
    """Say what a variable is to the model: parameter, kept state, input, constant, result.

    What a function updates is a parameter only where the model says so, and the state of an
    optimizer where it is seen to be one.
    """
    if variable.id in graph.parameters:
        return PARAMETER
    if variable.role == "shared":
        return _kept_words(graph, variable)
    if variable.role == "intermediate" and variable.owner is None:
        return ELSEWHERE
    return variable.role


def _kept_words(graph: Graph, variable: Variable) -> str:
    if variable.id in graph.kept:
        return graph.kept[variable.id]
    if variable.id not in graph.updated:
        return SHARED
    is_integer = (variable.dtype or "").startswith(("int", "uint"))
    return COUNTER if is_integer and variable.shape == () else UPDATED
