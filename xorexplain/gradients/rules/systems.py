"""Rules of inverses, of systems of linear equations and of factorizations.

Sources: M. B. Giles, "Collected matrix derivative results", 2008; I. Murray, "Differentiation of
the Cholesky decomposition", 2016.
"""

from __future__ import annotations

from collections.abc import Mapping

from xorexplain.gradients.rules import Local, Rule
from xorexplain.notation.expr import Expr, call

GILES = "Giles, 2008, section 2.3"


def _inverse(at: Local) -> list[Expr | None]:
    return [-(at.out.T @ at.dy @ at.out.T)]


def _solve(at: Local) -> list[Expr | None]:
    """Solve the transposed system for what arrives; where the matrix has a structure, in words."""
    structures = (at.apply.op.param("assume_a"), at.apply.op.param("A_structure"))
    if not set(structures) <= {None, "general", "gen"} or len(at.x) != 2:
        return [None] * len(at.x)
    right = call("solve", at.x[0].T, at.dy)
    if at.ndim[1] == 1:
        return [-call("outer", right, at.out), right]
    return [-(right @ at.out.T), right]


def _pseudo_inverse(at: Local) -> list[Expr | None]:
    x, z, dy = at.x[0], at.out, at.dy
    tall, wide = z @ z.T @ dy, dy @ z.T @ z
    return [(-(z @ dy.T @ z) + tall - tall @ x @ z + wide - z @ x @ wide).T]


def _log_determinant(at: Local) -> list[Expr | None]:
    return [at.g[-1] * call("matrix_inverse", at.x[0]).T]


RULES: Mapping[str, Rule] = {
    "matrix_inverse": Rule(
        "The inverse moves against a change: minus the inverse on both sides of the adjoint.",
        _inverse,
        "The Matrix Cookbook, section 2",
    ),
    "matrix_pinv": Rule(
        "As for an inverse; what the matrix does not reach, and what it maps to 0, add a term "
        "each, which are 0 for a square matrix that has an inverse.",
        _pseudo_inverse,
        "Golub and Pereyra, 1973",
    ),
    "det": Rule(
        "A determinant changes as itself times the transposed inverse.",
        lambda at: [at.dy * at.out * call("matrix_inverse", at.x[0]).T],
        "The Matrix Cookbook, section 2",
    ),
    "slogdet": Rule(
        "The logarithm of a determinant changes as the transposed inverse; its sign has no slope.",
        _log_determinant,
        "The Matrix Cookbook, section 2",
    ),
    "solve": Rule(
        "Solving A x = b hands b the solution of the transposed system; A minus that times xᵀ.",
        _solve,
        GILES,
    ),
    "solve_triangular": Rule(
        "As for any system: b receives the solution of the transposed system, A minus that times "
        "xᵀ, of which only the triangle is kept that the op reads.",
        source=GILES,
    ),
    "cholesky_solve": Rule(
        "As for any system: b receives the solution of the same one for the adjoint, A = L Lᵀ "
        "minus that times xᵀ; L receives what A does and its transpose, times L, of which only the "
        "triangle is kept.",
        source=GILES,
    ),
    "cholesky": Rule(
        "With A = L Lᵀ, A receives L⁻ᵀ Φ(Lᵀ δL) L⁻¹, where Φ keeps the lower triangle and halves "
        "the diagonal; since only one triangle of A is read, it receives what falls on the other "
        "too.",
        source="Murray, 2016, equation 10",
    ),
    **dict.fromkeys(
        ("lu", "lu_factor"),
        Rule(
            "With P A = L U, the permuted A receives L⁻ᵀ (the strict lower triangle of Lᵀ δL + the "
            "upper one of δU Uᵀ) U⁻ᵀ; the permutation has no slope.",
            source="De Hoog, Anderssen and Lukas, 2011",
        ),
    ),
    "qr": Rule(
        "With A = Q R and M = R δRᵀ − δQᵀ Q, A receives (δQ + Q × the symmetric matrix of M's "
        "lower triangle) R⁻ᵀ; it has no value where R has no inverse.",
        source="Liao, Liu, Wang and Xiang, 2019",
    ),
    "eigh": Rule(
        "With A = V diag(w) Vᵀ, A receives V (diag(δw) + F × (Vᵀ δV)) Vᵀ, where F holds "
        "1 ÷ (w[j] − w[i]): it has no value where two eigenvalues are equal.",
        source="Giles, 2008, section 3.1",
    ),
    "eigvalsh": Rule(
        "With A = V diag(w) Vᵀ, A receives V diag(δw) Vᵀ; since only one triangle of A is read, it "
        "receives what falls on the other too.",
        source="Giles, 2008, section 3.1",
    ),
    "svd": Rule(
        "The singular values hand U diag(δs) Vᵀ on; what arrives at U and V is weighed by the "
        "differences of squared singular values, and has no value where two are equal.",
        source="Giles, 2008, section 3.2",
    ),
    "expm": Rule(
        "The exponential of a matrix receives the integral of exp(t·A)ᵀ δ exp((1 − t)·A)ᵀ over t, "
        "which is computed from the eigenvalues of A."
    ),
}
