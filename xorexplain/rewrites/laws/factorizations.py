"""Laws of determinants, diagonals and factorizations (PyTensor)."""

from __future__ import annotations

from xorexplain.rewrites.laws.linalg import POSITIVE, REGULAR
from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    A,
    B,
    block_diag,
    cholesky,
    det,
    diag,
    diagonal,
    div,
    exp,
    expm,
    function,
    gt,
    inverse,
    join,
    kron,
    outer,
    pow_,
    prod,
    reshape,
    sqr,
    sqrt,
    v,
    w,
)

tril = function("tril")

TABLE = Table(
    pytensor=(
        Law(
            "det_of_inv",
            "linear algebra",
            "Determinants multiply, so that of the inverse is one over the determinant.",
            (Formula(det(inverse(A)), div(1, det(A)), where=REGULAR),),
        ),
        Law(
            "det_of_triangular",
            "linear algebra",
            "Expanding along the zeros leaves the product of the diagonal.",
            (Formula(det(tril(A)), prod(diagonal(A))),),
        ),
        Law(
            "det_of_blockdiag",
            "linear algebra",
            "The determinant of a block-diagonal matrix is the product of those of its blocks.",
            (Formula(det(block_diag(A, B)), det(A) * det(B)),),
        ),
        Law(
            "det_of_kronecker",
            "linear algebra",
            "Each factor of a Kronecker product counts as often as the other one has rows.",
            (Formula(det(kron(A, B)), pow_(det(A), 3) * pow_(det(B), 3), example=True),),
        ),
        Law(
            "det_of_permutation",
            "linear algebra",
            "The determinant of a permutation matrix is 1 or −1, by whether an even or an odd "
            "number of pairs is out of order.",
        ),
        Law(
            "det_of_factorized_matrix",
            "linear algebra",
            "The factors of a factorization are triangular, orthogonal or diagonal, so their "
            "determinants are products of diagonals, or of size 1 where the sign is not needed.",
        ),
        Law(
            "det_of_matrix_factorized_elsewhere",
            "linear algebra",
            "The matrix is factored anyway, and determinants multiply, so that of the matrix is "
            "read off the diagonals of its factors.",
            (Formula(det(A), sqr(prod(diagonal(cholesky(A)))), where=POSITIVE),),
        ),
        Law(
            "slogdet_specialization",
            "stabilize",
            "Sign and logarithm of the determinant come out of one factorization, without the "
            "determinant itself, which may overflow.",
        ),
        Law(
            "diag_of_blockdiag",
            "linear algebra",
            "The diagonals of the blocks, one after the other, are the diagonal of the whole.",
            (Formula(diagonal(block_diag(A, B)), join(0, diagonal(A), diagonal(B))),),
        ),
        Law(
            "diag_of_kronecker",
            "linear algebra",
            "The diagonal of a Kronecker product has all products of the two diagonals.",
            (
                Formula(
                    diagonal(kron(A, B)),
                    reshape(outer(diagonal(A), diagonal(B)), 9),
                    example=True,
                ),
            ),
        ),
        Law(
            "kron_of_diagonal_to_diagonal",
            "linear algebra",
            "The Kronecker product of diagonal matrices is diagonal, with all products of the two "
            "diagonals.",
            (Formula(kron(diag(v), diag(w)), diag(reshape(outer(v, w), 9)), example=True),),
        ),
        Law(
            "fuse_blockdiagonal",
            "canonicalize",
            "Blocks of blocks along a diagonal are blocks along that diagonal.",
            (Formula(block_diag(block_diag(A, B), A), block_diag(A, B, A)),),
        ),
        Law(
            "extract_diag_of_transpose",
            "canonicalize",
            "Transposing keeps the diagonal and swaps the ones above it with those below.",
            (Formula(diagonal(A.T), diagonal(A)),),
        ),
        Law(
            "useless_symmetric_transpose",
            "useless work removed",
            "A symmetric matrix is its own transpose by definition.",
            (Formula(A.T, A, where="where A is symmetric"),),
        ),
        Law(
            "cholesky_ldotlt",
            "linear algebra",
            "A Cholesky factor is the triangular L for which L·Lᵀ is the matrix, and here that "
            "product was made of a triangular matrix.",
            (Formula(cholesky(A @ A.T), A, where="where A is lower triangular, its diagonal > 0"),),
            "For a negative entry on the diagonal, a factorization would give the positive one.",
        ),
        Law(
            "cholesky_of_diag",
            "linear algebra",
            "The roots of the diagonal, squared, are the diagonal again.",
            (Formula(cholesky(diag(v)), diag(sqrt(v)), gt(v, 0)),),
        ),
        Law(
            "expm_of_diag",
            "linear algebra",
            "Powers of a diagonal matrix are the powers of its entries, and so is their series, "
            "the exponential.",
            (Formula(expm(diag(v)), diag(exp(v))),),
        ),
        Law(
            "eig_to_eigh",
            "linear algebra",
            "A symmetric matrix has real eigenvalues and orthogonal eigenvectors, and a solver "
            "for symmetric matrices finds them in fewer steps.",
            caveat="Eigenvalues may come in another order, and eigenvectors with another sign.",
        ),
        Law(
            "eigh_of_diag",
            "linear algebra",
            "The eigenvalues of a diagonal matrix are its entries, and its eigenvectors the unit "
            "vectors, in the order of the entries.",
            aliases=("eigvalsh_of_diag",),
        ),
        Law(
            "lu_of_diag",
            "linear algebra",
            "A diagonal matrix is upper triangular already, so its other factors are identities.",
            aliases=("lu_factor_of_diag",),
        ),
        Law(
            "qr_of_diag",
            "linear algebra",
            "A diagonal matrix is its signs, which are orthogonal, times its sizes, which are "
            "upper triangular.",
            caveat="A factorization may give other signs.",
        ),
        Law(
            "schur_of_diag",
            "linear algebra",
            "A diagonal matrix is triangular already, so the other factor is the identity, or "
            "the order that puts the wanted eigenvalues first.",
            aliases=("qz_of_diag",),
        ),
        Law(
            "svd_of_structured",
            "linear algebra",
            "What is known of the matrix gives its singular values: all 1 if it is orthogonal, "
            "the sizes of the entries or eigenvalues if diagonal or symmetric, those of the "
            "parts if it is made of parts.",
            caveat="Singular vectors may have another sign.",
        ),
        Law(
            "svd_uv_merge",
            "linear algebra",
            "Singular values are the same with and without the vectors, so one factorization "
            "serves both, and vectors that nobody reads are not computed.",
        ),
    ),
)
