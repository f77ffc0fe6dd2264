"""Leave out what makes a tensor of a number, or a number of a tensor without axes."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.ops import has
from xorexplain.graph.records import Graph


def hide_conversions(graph: Graph) -> Graph:
    """Remove the apply nodes that hand a number on as it is, in another type.

    What read the result reads the number. A result that is named, or an output, takes the place
    of the number instead; where the number is named or given, the node stays.
    """
    kept = graph.output_ids | {v.id for v in graph.variables if v.name or v.owner is None}
    instead: dict[str, str] = {}
    hidden: set[str] = set()
    for apply in graph.applies:
        if not has(apply.op.kind, "converts") or len(apply.inputs) != 1 or len(apply.outputs) != 1:
            continue  # in a file an op of that name may read and give more
        (given,), (made,) = apply.inputs, apply.outputs
        given = instead.get(given, given)
        gone, stays = (made, given) if made not in kept else (given, made)
        if gone in kept:
            continue
        hidden.add(apply.id)
        instead = {v: stays if by == gone else by for v, by in instead.items()} | {gone: stays}
    if not hidden:
        return graph
    applies = tuple(
        replace(
            apply,
            inputs=tuple(instead.get(v, v) for v in apply.inputs),
            outputs=tuple(instead.get(v, v) for v in apply.outputs),
        )
        for apply in graph.applies
        if apply.id not in hidden
    )
    owners = {v: apply.id for apply in applies for v in apply.outputs}
    variables = tuple(
        v if v.owner is None else replace(v, owner=owners[v.id])
        for v in graph.variables
        if v.id not in instead
    )
    return replace(graph, applies=applies, variables=variables)
