"""List the kinds of ops of linear algebra, convolutions among them."""

from __future__ import annotations

from functools import partial

from xorexplain.graph.ops.records import Kind

_row = partial(Kind, "linear algebra")

_SQUARE = ("(m,m)->(m,m)",)
_EIGEN = ("(m,m)->(m),(m,m)",)
_SOLVED = ("(m,m),(m)->(m)", "(m,m),(m,n)->(m,n)")

KINDS = (
    _row(
        "dot",
        "Multiplies two matrices: rows of the first times columns of the second.",
        sign="·",
        binds=6,
        traits=("matrix product",),
        zero="any",
        example=("nk", "km"),
    ),
    _row(
        "dot22",
        "Multiplies two matrices by one call of the BLAS library.",
        traits=("matrix product",),
        zero="any",
        example=("nk", "km"),
    ),
    _row(
        "dot22_scalar",
        "Multiplies two matrices and a number by one call of the BLAS library.",
        traits=("kernel",),
        least=3,
        example=("nk", "km", ""),
    ),
    _row(
        "gemm",
        "Adds a scaled matrix product to a scaled matrix by one call of the BLAS library.",
        traits=("same shape", "kernel"),
        least=5,
        example=("nm", "", "nk", "km", ""),
    ),
    _row(
        "gemv",
        "Adds a scaled product of matrix and vector to a vector by one call of BLAS.",
        traits=("same shape", "kernel"),
        least=5,
        example=("n", "", "nk", "k", ""),
    ),
    _row(
        "ger",
        "Adds a scaled outer product of two vectors to a matrix by one call of BLAS.",
        traits=("same shape", "kernel"),
        least=4,
        example=("nm", "", "n", "m"),
    ),
    _row(
        "batched_dot",
        "Multiplies matrix by matrix, for each entry of the first axis.",
        traits=("matrix by matrix",),
        zero="any",
        least=2,
        example=("bnk", "bkm"),
    ),
    _row(
        "matmul",
        "Multiplies matrices over the last two axes.",
        traits=("matrix product", "matrix by matrix"),
        zero="any",
        example=("nk", "km"),
    ),
    _row(
        "blockwise", "Repeats an op along the leading axes.", words="batched op", traits=("wraps",)
    ),
    _row(
        "x_blockwise",
        "Repeats an op along the dimensions that it does not name.",
        words="batched op by dims",
        traits=("wraps",),
        example=(),
    ),
    _row(
        "outer", "Multiplies each element of one vector by each of the other.", example=("n", "m")
    ),
    _row(
        "einsum",
        "Multiplies and adds up arrays along the axes its subscripts name.",
        traits=("graph",),
    ),
    _row(
        "x_dot",
        "Multiplies and adds up along dimensions, by their names.",
        words="dot",
        implied=("subscripts",),
        example=(),
    ),
    _row(
        "abstract_conv2d",
        "Slides filters over images and adds up what they cover.",
        words="conv2d",
        traits=("slides filters",),
    ),
    _row("pivot_to_permutations", "Turns the row swaps of a factorization into a permutation."),
    _row("block_diagonal", "Puts matrices along the diagonal of one that is zero elsewhere."),
    _row("solve", "Solves a system of linear equations.", signatures=_SOLVED),
    _row(
        "solve_triangular",
        "Solves a system of linear equations with a triangular matrix.",
        signatures=_SOLVED,
    ),
    _row(
        "cholesky",
        "Factors a positive definite matrix into a triangle times its transpose.",
        signatures=_SQUARE,
    ),
    _row(
        "cholesky_solve",
        "Solves a system of linear equations from a Cholesky factor.",
        signatures=_SOLVED,
    ),
    _row("lu", "Factors a matrix into a permutation and two triangles."),
    _row(
        "lu_factor",
        "Factors a matrix into two triangles kept in one, and row swaps.",
        signatures=("(m,m)->(m,m),(m)",),
    ),
    _row("qr", "Factors a matrix into an orthogonal one and a triangle."),
    _row("qz", "Brings two matrices to triangular form together."),
    _row("schur", "Brings a matrix to triangular form by an orthogonal one."),
    _row("svd", "Gives the singular values of a matrix, and the vectors that belong to them."),
    _row("eig", "Gives the eigenvalues and eigenvectors of a matrix.", signatures=_EIGEN),
    _row(
        "eigh", "Gives the eigenvalues and eigenvectors of a symmetric matrix.", signatures=_EIGEN
    ),
    _row("eigvalsh", "Gives the eigenvalues of a symmetric matrix.", signatures=("(m,m)->(m)",)),
    _row("det", "Gives the determinant of a matrix.", example=("nn",)),
    _row("slogdet", "Gives sign and logarithm of the determinant of a matrix."),
    _row("matrix_inverse", "Inverts a matrix.", signatures=_SQUARE, example=("nn",)),
    _row("matrix_pinv", "Gives the pseudo-inverse of a matrix.", signatures=("(m,n)->(n,m)",)),
    _row("expm", "Gives the exponential of a matrix.", signatures=_SQUARE),
    _row(
        "kron", "Multiplies each element of one matrix by the whole of another.", traits=("graph",)
    ),
    _row("trsyl", "Solves a Sylvester equation with triangular matrices."),
    _row(
        "abstract_conv2d_grad_weights",
        "Gives what the filters of a convolution receive.",
        words="conv2d gradient of filters",
        traits=("received by filters",),
    ),
    _row(
        "abstract_conv2d_grad_inputs",
        "Gives what the images of a convolution receive.",
        words="conv2d gradient of inputs",
        traits=("received by images",),
    ),
    _row(
        "abstract_conv3d",
        "Slides filters over volumes and adds up what they cover.",
        words="conv3d",
        traits=("slides filters",),
    ),
    _row(
        "abstract_conv3d_grad_weights",
        "Gives what the filters of a convolution receive.",
        words="conv3d gradient of filters",
        traits=("received by filters",),
    ),
    _row(
        "abstract_conv3d_grad_inputs",
        "Gives what the volumes of a convolution receive.",
        words="conv3d gradient of inputs",
        traits=("received by images",),
    ),
    _row(
        "corr_mm",
        "Slides filters over images by matrix products.",
        words="conv2d by matrix products",
        traits=("slides filters",),
    ),
    _row(
        "corr_mm_grad_weights",
        "Gives what the filters receive, by matrix products.",
        words="conv2d gradient of filters",
        traits=("received by filters",),
    ),
    _row(
        "corr_mm_grad_inputs",
        "Gives what the images receive, by matrix products.",
        words="conv2d gradient of inputs",
        traits=("received by images",),
    ),
    _row(
        "corr3d_mm",
        "Slides filters over volumes by matrix products.",
        words="conv3d by matrix products",
        traits=("slides filters",),
    ),
    _row(
        "corr3d_mm_grad_weights",
        "Gives what the filters receive, by matrix products.",
        words="conv3d gradient of filters",
        traits=("received by filters",),
    ),
    _row(
        "corr3d_mm_grad_inputs",
        "Gives what the volumes receive, by matrix products.",
        words="conv3d gradient of inputs",
        traits=("received by images",),
    ),
    _row(
        "mat_mul",
        "Multiplies matrices over the last two axes.",
        traits=("matrix product", "matrix by matrix"),
        zero="any",
        example=("nk", "km"),
    ),
    _row("qr_full", "Factors a matrix into an orthogonal one and a triangle."),
    _row("conv2d", "Slides filters over images and adds up what they cover."),
    _row(
        "abstract_conv",
        "Slides filters over arrays and adds up what they cover.",
        words="convolution",
        traits=("slides filters",),
    ),
    _row(
        "abstract_conv_grad_weights",
        "Gives what the filters of a convolution receive.",
        words="convolution gradient of filters",
        traits=("received by filters",),
    ),
    _row(
        "abstract_conv_grad_inputs",
        "Gives what the arrays of a convolution receive.",
        words="convolution gradient of inputs",
        traits=("received by images",),
    ),
    _row(
        "convolve1d",
        "Slides one vector over another and adds up the products.",
        flag=("mode", "valid", "full"),
    ),
    _row(
        "convolve2d",
        "Slides one matrix over another and adds up the products.",
        flag=("mode", "valid", "full"),
    ),
    _row("solve_sylvester", "Solves a Sylvester equation, a x + x b = c.", traits=("graph",)),
    _row("solve_discrete_are", "Solves a discrete algebraic Riccati equation.", traits=("graph",)),
    _row(
        "solve_bilinear_discrete_lyapunov",
        "Solves a discrete Lyapunov equation.",
        traits=("graph",),
    ),
    _row("conv", "Slides filters over images, by an older op of Theano.", words="convolution"),
    _row("lstsq", "Finds what comes closest to solving a system of linear equations."),
    _row("tensor_inv", "Inverts an array as a matrix of its first axes by the others."),
    _row("tensor_solve", "Solves a system of linear equations of arrays."),
    _row("lu_factor_tridiagonal", "Factors a matrix that has three diagonals into two triangles."),
    _row("solve_lu_factor_tridiagonal", "Solves a system whose matrix had three diagonals."),
    _row(
        "cholesky_grad",
        "Hands an adjoint back through a Cholesky factorization.",
        signatures=("(m,m),(m,m),(m,m)->(m,m)",),
    ),
    _row("eigh_grad", "Hands an adjoint back through eigenvalues and eigenvectors."),
    _row("eigvalsh_grad", "Hands an adjoint back through eigenvalues."),
    _row("expm_grad", "Hands an adjoint back through the exponential of a matrix."),
    _row("sparse_block_gemv", "Multiplies vectors by the blocks of a matrix that are chosen."),
    _row("sparse_block_outer", "Adds outer products to the blocks of a matrix that are chosen."),
)
