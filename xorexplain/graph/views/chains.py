"""Tell rows of elementwise ops in one formula, where a picture would else be a wall of nodes."""

from __future__ import annotations

from xorexplain.graph.records import Apply, Graph, Op
from xorexplain.graph.views.condense import Fold, condense_each
from xorexplain.graph.views.subgraph import is_between

FORMULA = "formula"
"""The kind of op that stands for such a row."""
MANY = 45
"""A graph of no more apply nodes shows each by itself."""
MOST = 5
"""Ops in one formula, so that it stays one to be read at a glance."""


def fold_chains(graph: Graph) -> Graph:
    """Make elementwise ops whose results only the next one reads one node with their formula.

    What has a name, or is a result, ends a formula; what is behind the cost and what is before it
    have formulas of their own.
    """
    if len(graph.applies) <= MANY:
        return graph
    behind = set(graph.backward)
    groups: dict[str, list[str]] = {}
    for apply in graph.applies:
        if not _is_plain(apply):
            continue
        members = [apply.id]
        for above in dict.fromkeys(map(graph.owner, apply.inputs)):
            found = groups.get(above.id, []) if above is not None else []
            is_alone = above is not None and is_between(graph, above.outputs[0])
            is_near = bool(found) and (found[0] in behind) == (apply.id in behind)
            if is_alone and is_near and len(members) + len(found) <= MOST:
                members += groups.pop(found[0])
        groups[apply.id] = members
    op = Op(FORMULA, "elementwise", "")
    return condense_each(graph, [Fold(found, op) for found in groups.values() if len(found) > 1])


def _is_plain(apply: Apply) -> bool:
    is_one = apply.inner is None and len(apply.outputs) == 1
    return apply.op.family == "elementwise" and is_one and not apply.destroy_map
