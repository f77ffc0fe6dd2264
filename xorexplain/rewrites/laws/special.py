"""Laws of error functions, Bessel functions, hyperbolic functions and their kin."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    abs_,
    add,
    arccosh,
    arcsinh,
    arctanh,
    conj,
    cosh,
    div,
    erf,
    erfc,
    exp,
    function,
    ge,
    gt,
    log,
    lt,
    mul,
    neg,
    neq,
    pi,
    pow_,
    reciprocal,
    sinh,
    sqr,
    tanh,
    x,
)

ive, kve = function("ive"), function("kve")
polygamma, psi, tri_gamma = function("polygamma"), function("psi"), function("tri_gamma")
LARGE = "approximately, for large x"
_SERIES = add(
    1 - div(1, mul(2, sqr(x))),
    div(3, mul(4, pow_(x, 4))) - div(15, mul(8, pow_(x, 6))),
)
"""The first terms of erfc's asymptotic series, without its leading factor."""

INVERSES = (
    Formula(cosh(arccosh(x)), x, ge(x, 1)),
    Formula(tanh(arctanh(x)), x, lt(abs_(x), 1)),
    Formula(arctanh(tanh(x)), x),
    Formula(sinh(arcsinh(x)), x),
    Formula(arcsinh(sinh(x)), x),
)

TABLE = Table(
    both=(
        Law(
            "local_log_erfc",
            "stabilize",
            "For a large x the complementary error function is rounded to 0, so there its "
            "logarithm is taken from the first terms of its asymptotic series.",
            (
                Formula(
                    log(erfc(x)),
                    neg(sqr(x)) - log(x) - 0.5 * log(pi) + log(_SERIES),
                    where=LARGE,
                ),
            ),
        ),
        Law(
            "local_grad_log_erfc_neg",
            "stabilize",
            "For a large x the quotient is 0 ÷ 0 in floating point, so there it is taken from "
            "the first terms of the asymptotic series of the complementary error function.",
        ),
        Law(
            "local_one_minus_erf",
            "stabilize",
            "The complementary error function is what the error function lacks to 1, and keeps "
            "its digits where that is close to 1.",
            (Formula(1 - erf(x), erfc(x)),),
            aliases=("local_one_minus_erf2", "local_one_plus_neg_erf"),
        ),
        Law(
            "local_one_plus_erf",
            "stabilize",
            "The error function is odd, so 1 plus it is the complementary error function of −x, "
            "which keeps its digits where the error function is close to −1.",
            (Formula(add(1, erf(x)), erfc(neg(x))),),
        ),
        Law(
            "local_one_minus_erfc",
            "stabilize",
            "The complementary error function is 1 minus the error function, so the ones cancel, "
            "and with them the loss of digits for a small x.",
            (Formula(1 - erfc(x), erf(x)),),
            aliases=(
                "local_one_minus_erfc2",
                "local_one_minus_erfc3",
                "local_one_add_neg_erfc",
            ),
        ),
        Law(
            "local_erf_minus_one",
            "stabilize",
            "The complementary error function is 1 minus the error function, and keeps its "
            "digits where the two nearly cancel.",
            (Formula(add(-1, erf(x)), neg(erfc(x))),),
        ),
        Law(
            "local_erf_neg_minus_one",
            "stabilize",
            "The error function is odd, so the complementary one of −x is 1 plus the error "
            "function of x, and the ones cancel.",
            (Formula(add(-1, erfc(neg(x))), erf(x)),),
            aliases=("local_erf_neg_minus_one2",),
        ),
    ),
    theano=(
        Law(
            "local_func_inv",
            "useless work removed",
            "Each of the two functions undoes the other, so one after the other gives the "
            "number back.",
            (
                *INVERSES,
                Formula(neg(neg(x)), x),
                Formula(reciprocal(reciprocal(x)), x, neq(x, 0)),
                Formula(conj(conj(x)), x),
            ),
            "Where the inner function has no value (arccosh below 1, arctanh beyond ±1), the "
            "original gives NaN, and where it overflows or is rounded to ±1 infinity; "
            "arccosh(cosh x) is |x|, but is replaced by x.",
        ),
    ),
    pytensor=(
        Law(
            "local_log_iv",
            "stabilize",
            "The logarithm of a product is a sum, and that of an exponential its exponent; the "
            "scaled Bessel function does not overflow.",
            (
                Formula(
                    log(ive(1, x) * exp(abs_(x))),
                    log(ive(1, x)) + abs_(x),
                    gt(x, 0),
                    example=True,
                ),
            ),
            "Where the exponential overflows, the original is infinite.",
        ),
        Law(
            "local_log_kv",
            "stabilize",
            "The logarithm of a product is a sum, and that of an exponential its exponent; the "
            "scaled Bessel function is not rounded to 0.",
            (Formula(log(kve(1, x) * exp(neg(x))), log(kve(1, x)) - x, gt(x, 0), example=True),),
            "Where the exponential is rounded to 0, the original is infinite.",
        ),
        Law(
            "local_polygamma_to_digamma",
            "specialize",
            "The polygamma function of order 0 is the digamma function by definition.",
            (Formula(polygamma(0, x), psi(x), gt(x, 0)),),
        ),
        Law(
            "local_polygamma_to_tri_gamma",
            "specialize",
            "The polygamma function of order 1 is the trigamma function by definition.",
            (Formula(polygamma(1, x), tri_gamma(x), gt(x, 0)),),
        ),
        Law(
            "local_useless_conj",
            "useless work removed",
            "A number with no imaginary part is its own conjugate.",
            (Formula(conj(x), x),),
        ),
        Law(
            "useless_Cosh_of_Arccosh",
            "useless work removed",
            "The hyperbolic functions and their inverses undo each other.",
            INVERSES,
            "Where the inner function has no value (arccosh below 1, arctanh beyond ±1), the "
            "original gives NaN, and where it overflows or is rounded to ±1 infinity; "
            "arccosh(cosh x) is |x|, but is replaced by x.",
            aliases=(
                "useless_Arccosh_of_Cosh",
                "useless_Tanh_of_Arctanh",
                "useless_Arctanh_of_Tanh",
                "useless_Sinh_of_Arcsinh",
                "useless_Arcsinh_of_Sinh",
            ),
        ),
        Law(
            "useless_Conj_of_Conj",
            "useless work removed",
            "The conjugate of the conjugate is the number itself.",
            (Formula(conj(conj(x)), x),),
        ),
        Law(
            "split_2f1grad_loop",
            "backend",
            "The three gradients of the hypergeometric function do not depend on each other, so "
            "they may be summed in loops of their own, each with fewer inputs than the Python "
            "backend allows.",
        ),
        Law(
            "local_useless_2f1grad_loop",
            "useless work removed",
            "The gradients of the hypergeometric function that nobody reads do not change the "
            "others, so the loop may leave them out.",
        ),
    ),
)
