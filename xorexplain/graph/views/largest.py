"""Tell what finds the largest element and its place as `max`, where nothing asks for the place."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.records import Apply, Graph

BOTH = "max_and_argmax"
_THEANOS_NAME = "argmax"
"""What Theano calls such a place, with a number where there are several."""


def tell_largest(graph: Graph) -> Graph:
    """Have such an op give the element alone; a place that is read, named or a result stays."""
    found = {apply.id for apply in graph.applies if _has_unread_place(graph, apply)}
    if not found:
        return graph
    places = {graph.apply[id_].outputs[1] for id_ in found}
    return replace(
        graph,
        applies=tuple(_largest(apply) if apply.id in found else apply for apply in graph.applies),
        variables=tuple(v for v in graph.variables if v.id not in places),
    )


def _has_unread_place(graph: Graph, apply: Apply) -> bool:
    if apply.op.kind != BOTH or len(apply.outputs) != 2:
        return False
    place = apply.outputs[1]
    is_wanted = bool(graph.clients[place]) or place in graph.output_ids
    name = graph.variable[place].name
    return not is_wanted and (not name or name.partition("_")[0] == _THEANOS_NAME)


def _largest(apply: Apply) -> Apply:
    return replace(apply, op=replace(apply.op, kind="max"), outputs=apply.outputs[:1])
