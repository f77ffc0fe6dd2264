"""Laws of reading elements and slices."""

from __future__ import annotations

from xorexplain.rewrites.laws.arithmetic import ROUNDING
from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.shapes import TRUSTS
from xorexplain.rewrites.laws.terms import (
    A,
    B,
    alloc,
    at,
    diagonal,
    exp,
    function,
    join,
    make_vector,
    new_axes,
    softmax,
    squeezed,
    v,
    x,
    y,
    z,
)

sum_columns = function("sum", axis="1")
softmax_rows = function("softmax", axis="1")
IN_BOUNDS = "The indices are trusted to be in bounds; an error may be hidden."

TABLE = Table(
    both=(
        Law(
            "local_useless_slice",
            "useless work removed",
            "A slice from start to end reads all there is, with or without being written down.",
            (
                Formula(at(A, "0, :"), at(A, "0"), example=True),
                Formula(at(v, ":"), v),
            ),
        ),
        Law(
            "local_useless_subtensor",
            "useless work removed",
            "The index asks for every element in order, which is the array itself.",
            (Formula(at(v, "0:3"), v, example=True),),
        ),
        Law(
            "local_subtensor_make_vector",
            "useless work removed",
            "Which of the listed numbers is read is known now, so the list need not be made.",
            (
                Formula(at(make_vector(x, y, z), "1"), y, example=True),
                Formula(at(make_vector(x, y, z), "0:2"), make_vector(x, y), example=True),
            ),
        ),
        Law(
            "local_subtensor_of_alloc",
            "indexing",
            "Every part of a repeated value is the value repeated to the part's lengths.",
            (
                Formula(at(alloc(x, 5), "1:4"), alloc(x, 3), example=True),
                Formula(at(alloc(x, 5), "2"), x, example=True),
            ),
        ),
        Law(
            "local_subtensor_of_dot",
            "indexing",
            "A row of a product needs one row of the left matrix and a column one column of the "
            "right, so only those are multiplied.",
            (
                Formula(at(A @ B, "0"), at(A, "0") @ B, example=True),
                Formula(at(A @ B, "0, 1:"), at(A, "0") @ at(B, ":, 1:"), example=True),
            ),
        ),
        Law(
            "local_subtensor_remove_broadcastable_index",
            "indexing",
            "An axis of length 1 has but one element, so reading it is dropping the axis.",
            (
                Formula(
                    at(new_axes(v, "0, x"), ":, 0"),
                    squeezed(new_axes(v, "0, x"), "0"),
                    example=True,
                ),
            ),
        ),
        Law(
            "local_dimshuffle_subtensor",
            "indexing",
            "Dropping an axis of length 1 is reading its only element, which the index can do.",
            (Formula(squeezed(at(A, ":, 1:2"), "0"), at(A, ":, 1"), example=True),),
        ),
    ),
    theano=(
        Law(
            "local_subtensor_merge",
            "indexing",
            "Reading a part of a part is reading the array once, with the two indices added up.",
            (
                Formula(at(at(v, "1:"), "1"), at(v, "2"), example=True),
                Formula(at(at(v, "1:"), "1:"), at(v, "2:"), example=True),
            ),
        ),
        Law(
            "local_subtensor_lift",
            "indexing",
            "A function of each element needs only the elements that are read, so they may be "
            "read first and fewer be computed.",
            (
                Formula(at(exp(v), "1:"), exp(at(v, "1:")), example=True),
                Formula(at(v + x, "1"), at(v, "1") + x, example=True),
            ),
        ),
        Law(
            "local_subtensor_inc_subtensor",
            "indexing",
            "What was just written at these indices is what stands there.",
        ),
        Law(
            "local_adv_sub1_adv_inc_sub1",
            "indexing",
            "What was just written into these rows is what stands there; asserts keep the check "
            "that the rows exist.",
        ),
    ),
    pytensor=(
        Law(
            "local_subtensor_merge_slice",
            "indexing",
            "Reading a part of a part is reading the array once, with the two indices added up.",
            (Formula(at(at(v, "1:"), "1:"), at(v, "2:"), example=True),),
        ),
        Law(
            "local_subtensor_merge_integer",
            "indexing",
            "Reading an element of a part is reading it from the array, with the two indices "
            "added up.",
            (Formula(at(at(v, "1:"), "1"), at(v, "2"), example=True),),
            IN_BOUNDS,
        ),
        Law(
            "local_subtensor_of_batch_dims",
            "indexing",
            "A function of each element, or of each member of a batch, needs only those that are "
            "read, so they may be read first and fewer be computed.",
            (
                Formula(at(exp(v), "1:"), exp(at(v, "1:")), example=True),
                Formula(at(v + x, "1"), at(v, "1") + x, example=True),
            ),
            TRUSTS,
        ),
        Law(
            "local_subtensor_of_reduce",
            "indexing",
            "A reduction along one axis treats the other axes alike, so what is read of the "
            "result may be read of the array first, and fewer elements be reduced.",
            (Formula(at(sum_columns(A), "1:"), sum_columns(at(A, "1:")), example=True),),
        ),
        Law(
            "local_subtensor_of_softmax",
            "indexing",
            "A softmax along one axis treats the other axes alike, so rows that are not read "
            "need not be computed.",
            (Formula(at(softmax_rows(A), "0"), softmax(at(A, "0")), example=True),),
        ),
        Law(
            "local_subtensor_of_join",
            "indexing",
            "Joining along one axis treats the other axes alike, so what is read of the joined "
            "array may be read of each part first.",
            (Formula(at(join(1, A, B), "0"), join(0, at(A, "0"), at(B, "0")), example=True),),
        ),
        Law(
            "local_subtensor_of_expand_dims",
            "indexing",
            "An index into a new axis of length 1 reads all there is, so only the other indices "
            "are applied to the array.",
            (Formula(at(new_axes(v, "x, 0"), "0"), v, example=True),),
            IN_BOUNDS,
        ),
        Law(
            "local_subtensor_of_squeeze",
            "indexing",
            "Dropping axes of length 1 may wait until after reading, with a full slice for each "
            "of them in the index.",
            (
                Formula(
                    at(squeezed(new_axes(v, "0, x"), "0"), "1:"),
                    squeezed(at(new_axes(v, "0, x"), "1:, :"), "0"),
                    example=True,
                ),
            ),
        ),
        Law(
            "local_subtensor_of_transpose",
            "indexing",
            "Transposing only renames the axes, so the indices may be applied before it, in "
            "their new order.",
            (
                Formula(
                    at(A.T, "1:, 0:2"),
                    at(A, "0:2, 1:").T,
                    example=True,
                ),
            ),
        ),
        Law(
            "local_subtensor_of_adv_subtensor",
            "indexing",
            "Slices of the first axes and a list of indices for a later one do not touch each "
            "other, so the slices, which copy nothing, may come first.",
        ),
        Law(
            "local_advanced_subtensor_of_dot",
            "indexing",
            "Picked rows of a product need the picked rows of the left matrix, picked columns "
            "those of the right, and single elements a sum of products each.",
            (
                Formula(
                    diagonal(A @ B),
                    sum_columns(A * B.T),
                    example=True,
                ),
            ),
            ROUNDING,
        ),
        Law(
            "local_adv_idx_to_slice",
            "indexing",
            "The indices count up one by one, so they are a slice, which copies nothing.",
            caveat=IN_BOUNDS,
        ),
        Law(
            "local_adv_idx_to_diagonal",
            "indexing",
            "Row and column indices count up together, which is how a diagonal is defined.",
        ),
        Law(
            "local_convert_negative_indices",
            "canonicalize",
            "The length is known, so an index counted from the end is one counted from the start.",
            (Formula(at(v, "-1"), at(v, "2"), where="where v has length 3", example=True),),
        ),
        Law(
            "local_uint_constant_indices",
            "backend",
            "An index that is not negative is the same number in a type without a sign; the "
            "backend then leaves out the check for negative indices.",
        ),
        Law(
            "bool_idx_to_nonzero",
            "backend",
            "A mask picks the elements at the places where it is true, and these places can be "
            "listed.",
        ),
        Law(
            "local_join_subtensors",
            "indexing",
            "Neighbouring slices of one array, joined, are one longer slice.",
            (Formula(join(0, at(v, ":1"), at(v, "1:3")), at(v, ":3"), example=True),),
        ),
        Law(
            "extract_diag_lift_pass",
            "indexing",
            "A diagonal needs only its own elements, so they may be read before the op that "
            "made the matrix, which then computes fewer.",
        ),
        Law(
            "local_extract_diag_of_alloc_diag",
            "useless work removed",
            "The diagonal of a matrix made from a vector is the vector, and its other diagonals "
            "are zeros.",
            (Formula(diagonal(function("diag")(v)), v),),
        ),
        Law(
            "local_extract_diag_of_eye",
            "useless work removed",
            "The diagonal of an identity matrix is all ones, and its other diagonals are zeros.",
        ),
        Law(
            "local_extract_diag_lift",
            "indexing",
            "A diagonal needs only its own elements, so they may be read before the op that "
            "made the matrix, which then computes fewer.",
            (Formula(diagonal(exp(A)), exp(diagonal(A))),),
        ),
    ),
)
