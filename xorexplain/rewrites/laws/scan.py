"""Laws of loops (Scan), conditionals (IfElse) and random draws."""

from __future__ import annotations

from xorexplain.rewrites.laws.arithmetic import ROUNDING
from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import lt, switch, x, y, z

ENDS = (
    "Each round adds one matrix product to a running sum of which only the end is read, and the "
    "sum of the products is one product of the matrices joined."
)
DRAWS = (
    "Draws of one distribution can be made from draws of another, with the same probabilities; "
    "JAX has only the other."
)

TABLE = Table(
    both=(
        Law(
            "scan_push_out_non_seq",
            "scan",
            "What does not depend on the round has the same value in every round, so it may be "
            "computed once before the loop.",
            aliases=("scanOp_pushout_nonseqs_ops", "scan_pushout_nonseqs_ops"),
        ),
        Law(
            "scan_push_out_seq",
            "scan",
            "What depends on the round only through the sequence's elements can be computed for "
            "all elements at once, before the loop.",
            aliases=("scanOp_pushout_seqs_ops", "scan_pushout_seqs_ops"),
        ),
        Law(
            "scan_push_out_add",
            "scan",
            ENDS,
            caveat=ROUNDING,
            aliases=("scanOp_pushout_output", "scan_pushout_add"),
        ),
        Law(
            "scan_push_out_dot1",
            "scan",
            ENDS,
            caveat=ROUNDING,
            aliases=("scan_pushout_dot1",),
        ),
        Law(
            "scan_merge",
            "scan",
            "The loops have the same number of rounds and do not read each other, so one loop can "
            "do the work of both in each round.",
            aliases=("scanOp_merge",),
        ),
        Law(
            "scan_merge_inouts",
            "scan",
            "Equal inputs of a loop are one input, and results that start from the same values "
            "and compute the same in each round are one result.",
            aliases=("scanOp_merge_inouts",),
        ),
    ),
    theano=(
        Law(
            "scanOp_save_mem",
            "scan",
            "Only some of the rounds' values are read, so only those have to be stored, and "
            "rounds after the last one that is read need not run.",
        ),
        Law(
            "remove_constants_and_unused_inputs_scan",
            "scan",
            "A constant is the same in every round and may stand inside the loop, equal inputs are "
            "one, and an input that no round reads changes nothing.",
            aliases=(
                "scanOp_remove_constants_and_unused_inputs0",
                "scanOp_remove_constants_and_unused_inputs1",
                "scanop_remove_constants_and_unused_inputs2",
                "scanOp_remove_constants_and_unused_inputs3",
            ),
        ),
    ),
    pytensor=(
        Law(
            "scan_remove_unused",
            "scan",
            "A value that nobody reads, neither after the loop nor in a later round of what is "
            "read, changes nothing.",
            aliases=(
                "scan_remove_unused_top",
                "scan_input_and_output_cleanup0",
                "scan_input_and_output_cleanup1",
                "scan_input_and_output_cleanup2",
                "scan_input_and_output_cleanup3",
            ),
        ),
        Law(
            "scan_inline_invariant_constants",
            "scan",
            "A constant is the same in every round, so it may stand inside the loop, where more "
            "can be computed now.",
        ),
        Law(
            "scan_merge_duplicate_inputs",
            "scan",
            "Two inputs that compute the same value are one input.",
        ),
        Law(
            "scan_reduce_nsteps",
            "scan",
            "Rounds after the last one whose value is read change nothing that is read.",
        ),
        Law(
            "scan_reduce_trace_prealloc",
            "scan",
            "Only the last rounds' values are read, by the reader or by the next round, so older "
            "ones may be written over.",
            aliases=("scan_reduce_trace_no_prealloc",),
        ),
        Law(
            "scan_sit_sot_to_untraced",
            "scan",
            "Only the last value is kept, so it may be handed from round to round by itself, "
            "without an array that holds it.",
        ),
        Law(
            "introduce_lazy_ifelse",
            "control flow",
            "Work that only one branch needs has no effect when the other is taken, so it may be "
            "moved into its branch and be done only when that is taken.",
        ),
        Law(
            "cond_merge_ifs_true",
            "control flow",
            "Inside the branch for true the same condition is known to be true.",
            (Formula(switch(lt(x, y), switch(lt(x, y), x, y), z), switch(lt(x, y), x, z)),),
        ),
        Law(
            "cond_merge_ifs_false",
            "control flow",
            "Inside the branch for false the same condition is known to be false.",
            (Formula(switch(lt(x, y), z, switch(lt(x, y), x, y)), switch(lt(x, y), z, y)),),
        ),
        Law(
            "merge_sibling_ifelse",
            "control flow",
            "Both conditionals ask the same question and are always read together, so one "
            "conditional can choose for both.",
            aliases=("cond_merge",),
        ),
        Law(
            "sidestep_unused_rng_consumer",
            "random",
            "Nobody reads the draw, so it need not be made, and the generator may be handed on as "
            "it was.",
            caveat="Later draws from that generator differ from those of the graph as written.",
        ),
        Law(
            "lognormal_from_normal",
            "random",
            DRAWS,
            aliases=(
                "halfnormal_from_normal",
                "geometric_from_uniform",
                "negative_binomial_from_gamma_poisson",
                "inverse_gamma_from_gamma",
                "generalized_gamma_from_gamma",
                "wald_from_normal_uniform",
                "beta_binomial_from_beta_binomial",
                "jax_random_vars_rewrites",
            ),
        ),
        Law(
            "materialize_implicit_arange_choice_without_replacement",
            "random",
            "Choosing among n things is choosing among the numbers 0 to n − 1, which JAX needs "
            "written out.",
        ),
    ),
)
