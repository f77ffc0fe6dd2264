"""Laws of fusing elementwise ops into one loop."""

from __future__ import annotations

from xorexplain.rewrites.laws.arithmetic import ROUNDING
from xorexplain.rewrites.laws.records import Law, Table

ONE_LOOP = (
    "Each element of the result needs only that element of every step before it, so all steps can "
    "be done for one element before the next, and nothing in between is stored."
)
ONCE = (
    "In one loop a compiler may make one instruction of a product and a sum, which rounds once: "
    "the last digit may change."
)
TWICE = (
    "A result that is read in two ways may be given out twice by the loop that computes it, so "
    "that one of the readers can become part of the loop."
)

TABLE = Table(
    both=(
        Law(
            "FusionOptimizer",
            "fusion",
            ONE_LOOP,
            caveat=ONCE,
            aliases=("composite_elemwise_fusion", "elemwise_fusion"),
        ),
    ),
    theano=(
        Law(
            "local_add_mul_fusion",
            "fusion",
            "The terms of a sum and the factors of a product may be grouped in any way, so an "
            "inner sum that nobody else reads is added in the same pass over the memory.",
            caveat=ROUNDING,
        ),
    ),
    pytensor=(
        Law(
            "local_careduce_fusion",
            "fusion",
            "The function is needed once for each element that is summed, so it may be computed "
            "in the loop that sums, and its values are not stored.",
        ),
        Law(
            "local_inline_composite_constants",
            "fusion",
            "A constant has the same value for every element, so it may stand in the loop's body "
            "instead of being read from memory.",
        ),
        Law(
            "fuse_indexed_into_elemwise",
            "fusion",
            "Each element that is picked, computed, and then summed or written goes through on "
            "its own, so one loop can do all of it, and nothing in between is stored.",
            caveat="A sum may add its terms in another order.",
            aliases=("fuse_elemwise",),
        ),
        Law(
            "fuse_reduce_and_direct_outputs",
            "fusion",
            TWICE,
            aliases=(
                "fuse_elemwise_split_multi_reductions",
                "fuse_elemwise_write_and_direct_outputs",
            ),
        ),
        Law(
            "fuse_elemwise_move_write_axes",
            "fusion",
            "Written with its axes in another order and moved back, the array is the same; the "
            "loop then runs over the written axes first.",
        ),
        Law(
            "fuse_elemwise_strip_inplace",
            "fusion",
            "Whether a result takes the memory of an input does not change its values; the loop "
            "must not write over an array it still reads elements of.",
        ),
        Law(
            "fuse_elemwise_inplace_read_buffers",
            "in-place",
            "Nobody reads this input after the loop, and the loop reads each of its elements "
            "before it writes there, so the result may take its memory.",
        ),
        Law(
            "wrap_reduced_gather_in_elemwise",
            "fusion",
            "Every element handed on unchanged is the same array; the op gives the fusion of "
            "picking and summing a loop to start from.",
        ),
        Law(
            "scalarize",
            "fusion",
            "An array without axes holds one number, which may be handed on as a number, without "
            "making an array for it.",
            aliases=("scalarize_io",),
        ),
        Law(
            "remove_scalar_tensor_boundaries",
            "useless work removed",
            "A number put into an array without axes and taken out is the same number.",
        ),
    ),
)
