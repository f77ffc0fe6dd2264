"""Laws of powers, roots, sizes and signs."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    a,
    abs_,
    div,
    ge,
    gt,
    lt,
    neg,
    neq,
    one,
    pow_,
    reciprocal,
    sign,
    sqr,
    sqrt,
    switch,
    x,
    y,
)

NONZERO = neq(x, 0)
ROUNDING = "The order of the operations changes, so the last digits may."
POWERS = (
    Formula(pow_(x, 2), x * x),
    Formula(pow_(x, 0.5), sqrt(x), ge(x, 0)),
    Formula(pow_(x, -0.5), reciprocal(sqrt(x)), gt(x, 0)),
    Formula(pow_(x, -1), reciprocal(x), NONZERO),
    Formula(pow_(x, -2), reciprocal(sqr(x)), NONZERO),
)

TABLE = Table(
    both=(
        Law(
            "local_abs_lift",
            "canonicalize",
            "The size of a product or quotient is the product or quotient of the sizes.",
            (
                Formula(abs_(x * y), abs_(x) * abs_(y)),
                Formula(abs_(x / y), abs_(x) / abs_(y), neq(y, 0)),
            ),
        ),
        Law(
            "local_abs_merge",
            "specialize",
            "The product of the sizes is the size of the product, and one absolute value is "
            "cheaper than several; a constant that is not negative is its own size.",
            (
                Formula(abs_(x) * abs_(y), abs_(x * y)),
                Formula(abs_(x) / abs_(y), abs_(x / y), neq(y, 0)),
            ),
        ),
        Law(
            "local_pow_specialize",
            "specialize",
            "Powers with these exponents are by definition squares, roots and inverses, which "
            "have ops of their own that are faster than a general power; the power 1 is the base, "
            "and the power 0 is 1.",
            (*POWERS, Formula(pow_(x, 1), x), Formula(pow_(x, 0), one)),
        ),
        Law(
            "local_mul_to_sqr",
            "specialize",
            "A number times itself is its square, and the square reads its input once.",
            (Formula(x * x, sqr(x)),),
        ),
    ),
    theano=(
        Law(
            "local_pow_canonicalize",
            "canonicalize",
            "The power 0 is the empty product, which is 1, and the power 1 is the base.",
            (Formula(pow_(x, 0), one), Formula(pow_(x, 1), x)),
        ),
        Law(
            "local_inv_canon",
            "canonicalize",
            "One over x is x to the power −1; as a power it can be merged with other powers.",
            (Formula(reciprocal(x), pow_(x, -1), NONZERO),),
        ),
        Law(
            "local_neg_neg",
            "specialize",
            "Turning the sign twice gives the number back.",
            (Formula(neg(neg(x)), x),),
        ),
        Law(
            "local_pow_specialize_device",
            "specialize",
            "A whole exponent is a sum of powers of two, so the power is a product of repeated "
            "squares, which takes fewer steps than a general power.",
            (
                Formula(pow_(x, 5), sqr(sqr(x)) * x, example=True),
                Formula(pow_(x, -3), reciprocal(sqr(x) * x), NONZERO, example=True),
            ),
            ROUNDING,
        ),
    ),
    pytensor=(
        Law(
            "local_pow_canonicalize",
            "canonicalize",
            "The power 0 is the empty product, which is 1, the power 1 is the base, and every "
            "power of 1 is 1.",
            (Formula(pow_(x, 0), one), Formula(pow_(x, 1), x), Formula(pow_(1, x), one)),
        ),
        Law(
            "local_reciprocal_canon",
            "canonicalize",
            "One over x is x to the power −1; as a power it can be merged with other powers.",
            (Formula(reciprocal(x), pow_(x, -1), NONZERO),),
        ),
        Law(
            "local_pow_to_nested_squaring",
            "specialize",
            "A whole exponent is a sum of powers of two, so the power is a product of repeated "
            "squares, which takes fewer steps than a general power.",
            (
                Formula(pow_(x, 5), sqr(sqr(x)) * x, example=True),
                Formula(pow_(x, -3), reciprocal(sqr(x) * x), NONZERO, example=True),
            ),
            ROUNDING,
        ),
        Law(
            "local_mul_pow_to_pow_add",
            "specialize",
            "Powers of one base multiply by adding their exponents and divide by subtracting "
            "them, so one power does the work of several.",
            (
                Formula(pow_(a, x) * pow_(a, y), pow_(a, x + y), lt(0, a)),
                Formula(pow_(a, x) / pow_(a, y), pow_(a, x - y), lt(0, a)),
            ),
            "For a negative base, or where they overflow or are rounded to 0, the single powers "
            "may give NaN where the joint one does not.",
        ),
        Law(
            "local_sqrt_sqr",
            "canonicalize",
            "The root of a square is the size of the number; the square of a root is the number "
            "where it has a root, and NaN elsewhere.",
            (
                Formula(sqrt(sqr(x)), abs_(x)),
                Formula(sqr(sqrt(x)), switch(ge(x, 0), x, float("nan"))),
            ),
            "Where the square is too large for the type, the original is infinite.",
        ),
        Law(
            "local_useless_abs",
            "useless work removed",
            "The value is known never to be negative, so it is its own size.",
            (Formula(abs_(x), x, ge(x, 0)),),
        ),
        Law(
            "local_useless_sign",
            "useless work removed",
            "The value is known to be positive, so its sign is 1.",
            (Formula(sign(x), one, lt(0, x)),),
            "Where it is NaN, as after a failed Cholesky factorization, the original gives NaN.",
        ),
        Law(
            "local_sign_div",
            "canonicalize",
            "A number and its inverse have the same sign, and a positive divisor or numerator "
            "leaves the sign of a quotient to the other part.",
            (
                Formula(sign(reciprocal(x)), sign(x), NONZERO),
                Formula(sign(x / y), sign(x), lt(0, y)),
                Formula(sign(div(-2, x)), neg(sign(x)), NONZERO, example=True),
            ),
            "Where the quotient is rounded to 0, the sign of the original is 0.",
        ),
        Law(
            "local_abs_mul_unit",
            "stabilize",
            "A factor of size 1 does not change the size of a product.",
            (Formula(abs_(sign(y) * x), abs_(x), neq(y, 0), example=True),),
        ),
        Law(
            "local_sign_unit",
            "stabilize",
            "A number of size 1 is its own sign, and the sign of a product is the product of the "
            "signs.",
            (
                Formula(sign(sign(x)), sign(x), NONZERO, example=True),
                Formula(sign(sign(x) * y), sign(x) * sign(y), NONZERO, example=True),
            ),
        ),
        Law(
            "useless_Neg_of_Neg",
            "specialize",
            "Turning the sign twice gives the number back.",
            (Formula(neg(neg(x)), x),),
        ),
        Law(
            "useless_Reciprocal_of_Reciprocal",
            "useless work removed",
            "The inverse of the inverse is the number itself.",
            (Formula(reciprocal(reciprocal(x)), x, NONZERO),),
            "The last digit may differ.",
        ),
    ),
)
