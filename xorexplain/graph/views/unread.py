"""Leave out what a loop is given and does not read, which rewriting may leave behind."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.records import Aliases, Apply, Graph
from xorexplain.graph.views.loop_lengths import ROUNDS
from xorexplain.graph.views.subgraph import ends, needed


def drop_unread(graph: Graph) -> Graph:
    """Take from loops the arguments that nothing in them reads, and what only computes those."""
    unread = {apply.id: _unread(graph, apply) for apply in graph.applies if apply.op.kind == "scan"}
    if not any(unread.values()):
        return graph
    applies = tuple(
        _without(apply, unread[apply.id]) if unread.get(apply.id) else apply
        for apply in graph.applies
    )
    named = {v.id for v in graph.variables if v.name}
    return needed(replace(graph, applies=applies), ends(graph) | named)


def without_unread(graph: Graph) -> Graph:
    """Leave out the inputs of an inner graph that nothing in it reads."""
    unread = {v for v in graph.inputs if not _is_read(graph, v)}
    return replace(
        graph,
        variables=tuple(v for v in graph.variables if v.id not in unread),
        inputs=tuple(v for v in graph.inputs if v not in unread),
    )


def _is_read(inner: Graph, variable: str) -> bool:
    return bool(inner.clients[variable]) or variable in inner.output_ids


def _unread(graph: Graph, apply: Apply) -> set[int]:
    """Return the positions of the arguments of a loop that only feed what nothing reads."""
    if apply.inner is None:
        return set()
    inner = graph.inner[apply.inner]
    fed = list(zip(inner.inputs, apply.inner_inputs, strict=False))
    read = {feed for variable, feed in fed if _is_read(inner, variable)}
    given = {feed for _, feed in fed if feed is not None and feed < len(apply.inputs)}
    overwritten = {
        p for pairs in (apply.destroy_map, apply.view_map) for _, ps in pairs for p in ps
    }
    return given - read - overwritten - {ROUNDS}


def _without(apply: Apply, unread: set[int]) -> Apply:
    """Take arguments from an apply node; what they feed inside has no feed then."""
    kept = [position for position in range(len(apply.inputs)) if position not in unread]
    new = {position: number for number, position in enumerate(kept)}

    def moved(aliases: Aliases) -> Aliases:
        return tuple((output, tuple(new[p] for p in positions)) for output, positions in aliases)

    return replace(
        apply,
        inputs=tuple(apply.inputs[position] for position in kept),
        destroy_map=moved(apply.destroy_map),
        view_map=moved(apply.view_map),
        inner_inputs=tuple(None if feed is None else new.get(feed) for feed in apply.inner_inputs),
    )
