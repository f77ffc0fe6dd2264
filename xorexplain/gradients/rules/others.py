"""Tell the gradients of ops that are seldom met: transforms, normalization, printing."""

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
    **dict.fromkeys(
        ("deep_copy", "output_guard", "specify_assumptions"),
        Rule("The value is passed on, and so is the adjoint.", lambda at: [at.dy]),
    ),
    **dict.fromkeys(
        ("composite", "fused_elemwise"),
        Rule(
            "The optimizer makes it, after the gradient is taken; the rules are those of the ops "
            "inside, one after the other."
        ),
    ),
    **dict.fromkeys(
        ("gemm", "gemv", "ger", "dot22_scalar"),
        Rule(
            "The optimizer makes it, after the gradient is taken; the rules are those of the "
            "matrix product, the factor and the sum that it stands for."
        ),
    ),
    "undefined_grad": Rule("The gradient is said to be undefined here, on purpose."),
    "rfft": Rule(
        "The transform is linear: the adjoint is transformed back, with each frequency weighed by "
        "how often it stands in the whole transform."
    ),
    "irfft": Rule("The transform is linear: the adjoint is transformed forward, and weighed."),
    **dict.fromkeys(
        ("abstract_batch_norm_train", "batch_normalization"),
        Rule(_NORMALIZED),
    ),
    "abstract_batch_norm_inference": Rule(
        "Mean and variance are given: the input receives the adjoint, scaled; scale, shift, mean "
        "and variance receive sums."
    ),
}
