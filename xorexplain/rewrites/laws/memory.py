"""Laws of writing results over inputs that are no longer needed."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Law, Table

STATE = (
    "Nobody reads the old state of the generator after this draw, so the new state may be written "
    "over it."
)

TABLE = Table(
    both=(
        Law(
            "inplace_elemwise_optimizer",
            "in-place",
            "Each element of the result needs only the same element of this input, which nobody "
            "reads afterwards, so the result may be written over it.",
            aliases=("inplace_elemwise_opt", "inplace_elemwise", "Elemwise_inplace_optimizer"),
        ),
        Law("random_make_inplace", "in-place", STATE),
        Law(
            "scan_make_inplace",
            "in-place",
            "Nobody reads the initial values after the loop, so it may store its own values there.",
            aliases=("scanOp_make_inplace",),
        ),
        Law(
            "cond_make_inplace",
            "in-place",
            "The chosen branch is the result, so it may be handed on as it is instead of copied.",
        ),
    ),
    theano=(
        Law(
            "mrg_random_make_inplace",
            "in-place",
            STATE,
            aliases=("random_make_inplace_mrg",),
        ),
        Law(
            "local_inplace_sparse_block_gemv",
            "in-place",
            "Nobody reads the array that is added to after this op, so the result may be written "
            "into it.",
            aliases=("local_inplace_sparse_block_outer",),
        ),
    ),
    pytensor=(
        Law(
            "blockwise_inplace",
            "in-place",
            "The op may take the memory of this input for each member of the batch, and nobody "
            "reads the input afterwards.",
            aliases=("Blockwise_inplace_optimizer", "inplace_optimizer"),
        ),
        Law(
            "typed_list_inplace_rewrite",
            "in-place",
            "Nobody reads the list after this op, so it may be changed itself instead of a copy.",
        ),
    ),
)
