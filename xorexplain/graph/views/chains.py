"""Tell rows of elementwise ops in one formula, where a picture would else be a wall of nodes."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.graph.ops import has
from xorexplain.graph.records import DELTA, Apply, Graph, Op
from xorexplain.graph.views.condense import Fold, condense_each
from xorexplain.graph.views.leading_axes import adds_axes
from xorexplain.graph.views.parts import MANY as MANY_FOR_PARTS
from xorexplain.graph.views.subgraph import is_between

FORMULA = "formula"
"""The kind of op that stands for such a row."""
MANY = 45
"""A graph of no more apply nodes shows each by itself."""
MOST = 5
"""Elementwise ops in one formula, so that it stays one to be read at a glance."""
MOST_PRODUCTS = 2
MATRIX = 2
"""So many axes has what a formula multiplies; the axes of others have to be told."""


def fold_chains(graph: Graph) -> Graph:
    """Make elementwise ops whose results only the next one reads one node with their formula.

    What has a name, or is a result, ends a formula; what is behind the cost and what is before it
    have formulas of their own. Those behind it multiply matrices too, as books write an adjoint.
    """
    if len(graph.applies) <= MANY:
        return graph
    plain = _folded(graph, has_products=False)
    # Of more, what leads to a gradient becomes one node.
    return plain if len(plain.applies) > MANY_FOR_PARTS else _folded(graph, has_products=True)


def _folded(graph: Graph, has_products: bool) -> Graph:
    behind = set(graph.backward)
    groups: dict[str, list[str]] = {}
    for apply in graph.applies:
        is_product = has_products and apply.id in behind and _is_product(graph, apply)
        if is_product or adds_axes(apply):
            groups[apply.id] = [apply.id]
        is_plain = _is_plain(apply)
        if not (is_plain or has(apply.op.kind, "fused")):
            continue
        members = [apply.id]
        for above in dict.fromkeys(map(graph.owner, apply.inputs)):
            if above is None or not (is_plain or adds_axes(above)):
                continue
            found = groups.get(above.id, [])
            is_near = bool(found) and (found[0] in behind) == (apply.id in behind)
            if is_near and _is_alone(graph, above) and _fits(graph, [*members, *found]):
                members += groups.pop(found[0])
        if is_plain or len(members) > 1:
            groups[apply.id] = members
    op = Op(FORMULA, "elementwise", "")
    return condense_each(graph, [Fold(found, op) for found in groups.values() if len(found) > 1])


def _is_plain(apply: Apply) -> bool:
    is_one = apply.inner is None and len(apply.outputs) == 1
    return apply.op.family == "elementwise" and is_one and not apply.destroy_map


def _is_alone(graph: Graph, apply: Apply) -> bool:
    """Tell whether only the next op reads a result, which has no name but that of an adjoint."""
    variable = graph.variable[apply.outputs[0]]
    is_adjoint = _is_product(graph, apply) and (variable.name or "").startswith(DELTA)
    return is_between(graph, variable.id) or (is_adjoint and len(graph.clients[variable.id]) == 1)


def _fits(graph: Graph, members: Sequence[str]) -> bool:
    inside = [graph.apply[id_] for id_ in members]
    products = [apply for apply in inside if _is_product(graph, apply)]
    elementwise = [apply for apply in inside if apply.op.family == "elementwise"]
    return len(elementwise) <= MOST and len(products) <= MOST_PRODUCTS


def _is_product(graph: Graph, apply: Apply) -> bool:
    """Tell whether a node multiplies matrices, and at most transposes them for it."""
    inside = () if apply.inner is None else graph.inner[apply.inner].applies
    is_plain = all(
        has(found.op.kind, "matrix product") or found.op.kind == "transpose" for found in inside
    )
    is_product = has(apply.op.kind, "matrix product") and not apply.destroy_map
    is_of_matrices = len(graph.variable[apply.outputs[0]].shape or ()) <= MATRIX
    return is_product and is_plain and is_of_matrices
