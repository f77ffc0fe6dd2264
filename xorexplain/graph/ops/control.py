"""List the kinds of ops that steer a computation, draw numbers, or fit no other family."""

from __future__ import annotations

from functools import partial

from xorexplain.graph.ops.records import Kind

_random = partial(Kind, "random")
_draw = partial(
    _random,
    sentence="Draws random numbers, and gives the generator's next state.",
    traits=("draws",),
)
_control = partial(Kind, "control")
_other = partial(Kind, "other")
_asserted = partial(
    _control,
    sentence="Hands its input on, if a condition holds.",
    traits=("passes",),
    said=("msg", "exc_type", "can_be_replaced_by_ninf"),
)

KINDS = (
    _other("diff", "Subtracts each element from the next along an axis."),
    _other(
        "pool",
        "Takes the largest element, the sum or the mean of each window.",
        traits=("chooses", "windows"),
    ),
    _other(
        "max_pool_grad",
        "Hands what a window receives to its largest element.",
        traits=("same shape", "windows"),
        least=6,
    ),
    _other(
        "average_pool_grad",
        "Hands what a window receives to its elements, in equal parts.",
        traits=("same shape", "windows"),
        least=5,
    ),
    _control(
        "scan",
        "Runs a loop: its inner graph once for each round.",
        stem="h",
        traits=("own graph",),
        implied=("rounds",),
    ),
    _control(
        "repeated",
        "Stands for equal parts of a graph, and carries the first of them.",
        implied=("count",),
    ),
    _control("part", "Stands for a part of a graph that leads to a named value, and carries it."),
    _control(
        "if_else",
        "Computes one of two branches, as a condition says.",
        stem="pick",
        words="if else",
    ),
    _control(
        "op_from_graph",
        "Computes a graph of its own, as one op.",
        stem="f",
        words="op from graph",
        traits=("graph", "own graph"),
        implied=("extended_signature",),
    ),
    _control(
        "deep_copy",
        "Copies its input, so that a result shares no memory.",
        traits=("carries", "same shape"),
        zero="first",
    ),
    _control(
        "view",
        "Hands its input on under another name, without copying.",
        traits=("carries", "same shape", "same value"),
        zero="first",
    ),
    _asserted("assert"),
    _asserted("check_and_raise"),
    _other("top_k", "Takes the largest elements along an axis."),
    _other("unique", "Takes each value once, in order."),
    _other("specify_assumptions", "Promises something of a matrix, such as that it is symmetric."),
    _other("abstract_batch_norm_train", "Shifts and scales a batch to mean 0 and variance 1."),
    _other(
        "abstract_batch_norm_inference", "Shifts and scales by a mean and variance that are given."
    ),
    _other("abstract_batch_norm_train_grad", "Hands an adjoint back through batch normalization."),
    _control("output_guard", "Hands its input on, and keeps it from being overwritten."),
    _control("print", "Hands its input on, and prints it.", traits=("passes",)),
    _control(
        "disconnected_grad",
        "Hands its input on; for the gradient it is not connected with it.",
        traits=("passes", "steers gradient", "stops gradient"),
        zero="first",
    ),
    _control(
        "zero_grad",
        "Hands its input on; its gradient is zero.",
        traits=("passes", "steers gradient", "stops gradient"),
        zero="first",
    ),
    _control(
        "grad_clip",
        "Hands its input on, and keeps its adjoint within bounds.",
        traits=("passes", "steers gradient"),
        zero="first",
    ),
    _other(
        "grad_scale",
        "Hands its input on, and multiplies its adjoint.",
        traits=("passes", "steers gradient"),
        zero="first",
    ),
    _control(
        "undefined_grad",
        "Hands its input on; its gradient is undefined.",
        traits=("passes", "steers gradient"),
        zero="first",
    ),
    _control(
        "consider_constant",
        "Hands its input on; for the gradient it is a constant.",
        traits=("passes", "steers gradient", "stops gradient"),
        zero="first",
    ),
    _other("rfft", "Gives the discrete Fourier transform of real numbers."),
    _other("irfft", "Gives real numbers from their discrete Fourier transform."),
    _other("batch_normalization", "Shifts and scales by a mean and deviation that are given."),
    _other("from_function", "Calls a function that is written in Python.", traits=("own graph",)),
    _draw("mrg_uniform"),
    _draw("random_function"),
    _draw("random_variable"),
    _draw("sized_draw", traits=("sized",)),
    _random(
        "xrv", "Draws random numbers along dimensions, by their names.", traits=("draws by dims",)
    ),
    _other(
        "downsample_factor_max_grad_grad",
        "Takes of each window what lies where its largest element does.",
        traits=("windows",),
        words="pool where the maximum is",
        least=6,
    ),
    _other("images2_neibs", "Makes a row of each window of images.", words="windows as rows"),
    _other("diagonal_subtensor", "Takes what lies on a diagonal of two axes."),
    _other("inc_diagonal_subtensor", "Adds to what lies on a diagonal of two axes."),
    _other("unravel_index", "Gives the place along each axis of places that are counted through."),
    _other("ravel_multi_index", "Counts through the places that are given along each axis."),
    _other("fill_diagonal_offset", "Puts one value on a diagonal of a matrix."),
    _other("bartlett", "Gives a window that rises to the middle and falls again."),
    _other("cpu_contiguous", "Lays an array out in one piece.", traits=("carries", "same shape")),
    _other("prepend_scalar_constant_to_each_row", "Puts a number before each row."),
    _other("prepend_scalar_to_each_row", "Puts a number before each row."),
    _other(
        "connectionist_temporal_classification",
        "Gives the cost of labels in a row that are not aligned with what is read.",
        words="CTC cost",
    ),
    _random("multinomial_from_uniform", "Counts how often numbers that were drawn chose a class."),
    _random("choice_from_uniform", "Chooses classes by numbers that were drawn."),
    _random("dot_modulo", "Moves states of a generator ahead, by a matrix and a modulus."),
    _control("pdb_breakpoint", "Hands its inputs on, and stops in the debugger."),
    _other("minimize", "Finds where a graph of its own is smallest, by SciPy."),
    _other("minimize_scalar", "Finds where a graph of its own is smallest, for one number."),
    _other("root", "Finds where a graph of its own is zero, by SciPy."),
    _other("root_scalar", "Finds where a graph of its own is zero, for one number."),
    _other("make_list", "Puts arrays into a list."),
    _other("load_from_disk", "Reads an array from a file."),
)
