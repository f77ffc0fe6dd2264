"""Undo folds, to hold that they lose nothing."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.condense import is_fold


def inlined(graph: Graph) -> Graph:
    """Put the apply nodes that folds stand for back into their places."""
    while any(is_fold(apply) for apply in graph.applies):
        graph = _without_first(graph)
    return graph


def _without_first(graph: Graph) -> Graph:
    fold = next(apply for apply in graph.applies if is_fold(apply))
    assert fold.inner is not None
    inner = graph.inner[fold.inner]
    assert fold.inputs == inner.inputs
    assert fold.outputs == tuple(output.variable for output in inner.outputs)
    members = [
        apply if apply.inner is None else replace(apply, inner=apply.inner + len(graph.inner))
        for apply in inner.applies
    ]
    applies: list[Apply] = []
    for apply in graph.applies:
        applies += members if apply is fold else [apply]
    outside = {v.id: v for v in graph.variables}
    inside = {v.id: v for v in inner.variables if v.id not in inner.inputs}
    ancestry = [entry for entry in graph.ancestry if entry.apply != fold.id]
    return replace(
        graph,
        variables=tuple((outside | inside).values()),
        applies=tuple(applies),
        inner=(*graph.inner, *inner.inner),
        ancestry=(*ancestry, *inner.ancestry),
    )


def content(graph: Graph) -> tuple[object, ...]:
    """Return all that a graph tells, apart from the order of what may stand in another one."""
    return (
        graph.origin,
        {v.id: v for v in graph.variables},
        {
            a.id: (
                replace(a, inner=None),
                None if a.inner is None else content(graph.inner[a.inner]),
            )
            for a in graph.applies
        },
        graph.inputs,
        graph.outputs,
        graph.parameters,
        {entry.apply: entry for entry in graph.ancestry},
        set(graph.hidden),
    )


def in_order(graph: Graph) -> bool:
    """Tell whether each apply node stands after those it reads from."""
    known = {v.id for v in graph.variables if v.owner is None}
    for apply in graph.applies:
        if not known.issuperset(apply.inputs):
            return False
        known.update(apply.outputs)
    return True
