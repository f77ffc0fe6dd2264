"""Laws of sums, products, quotients and choices, element by element."""

from __future__ import annotations

from xorexplain.notation.expr import expr
from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    a,
    abs_,
    add,
    and_,
    b,
    div,
    int_div,
    mul,
    n,
    neg,
    neq,
    p,
    sign,
    switch,
    x,
    y,
    z,
    zero,
)

NONZERO = neq(x, 0)
ROUNDING = "The order of the operations changes, so the last digits may."

TABLE = Table(
    both=(
        Law(
            "local_add_canonizer",
            "canonicalize",
            "The terms of a sum may be taken in any order and grouping, and subtracting is adding "
            "the negative; so a nest of sums and differences is one list of terms to add and one "
            "to subtract, in which equal terms cancel and constants are added up.",
            (
                Formula(x + y - x, y),
                Formula(x - (y - z), x + z - y),
                Formula(add(1, x) + 2, add(3, x)),
                Formula(expr(2) - 1, expr(1)),
            ),
            f"{ROUNDING} Where a term that cancels is infinite or NaN, the NaN is lost.",
        ),
        Law(
            "local_mul_canonizer",
            "canonicalize",
            "The factors of a product may be taken in any order and grouping, and dividing is "
            "multiplying by the inverse; so a nest of products and quotients is one list of "
            "factors and one of divisors, in which equal ones cancel and constants multiply.",
            (
                Formula(x * y / x, y, NONZERO),
                Formula(x / y / z, x / (y * z), and_(neq(y, 0), neq(z, 0))),
                Formula(x / (y / z), x * z / y, and_(neq(y, 0), neq(z, 0))),
                Formula(x / abs_(x), sign(x), NONZERO),
            ),
            f"{ROUNDING} Where a factor that cancels is 0, the original gives NaN.",
        ),
        Law(
            "local_neg_to_mul",
            "canonicalize",
            "The negative of x is −1 times x; as a product it can be sorted with other products.",
            (Formula(neg(x), mul(-1, x)),),
        ),
        Law(
            "local_greedy_distributor",
            "canonicalize",
            "A product with a sum is the sum of the products, so a factor that is a divisor "
            "inside the sum may be multiplied in, where it cancels and saves a division.",
            (
                Formula((x / y + z) * y, x + z * y, neq(y, 0)),
                Formula((a / x + b / y) * x * y, a * y + b * x, and_(NONZERO, neq(y, 0))),
            ),
            f"{ROUNDING} Where the factor is 0, the original gives NaN.",
        ),
        Law(
            "local_mul_switch_sink",
            "canonicalize",
            "Where the choice gives 0 the product is 0 whatever the other factors are, so only "
            "the other branch has to be multiplied.",
            (
                Formula(switch(p, 0, x) * y, switch(p, 0, x * y)),
                Formula(switch(p, x, 0) * y, switch(p, x * y, 0)),
            ),
            "Where the other factor is infinite or NaN, the original gives NaN and the result 0; "
            "gradients rely on the 0.",
        ),
        Law(
            "local_div_switch_sink",
            "canonicalize",
            "Where the choice gives 0 the quotient is 0 whatever the divisor is, so only the "
            "other branch has to be divided.",
            (
                Formula(switch(p, 0, x) / y, switch(p, 0, x / y), neq(y, 0)),
                Formula(switch(p, x, 0) / y, switch(p, x / y, 0), neq(y, 0)),
            ),
            "Where the divisor is 0 or NaN, the original gives NaN and the result 0; gradients "
            "rely on the 0.",
        ),
        Law(
            "local_merge_switch_same_cond",
            "canonicalize",
            "The choices hang on the same condition, so all take their first branches together "
            "or all take their second.",
            (
                Formula(switch(p, a, b) + switch(p, x, y), switch(p, a + x, b + y)),
                Formula(switch(p, a, b) * switch(p, x, y), switch(p, a * x, b * y)),
            ),
        ),
        Law(
            "local_zero_div",
            "canonicalize",
            "Zero divided by any number but zero is zero.",
            (Formula(div(0, x), zero, NONZERO), Formula(int_div(0, x), zero, NONZERO)),
            "Where the divisor is 0 or NaN, the original gives NaN.",
        ),
        Law(
            "local_mul_specialize",
            "specialize",
            "A factor 1 changes nothing, a factor 0 makes the product 0, and two signs cancel; a "
            "single −1 is a change of sign, which is cheaper than a product.",
            (
                Formula(mul(1, x, y), x * y),
                Formula(mul(-1, x), neg(x)),
                Formula(mul(0, x), zero),
                Formula(mul(neg(x), neg(y)), x * y),
            ),
            "Where the other factor of a 0 is infinite or NaN, the original gives NaN.",
        ),
        Law(
            "local_neg_div_neg",
            "specialize",
            "The sign of a quotient is the sign of its numerator, so two signs cancel and the "
            "sign of a constant numerator can be turned now.",
            (Formula(neg(neg(x) / y), x / y, neq(y, 0)),),
        ),
        Law(
            "local_elemwise_sub_zeros",
            "specialize",
            "A number minus itself is zero.",
            (Formula(x - x, zero),),
            "Where it is infinite or NaN, the original gives NaN.",
        ),
        Law(
            "local_cast_cast",
            "canonicalize",
            "The first cast went to a type that holds every value of the type before it, or both "
            "casts go to the same type, so one cast gives the same value.",
        ),
        Law(
            "local_upcast_elemwise_constant_inputs",
            "canonicalize",
            "The op would convert the constant to the type of its result in every call, so the "
            "constant may be converted once, now; 1 and 1.0 then are the same constant.",
        ),
    ),
    theano=(
        Law(
            "local_mul_zero",
            "canonicalize",
            "A product with a factor 0 is 0.",
            (Formula(mul(0, x), zero),),
            "Where the other factor is infinite or NaN, the original gives NaN.",
        ),
        Law(
            "local_intdiv_by_one",
            "canonicalize",
            "A whole number divided by 1 is that number.",
            (Formula(int_div(n, 1), n),),
        ),
        Law(
            "local_div_to_inv",
            "specialize",
            "One divided by x is the inverse of x, which has an op of its own.",
        ),
        Law(
            "local_add_specialize",
            "specialize",
            "Adding 0 changes nothing.",
            (Formula(x + 0, x),),
        ),
    ),
    pytensor=(
        Law(
            "local_div_by_one",
            "canonicalize",
            "A number divided by 1 is that number.",
            (Formula(x / 1, x),),
        ),
        Law(
            "local_div_to_reciprocal",
            "specialize",
            "One divided by x is the inverse of x, which has an op of its own.",
        ),
        Law(
            "local_add_remove_zeros",
            "specialize",
            "Adding 0 changes nothing.",
            (Formula(x + 0, x),),
        ),
        Law(
            "local_sub_neg_to_add",
            "canonicalize",
            "Subtracting the negative of a number is adding the number.",
        ),
        Law(
            "local_add_neg_to_sub",
            "specialize",
            "Adding the negative of a number is subtracting the number.",
            (Formula(neg(x) + y, y - x),),
        ),
        Law(
            "flatten_nested_add_mul",
            "fusion",
            "The terms of a sum and the factors of a product may be grouped in any way, so an "
            "inner sum that nobody else reads can be added in the same pass over the memory.",
            caveat=ROUNDING,
        ),
        Law(
            "constant_fold_branches_of_add_mul",
            "constant folding",
            "The terms of a sum and the factors of a product may be grouped in any way, so the "
            "constants among them are added or multiplied once, now.",
            (
                Formula(add(2, x, 3), add(5, x), example=True),
                Formula(mul(2, x, 3), mul(6, x), example=True),
            ),
            ROUNDING,
        ),
    ),
)
