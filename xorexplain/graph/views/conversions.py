"""Leave out what hands a value on as it is: as a number or a tensor, in the shape that it has."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.measures import Measures
from xorexplain.graph.views.memory import reading_instead
from xorexplain.graph.views.names import fixed_variables
from xorexplain.graph.views.subgraph import ends, needed


def hide_conversions(graph: Graph, measures: Measures | None = None) -> Graph:
    """Remove the apply nodes that hand a value on as it is, a number in another type.

    What read the result reads the value. A result that is named, or an output, takes the place
    of the value instead; where the value is named or given, the node stays. `measures` tell what is
    arranged in the shape that it has.
    """
    fixed = fixed_variables(graph)
    kept = graph.output_ids | {v.id for v in graph.variables if v.name or v.owner is None}
    instead: dict[str, str] = {}
    hidden: set[str] = set()
    for apply in graph.applies:
        is_mark = _is_mark(graph, apply, fixed)
        if len(apply.outputs) != 1 or not (is_mark or _hands_on(apply, measures)):
            continue
        (given, *_), (made,) = apply.inputs, apply.outputs
        given = instead.get(given, given)
        is_better = bool(graph.variable[made].called) and not graph.variable[given].called
        is_kept = made in kept or (is_better and given not in kept)
        gone, stays = (given, made) if is_kept else (made, given)
        if gone in kept:
            continue
        hidden.add(apply.id)
        instead = {v: stays if by == gone else by for v, by in instead.items()} | {gone: stays}
    if not hidden:
        return graph
    applies = tuple(
        replace(apply, outputs=tuple(instead.get(v, v) for v in apply.outputs))
        for apply in reading_instead(graph.applies, instead)
        if apply.id not in hidden
    )
    owners = {v: apply.id for apply in applies for v in apply.outputs}
    variables = tuple(
        v if v.owner is None else replace(v, owner=owners[v.id])
        for v in graph.variables
        if v.id not in instead
    )
    shown = replace(graph, applies=applies, variables=variables)
    return needed(shown, ends(graph) - instead.keys())


def _is_mark(graph: Graph, apply: Apply, fixed: Set[str]) -> bool:
    """Tell whether an op only marks a constant for the gradient, or checks what is known to hold.

    There is no gradient of a constant anyway.
    """
    if not apply.inputs:
        return False
    if apply.op.kind == "assert":
        return all(graph.variable[v].filling in ("1", "True") for v in apply.inputs[1:])
    is_marked = apply.op.kind == "undefined_grad" or has(apply.op.kind, "stops gradient")
    return is_marked and fixed >= set(apply.inputs)


def _hands_on(apply: Apply, measures: Measures | None) -> bool:
    """Tell whether an op gives its first input; in a file one of that name may read and give more.

    Theano's products of more than two axes arrange a matrix as one.
    """
    kind = apply.op.kind
    if has(kind, "converts", "same value"):
        return len(apply.inputs) == 1
    is_kept = has(kind, "rearranges") and not has(kind, "reorders axes")
    if measures is None or not is_kept or not apply.inputs:
        return False
    shape = measures.shape(apply.inputs[0])
    return shape is not None and shape == measures.shape(apply.outputs[0])
