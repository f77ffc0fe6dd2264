"""Laws of what a backend or a special kind of array asks for: Numba, JAX, xtensor, sparse."""

from __future__ import annotations

from xorexplain.rewrites.laws.records import Law, Table

CORE_SHAPE = (
    "The op and its results stay the same; it is told the lengths of its results, so that Numba "
    "can set memory aside before the loop runs."
)
TUPLE = (
    "A tuple of the lengths and a vector of them name the same shape; JAX has to see the tuple "
    "while it traces."
)
LOWERED = (
    "An xtensor is an array whose axes have names; with each name's place looked up, the op on "
    "names is an op on places."
)
SPARSE_CALL = (
    "The C function and the op that is replaced are two implementations of the same computation; "
    "it works on the stored entries, their places and the matrix's lengths directly."
)

TABLE = Table(
    both=(
        Law(
            "local_csm_properties_csm",
            "useless work removed",
            "The parts a sparse matrix was put together from are the parts it has.",
        ),
        Law(
            "local_dense_from_sparse_sparse_from_dense",
            "useless work removed",
            "A matrix made sparse and made dense again has the same entries.",
        ),
        Law(
            "local_inplace_remove0",
            "in-place",
            "Nobody reads the sparse matrix after this op, so its zeros may be dropped in itself.",
        ),
        Law(
            "local_inplace_addsd_ccode",
            "in-place",
            "Nobody reads the dense matrix after this op, so the sparse one may be added into it.",
        ),
        Law(
            "local_addsd_ccode",
            "specialize",
            SPARSE_CALL,
            aliases=(
                "local_structured_dot",
                "local_usmm_csx",
                "local_csm_grad_c",
                "local_mul_s_d",
                "local_mul_s_v",
                "local_structured_add_s_v",
                "local_sampling_dot_csr",
            ),
        ),
        Law(
            "local_usmm",
            "BLAS",
            "One op multiplies a sparse matrix, scales the product and adds it, which is what the "
            "difference and the product do one by one.",
        ),
        Law(
            "local_usmm_csc_dense_inplace",
            "in-place",
            "Nobody reads the matrix that is added to after this op, so the result may be written "
            "into it.",
        ),
    ),
    pytensor=(
        Law(
            "introduce_explicit_core_shape_blockwise",
            "backend",
            CORE_SHAPE,
            aliases=("introduce_explicit_core_shape_rv",),
        ),
        Law(
            "cast_rv_float_params_to_float64",
            "backend",
            "Numbers of a shorter type are the same numbers in a longer one, and the draw is made "
            "in the longer one in any case; Numba is faster without the conversion.",
        ),
        Law(
            "jax_shape_parameter_as_tuple",
            "backend",
            TUPLE,
            aliases=(
                "shape_parameter_as_tuple",
                "size_parameter_as_tuple",
                "jax_size_parameter_as_tuple",
            ),
        ),
        Law(
            "boolean_indexing_set_or_inc",
            "backend",
            "Writing one number where a mask is true is choosing between that number and the old "
            "value for each element, which JAX can compile.",
            aliases=("jax_boolean_indexing_set_or_inc",),
        ),
        Law(
            "boolean_indexing_sum",
            "backend",
            "The elements that a mask leaves out add nothing to a sum, and neither do zeros in "
            "their places.",
            aliases=("jax_boolean_indexing_sum",),
        ),
        Law(
            "lower_elemwise",
            "backend",
            LOWERED,
            aliases=(
                "lower_blockwise",
                "lower_rv",
                "lower_dot",
                "lower_reduce",
                "lower_cumreduce",
                "lower_index",
                "lower_index_update",
                "lower_stack",
                "lower_unstack",
                "lower_concat",
                "lower_transpose",
                "lower_squeeze",
                "lower_expand_dims",
                "lower_broadcast",
            ),
        ),
        Law(
            "useless_tensor_from_xtensor",
            "useless work removed",
            "An array that is given names and stripped of them, or the other way round, is the "
            "same array, and other names do not change its values.",
            aliases=(
                "useless_xtensor_from_tensor",
                "useless_tensor_from_xtensor_of_rename",
                "useless_rename",
                "useless_rng_to_xrng",
                "useless_xrng_to_rng",
            ),
        ),
    ),
)
