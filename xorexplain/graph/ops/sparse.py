"""Ops on sparse matrices, which store only some elements: the others are zero."""

from __future__ import annotations

from functools import partial

from xorexplain.graph.ops.records import Kind

_row = partial(Kind, "linear algebra", traits=("sparse",))
_kept = partial(Kind, "linear algebra", traits=("sparse", "same shape"))

KINDS = (
    _row("sparse_dot", "Multiplies two matrices of which one is sparse."),
    _row("structured_dot", "Multiplies a sparse matrix by a dense one."),
    _row("true_dot", "Multiplies two matrices of which one is sparse, into a sparse one."),
    _row("sparse_transpose", "Swaps the axes of a sparse matrix."),
    _row("sp_sum", "Adds up the elements of a sparse matrix along an axis."),
    _row("csm", "Makes a sparse matrix of its stored elements and their places."),
    _row("csm_properties", "Gives the stored elements of a sparse matrix, and their places."),
    _kept("sparse_neg", "Changes the sign of the stored elements."),
    _kept("sparse_cast", "Changes the type of the stored elements."),
    _kept("sparse_from_dense", "Makes a sparse matrix of an array, with the same elements."),
    _kept("dense_from_sparse", "Makes an array of a sparse matrix, with the same elements."),
    _kept("remove0", "Stores no element of a sparse matrix that is zero."),
    _kept("ensure_sorted_indices", "Stores the elements of a sparse matrix in order."),
)
"""What is known of each kind, one row a kind."""
