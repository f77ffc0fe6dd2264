"""Laws of inverses, determinants, factorizations and systems of equations (PyTensor)."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    A,
    B,
    block_diag,
    cholesky,
    diag,
    div,
    gt,
    inverse,
    kron,
    solve,
    v,
    w,
)

IN_THE_LAST_DIGITS = "The last digits may differ."
REGULAR = "where the matrices have inverses"
POSITIVE = "where A is symmetric and positive definite"

TABLE = Table(
    pytensor=(
        Law(
            "inv_of_inv",
            "linear algebra",
            "The inverse of the inverse is the matrix itself.",
            (Formula(inverse(inverse(A)), A, where=REGULAR),),
            f"{IN_THE_LAST_DIGITS} A matrix without an inverse is no longer reported.",
        ),
        Law(
            "transpose_of_inv",
            "canonicalize",
            "Transposing reverses a product, so the transpose of the inverse is the inverse of "
            "the transpose.",
            (Formula(inverse(A).T, inverse(A.T), where=REGULAR),),
        ),
        Law(
            "inv_to_solve",
            "stabilize",
            "The inverse times b is the solution of the system, which is found faster and more "
            "exactly without the inverse.",
            (
                Formula(inverse(A) @ B, solve(A, B), where=REGULAR),
                Formula(B @ inverse(A), solve(A.T, B.T).T, where=REGULAR),
            ),
        ),
        Law(
            "solve_of_inv_to_matmul",
            "stabilize",
            "What the inverse maps to b is the matrix times b, so there is nothing to solve.",
            (Formula(solve(inverse(A), B), A @ B, where=REGULAR),),
        ),
        Law(
            "inv_of_diag_to_diag_reciprocal",
            "linear algebra",
            "Diagonal matrices multiply entry by entry, so the inverse has the inverse entries.",
            (Formula(inverse(diag(v)), diag(div(1, v)), gt(v, 0)),),
        ),
        Law(
            "inv_of_orthogonal_to_transpose",
            "linear algebra",
            "The transpose (of the conjugate) of an orthogonal matrix is its inverse by "
            "definition.",
        ),
        Law(
            "lift_linalg_of_expanded_matrices",
            "linear algebra",
            "Kronecker products and block-diagonal matrices multiply part by part, so their "
            "inverses and Cholesky factors are made of those of the parts.",
            (
                Formula(inverse(kron(A, B)), kron(inverse(A), inverse(B)), where=REGULAR),
                Formula(
                    inverse(block_diag(A, B)), block_diag(inverse(A), inverse(B)), where=REGULAR
                ),
            ),
        ),
        Law(
            "diagonal_solve_to_division",
            "linear algebra",
            "Each equation of a diagonal system has one unknown, which is found by division.",
            (Formula(solve(diag(v), w), w / v, gt(v, 0)),),
            "Where a quotient overflows, the solver may give NaN for others too.",
        ),
        Law(
            "scalar_solve_to_division",
            "linear algebra",
            "A system of one equation with one unknown is solved by division.",
        ),
        Law(
            "generic_solve_to_structured_form",
            "linear algebra",
            "The matrix is known to be triangular, tridiagonal, symmetric or positive definite, "
            "and a solver for such matrices finds the same solution in fewer steps.",
        ),
        Law(
            "psd_solve_to_chol_solve",
            "stabilize",
            "A positive definite matrix is L times its transpose for its Cholesky factor L, so "
            "the system is two triangular ones, one after the other.",
            (
                Formula(
                    solve(A, B),
                    solve(cholesky(A).T, solve(cholesky(A), B)),
                    where=POSITIVE,
                ),
            ),
        ),
        Law(
            "paired_triangular_solves_to_cho_solve",
            "specialize",
            "Solving with a Cholesky factor and then with its transpose is what the Cholesky "
            "solver does in one call.",
        ),
        Law(
            "cho_solve_quadratic_form_to_whitened",
            "stabilize",
            "For A = L·Lᵀ, b times the solution is the squared length of what solves L alone, so "
            "one triangular system is enough.",
            (
                Formula(
                    v @ solve(A, v),
                    solve(cholesky(A), v) @ solve(cholesky(A), v),
                    where=POSITIVE,
                ),
            ),
        ),
        Law(
            "orthogonal_solve_to_transpose_matmul",
            "linear algebra",
            "The transpose (of the conjugate) of an orthogonal matrix is its inverse, so the "
            "solution is a matrix product.",
        ),
        Law(
            "solve_sylvester_of_diag",
            "linear algebra",
            "With both matrices diagonal each equation has one unknown, which is found by "
            "division by the sum of the two entries.",
        ),
        Law(
            "block_diag_solve_to_block_diag_solves",
            "linear algebra",
            "The unknowns of one block appear in its equations alone, so each block is solved by "
            "itself.",
        ),
        Law(
            "batched_vector_b_solve_to_matrix_b_solve",
            "specialize",
            "All the systems have the same matrix, so their right sides are the columns of one "
            "matrix and are solved together.",
        ),
        Law(
            "reuse_decomposition_multiple_solves",
            "linear algebra",
            "All these systems have the same matrix, so it is factored once for all of them.",
            aliases=(
                "reuse_decomposition_multiple_solves_jax",
                "scan_split_non_sequence_decomposition_and_solve",
                "scan_split_non_sequence_decomposition_and_solve_jax",
            ),
        ),
        Law(
            "jax_bilinear_lyapunov_to_direct",
            "backend",
            "Two ways to solve the same Lyapunov equation; the direct one uses only what older "
            "versions of JAX have.",
        ),
    ),
)
