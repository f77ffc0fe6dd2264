"""Compute PyTensor's ops one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
import pytensor
from pytensor.graph.basic import Apply
from pytensor.scalar.basic import Composite, ScalarOp
from pytensor.tensor.basic import as_tensor_variable
from pytensor.tensor.elemwise import CAReduce, Elemwise
from pytensor.tensor.rewriting.fused_elemwise import FusedElemwise

from xorexplain.engines.shared.common import plain, run_python
from xorexplain.engines.shared.computing import (
    MAX_OPERANDS,
    by_node,
    in_parts,
    is_too_wide,
    refused,
    run_fused,
)


def has_own_gradient(apply: Any) -> bool:
    """Tell whether the author of an OpFromGraph gave it a gradient of its own."""
    return getattr(apply.op, "pullback_overrides", None) is not None


def compute(apply: Any, inputs: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """Run an apply node's op on copies of values of `inputs` and return those of its outputs.

    Nothing is compiled, not even inner graphs. Raise NotComputedError where that cannot be done,
    and the op's own error for values that do not fit it.
    """
    node = Apply(apply.op, list(inputs), [output.clone() for output in apply.outputs])
    try:
        with pytensor.config.change_flags(cxx=""):
            if isinstance(node.op, Elemwise):
                scalar_op = node.op.scalar_op
                if isinstance(scalar_op, Composite) or is_too_wide(node):
                    return _elementwise(scalar_op, values)
            if isinstance(node.op, FusedElemwise):
                graph = node.op.fgraph
                return by_node(graph.outputs, graph.inputs, lambda v: v.data, compute)(*values)
            if isinstance(node.op, ScalarOp):
                return [value[()] for value in map(numpy.asarray, _elementwise(node.op, values))]
            if isinstance(node.op, CAReduce) and isinstance(node.op.scalar_op, Composite):
                return _of_what_is_fused(node, values[0])
            if isinstance(node.op, CAReduce) and not numpy.ndim(values[0]):
                return [_of_a_number(node, values[0])]
            return run_python(node, values)
    except Exception as error:
        raise refused(node, plain(node.op), error, can_compile=True) from error


def _of_a_number(node: Apply, value: Any) -> Any:
    """Reduce a number, which a rewrite hands on, and over an axis the op's own code refuses."""
    return numpy.asarray(value, dtype=node.outputs[0].type.dtype)


def _of_what_is_fused(node: Apply, value: Any) -> list[Any]:
    """Compute what a reduction applies to each element, as in C mode a sum of squares, and reduce.

    PyTensor's own Python code begins with the first element, and applies nothing to that.
    """
    op, graph = node.op, node.op.scalar_op.fgraph
    carried = graph.inputs[0]
    ((last, position),) = graph.clients[carried]
    given = [numpy.asarray(op.scalar_op.identity, carried.dtype), value]
    fused = [last.inputs[1 - position]]
    (elements,) = run_fused(graph.toposort(), graph.inputs, fused, given, _elementwise)
    types = {"dtype": op.dtype, "acc_dtype": op.acc_dtype}
    reduction = CAReduce(last.op, op.axis, **types).make_node(as_tensor_variable(elements))
    return compute(reduction, reduction.inputs, [elements])


def _elementwise(scalar_op: Any, values: Sequence[Any]) -> list[Any]:
    """Run a scalar op on whole arrays; what is fused runs one op after the other.

    PyTensor's own way goes element by element in Python's floats, and some scalar ops mix those
    with float32 numbers, which costs half of the digits.
    """
    if isinstance(scalar_op, Composite):
        graph = scalar_op.fgraph
        return run_fused(graph.toposort(), graph.inputs, graph.outputs, values, _elementwise)
    if len(values) >= MAX_OPERANDS and getattr(scalar_op, "associative", False):
        return in_parts(values, lambda some: _elementwise(scalar_op, some))
    single = Elemwise(scalar_op).make_node(*map(as_tensor_variable, values))
    return run_python(single, values)
