"""Laws of matrix products and the library calls that make them."""

from __future__ import annotations

from xorexplain.rewrites.laws.arithmetic import ROUNDING
from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    A,
    B,
    C,
    a,
    alloc,
    b,
    fill,
    function,
    mul,
    new_axes,
    outer,
    v,
    w,
    zero,
)

gemm, gemv, ger = function("gemm"), function("gemv"), function("ger")
dot22_scalar = function("dot22_scalar")
C_CALL = (
    "The library's C function and the op that is replaced are two implementations of the same "
    "product."
)
NO_COPY = (
    "Nobody reads the array that is added to after this op, so the result may be written into it."
)

TABLE = Table(
    both=(
        Law(
            "local_dot_to_dot22",
            "BLAS",
            "Both operands are matrices of one floating-point type, for which the library has a "
            "matrix product.",
        ),
        Law(
            "local_dot22_to_dot22scalar",
            "BLAS",
            "The library's matrix product multiplies by a number as it goes, so no second pass "
            "over the result is needed.",
            (Formula(mul(a, A @ B), dot22_scalar(A, B, a)),),
            ROUNDING,
        ),
        Law(
            "GemmOptimizer",
            "BLAS",
            "The library's gemm adds a scaled matrix product to a scaled matrix in one call, which "
            "is what the sum and the products around it do one by one.",
            (
                Formula(b * C + a * (A @ B), gemm(C, a, A, B, b)),
                Formula(C - mul(a, A @ B), gemm(C, -a, A, B, 1)),
            ),
            ROUNDING,
            aliases=("gemm_optimizer",),
        ),
        Law(
            "local_gemm_to_gemv",
            "BLAS",
            "A matrix with one row or column is a vector, and the library has a product of a "
            "matrix and a vector.",
            (Formula(b * w + a * (A @ v), gemv(w, a, A, v, b)),),
            aliases=("local_dot22_to_gemv",),
        ),
        Law(
            "use_c_gemv",
            "BLAS",
            C_CALL,
            aliases=("use_c_blas",),
        ),
        Law(
            "local_inplace_gemm",
            "in-place",
            NO_COPY,
            aliases=("local_inplace_gemv", "InplaceBlasOpt"),
        ),
        Law(
            "make_c_gemv_destructive",
            "in-place",
            NO_COPY,
            aliases=("c_blas_destructive",),
        ),
        Law(
            "local_0_dot_x",
            "useless work removed",
            "Every element of the product is a sum of terms with a factor 0.",
            (Formula(fill(zero, A) @ B, fill(zero, A)),),
            "Where the other factor is infinite or NaN, the original gives NaN.",
        ),
        Law(
            "local_lift_transpose_through_dot",
            "canonicalize",
            "The transpose of a product is the product of the transposes in reverse order, where "
            "they can meet other transposes and cancel.",
            (Formula((A @ B).T, B.T @ A.T),),
        ),
    ),
    theano=(
        Law(
            "local_gemm_to_ger",
            "BLAS",
            "A column times a row is an outer product, which the library adds to a matrix in one "
            "call.",
            (Formula(A + a * outer(v, w), ger(A, a, v, w)),),
        ),
        Law(
            "local_dot22_to_ger_or_gemv",
            "BLAS",
            "A matrix with one row or column is a vector, and the library has a product of a "
            "matrix and a vector and an outer product of two.",
            (
                Formula(new_axes(v, "0, x") @ new_axes(w, "x, 0"), ger(alloc(zero, 3, 3), 1, v, w)),
                Formula(A @ v, gemv(w, 1, A, v, 0)),
            ),
        ),
        Law(
            "use_c_ger",
            "BLAS",
            C_CALL,
        ),
        Law(
            "use_scipy_ger",
            "BLAS",
            "SciPy's function and the op that is replaced are two implementations of the same "
            "outer product.",
            aliases=("scipy_blas",),
        ),
        Law(
            "local_inplace_ger",
            "in-place",
            NO_COPY,
            aliases=(
                "make_c_ger_destructive",
                "make_ger_destructive",
                "make_scipy_blas_destructive",
            ),
        ),
    ),
    pytensor=(
        Law(
            "local_dot_to_mul",
            "canonicalize",
            "The sum in the product has one term, so each element is a single product, which an "
            "elementwise op computes.",
            (
                Formula(
                    new_axes(v, "0, x") @ new_axes(w, "x, 0"),
                    new_axes(v, "0, x") * new_axes(w, "x, 0"),
                ),
            ),
        ),
        Law(
            "local_batched_matmul_to_core_matmul",
            "linear algebra",
            "Every member of the batch meets the same matrix, so their rows may be stacked into "
            "one matrix and multiplied at once.",
            aliases=("local_batched_matmul_to_core_matmul_with_reshape",),
        ),
        Law(
            "specialize_matmul_to_batched_dot",
            "specialize",
            "Both operands have a matrix for each member of the batch, which is what the batched "
            "product is made for.",
        ),
        Law(
            "reassociate_matmul_chain",
            "linear algebra",
            "Matrix products may be grouped in any way; the grouping with the fewest "
            "multiplications is taken, where the lengths prove that it has fewer.",
            (Formula((A @ B) @ C, A @ (B @ C)),),
            ROUNDING,
            aliases=("reassociate_matmul",),
        ),
        Law(
            "dot_diag_to_elemwise",
            "linear algebra",
            "A diagonal matrix scales the rows of what stands right of it and the columns of what "
            "stands left, so no sums are needed.",
            (
                Formula(function("diag")(v) @ A, new_axes(v, "0, x") * A),
                Formula(A @ function("diag")(v), A * v),
            ),
        ),
        Law(
            "local_block_diag_dot_to_dot_block_diag",
            "linear algebra",
            "Each block meets only its own rows of the other matrix, and the zeros around it add "
            "nothing.",
        ),
        Law(
            "selection_dot_to_indexing",
            "linear algebra",
            "A matrix that has a single 1 in each column picks columns and adds nothing to them, "
            "which an index does without multiplying; transposed, it picks rows.",
        ),
        Law(
            "orthogonal_dot_transpose_to_eye",
            "linear algebra",
            "A matrix is orthogonal exactly when its product with its transpose is the identity.",
            caveat="The product of rounded factors differs from the identity in the last digits.",
        ),
    ),
)
