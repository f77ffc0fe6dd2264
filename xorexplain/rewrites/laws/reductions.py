"""Laws of sums, products, maxima and other reductions along axes."""

from __future__ import annotations

from xorexplain.rewrites.laws.arithmetic import ROUNDING
from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    A,
    B,
    add,
    alloc,
    function,
    gt,
    join,
    make_vector,
    max_,
    min_,
    n,
    neg,
    new_axes,
    pow_,
    prod,
    size,
    sort,
    sqr,
    sum_,
    tile,
    unique,
    v,
    w,
    x,
    y,
    z,
)

sum_rows, sum_columns, sum_all = (function("sum", axis=axis) for axis in ("0", "1", "0, 1"))
sum_layers = function("sum", axis="1, 2")
OVERFLOW = f"{ROUNDING} Where a product on the way overflows, either side may be infinite or NaN."

TABLE = Table(
    both=(
        Law(
            "local_sum_prod_all_to_none",
            "canonicalize",
            "All axes named one by one are all axes.",
            (Formula(sum_all(A), sum_(A)),),
        ),
        Law(
            "local_reduce_broadcastable",
            "useless work removed",
            "Along an axis of length 1 there is one element, and the sum, product or maximum of "
            "one element is that element; only the axis has to go.",
            (Formula(sum_columns(new_axes(v, "0, x")), v),),
        ),
        Law(
            "local_reduce_join",
            "useless work removed",
            "Reducing along the axis along which single layers were joined combines the layers "
            "element by element, without storing them together first.",
            (Formula(sum_rows(join(0, new_axes(v, "x, 0"), new_axes(w, "x, 0"))), v + w),),
        ),
        Law(
            "local_sumsqr2dot",
            "specialize",
            "A square of a product is the product of the squares, and summed over two axes that "
            "is a matrix product, for which the three-dimensional array need not be stored.",
            (
                Formula(
                    sum_layers(sqr(new_axes(A, "x, 0, 1") * new_axes(B, "0, x, 1"))),
                    sqr(B) @ sum_rows(sqr(A)),
                ),
            ),
            ROUNDING,
        ),
        Law(
            "local_max_to_min",
            "specialize",
            "Turning the sign turns the order, so the largest of the negatives is the negative "
            "of the smallest.",
            (Formula(neg(max_(neg(v))), min_(v)),),
        ),
        Law(
            "local_useless_reduce",
            "useless work removed",
            "A reduction along no axis combines nothing.",
            aliases=("local_cut_useless_reduce",),
        ),
    ),
    theano=(
        Law(
            "local_op_of_op",
            "canonicalize",
            "A sum of sums is the sum of all the terms, and a product of products that of all "
            "the factors, in any grouping.",
            (
                Formula(sum_(sum_rows(A)), sum_(A)),
                Formula(prod(function("prod", axis="0")(A)), prod(A)),
            ),
            ROUNDING,
        ),
        Law(
            "local_sum_prod_mul_by_scalar",
            "specialize",
            "A factor common to all terms may be taken out of a sum, and out of a product once "
            "for each factor; that is one multiplication instead of one for each element.",
            (
                Formula(sum_(x * v), x * sum_(v)),
                Formula(prod(x * v), pow_(x, size(v)) * prod(v)),
                Formula(sum_(neg(v)), neg(sum_(v))),
            ),
            OVERFLOW,
        ),
        Law(
            "local_sum_prod_div_dimshuffle",
            "specialize",
            "A divisor that does not change along an axis is common to all terms along it, so "
            "the sum is divided once instead of each term, and a product once for each factor.",
            (Formula(sum_columns(A / new_axes(v, "0, x")), sum_columns(A) / v, gt(v, 0)),),
            ROUNDING,
        ),
        Law(
            "local_opt_alloc",
            "specialize",
            "The sum of one value repeated is that value times the number of its repetitions, "
            "and the product is the value to that power.",
            (
                Formula(sum_(alloc(x, n)), x * n),
                Formula(prod(alloc(x, n)), pow_(x, n)),
            ),
            ROUNDING,
        ),
        Law(
            "local_max_and_argmax",
            "useless work removed",
            "Only the maximum is read, or only its place, so only that is computed.",
        ),
        Law(
            "local_useless_topk",
            "useless work removed",
            "Only the largest values are read, or only their places, so only those are computed.",
        ),
    ),
    pytensor=(
        Law(
            "local_reduce_chain",
            "canonicalize",
            "A sum of sums is the sum of all the terms, and likewise for products, maxima and "
            "every other operation whose operands may be grouped in any way.",
            (
                Formula(sum_(sum_rows(A)), sum_(A)),
                Formula(max_(function("max", axis="0")(A)), max_(A)),
            ),
            ROUNDING,
        ),
        Law(
            "local_sum_prod_of_mul_or_div",
            "specialize",
            "A factor or divisor that does not change along the axis is common to all terms, so "
            "it may be taken out of a sum, and out of a product once for each factor.",
            (
                Formula(sum_(x * v), x * sum_(v)),
                Formula(sum_(v / x), sum_(v) / x, gt(x, 0)),
                Formula(prod(x * v), pow_(x, size(v)) * prod(v)),
            ),
            OVERFLOW,
        ),
        Law(
            "local_sum_of_neg_to_neg_of_sum",
            "specialize",
            "Every term has its sign turned, so the sum has, and turning it once is enough.",
            (Formula(sum_(neg(v)), neg(sum_(v))),),
        ),
        Law(
            "local_careduce_of_alloc",
            "specialize",
            "A value repeated n times sums to n times the value, multiplies to its power n, and "
            "is its own maximum, minimum, all and any.",
            (
                Formula(sum_(alloc(x, n)), x * n),
                Formula(prod(alloc(x, n)), pow_(x, n)),
                Formula(max_(alloc(x, n)), x),
            ),
            ROUNDING,
        ),
        Law(
            "local_sum_make_vector",
            "useless work removed",
            "The sum of a vector put together from numbers is the sum of the numbers.",
            (Formula(sum_(make_vector(x, y, z)), add(x, y, z)),),
        ),
        Law(
            "local_sort_under_reduce",
            "useless work removed",
            "A sum, product, maximum or minimum does not depend on the order of its elements, so "
            "there is no need to sort them first.",
            (
                Formula(sum_(sort(v)), sum_(v)),
                Formula(max_(sqr(sort(v))), max_(sqr(v))),
            ),
            ROUNDING,
        ),
        Law(
            "local_Unique_scalar",
            "useless work removed",
            "A single number has no duplicates.",
        ),
        Law(
            "local_Unique_lift",
            "useless work removed",
            "Repeating values adds no value that was not there before.",
            (Formula(unique(tile(v, 2)), unique(v), example=True),),
        ),
    ),
)
