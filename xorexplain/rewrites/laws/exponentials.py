"""Laws of exponentials, logarithms and products that cancel or merge."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    abs_,
    add,
    exp,
    expm1,
    ge,
    gt,
    le,
    log,
    log1mexp,
    log1p,
    neg,
    neq,
    prod,
    reciprocal,
    softplus,
    sqr,
    sqrt,
    sub,
    sum_,
    switch,
    v,
    x,
    y,
)

NAN = float("nan")

TABLE = Table(
    pytensor=(
        Law(
            "local_exp_log",
            "useless work removed",
            "The logarithm undoes the exponential, and softplus is the logarithm of 1 + e to "
            "the x, which the exponential undoes.",
            (
                Formula(log(exp(x)), x),
                Formula(log1p(expm1(x)), x),
                Formula(exp(softplus(x)), add(1, exp(x))),
                Formula(expm1(softplus(x)), exp(x)),
            ),
            "Where the exponential overflows or is rounded to 0, the original is infinite.",
        ),
        Law(
            "local_exp_log_nan_switch",
            "useless work removed",
            "The exponential undoes the logarithm where there is one, and the choice gives the "
            "NaN of the logarithm elsewhere.",
            (
                Formula(exp(log(x)), switch(ge(x, 0), x, NAN)),
                Formula(exp(log1p(x)), switch(ge(x, -1), add(1, x), NAN)),
                Formula(expm1(log(x)), switch(ge(x, 0), x - 1, NAN)),
                Formula(expm1(log1p(x)), switch(ge(x, -1), x, NAN)),
                Formula(softplus(log(x)), switch(ge(x, 0), log1p(x), NAN)),
                Formula(exp(log1mexp(x)), switch(le(x, 0), sub(1, exp(x)), NAN)),
            ),
        ),
        Law(
            "local_log_div",
            "canonicalize",
            "The logarithm of an inverse is minus the logarithm, and that of a quotient the "
            "difference of the logarithms; a positive constant's logarithm is known now.",
            (
                Formula(log(reciprocal(x)), neg(log(x)), gt(x, 0)),
                Formula(log(x / 2), log(x) - log(2), gt(x, 0), example=True),
            ),
        ),
        Law(
            "local_log_sqrt_sqr",
            "stabilize",
            "The logarithm turns a root into a half and a square into a double, and is then "
            "taken of a number that neither overflows nor is rounded to 0.",
            (
                Formula(log(sqrt(x)), 0.5 * log(x), gt(x, 0)),
                Formula(log(sqr(x)), 2 * log(abs_(x)), neq(x, 0)),
            ),
            "Where the square overflows or is rounded to 0, the original is infinite.",
        ),
        Law(
            "local_log_prod_to_sum_log",
            "stabilize",
            "The logarithm of a product is the sum of the logarithms, which neither overflows "
            "nor is rounded to 0; the sign of the product is kept where it is needed.",
            (
                Formula(log(prod(v)), sum_(log(v)), gt(v, 0)),
                Formula(log(abs_(prod(v))), sum_(log(abs_(v)))),
            ),
            "Where the product overflows or is rounded to 0, the original is infinite.",
        ),
        Law(
            "local_mul_exp_to_exp_add",
            "specialize",
            "Exponentials multiply by adding their exponents and divide by subtracting them, so "
            "one exponential does the work of several.",
            (
                Formula(exp(x) * exp(y), exp(x + y)),
                Formula(exp(x) / exp(y), exp(x - y)),
            ),
            "Where only a single exponential overflows or is rounded to 0, the original is "
            "infinite, 0 or NaN.",
        ),
        Law(
            "local_div_exp_to_mul_exp",
            "specialize",
            "One over an exponential is the exponential of the negative, and a product costs "
            "less than a quotient.",
            (Formula(y / exp(x), y * exp(neg(x))),),
        ),
    ),
)
