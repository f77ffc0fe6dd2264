"""Tell the product of a column and a row that are made of vectors as their outer product."""

from __future__ import annotations

from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph, Op
from xorexplain.graph.views.condense import Fold, condense_each
from xorexplain.graph.views.subgraph import is_between, with_sources

COLUMN, ROW = "0, x", "x, 0"


def fold_outer_products(graph: Graph) -> Graph:
    """Make a product one node with what makes a column of one vector and a row of another for it.

    What else reads the column or the row keeps it.
    """
    folds: list[Fold] = []
    taken: set[str] = set()
    for product in graph.applies:
        if not has(product.op.kind, "matrix product") or len(product.inputs) != 2:
            continue
        left, right = (
            _of_vector(graph, variable, order)
            for variable, order in zip(product.inputs, (COLUMN, ROW), strict=True)
        )
        members = [*left, *right]
        if not left or not right or left[0].inputs == right[0].inputs or product.inner is not None:
            continue
        inside = {product.id, *(apply.id for apply in members)}
        if taken.isdisjoint(inside):
            read = [a.id for a in members if not is_between(graph, a.outputs[0])]
            copied = with_sources(graph, read, inside)
            folds.append(Fold(inside, Op("outer", product.op.family, ""), copied))
            taken |= inside
    return condense_each(graph, folds)


def _of_vector(graph: Graph, variable: str, order: str) -> list[Apply]:
    """Return what makes a column, or a row, of a vector; one may be the other's transpose."""
    made = graph.owner(variable)
    if made is None or graph.variable[variable].name or len(made.inputs) != 1:
        return []
    if made.op.kind == "transpose" and made.inner is None:
        above = _of_vector(graph, made.inputs[0], ROW if order == COLUMN else COLUMN)
        return [*above, made] if above else []
    is_made = has(made.op.kind, "adds axes") and made.op.param("order") == order
    return [made] if is_made else []
