"""Tell what the cost compares with what the network computes, from all that only the cost reads."""

from __future__ import annotations

from collections.abc import Set

from xorexplain.graph.records import Apply, Graph

_PASSING = ("elementwise", "shape")
"""Families of ops through which a value is still what it was, for who compares it."""


def is_compared(graph: Graph, network: Graph, variable: str) -> bool:
    """Tell whether a value that only the cost reads meets what the network computes.

    `graph` is that of the cost. A mask or the weight of a case meets an error that another value
    was compared for; the data of a second network meets that network's weights.
    """
    given = {v.id for v in graph.variables if v.owner is None and v.role != "constant"}
    others = _below(graph, given - set(network.variable) - {variable})
    computed = _below(graph, {v.id for v in network.variables if v.owner})
    meeting, waiting = computed - others, [variable]
    while waiting:
        for apply, position in graph.clients[waiting.pop()]:
            beside = [v for n, v in enumerate(apply.inputs) if n != position]
            if meeting.intersection(beside):
                return True
            if _passes(graph, apply, beside):
                waiting += apply.outputs
    return False


def _passes(graph: Graph, apply: Apply, beside: list[str]) -> bool:
    is_alone = all(graph.variable[v].role == "constant" for v in beside)
    return is_alone and apply.op.family in _PASSING


def _below(graph: Graph, begin: Set[str]) -> set[str]:
    """Return variables and all that is computed from one of them."""
    found = set(begin)
    for apply in graph.applies:
        if found.intersection(apply.inputs):
            found.update(apply.outputs)
    return found
