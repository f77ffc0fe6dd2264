"""Laws of writing into arrays, out of place and in place."""

from __future__ import annotations

from xorexplain.rewrites.laws.indexing import IN_BOUNDS
from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.shapes import TRUSTS
from xorexplain.rewrites.laws.terms import add_at, alloc, at, set_at, v, w, x, y, zero

ZEROS = alloc(zero, 3)
UNIQUE = "where no index is repeated"
SAME = "What was just written at these indices is what stands there"
ORDER = "The order of the additions changes, so the last digits may."

TABLE = Table(
    both=(
        Law(
            "local_IncSubtensor_serialize",
            "canonicalize",
            "Adding into parts of an array commutes with adding arrays, so a sum of such arrays "
            "can be made by adding each part into one array, one after the other.",
            (
                Formula(
                    add_at(v, x, "0") + add_at(w, y, "1"),
                    add_at(add_at(v + w, x, "0"), y, "1"),
                    example=True,
                ),
            ),
            ORDER,
            aliases=("pre_local_IncSubtensor_serialize",),
        ),
        Law(
            "local_useless_inc_subtensor",
            "useless work removed",
            "Every element is overwritten, or added to, so the result is the new values, or the "
            "sum.",
            (
                Formula(set_at(v, w, ":"), w, where="where v and w have one length"),
                Formula(add_at(ZEROS, w, ":"), w, where="where w has length 3", example=True),
            ),
        ),
        Law(
            "local_useless_inc_subtensor_alloc",
            "useless work removed",
            "Writing repeats a single value over all the elements it is written to by itself, so "
            "it need not be repeated before; asserts keep the check of the lengths.",
            (Formula(add_at(v, alloc(x, 2), "1:"), add_at(v, x, "1:"), example=True),),
        ),
        Law(
            "local_incsubtensor_of_zeros",
            "useless work removed",
            "Adding zeros changes nothing.",
            (Formula(add_at(v, 0, "1:"), v, example=True),),
            aliases=("local_incsubtensor_of_allocs",),
        ),
        Law(
            "local_incsubtensor_of_zeros_to_setsubtensor",
            "specialize",
            "Zero plus a value is the value, so it may be written without reading the zeros.",
            (Formula(add_at(ZEROS, x, "1:"), set_at(ZEROS, x, "1:"), example=True),),
        ),
        Law(
            "local_setsubtensor_of_constants",
            "useless work removed",
            "Writing the number that stands everywhere in the array changes nothing.",
            (Formula(set_at(alloc(x, 3), x, "1:"), alloc(x, 3), example=True),),
            aliases=("local_setsubtensor_of_allocs",),
        ),
        Law(
            "local_inplace_setsubtensor",
            "in-place",
            "Nobody reads the array after this write, so it may be made in the array itself "
            "instead of a copy.",
        ),
    ),
    theano=(
        Law(
            "local_set_to_inc_subtensor",
            "canonicalize",
            "Writing what stands there plus a value is adding the value.",
            (
                Formula(
                    set_at(v, at(v, "1:") + x, "1:"), add_at(v, x, "1:"), where=UNIQUE, example=True
                ),
            ),
            "Where an index is repeated the result differs, which Theano does not check.",
        ),
        Law(
            "local_inplace_incsubtensor1",
            "in-place",
            "Nobody reads the array after these rows are added to, so it may be done in the array "
            "itself instead of a copy.",
        ),
        Law(
            "local_inplace_DiagonalSubtensor",
            "in-place",
            "Nothing that still needs the array is disturbed, so the result may share or take its "
            "memory.",
        ),
    ),
    pytensor=(
        Law(
            "local_set_to_inc_subtensor",
            "canonicalize",
            "Writing what stands there plus a value is adding the value.",
            (
                Formula(
                    set_at(v, at(v, "1:") + x, "1:"), add_at(v, x, "1:"), where=UNIQUE, example=True
                ),
            ),
        ),
        Law(
            "local_inplace_AdvancedIncSubtensor",
            "in-place",
            "Nobody reads the array after these elements are written, so it may be done in the "
            "array itself instead of a copy.",
        ),
        Law(
            "local_add_of_sparse_write",
            "indexing",
            "Where zeros were not written to they add nothing, so only the written elements have "
            "to be added.",
            (Formula(v + set_at(ZEROS, x, "1"), add_at(v, x, "1"), example=True),),
        ),
        Law(
            "local_read_of_write_same_indices",
            "indexing",
            f"{SAME}: the new value, or the old one plus it.",
            (
                Formula(at(set_at(v, x, "1"), "1"), x, example=True),
                Formula(at(add_at(v, x, "1"), "1"), at(v, "1") + x, where=UNIQUE, example=True),
            ),
            TRUSTS,
        ),
        Law(
            "local_advanced_read_of_write_constant_indices",
            "indexing",
            "Both lists of indices are known, so it is known of each element that is read "
            "whether it was written, and what stands there.",
            (
                Formula(at(set_at(v, x, "1"), "2"), at(v, "2"), example=True),
                Formula(at(set_at(v, x, "1"), "1"), x, example=True),
            ),
            IN_BOUNDS,
        ),
        Law(
            "local_slice_read_of_write",
            "indexing",
            "The slice and the written indices are known, so it is known of each element that is "
            "read whether it was written, and what stands there.",
            (Formula(at(set_at(v, x, "0"), "1:"), at(v, "1:"), example=True),),
            IN_BOUNDS,
        ),
        Law(
            "local_write_of_write_same_indices",
            "indexing",
            "A write hides the write before it at the same indices, and two additions add up.",
            (
                Formula(set_at(set_at(v, x, "1"), y, "1"), set_at(v, y, "1"), example=True),
                Formula(add_at(add_at(v, x, "1"), y, "1"), add_at(v, x + y, "1"), example=True),
                Formula(
                    add_at(set_at(v, x, "1"), y, "1"),
                    set_at(v, x + y, "1"),
                    where=UNIQUE,
                    example=True,
                ),
            ),
            ORDER,
        ),
    ),
)
