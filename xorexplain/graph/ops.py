"""Know the ops both engines share: family, sign and whether argument order matters."""

from __future__ import annotations

from xorexplain.graph.records import Family

INFIX: dict[str, str] = {
    "add": "+",
    "sub": "−",
    "mul": "×",
    "true_div": "÷",
    "int_div": "//",
    "mod": "mod",
    "pow": "^",
    "lt": "<",
    "le": "≤",
    "gt": ">",
    "ge": "≥",
    "eq": "=",
    "neq": "≠",
    "and": "and",
    "or": "or",
    "xor": "xor",
    "dot": "·",
}
"""Signs people write between two arguments."""

PRECEDENCE: dict[str, int] = {
    "or": 1,
    "xor": 2,
    "and": 3,
    "lt": 4,
    "le": 4,
    "gt": 4,
    "ge": 4,
    "eq": 4,
    "neq": 4,
    "add": 5,
    "sub": 5,
    "mul": 6,
    "true_div": 6,
    "int_div": 6,
    "mod": 6,
    "dot": 6,
    "neg": 7,
    "pow": 8,
}
"""How tightly a sign binds; a higher number binds tighter, as in Python."""

COMMUTATIVE = frozenset({"add", "mul", "maximum", "minimum", "eq", "neq", "and", "or", "xor"})
"""Kinds whose arguments may be swapped, so that their position need not be shown."""

_LEAST = {
    **dict.fromkeys(["pow", "true_div", "second", "inc_subtensor", "set_subtensor"], 2),
    "dot22_scalar": 3,
    **dict.fromkeys(("ger", "gemm", "gemv"), 4),
}


def is_complete(kind: str, inputs: int) -> bool:
    """Tell whether an op has the inputs that what is written of its kind is made of.

    One of another's making, or from a file, may be called as the engine's own and have fewer.
    """
    return inputs >= _LEAST.get(kind, 1)


BROADCAST_NOISE = frozenset({"expand_dims", "second", "unbroadcast", "rebroadcast"})
"""Kinds that repeat a value along an axis and compute nothing."""

_GRAPHS = """
    op_from_graph softmax log_softmax logsumexp logaddexp xlogy xlog1py kron alloc_diag einsum pad
    solve_sylvester solve_discrete_are solve_bilinear_discrete_lyapunov
"""
GRAPHS = frozenset(_GRAPHS.split())
"""Kinds whose inner graph, where they have one, computes their outputs from their inputs."""

NO_AXIS = ""
"""The axes of a reduction that reduces nothing: `axis=()`, where None stands for all axes."""

IMPLIED: dict[str, frozenset[str]] = {
    "reshape": frozenset({"ndim"}),
    **dict.fromkeys(
        (
            f"{prefix}{verb}_subtensor{suffix}"
            for prefix in ("", "advanced_", "advanced_boolean_")
            for verb in ("inc", "set")
            for suffix in ("", "1")
        ),
        frozenset({"mode"}),
    ),
}
"""Parameters that say again what a kind or its arguments say."""


REDUCTIONS = frozenset({"sum", "prod", "max", "min", "mean", "any", "all"})
"""Kinds that hand on each element where they reduce over no axis."""


def axes_of(axis: str | None) -> tuple[int, ...] | None:
    """Read the axes of an op's parameter: None for all of them, no number for none."""
    if axis is None:
        return None
    return tuple(int(entry) for entry in axis.split(", ")) if axis != NO_AXIS else ()


_FAMILIES: dict[Family, str] = {
    "linear algebra": """
        dot dot22 dot22_scalar gemm gemv ger batched_dot mat_mul matmul blockwise cholesky solve
        solve_triangular cholesky_solve matrix_inverse matrix_pinv det slogdet eig eigh svd qr
        qr_full expm outer kron cumsum_op conv2d abstract_conv abstract_conv2d
        abstract_conv_grad_weights abstract_conv2d_grad_weights abstract_conv_grad_inputs
        abstract_conv2d_grad_inputs corr_m_m corr_m_m_grad_weights corr_m_m_grad_inputs
        lu lu_factor convolve1d convolve2d einsum solve_sylvester solve_discrete_are
        solve_bilinear_discrete_lyapunov
    """,
    "reduction": """
        sum prod mean max min all any argmax argmin max_and_argmax cumsum cumprod logsumexp
        careduce prod_without_zeros sort arg_sort softmax log_softmax softmax_grad
        softmax_with_bias crossentropy_softmax_argmax1_hot_with_bias
        crossentropy_softmax1_hot_with_bias_dx crossentropy_categorical1_hot
        crossentropy_categorical1_hot_grad log_softmax_grad
    """,
    "shape": """
        expand_dims transpose squeeze dimshuffle reshape flatten shape shape_i rebroadcast
        unbroadcast specify_shape second alloc alloc_empty make_vector join split tile repeat
        arange eye tri tensor_from_scalar scalar_from_tensor alloc_diag fill_diagonal
        join_dims split_dims pad
    """,
    "indexing": """
        subtensor inc_subtensor set_subtensor advanced_subtensor advanced_subtensor1
        advanced_inc_subtensor advanced_inc_subtensor1 advanced_set_subtensor
        advanced_set_subtensor1 advanced_boolean_subtensor advanced_boolean_inc_subtensor
        make_slice extract_diag nonzero permute_row_elements choose searchsorted
    """,
    "random": "random_function random_variable",
    "control": "scan if_else op_from_graph deep_copy output_guard view assert print "
    "check_and_raise disconnected_grad zero_grad grad_clip consider_constant",
    "elementwise": "composite fused_elemwise xlogy xlog1py logaddexp",
}

FAMILY_OF_KIND: dict[str, Family] = {
    kind: family for family, kinds in _FAMILIES.items() for kind in kinds.split()
}
