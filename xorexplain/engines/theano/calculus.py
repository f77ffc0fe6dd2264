"""Compute Theano's ops one by one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import theano
from theano.configparser import change_flags
from theano.gof.cc import CLinker
from theano.gof.fg import FunctionGraph
from theano.gof.graph import Apply
from theano.gof.op import CLinkerOp
from theano.gof.utils import MethodNotDefined
from theano.scalar import Composite
from theano.tensor.elemwise import Elemwise

from xorexplain.engines.shared.common import plain, run_python
from xorexplain.engines.shared.computing import (
    MAX_OPERANDS,
    in_parts,
    is_too_wide,
    refused,
    run_fused,
)
from xorexplain.engines.theano.locks import given_back


def has_own_gradient(apply: Any) -> bool:
    """Tell whether the author of an OpFromGraph gave it a gradient of its own."""
    is_graph = isinstance(apply.op, theano.OpFromGraph)
    return is_graph and not getattr(apply.op, "_lop_is_default", True)


def compute(apply: Any, inputs: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """Run an apply node's op on copies of values of `inputs` and return those of its outputs.

    It runs the op's Python code, or compiles it alone where there is none that works here. Raise
    NotComputedError where neither can be done, and the op's own error for values that do not fit.
    """
    outputs = [output.clone() for output in apply.outputs]
    node = Apply(apply.op, list(inputs), outputs)
    try:
        with change_flags(cxx=""):
            # Theano runs what is fused in Python's numbers, for which `~True` is -2.
            is_fused = isinstance(getattr(node.op, "scalar_op", None), Composite)
            if isinstance(node.op, Elemwise) and (is_fused or is_too_wide(node)):
                return _compute_wide(node.op.scalar_op, values)
            return run_python(node, values)
    except Exception as error:
        # A Scan is no op of the C linker, and has none of its methods.
        has_code = getattr(type(node.op), "c_code", CLinkerOp.c_code) is not CLinkerOp.c_code
        is_lacking = isinstance(error, (NotImplementedError, MethodNotDefined))
        can_compile = bool(theano.config.cxx) or not (has_code or is_lacking)
        if can_compile and (has_code or is_lacking):
            try:
                make = _compiled if has_code else _rewritten
                types = (tuple(v.type for v in variables) for variables in (node.inputs, outputs))
                with given_back():
                    alone = make(node.op, *types)
                return alone(*map(copy.deepcopy, values))
            except Exception as compiling:  # noqa: BLE001 - of a compiler
                # That there is no Python code says nothing where its C code is what fails.
                error = compiling if is_lacking else error
        raise refused(node, plain(node.op), error, can_compile) from error


def _alone(op: Any, types: tuple[Any, ...], made: tuple[Any, ...]) -> Any:
    """Make an apply node of free inputs; what an op is called with need not be its inputs."""
    return Apply(op, [type_() for type_ in types], [type_() for type_ in made])


@lru_cache(maxsize=64)
def _rewritten(op: Any, types: tuple[Any, ...], made: tuple[Any, ...]) -> Callable[..., list[Any]]:
    """Make a function of what Theano makes of an op that stands for others, as a convolution."""
    node = _alone(op, types, made)
    function = theano.function(node.inputs, node.outputs, on_unused_input="ignore")
    return lambda *values: list(function(*values))


@lru_cache(maxsize=64)
def _compiled(op: Any, types: tuple[Any, ...], made: tuple[Any, ...]) -> Callable[..., list[Any]]:
    """Make a function of an op's C code alone."""
    node = _alone(op, types, made)
    graph = FunctionGraph(node.inputs, node.outputs, clone=False)
    storage: list[list[Any]] = [[None] for _ in types]
    run, _, results = CLinker().accept(graph).make_thunk(storage)

    def computed(*values: Any) -> list[Any]:
        for cell, type_, value in zip(storage, types, values, strict=True):
            cell[0] = type_.filter(value)
        run()
        return [copy.deepcopy(result.storage[0]) for result in results]

    return computed


def _compute_wide(scalar_op: Any, values: Sequence[Any]) -> list[Any]:
    """Run an elementwise op that has more operands than NumPy takes."""
    if isinstance(scalar_op, Composite):
        graph = scalar_op.fgraph
        return run_fused(graph.toposort(), graph.inputs, graph.outputs, values, _elementwise)
    if getattr(scalar_op, "associative", False):
        return in_parts(values, lambda some: _elementwise(scalar_op, some))
    raise NotImplementedError


def _elementwise(scalar_op: Any, values: Sequence[Any]) -> list[Any]:
    """Run a scalar op on whole arrays."""
    if isinstance(scalar_op, Composite) or len(values) >= MAX_OPERANDS:
        return _compute_wide(scalar_op, values)
    single = Elemwise(scalar_op).make_node(*map(theano.tensor.as_tensor_variable, values))
    return run_python(single, values)
