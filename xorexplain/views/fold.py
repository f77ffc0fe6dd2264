"""Leave out what repeats or merely carries a value: constants and broadcasts."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph import Graph
from xorexplain.ops import BROADCAST_NOISE
from xorexplain.views.subgraph import needed


def fold_constants(graph: Graph) -> Graph:
    """Show each constant inside the apply nodes that read it, unless it is itself a result."""
    folded = {
        variable.id
        for variable in graph.variables
        if variable.role == "constant" and variable.id not in graph.output_ids
    }
    return replace(
        graph,
        variables=tuple(replace(v, folded=True) if v.id in folded else v for v in graph.variables),
    )


def hide_broadcasts(graph: Graph) -> Graph:
    """Remove the apply nodes that only repeat a value along an axis.

    What read the repeated value reads the value itself; a result of the graph keeps its node.
    `second(a, b)`, which fills the shape of `a` with `b`, counts as `b`; what only served for the
    shape falls away with it.
    """
    instead: dict[str, str] = {}
    for apply in graph.applies:
        if apply.op.kind in BROADCAST_NOISE and apply.outputs[0] not in graph.output_ids:
            source = apply.inputs[-1] if apply.op.kind == "second" else apply.inputs[0]
            instead[apply.outputs[0]] = instead.get(source, source)
    if not instead:
        return graph
    applies = tuple(
        replace(apply, inputs=tuple(instead.get(v, v) for v in apply.inputs))
        for apply in graph.applies
        if apply.outputs[0] not in instead
    )
    variables = tuple(v for v in graph.variables if v.id not in instead)
    return needed(replace(graph, applies=applies, variables=variables))
