"""Find the variables of a graph that are zero whatever its inputs are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xorexplain.graph.records import Apply, Graph

_ANY = frozenset({"mul", "dot", "dot22", "batched_dot", "mat_mul", "matmul", "and"})
"""Zero where one input is."""
_ALL = frozenset({"add", "sub", "maximum", "minimum", "make_vector", "or", "xor"})
"""Zero where every input is."""
_KEEPERS = """
    neg cast sqr sqrt abs sign round_half_to_even round_half_away_from_zero floor ceil trunc
    sin tan arcsin arctan sinh tanh expm1 log1p erf real imag conj identity
    expand_dims squeeze transpose dimshuffle view reshape flatten specify_shape unbroadcast
    rebroadcast deep_copy tensor_from_scalar scalar_from_tensor alloc alloc_diag extract_diag
    subtensor advanced_subtensor advanced_subtensor1 advanced_boolean_subtensor repeat tile split
    sum max min any cumsum sort true_div int_div consider_constant zero_grad disconnected_grad
    undefined_grad grad_clip grad_scale
"""
_FIRST = frozenset(_KEEPERS.split())
"""Zero where the first input is; further inputs are shapes, indices or divisors."""
_SELECTED: Mapping[str, tuple[int, ...]] = {"second": (1,), "switch": (1, 2)}
"""Zero where these inputs are."""
_ZERO = re.compile(r"-?0(\.0*)?|False")


def zeros(graph: Graph) -> frozenset[str]:
    """Return the variables that are structurally zero: a constant 0, or made so by a zero.

    Products with a zero, sums of zeros, and what keeps a zero a zero count; cancellation
    (`x - x`), `0 / 0` and inner graphs are not looked into.
    """
    found = {v.id for v in graph.variables if _is_zero(v.filling or "")}
    for apply in graph.applies:
        if _gives_zero(apply, [v in found for v in apply.inputs]):
            found.update(apply.outputs)
    return frozenset(found)


def _is_zero(value: str) -> bool:
    return _ZERO.fullmatch(value) is not None


def _gives_zero(apply: Apply, given: list[bool]) -> bool:
    kind = apply.op.kind
    if not given:
        return False
    if kind in _ANY:
        return any(given)
    if kind in _ALL:
        return all(given)
    if kind in _FIRST:
        return given[0]
    if kind == "join":
        # PyTensor's axis is a property of the op, Theano's its first input.
        return all(given if apply.op.param("axis") is not None else given[1:])
    if kind.endswith(("inc_subtensor", "inc_subtensor1", "set_subtensor", "set_subtensor1")):
        return given[0] and given[1]
    return kind in _SELECTED and all(given[position] for position in _SELECTED[kind])
