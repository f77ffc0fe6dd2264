"""Tell the gradients of ops that are seldom met: pooling, transforms, decompositions, printing."""

from __future__ import annotations

from collections.abc import Mapping

from xorexplain.gradients.rules import Rule

_PASSED_ON = "computes nothing new; the adjoint passes on."
_NORMALIZED = (
    "The batch's mean and variance depend on every element too: the input receives the adjoint, "
    "scaled, less its mean and less its share along the normalized input; scale and shift receive "
    "sums."
)

RULES: Mapping[str, Rule] = {
    "print": Rule(f"Print shows its value and {_PASSED_ON}", lambda at: [at.dy]),
    "consider_constant": Rule("The input is taken for a constant here, on purpose."),
    "undefined_grad": Rule("The gradient is said to be undefined here, on purpose."),
    "pool": Rule(
        "Of each window, the largest element receives what arrives at it, the others nothing; "
        "where the window is averaged or summed, each element receives its share."
    ),
    "rfft": Rule(
        "The transform is linear: the adjoint is transformed back, with each frequency weighed by "
        "how often it stands in the whole transform."
    ),
    "irfft": Rule("The transform is linear: the adjoint is transformed forward, and weighed."),
    "eigh": Rule(
        "With A = V diag(w) Vᵀ, A receives V (diag(δw) + F × (Vᵀ δV)) Vᵀ, where F holds "
        "1 ÷ (w[j] − w[i]): it has no value where two eigenvalues are equal.",
        source="Giles, 2008, section 3.1",
    ),
    "expm": Rule(
        "The exponential of a matrix receives the integral of exp(t·A)ᵀ δ exp((1 − t)·A)ᵀ over t, "
        "which is computed from the eigenvalues of A."
    ),
    "svd": Rule(
        "The singular values hand U diag(δs) Vᵀ on; what arrives at U and V is weighed by the "
        "differences of squared singular values, and has no value where two are equal.",
        source="Giles, 2008, section 3.2",
    ),
    "structured_dot": Rule(
        "As for a matrix product; only the elements that the sparse matrix stores receive anything."
    ),
    "sparse_dot": Rule(
        "As for a matrix product: each factor receives the adjoint times the other."
    ),
    "sparse_transpose": Rule("The adjoint is transposed back."),
    **dict.fromkeys(
        ("abstract_batch_norm_train", "batch_normalization"),
        Rule(_NORMALIZED),
    ),
    "abstract_batch_norm_inference": Rule(
        "Mean and variance are given: the input receives the adjoint, scaled; scale, shift, mean "
        "and variance receive sums."
    ),
}
