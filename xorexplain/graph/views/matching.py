"""Find which nodes of two graphs of the same shape stand for each other."""

from __future__ import annotations

from xorexplain.graph.records import Graph


def corresponding(before: Graph, after: Graph) -> dict[str, str]:
    """Return the ids of `after` for those of `before`, variables and apply nodes alike.

    Both graphs are walked in step from their results, so they should be copies of one another,
    as the engine's copy of a graph it is about to rewrite is. Where they differ the walk stops.
    """
    found: dict[str, str] = {}
    stack = [
        (one.variable, other.variable)
        for one, other in zip(before.outputs, after.outputs, strict=False)
    ]
    while stack:
        one, other = stack.pop()
        if one in found:
            continue
        found[one] = other
        above, below = before.owner(one), after.owner(other)
        if above is None or below is None or above.op != below.op or above.id in found:
            continue
        if len(above.inputs) == len(below.inputs):
            found[above.id] = below.id
            stack += zip(above.inputs, below.inputs, strict=True)
            stack += zip(above.outputs, below.outputs, strict=True)
    return found
