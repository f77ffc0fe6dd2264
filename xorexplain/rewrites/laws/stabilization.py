"""Laws that keep digits: log1p, expm1, sigmoid and softplus in place of longer formulas."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    add,
    and_,
    exp,
    expm1,
    gt,
    log,
    log1mexp,
    log1p,
    logaddexp,
    lt,
    maximum,
    neg,
    prod,
    reciprocal,
    sigmoid,
    sign,
    softplus,
    sqr,
    v,
    x,
    y,
)

BETWEEN = and_(gt(x, 0), lt(x, 1))

TABLE = Table(
    both=(
        Law(
            "local_log1p",
            "stabilize",
            "The sum 1 + x drops the digits of a small x before the logarithm sees them; log1p "
            "is the same function computed from x itself.",
            (
                Formula(log(add(1, x)), log1p(x), gt(x, -1)),
                Formula(log(1 - x), log1p(neg(x)), lt(x, 1)),
            ),
        ),
        Law(
            "local_expm1",
            "stabilize",
            "For a small x the exponential is close to 1, and subtracting 1 leaves few digits; "
            "expm1 is the same function computed without that difference.",
            (Formula(exp(x) - 1, expm1(x)),),
        ),
        Law(
            "local_exp_over_1_plus_exp",
            "stabilize",
            "Both quotients are the sigmoid, of x and of −x, whose own op does not overflow "
            "where the exponential does.",
            (
                Formula(exp(x) / add(1, exp(x)), sigmoid(x)),
                Formula(y / add(1, exp(x)), y * sigmoid(neg(x))),
            ),
            "Where e to the x is infinite, the first quotient is NaN, and the sigmoid 1.",
        ),
        Law(
            "local_sigm_times_exp",
            "stabilize",
            "The sigmoid of −x is that of x divided by e to the x, so the exponential cancels, "
            "and with it an overflow.",
            (
                Formula(exp(x) * sigmoid(neg(x)), sigmoid(x)),
                Formula(exp(neg(x)) * sigmoid(x), sigmoid(neg(x))),
            ),
            "Where the exponential is infinite, the original is NaN, and the result 1.",
        ),
        Law(
            "local_1msigmoid",
            "stabilize",
            "What a sigmoid lacks to 1 is the sigmoid of −x, which keeps its digits where the "
            "sigmoid is close to 1.",
            (Formula(1 - sigmoid(x), sigmoid(neg(x))),),
        ),
        Law(
            "logsigm_to_softplus",
            "stabilize",
            "The sigmoid is one over 1 + e to the −x, so its logarithm is minus the softplus of "
            "−x, which stays finite where the sigmoid is rounded to 0.",
            (Formula(log(sigmoid(x)), neg(softplus(neg(x)))),),
            "Where the sigmoid is rounded to 0, the original is infinite.",
        ),
        Law(
            "log1msigm_to_softplus",
            "stabilize",
            "What a sigmoid lacks to 1 is one over 1 + e to the x, so its logarithm is minus the "
            "softplus, which stays finite where the sigmoid is rounded to 1.",
            (Formula(log(1 - sigmoid(x)), neg(softplus(x))),),
            "Where the sigmoid is rounded to 1, the original is infinite.",
        ),
        Law(
            "log1p_neg_sigmoid",
            "stabilize",
            "What a sigmoid lacks to 1 is one over 1 + e to the x, so its logarithm is minus the "
            "softplus, which stays finite where the sigmoid is rounded to 1.",
            (Formula(log1p(neg(sigmoid(x))), neg(softplus(x))),),
            "Where the sigmoid is rounded to 1, the original is infinite.",
            aliases=("log1p_neg_sigmoid,",),
        ),
    ),
    theano=(
        Law(
            "local_inv_1_plus_exp",
            "stabilize",
            "The inverse of 1 + e to the x is the sigmoid of −x, whose own op does not overflow "
            "where the exponential does.",
            (Formula(reciprocal(add(1, exp(x))), sigmoid(neg(x))),),
        ),
        Law(
            "local_log_add",
            "stabilize",
            "The larger exponential is taken out of the sum, and its logarithm is its exponent; "
            "what stays in the sum is at most 1 and cannot overflow.",
            (
                Formula(
                    log(exp(x) + exp(y)),
                    maximum(x, y) + log1p(exp((x - maximum(x, y)) + (y - maximum(x, y)))),
                ),
            ),
            "Where an exponential overflows, or both are rounded to 0, the original is infinite; "
            "where the larger of x and y is infinite, the result may be NaN.",
        ),
        Law(
            "log1pexp_to_softplus",
            "stabilize",
            "This is the definition of softplus, whose own op is x itself where the exponential "
            "would overflow.",
            (Formula(log1p(exp(x)), softplus(x)),),
            "Where the exponential overflows, the original is infinite.",
        ),
        Law(
            "local_ultra_fast_sigmoid",
            "unsafe",
            "A piecewise formula comes within about 0.02 of the sigmoid and needs no exponential.",
            caveat="The values differ; it is used only when it is asked for by name.",
        ),
        Law(
            "local_hard_sigmoid",
            "unsafe",
            "Three straight lines come within about 0.1 of the sigmoid and need no exponential.",
            caveat="The values differ; it is used only when it is asked for by name.",
        ),
    ),
    pytensor=(
        Law(
            "local_reciprocal_1_plus_exp",
            "stabilize",
            "The inverse of 1 + e to the x is the sigmoid of −x, whose own op does not overflow "
            "where the exponential does.",
            (Formula(reciprocal(add(1, exp(x))), sigmoid(neg(x))),),
        ),
        Law(
            "local_log_add_exp",
            "stabilize",
            "The right side is the name of the left one; its op takes the largest exponential "
            "out of the sum first, so that nothing overflows.",
            (Formula(log(exp(x) + exp(y)), logaddexp(x, y)),),
            "Where an exponential overflows, or both are rounded to 0, the original is infinite.",
        ),
        Law(
            "local_log1p_plusminus_exp",
            "stabilize",
            "These are the definitions of softplus and log1mexp, whose ops keep the digits "
            "where the exponential is very large or close to 1.",
            (
                Formula(log1p(exp(x)), softplus(x)),
                Formula(log1p(neg(exp(x))), log1mexp(x), lt(x, 0)),
            ),
            "Where the exponential overflows or is rounded to 1, the original is infinite.",
        ),
        Law(
            "logmexpm1_to_log1mexp",
            "stabilize",
            "The negative of expm1 is 1 minus the exponential, and the logarithm of that is "
            "log1mexp by definition.",
            (Formula(log(neg(expm1(x))), log1mexp(x), lt(x, 0)),),
        ),
        Law(
            "logdiffexp_to_log1mexpdiff",
            "stabilize",
            "The larger exponential is taken out of the difference, and its logarithm is its "
            "exponent; what stays is the logarithm of 1 minus a number below 1.",
            (Formula(log(exp(x) - exp(y)), x + log1mexp(y - x), lt(y, x)),),
            "Where the exponentials overflow, or are rounded to one number, the original is "
            "infinite or NaN.",
        ),
        Law(
            "local_odds_sigmoid",
            "stabilize",
            "A sigmoid over what it lacks to 1 is its odds, which are e to the x.",
            (Formula(sigmoid(x) / (1 - sigmoid(x)), exp(x)),),
            "Where the sigmoid is rounded to 1, the original is infinite.",
        ),
        Law(
            "local_inv_odds_sigmoid",
            "stabilize",
            "What a sigmoid lacks to 1 over the sigmoid is the inverse of its odds, which is e "
            "to the −x.",
            (Formula((1 - sigmoid(x)) / sigmoid(x), exp(neg(x))),),
            "Where the sigmoid is rounded to 1, the original is 0.",
        ),
        Law(
            "local_sigmoid_logit",
            "useless work removed",
            "The sigmoid undoes the logarithm of the odds.",
            (Formula(sigmoid(log(x / (1 - x))), x, BETWEEN),),
            "Outside of 0 to 1, the original gives NaN.",
        ),
        Law(
            "local_sign_prod",
            "canonicalize",
            "The sign of a product is the product of the signs, which cannot overflow, and so "
            "is the sign of a square.",
            (
                Formula(sign(prod(v)), prod(sign(v))),
                Formula(sign(sqr(x)), sqr(sign(x))),
            ),
            "Where the product or the square is rounded to 0, so is the sign of the original; "
            "where the product overflows before a factor 0, it is NaN.",
        ),
    ),
)
