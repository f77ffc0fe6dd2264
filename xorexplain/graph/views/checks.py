"""Fold what only decides whether a check holds into the check, whose message says it in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.condense import Fold, condense_each
from xorexplain.graph.views.subgraph import above, ends, needed, with_sources

CHECK = "check_and_raise"


def fold_checks(graph: Graph) -> Graph:
    """Make each check one node with what is computed for its conditions alone.

    What has a name, or is a result, stays a node of its own; so does what a check says nothing of.
    """
    serving = _serving(graph)
    folds = []
    for check in graph.applies:
        members = above(graph, check.inputs[1:], serving) if _is_told(check) else []
        if members:
            op = replace(check.op, label="")
            folds.append(Fold([check.id, *members], op, _copied(graph, check, members)))
    return needed(condense_each(graph, folds), ends(graph)) if folds else graph


def _is_told(apply: Apply) -> bool:
    is_one = apply.inner is None and len(apply.outputs) == 1
    return apply.op.kind == CHECK and is_one and bool(apply.op.param("msg"))


def _serving(graph: Graph) -> set[str]:
    """Return the apply nodes that nothing but conditions of checks depends on."""
    found: set[str] = set()
    for apply in reversed(graph.applies):
        readers = [reader for v in apply.outputs for reader in graph.clients[v]]
        is_free = graph.output_ids.isdisjoint(apply.outputs) and not any(
            graph.variable[v].name for v in apply.outputs
        )
        is_served = all(r.id in found or (_is_told(r) and at > 0) for r, at in readers)
        if readers and is_free and is_served:
            found.add(apply.id)
    return found


def _copied(graph: Graph, check: Apply, members: Collection[str]) -> list[str]:
    """Return those members that other checks are decided by, too, and what these are made of."""
    own = {check.id, *members}
    shared = [
        id_
        for id_ in members
        if any(r.id not in own for v in graph.apply[id_].outputs for r, _ in graph.clients[v])
    ]
    return with_sources(graph, shared, members)
