"""Differentiate and evaluate with PyTensor."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy
import pytensor
from pytensor.compile.mode import Mode
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply, Constant
from pytensor.graph.null_type import NullType
from pytensor.scalar.basic import Composite, ScalarOp
from pytensor.tensor.basic import as_tensor_variable
from pytensor.tensor.elemwise import Elemwise
from pytensor.tensor.rewriting.fused_elemwise import FusedElemwise

from xorexplain.engines import Adjoint
from xorexplain.engines.shared.common import plain, run_python, toposort
from xorexplain.engines.shared.computing import (
    MAX_OPERANDS,
    by_node,
    in_parts,
    is_too_wide,
    kept_value,
    python_first,
    refused,
    run_fused,
)
from xorexplain.engines.shared.recursion import call_deep


def adjoints(
    cost: Any, wrt: Sequence[Any], seeds: Mapping[Any, Any] | None = None
) -> list[Adjoint]:
    """Return the adjoints of variables from one call of `pytensor.grad`.

    With `seeds`, the adjoints of some variables are given and `cost` may be None.
    """
    found = call_deep(
        lambda: pytensor.grad(
            cost,
            list(wrt),
            disconnected_inputs="ignore",
            return_disconnected="disconnected",
            null_gradients="return",
            known_grads=dict(seeds) if seeds else None,
            add_names=False,
        )
    )
    return [_adjoint(variable) for variable in found]


def connections(apply: Any) -> list[list[bool]]:
    """Tell for each input of an apply node which outputs depend on its values."""
    declare = getattr(apply.op, "connection_pattern", None)
    if declare is None:
        return [[True] * len(apply.outputs) for _ in apply.inputs]
    return [[bool(flag) for flag in row] for row in call_deep(lambda: declare(apply))]


def has_own_gradient(apply: Any) -> bool:
    """Tell whether the author of an OpFromGraph gave it a gradient of its own."""
    return getattr(apply.op, "pullback_overrides", None) is not None


def edge_adjoints(apply: Any, outputs: Collection[int]) -> list[Adjoint]:
    """Return what each input of an apply node would receive from these outputs' adjoints.

    The other outputs count as disconnected. An integer output's adjoint is a float, as in
    `pytensor.grad`. An op that raises is recorded with what it raised.
    """
    incoming = [
        _like(output) if position in outputs else DisconnectedType()()
        for position, output in enumerate(apply.outputs)
    ]
    pattern = connections(apply)
    reached = [any(row[position] for position in outputs) for row in pattern]
    try:
        terms = call_deep(lambda: apply.op.pullback(apply.inputs, apply.outputs, incoming))
    except Exception as error:  # noqa: BLE001 - the op's own code; what it raised is the answer
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return [
            Adjoint(None, reason, "refused" if is_read else "unconnected") for is_read in reached
        ]
    found = [_adjoint(term) for term in terms]
    return [
        edge if is_read else Adjoint(None, "disconnected", "unconnected")
        for edge, is_read in zip(found, reached, strict=True)
    ]


def _like(output: Any) -> Any:
    """Make a variable that can be the adjoint of an output."""
    if not _is_float(output) and isinstance(output.type, pytensor.tensor.TensorType):
        return pytensor.tensor.TensorType(pytensor.config.floatX, output.type.shape)()
    return output.type() if _is_float(output) else DisconnectedType()()


def _is_float(variable: Any) -> bool:
    return str(getattr(variable.type, "dtype", "")).startswith(("float", "complex"))


def _adjoint(variable: Any) -> Adjoint:
    if isinstance(variable.type, DisconnectedType):
        return Adjoint(None, "disconnected", "disconnected")
    if isinstance(variable.type, NullType):
        return Adjoint(None, variable.type.why_null or "undefined", "undefined")
    return Adjoint(variable)


def evaluator(outputs: Sequence[Any], inputs: Sequence[Any]) -> Callable[..., list[Any]]:
    """Make a function of the values of `inputs`, which may be shared or computed variables.

    It runs Python code, nothing is rewritten or compiled, and nothing of the model is changed:
    shared variables keep their values and random streams their state.
    """
    stand_ins = [variable.type() for variable in inputs]

    def whole() -> Any:
        with _without_own_updates(outputs):
            return call_deep(
                lambda: pytensor.function(
                    stand_ins,
                    list(outputs),
                    givens=list(zip(inputs, stand_ins, strict=True)),
                    mode=Mode("py", None),
                    on_unused_input="ignore",
                )
            )

    kept = partial(kept_value, constant=Constant, shared=SharedVariable)
    return python_first(whole, lambda: by_node(outputs, inputs, kept, compute))


@contextlib.contextmanager
def _without_own_updates(outputs: Sequence[Any]) -> Iterator[None]:
    """Take the updates off that random streams bring along, which a function would apply."""
    updates = {
        variable: variable.default_update
        for node in toposort(outputs)
        for variable in node.inputs
        if getattr(variable, "default_update", None) is not None
    }
    for variable in updates:
        variable.default_update = None
    try:
        yield
    finally:
        for variable, update in updates.items():
            variable.default_update = update


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
            return run_python(node, values)
    except Exception as error:
        raise refused(node, plain(node.op), error, can_compile=True) from error


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
