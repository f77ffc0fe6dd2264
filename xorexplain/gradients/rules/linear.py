"""Rules of matrix products and other linear algebra.

Source of the matrix rules: K. B. Petersen, M. S. Pedersen, "The Matrix Cookbook", 2012, section 2.
"""

from __future__ import annotations

from xorexplain.gradients.rules import Local, Rule
from xorexplain.notation.expr import Expr, call

COOKBOOK = "The Matrix Cookbook, section 2"


def _dot(at: Local) -> list[Expr | None]:
    left, right = at.x[:2]
    dims = (at.ndim[0], at.ndim[1])
    if dims == (2, 2):
        return [at.dy @ right.T, left.T @ at.dy]
    if dims == (2, 1):
        return [call("outer", at.dy, right), left.T @ at.dy]
    if dims == (1, 2):
        return [at.dy @ right.T, call("outer", left, at.dy)]
    if dims == (1, 1):
        return [at.dy * right, at.dy * left]
    return [None, None]


def _batched_dot(at: Local) -> list[Expr | None]:
    left, right = at.x
    flipped = [call("transpose", x, order="0, 2, 1") for x in (left, right)]
    if at.ndim != [3, 3]:
        return [None, None]
    return [call("batched_dot", at.dy, flipped[1]), call("batched_dot", flipped[0], at.dy)]


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        ("dot", "dot22", "mat_mul", "matmul"),
        Rule(
            "Each factor of a matrix product receives the adjoint times the other factor, "
            "transposed and on its own side.",
            _dot,
            COOKBOOK,
        ),
    ),
    "batched_dot": Rule(
        "As for a matrix product, once for each entry of the batch.", _batched_dot, COOKBOOK
    ),
    "outer": Rule(
        "Each vector of an outer product receives the adjoint applied to the other one.",
        lambda at: [at.dy @ at.x[1], at.dy.T @ at.x[0]],
        COOKBOOK,
    ),
    "matrix_inverse": Rule(
        "The inverse moves against a change: minus the inverse on both sides of the adjoint.",
        lambda at: [-(at.out.T @ at.dy @ at.out.T)],
        COOKBOOK,
    ),
    "det": Rule(
        "A determinant changes as itself times the transposed inverse.",
        lambda at: [at.dy * at.out * call("matrix_inverse", at.x[0]).T],
        COOKBOOK,
    ),
    **dict.fromkeys(
        (
            "abstract_conv2d",
            "abstract_conv",
            "conv2d",
            "convolve1d",
            "convolve2d",
        ),
        Rule(
            "A convolution is linear in image and filters: the image receives the adjoint "
            "convolved with the flipped filters, the filters the image correlated with the adjoint."
        ),
    ),
    "solve": Rule(
        "Solving A x = b hands b the solution of the transposed system; A minus that times xᵀ."
    ),
    "cholesky": Rule("The triangular factor's adjoint is pulled back by two triangular solves."),
}
