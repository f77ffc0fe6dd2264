"""Make single folds and undo them, to hold that they lose nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from xorexplain.graph.ops.operand_axes import ALONG
from xorexplain.graph.records import Apply, Graph, Op
from xorexplain.graph.views.condense import Fold, condense_each, is_fold
from xorexplain.graph.views.order import regions


def condense(graph: Graph, members: Collection[str], op: Op, copied: Collection[str] = ()) -> Graph:
    """Replace some apply nodes by one."""
    return condense_each(graph, [Fold(members, op, copied)])


def condensed(graph: Graph, members: Collection[str], op: Op) -> Graph:
    """Replace each group of neighbours among some apply nodes that can be one."""
    return condense_each(graph, [Fold(region, op) for region in regions(graph, members)])


def inlined(graph: Graph) -> Graph:
    """Put the apply nodes that folds stand for back into their places."""
    while any(is_fold(apply) for apply in graph.applies):
        graph = _without_first(graph)
    return graph


def bare(op: Op) -> Op:
    """Leave out along which axes an op reads its operands."""
    return replace(op, params=tuple(param for param in op.params if param[0] != ALONG))


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
