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
    _row("add_ss", "Adds two sparse matrices."),
    _row("add_ss_data", "Adds two sparse matrices that store the same places."),
    _row("add_sd", "Adds a sparse matrix and an array."),
    _row("structured_add_sv", "Adds a row to the stored elements of a sparse matrix."),
    _row("mul_ss", "Multiplies two sparse matrices element by element."),
    _row("mul_sd", "Multiplies a sparse matrix by an array, element by element."),
    _row("mul_sv", "Multiplies each column of a sparse matrix by an element of a vector."),
    _row("add_sparse_sparse", "Adds two sparse matrices."),
    _row("add_sparse_sparse_data", "Adds two sparse matrices that store the same places."),
    _row("add_sparse_dense", "Adds a sparse matrix and an array."),
    _row("structured_add_sparse_dense_vector", "Adds a row to what a sparse matrix stores."),
    _row("multiply_sparse_sparse", "Multiplies two sparse matrices element by element."),
    _row("multiply_sparse_dense", "Multiplies a sparse matrix by an array, element by element."),
    _row("multiply_sparse_dense_vector", "Multiplies each column by an element of a vector."),
    _row("h_stack", "Puts sparse matrices side by side."),
    _row("v_stack", "Puts sparse matrices one below the other."),
    _row("square_diagonal", "Puts a vector on the diagonal of a sparse matrix."),
    _row("col_scale_csc", "Multiplies each column of a sparse matrix by a number of its own."),
    _row("row_scale_csc", "Multiplies each row of a sparse matrix by a number of its own."),
    _row("sampling_dot", "Multiplies matrices at the places that a sparse one stores."),
    _row("usmm", "Adds a product of which one matrix is sparse to an array."),
    _row("get_item_list", "Takes rows of a sparse matrix."),
    _row("get_item2_lists", "Takes elements of a sparse matrix."),
    _row("get_item2d", "Takes a part of a sparse matrix."),
    _row("get_item_scalar", "Takes an element of a sparse matrix."),
    _row("csm_grad", "Hands an adjoint back to the stored elements of a sparse matrix."),
    _row("structured_dot_csc", "Multiplies a sparse matrix by a dense one, column by column."),
    _row("structured_dot_csr", "Multiplies a sparse matrix by a dense one, row by row."),
    _row("structured_dot_grad_csc", "Hands an adjoint back to what a sparse matrix stores."),
    _row("structured_dot_grad_csr", "Hands an adjoint back to what a sparse matrix stores."),
)
"""What is known of each kind, one row a kind."""
