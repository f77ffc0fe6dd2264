"""Have a loop read the values it starts from, not the memory that is made for its rounds."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.ops import entries_of, has
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.memory import reading_instead
from xorexplain.graph.views.subgraph import ends, needed
from xorexplain.graph.views.told_lengths import is_named


def show_starts(graph: Graph) -> Graph:
    """Replace the states of loops, memory with its first rows set, by what these are set to.

    A slice that takes everything is left out too, and what only hands on a number.
    """
    instead: dict[str, str] = {}
    for apply in graph.applies:
        taken = _taken_whole(graph, apply)
        if taken is not None:
            instead[apply.outputs[0]] = instead.get(taken, taken)
    for apply in graph.applies:
        if apply.op.kind == "scan":
            for id_ in apply.inputs:
                start = _start(graph, id_)
                if start is not None:
                    instead[id_] = instead.get(start, start)
    if not instead:
        return graph
    rewired = replace(graph, applies=reading_instead(graph.applies, instead))
    return needed(rewired, ends(graph) - instead.keys())


def _start(graph: Graph, id_: str) -> str | None:
    """Return what the first rows of a state are set to, None for one that is made otherwise."""
    written = graph.owner(id_)
    while written is not None and has(written.op.kind, "carries"):
        # Two states that begin alike, which the loop writes over.
        id_ = written.inputs[0]
        written = graph.owner(id_)
    if written is None or written.op.kind != "set_subtensor" or len(written.inputs) < 2:
        return None
    memory = graph.owner(written.inputs[0])
    is_first = (written.op.param("index") or "").startswith(":") and id_ not in graph.output_ids
    readers = {reader.op.kind for reader, _ in graph.clients[id_]}
    is_memory = memory is not None and memory.op.kind == "alloc_empty"
    is_begun = all(kind == "scan" or has(kind, "carries") for kind in readers)
    if not (is_memory and is_first and is_begun):
        return None
    start = written.inputs[1]
    while (above := graph.owner(start)) is not None and _adds_an_axis(above):
        if is_named(graph.variable[start]):
            break
        start = above.inputs[0]
    return start


def _adds_an_axis(apply: Apply) -> bool:
    return apply.op.kind == "expand_dims" or has(apply.op.kind, "repeats", "carries")


def _taken_whole(graph: Graph, apply: Apply) -> str | None:
    """Return what an op hands on: the array that a slice takes as a whole, a number.

    It is None for any other op.
    """
    is_kept = apply.outputs[0] in graph.output_ids or is_named(graph.variable[apply.outputs[0]])
    if is_kept or not apply.inputs:
        return None
    if has(apply.op.kind, "converts") or apply.op.kind == "identity":
        return apply.inputs[0]
    if apply.op.kind == "subtensor":
        entries = entries_of(apply.op.param("index"))
        hands_on = all(entry.count(":") == 1 for entry in entries)
    else:
        hands_on = apply.op.kind == "specify_shape"
    array, out = graph.variable[apply.inputs[0]], graph.variable[apply.outputs[0]]
    is_whole = hands_on and not is_named(out) and _is_as_long(array.id, out.id, graph)
    return array.id if is_whole else None


def _is_as_long(one: str, other: str, graph: Graph) -> bool:
    """Tell whether two variables surely have the same shape, a part of one another otherwise."""
    first, second = graph.variable[one], graph.variable[other]
    if first.shape is None or second.shape is None or len(first.shape) != len(second.shape):
        return False
    lengths = [v.lengths or tuple(map(str, v.shape or ())) for v in (first, second)]
    return lengths[0] == lengths[1] and all(lengths[0]) and "None" not in lengths[0]
