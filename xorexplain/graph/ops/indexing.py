"""List the kinds of ops that choose elements by their places."""

from __future__ import annotations

from functools import partial

from xorexplain.graph.ops.records import Kind

_row = partial(Kind, "indexing")
_taking = partial(_row, zero="first", said=("index",))
_writing = partial(
    _row, traits=("same shape",), zero="first two", least=2, implied=("mode",), said=("index",)
)
_adding = partial(_writing, words="add at")
_setting = partial(_writing, words="set at")

KINDS = (
    _taking(
        "subtensor",
        "Takes elements by plain indices and slices.",
        words="index",
        example=("nm", "index=:, 0"),
    ),
    _taking("advanced_subtensor", "Takes elements by arrays of indices.", words="take"),
    _taking(
        "advanced_subtensor1",
        "Takes rows by a list of indices.",
        words="take",
        least=2,
        example=("nm", "k"),
    ),
    _taking("advanced_boolean_subtensor", "Takes the elements where a mask is true.", words="take"),
    _writing(
        "inc_subtensor",
        "Adds to the elements that indices and slices choose.",
        words="add into",
        example=("nm", "n", "index=:, 0"),
    ),
    _writing(
        "set_subtensor",
        "Replaces the elements that indices and slices choose.",
        words="set",
        example=("nm", "n", "index=:, 0"),
    ),
    _adding("advanced_inc_subtensor", "Adds to the elements that arrays of indices choose."),
    _setting("advanced_set_subtensor", "Replaces the elements that arrays of indices choose."),
    _adding("advanced_inc_subtensor1", "Adds to the rows that a list of indices chooses.", least=3),
    _setting(
        "advanced_set_subtensor1", "Replaces the rows that a list of indices chooses.", least=3
    ),
    _adding("advanced_boolean_inc_subtensor", "Adds to the elements where a mask is true."),
    _setting("advanced_boolean_set_subtensor", "Replaces the elements where a mask is true."),
    _taking("x_index", "Takes elements by an index for each dimension.", words="take", example=()),
    _writing("x_add_at", "Adds to the elements that indices choose.", words="add at", example=()),
    _writing("x_set_at", "Replaces the elements that indices choose.", words="set at", example=()),
    _row("searchsorted", "Tells where values belong in a sorted vector."),
    _row("extract_diag", "Takes the diagonal of a matrix.", zero="first"),
    _row("nonzero", "Tells the indices of the elements that are not zero."),
    _row("make_slice", "Makes a slice of a start, a stop and a step."),
    _row("permute_row_elements", "Reorders the elements of each row."),
    _row("choose", "Takes each element from one of several arrays, as an array of numbers says."),
)
