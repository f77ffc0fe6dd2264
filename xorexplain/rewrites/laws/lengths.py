"""Laws of lengths: what is known of an array's shape without the array, and of batched ops."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.shapes import TRUSTS
from xorexplain.rewrites.laws.terms import A, at, make_vector, shape

TABLE = Table(
    both=(
        Law(
            "local_shape_to_shape_i",
            "shape",
            "The shape of an array is the list of its lengths, and each length can be followed "
            "to the inputs by itself, without the array.",
            (Formula(shape(A), make_vector(at(shape(A), "0"), at(shape(A), "1")), example=True),),
        ),
        Law(
            "local_track_shape_i",
            "shape",
            "Each op says how long its result is from the lengths of its inputs, so a length can "
            "be read off earlier in the graph, and the array need not be computed for it.",
        ),
    ),
    pytensor=(
        Law(
            "local_Shape_i_ground",
            "shape",
            "The type of the array fixes this length, so it is a constant.",
        ),
        Law(
            "local_subtensor_shape_constant",
            "shape",
            "The type of the array fixes the lengths that are asked for, so they are constants.",
        ),
        Law(
            "local_Shape_of_SpecifyShape",
            "shape",
            "The lengths are those that were specified; an array of other lengths would have "
            "been refused.",
        ),
        Law(
            "local_useless_specify_shape",
            "useless work removed",
            "The type of the array fixes the specified lengths already, so nothing is checked.",
        ),
        Law(
            "local_merge_consecutive_specify_shape",
            "useless work removed",
            "Two checks of lengths in a row are one check of all of them; where both name an "
            "axis, the later is kept.",
        ),
        Law(
            "local_lift_specify_shape_elemwise",
            "canonicalize",
            "An elementwise op keeps the lengths, so a check of its result may be made on an "
            "input that has all its axes.",
        ),
        Law(
            "local_lift_specify_shape_inc_subtensor",
            "canonicalize",
            "Writing into an array keeps its lengths, so they may be checked before.",
        ),
        Law(
            "local_specify_shape_alloc",
            "shape",
            "The lengths the value is repeated to are to be the specified ones, so it may be "
            "repeated to those.",
            caveat=TRUSTS,
        ),
        Law(
            "local_subtensor_SpecifyShape_lift",
            "indexing",
            "Reading at whole-number indices drops the leading axes, and the lengths of the "
            "other axes can be checked on what was read.",
        ),
        Law(
            "local_useless_unbatched_blockwise",
            "useless work removed",
            "There is but one matrix in the batch, so the op may be applied to it as it is.",
            aliases=("local_eager_useless_unbatched_blockwise",),
        ),
        Law(
            "local_blockwise_alloc",
            "shape",
            "Every member of the batch is repeated to the same lengths, so the whole batch can "
            "be repeated in one step.",
        ),
        Law(
            "local_blockwise_alloc_inputs",
            "shape",
            "The op gives the same result for equal members of a batch, so it may be applied to "
            "one of them and the result be repeated.",
            caveat=TRUSTS,
        ),
        Law(
            "local_blockwise_reshape",
            "shape",
            "Every member of the batch gets the same shape, so the whole batch can be reshaped "
            "in one step with the batch axes in front.",
        ),
        Law(
            "local_blockwise_of_subtensor",
            "indexing",
            "Every member of the batch is read at the same index, so the whole batch can be read "
            "in one step with full slices in front.",
        ),
        Law(
            "local_blockwise_inc_subtensor",
            "indexing",
            "Writing into each member of a batch is writing into the batch with the members' "
            "numbers, or full slices, as leading indices.",
            caveat=TRUSTS,
        ),
    ),
)
