"""Rules of matrix products.

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
    if dims[0] == dims[1] and at.apply.op.kind == "matmul":
        return [call("matmul", at.dy, _flipped(at, 1)), call("matmul", _flipped(at, 0), at.dy)]
    return [None, None]


def _flipped(at: Local, position: int) -> Expr:
    """Transpose each matrix of a stack."""
    *stacked, rows, columns = map(str, range(at.ndim[position] or 0))
    return call("transpose", at.x[position], order=", ".join([*stacked, columns, rows]))


def _batched_dot(at: Local) -> list[Expr | None]:
    left, right = at.x
    if at.ndim == [2, 2]:
        each = _along(at.dy, "0, x")
        return [each * right, each * left]
    to_left = call("batched_dot", at.dy, _flipped(at, 1))
    to_right = call("batched_dot", _flipped(at, 0), at.dy)
    if at.ndim == [3, 2]:
        to_left = _along(at.dy, "0, 1, x") * _along(right, "0, x, 1")
    elif at.ndim == [2, 3]:
        to_right = _along(left, "0, 1, x") * _along(at.dy, "0, x, 1")
    return [to_left, to_right]


def _along(value: Expr, order: str) -> Expr:
    return call("expand_dims", value, order=order)


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
    "kron": Rule(
        "Each element of a factor scales a copy of the other one, so it receives the sum of that "
        "copy's adjoint times the other."
    ),
    "einsum": Rule(
        "A product that is summed is linear in each operand: each receives the adjoint times the "
        "other operands, summed over the axes that it does not have."
    ),
    "block_diagonal": Rule("Each matrix receives its own block of the adjoint."),
}
