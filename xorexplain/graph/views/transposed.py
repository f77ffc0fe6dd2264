"""Fold the transposes of matrices into the product that reads them."""

from __future__ import annotations

from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph, Op
from xorexplain.graph.views.condense import Fold, condense_each
from xorexplain.graph.views.subgraph import ends, is_read_beside, needed
from xorexplain.graph.views.told_lengths import is_named


def fold_transposes(graph: Graph) -> Graph:
    """Make a matrix product and the transposes that it reads one node, `_ᵀ · _`.

    A transpose that something else reads stays for that; one that the user named, for all.
    """
    folds: list[Fold] = []
    for product in graph.applies:
        is_batched = has(product.op.kind, "matrix by matrix")
        is_product = is_batched or has(product.op.kind, "matrix product")
        if not is_product or len(product.inputs) != 2:
            continue
        made = [_transpose(graph, v, is_batched) for v in product.inputs]
        above = [apply for apply in made if apply is not None]
        if not above:
            continue
        copied = [apply.id for apply in above if is_read_beside(graph, apply, product)]
        at = ", ".join(str(position) for position, apply in enumerate(made) if apply is not None)
        op = Op(product.op.kind, product.op.family, "", (*product.op.params, ("transposed", at)))
        folds.append(Fold({*(apply.id for apply in above), product.id}, op, copied))
    return needed(condense_each(graph, folds), ends(graph))


def _transpose(graph: Graph, variable: str, is_batched: bool) -> Apply | None:
    """Return the apply node that transposes a matrix, or each of a batch; None for the rest."""
    apply = graph.owner(variable)
    if apply is None or apply.op.kind != "transpose" or apply.inner is not None:
        return None
    order = apply.op.param("order")
    *leading, row, column = range(len(graph.variable[variable].shape or (0, 1)))
    swapped = ", ".join(map(str, (*leading, column, row)))
    is_matrix = order in (None, "1, 0") or (is_batched and order == swapped)
    # In a file an op of that name may read and give more.
    is_one = len(apply.inputs) == len(apply.outputs) == 1
    return apply if is_one and is_matrix and not is_named(graph.variable[variable]) else None
