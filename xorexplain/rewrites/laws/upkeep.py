"""Laws of what changes nothing: equal computations, constants, copies, checks, known answers."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Formula, Law, Table
from xorexplain.rewrites.laws.terms import (
    and_,
    eq,
    le,
    lt,
    maximum,
    minimum,
    n,
    neq,
    one,
    or_,
    sigmoid,
    switch,
    v,
    x,
    xor,
    y,
    zero,
)

TABLE = Table(
    both=(
        Law(
            "MergeOptimizer",
            "merge",
            "Two nodes with the same op and the same inputs compute the same value, and two equal "
            "constants are one, so one of them can serve all readers.",
            (Formula(sigmoid(x), sigmoid(y), where="where x and y are one value; so for any op"),),
            aliases=("merge", "merge1", "merge1.1", "merge1.2", "merge2", "merge3"),
        ),
        Law(
            "constant_folding",
            "constant folding",
            "All inputs are constants, so the value is the same in every call and is computed "
            "once, now.",
            aliases=(
                "topo_constant_folding",
                "constant_folding_for_scan2",
                "cut_gpua_constant_transfers",
            ),
        ),
        Law(
            "local_useless_elemwise",
            "useless work removed",
            "A sum or product of one operand is that operand, a value equals itself, and what "
            "combining with true or false gives follows from the truth table.",
            (
                Formula(eq(x, x), one),
                Formula(neq(x, x), zero),
                Formula(and_(lt(x, y), 0), zero),
                Formula(or_(lt(x, y), 0), lt(x, y)),
                Formula(xor(lt(x, y), lt(x, y)), zero),
            ),
            "A NaN does not equal itself; the result says it does.",
        ),
        Law(
            "local_useless_elemwise_comparison",
            "useless work removed",
            "A value is neither less nor greater than itself and is its own minimum and maximum, "
            "and a length is never below 0.",
            (
                Formula(lt(x, x), zero),
                Formula(le(x, x), one),
                Formula(maximum(x, x), x),
                Formula(lt(n, 0), zero, where="where n is a length"),
                Formula(maximum(n, 0), n, where="where n is a length"),
                Formula(minimum(n, 0), zero, where="where n is a length"),
            ),
            "A NaN compares false with itself; the result says true for ≤ and ≥.",
        ),
        Law(
            "local_useless_switch",
            "useless work removed",
            "The condition is a constant, both branches are the same, or the choice only keeps a "
            "length from going below 0, so the answer is known without choosing.",
            (
                Formula(switch(1, x, y), x),
                Formula(switch(0, x, y), y),
                Formula(switch(lt(x, y), v, v), v),
                Formula(switch(le(n, 0), 0, n), n, where="where n is a length"),
            ),
            aliases=("local_remove_switch_const_cond",),
        ),
        Law(
            "local_view_op",
            "useless work removed",
            "A view hands on its input unchanged.",
        ),
        Law(
            "remove_tensor_copy",
            "useless work removed",
            "A copy equals its original, and at this stage nothing writes over either of them.",
        ),
        Law(
            "local_remove_useless_assert",
            "useless work removed",
            "A condition that is constantly true never fails, so it need not be checked.",
        ),
        Law(
            "local_remove_all_assert",
            "unsafe",
            "An assert hands on its input unchanged where its condition holds; whoever asks for "
            "this rewrite vouches that it always does.",
            caveat="An input that breaks the condition is no longer reported.",
        ),
        Law(
            "local_alloc_empty_to_zeros",
            "bookkeeping",
            "Memory that is written before it is read may hold anything at first; zeros make a "
            "stray NaN in it impossible while one hunts for NaNs.",
            aliases=("alloc_empty_to_zeros",),
        ),
        Law(
            "inline_ofg_expansion",
            "inlining",
            "The op is by definition the graph it holds, applied to its inputs.",
            aliases=("inline_ofg_expansion_xtensor",),
        ),
        Law(
            "add_destroy_handler",
            "bookkeeping",
            "Nothing is replaced: from here on the graph keeps track of what may be written over.",
            aliases=("AddDestroyHandler",),
        ),
        Law(
            "ShapeOpt",
            "bookkeeping",
            "Nothing is replaced: from here on the graph keeps track of lengths.",
            aliases=("ShapeOptimizer",),
        ),
        Law(
            "UnShapeOpt",
            "bookkeeping",
            "Nothing is replaced: the graph no longer keeps track of lengths.",
            aliases=("UnShapeOptimizer",),
        ),
        Law(
            "CheckStackTrace",
            "bookkeeping",
            "Nothing is replaced: the check looks for nodes that no longer know their source line.",
        ),
        Law(
            "PrintCurrentFunctionGraph",
            "bookkeeping",
            "Nothing is replaced: the graph is printed.",
            aliases=("Print1.21", "Print1.51"),
        ),
        Law(
            "insert_deepcopy",
            "bookkeeping",
            "A copy equals its original; it keeps a result from sharing memory with an input or "
            "another result that the caller may change.",
        ),
    ),
    theano=(
        Law(
            "local_useless_composite",
            "useless work removed",
            "Results of a fused op that nobody reads do not change its other results.",
        ),
    ),
    pytensor=(
        Law(
            "merge_inlined_symbolic",
            "merge",
            "Opened ops may compute the same value twice; one of the two can serve all readers.",
        ),
        Law(
            "local_useless_composite_outputs",
            "useless work removed",
            "Results of a fused op that nobody reads do not change its other results, and inputs "
            "that no result needs change none.",
        ),
        Law(
            "drain_specify_assumptions",
            "bookkeeping",
            "The marker hands on its input unchanged; what it promised of the value is noted "
            "down before it is dropped.",
            aliases=("local_drain_specify_assumptions",),
        ),
        Law(
            "late_inline_OpFromGraph",
            "inlining",
            "The op is by definition the graph it holds, applied to its inputs.",
        ),
        Law(
            "inline_symbolic_for_fusion",
            "inlining",
            "The op is by definition the graph it holds; opened, its elementwise parts can be "
            "fused with what stands around them.",
        ),
        Law(
            "inline_optimized_einsum",
            "inlining",
            "The order of the products is settled, and the op is by definition the graph it holds.",
        ),
        Law(
            "optimize_einsum_inner_graph",
            "linear algebra",
            "Sums of products may be multiplied in any order; with the lengths known, the "
            "cheapest order can be picked.",
        ),
        Law(
            "ofg_inner_graph",
            "inlining",
            "The graph inside the op is rewritten by the same laws as the graph around it, so "
            "its results stay the same.",
            aliases=("rewrite_inner_graph", "scan_inner_graph", "optimize_inner_graph"),
        ),
        Law(
            "remove_constants_and_duplicate_inputs_scipy",
            "useless work removed",
            "A constant is the same outside and inside the op, and two equal inputs are one, so "
            "neither has to be handed over each time.",
        ),
    ),
)
