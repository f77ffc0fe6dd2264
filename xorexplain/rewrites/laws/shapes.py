"""Laws of repeated values, of axes that move, and of reshaping."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    A,
    B,
    alloc,
    exp,
    fill,
    join,
    m,
    make_vector,
    n,
    new_axes,
    reshape,
    squeezed,
    tile,
    v,
    w,
    x,
    y,
    z,
)

TRUSTS = "The lengths are trusted to fit; an error the original would have reported may be hidden."

TABLE = Table(
    both=(
        Law(
            "local_useless_fill",
            "useless work removed",
            "The value has the axes and lengths of its model already, so repeating it to the "
            "model's shape leaves it as it is.",
            (Formula(fill(v, w), v, where="where v and w have one length"),),
            TRUSTS,
        ),
        Law(
            "local_second_sink",
            "canonicalize",
            "An elementwise op does the same with each copy of a repeated value, so it may be "
            "done once on the value, and the result be repeated.",
            (
                Formula(exp(fill(x, v)), fill(exp(x), v)),
                Formula(fill(x, v) + y, fill(x + y, v)),
            ),
            aliases=("local_fill_sink",),
        ),
        Law(
            "local_second_to_alloc",
            "shape",
            "A fill needs its model only for the lengths; written with the lengths, the graph no "
            "longer computes the model where they are known otherwise.",
            (Formula(fill(x, v), alloc(x, 3), where="where v has length 3", example=True),),
            TRUSTS,
            aliases=("local_fill_to_alloc",),
        ),
        Law(
            "local_elemwise_alloc",
            "useless work removed",
            "An elementwise op repeats a value along the axes of its other inputs by itself, so "
            "the repeated value need not be stored.",
            (Formula(alloc(x, 3) + v, x + v, where="where v has length 3", example=True),),
            TRUSTS,
            aliases=("local_alloc_elemwise",),
        ),
        Law(
            "local_alloc_unary",
            "shape",
            "A function of one repeated value is the same for all its copies, so it may be "
            "computed once and repeated.",
            (Formula(exp(alloc(x, n)), alloc(exp(x), n)),),
        ),
        Law(
            "local_useless_alloc",
            "useless work removed",
            "The value has the type of the result already, so there is nothing to repeat.",
            (Formula(alloc(v, 3), v, where="where v has length 3", example=True),),
            TRUSTS,
        ),
        Law(
            "local_alloc_sink_dimshuffle",
            "canonicalize",
            "Repeating a value once along a new first axis is the same as giving it a first axis "
            "of length 1.",
            (Formula(alloc(v, 1, 3), new_axes(alloc(v, 3), "x, 0"), example=True),),
            aliases=("local_canonicalize_alloc",),
        ),
        Law(
            "local_merge_alloc",
            "shape",
            "Repeating a repeated value is repeating it to the larger shape at once; an assert "
            "keeps the check where the lengths could differ.",
            (Formula(alloc(alloc(x, n), m, n), alloc(x, m, n)),),
        ),
        Law(
            "local_alloc_dimshuffle",
            "specialize",
            "Repeating a value adds the leading axes it lacks by itself.",
            (Formula(alloc(new_axes(v, "x, 0"), n, 3), alloc(v, n, 3), example=True),),
        ),
        Law(
            "local_dimshuffle_alloc",
            "specialize",
            "Axes of a repeated value may be moved and added before it is repeated; the lengths "
            "move along.",
            (Formula(new_axes(alloc(x, n, m), "x, 0, 1"), alloc(x, 1, n, m)),),
        ),
        Law(
            "local_dimshuffle_lift",
            "canonicalize",
            "An elementwise op treats all elements alike, so its inputs may be moved instead of "
            "its result, and two moves in a row are one.",
            (
                Formula((A + B).T, A.T + B.T),
                Formula((A.T).T, A),
            ),
        ),
        Law(
            "local_reshape_chain",
            "canonicalize",
            "Reshaping keeps the elements in their order, so only the last shape counts.",
            (
                Formula(
                    reshape(reshape(A, 9), make_vector(3, 3)),
                    reshape(A, make_vector(3, 3)),
                    example=True,
                ),
            ),
            TRUSTS,
        ),
        Law(
            "local_reshape_lift",
            "canonicalize",
            "A function of each element does not see the shape, so it may be applied after the "
            "reshape, where it can meet the functions that follow.",
            (Formula(reshape(exp(A), 9), exp(reshape(A, 9)), example=True),),
            aliases=("local_flatten_lift",),
        ),
        Law(
            "local_reshape_to_dimshuffle",
            "canonicalize",
            "An axis of length 1 holds no order, so it may be added or dropped apart from the "
            "reshape, in a step that can cancel with others of its kind.",
            (
                Formula(
                    reshape(A, make_vector(1, 9)), new_axes(reshape(A, 9), "x, 0"), example=True
                ),
            ),
        ),
        Law(
            "local_useless_reshape",
            "useless work removed",
            "The new shape is the shape the array has: the lengths agree axis by axis, or there "
            "is one axis, whose length the number of elements fixes.",
            (Formula(reshape(v, 3), v, example=True),),
        ),
        Law(
            "local_reshape_dimshuffle",
            "specialize",
            "New axes of length 1 do not change the order of the elements, and a reshape sees "
            "nothing but that order.",
            (Formula(reshape(new_axes(A, "0, x, 1"), 9), reshape(A, 9), example=True),),
            aliases=(
                "local_useless_dimshuffle_in_reshape",
                "local_useless_expand_dims_in_reshape",
            ),
        ),
        Law(
            "local_join_1",
            "useless work removed",
            "One array joined with nothing is that array.",
            (Formula(join(0, v), v),),
        ),
        Law(
            "local_join_empty",
            "useless work removed",
            "An array of length 0 along the joined axis adds no element.",
        ),
        Law(
            "local_join_make_vector",
            "useless work removed",
            "Two lists of numbers joined are one longer list of the same numbers in order.",
            (Formula(join(0, make_vector(x, y), make_vector(z, x)), make_vector(x, y, z, x)),),
        ),
        Law(
            "local_useless_split",
            "useless work removed",
            "The only piece of a split is the whole; asserts keep the check of its length.",
        ),
        Law(
            "local_tensor_scalar_tensor",
            "useless work removed",
            "A number taken out of an array without axes and put back is the same array.",
        ),
        Law(
            "local_scalar_tensor_scalar",
            "useless work removed",
            "A number put into an array without axes and taken out is the same number.",
        ),
    ),
    theano=(
        Law(
            "local_rebroadcast_lift",
            "canonicalize",
            "Which axes have length 1 is a promise on the type and changes no value, so it may "
            "be made before a function of each element, and two promises are one.",
        ),
        Law(
            "local_useless_rebroadcast",
            "useless work removed",
            "The type already says of these axes what is promised, and a promise changes no value.",
        ),
        Law(
            "local_useless_tile",
            "useless work removed",
            "Tiling once along every axis is the array itself.",
            (Formula(tile(v, 1), v, example=True),),
        ),
    ),
    pytensor=(
        Law(
            "local_fuse_squeeze_reshape",
            "specialize",
            "Dropping axes of length 1 does not change the order of the elements, and a reshape "
            "sees nothing but that order.",
            (
                Formula(
                    reshape(squeezed(new_axes(v, "0, x"), "0"), 3),
                    reshape(new_axes(v, "0, x"), 3),
                    example=True,
                ),
            ),
        ),
        Law(
            "local_fuse_expand_dims_reshape",
            "specialize",
            "An axis of length 1 may as well be part of the shape that is reshaped to.",
            (
                Formula(
                    new_axes(reshape(A, 9), "x, 0"), reshape(A, make_vector(1, 9)), example=True
                ),
            ),
        ),
        Law(
            "local_join_dims",
            "canonicalize",
            "Joining neighbouring axes keeps the elements in their order, which is a reshape.",
        ),
        Law(
            "local_split_dims",
            "canonicalize",
            "Splitting an axis keeps the elements in their order, which is a reshape.",
        ),
        Law(
            "local_join_to_repeat",
            "canonicalize",
            "An array joined with itself is the array tiled along that axis.",
            (Formula(join(0, v, v), tile(v, 2)),),
        ),
        Law(
            "local_join_of_alloc",
            "shape",
            "Arrays that are all repeated along an axis may be joined first and the result be "
            "repeated, which joins less.",
            caveat=TRUSTS,
        ),
        Law(
            "local_useless_dimshuffle_makevector",
            "useless work removed",
            "A list of one number without its axis is that number.",
        ),
    ),
)
