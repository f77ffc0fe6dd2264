"""Laws of softmax, its logarithm and the cross-entropy of labels."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    argmax,
    at,
    exp,
    log,
    log_softmax,
    logsumexp,
    max_,
    neg,
    softmax,
    sum_,
    v,
    w,
)

LABEL = Formula(
    at(log(softmax(v)), "1"), neg(log(sum_(exp(v - max_(v)))) - at(v - max_(v), "1")), example=True
)
SUM_CAVEAT = "Where an exponential overflows, or all are rounded to 0, the original is infinite."
LOG_CAVEAT = "Where the softmax is rounded to 0, the original is infinite."
GRAD_CAVEAT = "Where the softmax is rounded to 0, the original is NaN."
ARGMAX_CAVEAT = "Where rounding or overflow makes values equal, another one of them may be picked."

TABLE = Table(
    theano=(
        Law(
            "local_log_sum_exp",
            "stabilize",
            "The largest exponential is taken out of the sum, and its logarithm is its exponent; "
            "what stays in the sum is at most 1 each and cannot overflow.",
            (Formula(log(sum_(exp(v))), max_(v) + log(sum_(exp(v - max_(v))))),),
            SUM_CAVEAT,
        ),
        Law(
            "local_logsoftmax",
            "stabilize",
            "A softmax that is rounded to 0 has no logarithm; the op of log softmax computes the "
            "same value as a difference of exponents.",
            (Formula(log(softmax(v)), log_softmax(v)),),
            LOG_CAVEAT,
        ),
        Law(
            "local_logsoftmax_grad",
            "stabilize",
            "The gradient of the logarithm divides by the softmax and that of the softmax "
            "multiplies by it; cancelled by hand, nothing is divided by a softmax that is "
            "rounded to 0.",
            (
                Formula(
                    (w / softmax(v) - sum_(w / softmax(v) * softmax(v))) * softmax(v),
                    w - sum_(w) * softmax(v),
                ),
            ),
            GRAD_CAVEAT,
        ),
        Law(
            "local_softmax_with_bias",
            "specialize",
            "The op adds the bias to each row by itself before it takes the softmax, so the sum "
            "of matrix and bias need not be stored.",
        ),
        Law(
            "local_advanced_indexing_crossentropy_onehot",
            "stabilize",
            "The logarithm of the softmax at the labels is minus their cross-entropy, which one "
            "op computes from the exponents, without a logarithm of a rounded 0.",
            (LABEL,),
            LOG_CAVEAT,
        ),
        Law(
            "local_advanced_indexing_crossentropy_onehot_grad",
            "stabilize",
            "Dividing by the softmax at the labels and multiplying by the softmax cancel: the "
            "gradient is the softmax minus 1 at the label, which one op computes.",
            caveat=GRAD_CAVEAT,
        ),
        Law(
            "crossentropy_to_crossentropy_with_softmax_with_bias",
            "stabilize",
            "The cross-entropy of a softmax is computed from the exponents in one op, which "
            "takes no logarithm of a softmax that is rounded to 0 and gives the softmax as well.",
            (LABEL,),
            LOG_CAVEAT,
            aliases=("crossentropy_to_crossentropy_with_softmax",),
        ),
        Law(
            "local_softmax_grad_to_crossentropy_with_softmax_grad",
            "stabilize",
            "Dividing by the softmax at the labels and multiplying by the softmax cancel: the "
            "gradient is the softmax minus 1 at the label, which one op computes.",
            caveat=GRAD_CAVEAT,
            aliases=("local_crossentropy_to_crossentropy_with_softmax_grad",),
        ),
        Law(
            "graph_merge_softmax_with_crossentropy_softmax",
            "merge",
            "The cross-entropy op of the same matrix and bias computes this softmax anyway and "
            "gives it as its second output.",
        ),
        Law(
            "local_useless_crossentropy_softmax_1hot_with_bias_dx_alloc",
            "useless work removed",
            "The op repeats a single adjoint along the rows by itself, so it need not be spread "
            "out before; an assert keeps the check of the lengths.",
        ),
        Law(
            "local_argmax_pushdown",
            "specialize",
            "The function keeps the order of the values, so the largest stands where it stood "
            "before; only its place is asked for, so the function need not be computed.",
            (
                Formula(argmax(exp(v)), argmax(v)),
                Formula(argmax(softmax(v)), argmax(v)),
            ),
            ARGMAX_CAVEAT,
        ),
    ),
    pytensor=(
        Law(
            "local_log_sum_exp",
            "stabilize",
            "The right side is the name of the left one; its op takes the largest exponential "
            "out of the sum first, so that nothing overflows.",
            (Formula(log(sum_(exp(v))), logsumexp(v)),),
            SUM_CAVEAT,
        ),
        Law(
            "local_logsoftmax",
            "stabilize",
            "A softmax that is rounded to 0 has no logarithm; the op of log softmax computes the "
            "same value as a difference of exponents, and reading elements or moving axes "
            "commutes with a function of each element.",
            (
                Formula(log(softmax(v)), log_softmax(v)),
                Formula(log(at(softmax(v), "1")), at(log_softmax(v), "1"), example=True),
            ),
            LOG_CAVEAT,
        ),
        Law(
            "local_softmax_stabilize",
            "stabilize",
            "Exponentials over their sum are the softmax, whose own op subtracts the largest "
            "exponent first, so that nothing overflows.",
            (Formula(exp(v) / sum_(exp(v)), softmax(v)),),
            "Where an exponential overflows, or all are rounded to 0, the original has NaN.",
        ),
        Law(
            "local_exp_log_softmax",
            "stabilize",
            "The exponential undoes the logarithm, and the softmax alone costs less.",
            (Formula(exp(log_softmax(v)), softmax(v)),),
        ),
        Law(
            "local_log_softmax_from_logsumexp",
            "stabilize",
            "The logarithm of a softmax is the exponent minus the logarithm of the sum of the "
            "exponentials, and its own op subtracts the largest exponent first.",
            (Formula(v - logsumexp(v), log_softmax(v)),),
            "Of very large exponents the difference keeps fewer digits.",
        ),
    ),
)
