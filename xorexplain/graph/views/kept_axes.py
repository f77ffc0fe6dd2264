"""Tell an axis that is kept where a sum is over it with the sum; drop none to add it again."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.ops import axes_of, entries_of, has
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.subgraph import is_between, read_instead


def adds_back(added: Apply, axes: tuple[int, ...] | None) -> bool:
    """Tell whether an op adds exactly the axes that were summed over, each in its place."""
    if not has(added.op.kind, "adds axes") or len(added.inputs) != 1:
        return False
    order = entries_of(added.op.param("order"))
    if axes is None:
        return set(order) == {"x"}
    kept = iter(range(len(order)))
    places = ["x" if axis in axes else str(next(kept)) for axis in range(len(order))]
    return order == places and len(set(axes)) == order.count("x") > 0


def keep_axes(graph: Graph) -> Graph:
    """Have a reduction give its result with the axes that are only added to it again: `keepdims`.

    A fused op that ends in one does so too. A result that something else reads without them, or
    that has a name, keeps its own node.
    """
    kept: dict[str, str] = {}
    dropped: set[str] = set()
    for added in graph.applies:
        result = added.inputs[0] if len(added.inputs) == 1 else None
        reduction = _reduction(graph, result) if result and is_between(graph, result) else None
        if reduction and result and adds_back(added, axes_of(reduction.op.param("axis"))):
            kept[result] = added.outputs[0]
            dropped.add(added.id)
    if not kept:
        return graph
    owners = {new: graph.variable[old].owner for old, new in kept.items()}
    return replace(
        graph,
        applies=tuple(
            replace(apply, outputs=tuple(kept.get(v, v) for v in apply.outputs))
            for apply in graph.applies
            if apply.id not in dropped
        ),
        variables=tuple(
            replace(v, owner=owners.get(v.id, v.owner)) for v in graph.variables if v.id not in kept
        ),
    )


def _reduction(graph: Graph, variable: str) -> Apply | None:
    """Return the reduction that gives a variable, be it inside of a fused op."""
    apply = graph.owner(variable)
    if apply is not None and apply.inner is not None and has(apply.op.kind, "fused"):
        ends_inside = graph.inner[apply.inner].outputs
        position = apply.outputs.index(variable)
        inside = ends_inside[position].variable if position < len(ends_inside) else None
        return _reduction(graph.inner[apply.inner], inside) if inside is not None else None
    if apply is None or apply.op.family != "reduction" or apply.inner is not None:
        return None
    return apply if len(apply.inputs) == len(apply.outputs) == 1 else None


def hide_returns(graph: Graph) -> Graph:
    """Read a value itself where an axis of it is dropped and added again in its place."""
    instead: dict[str, str] = {}
    for added in graph.applies:
        dropped = graph.owner(added.inputs[0]) if len(added.inputs) == 1 else None
        if dropped is None or not drops_again(graph, added, dropped):
            continue
        result = added.outputs[0]
        if not graph.variable[result].name and result not in graph.output_ids:
            instead[result] = instead.get(dropped.inputs[0], dropped.inputs[0])
    return read_instead(graph, instead) if instead else graph


def drops_again(graph: Graph, added: Apply, dropped: Apply) -> bool:
    """Tell whether an op drops exactly the axes that another one adds, before or behind it."""
    if dropped.op.kind != "squeeze" or len(dropped.inputs) != 1:
        return False
    kept = entries_of(dropped.op.param("order"))
    axes = range(len(graph.variable[dropped.inputs[0]].shape or ()))
    lost = tuple(axis for axis in axes if str(axis) not in kept)
    return kept == sorted(kept, key=int) and bool(lost) and adds_back(added, lost)
