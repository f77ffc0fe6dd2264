"""Differentiate and evaluate with Theano."""

from __future__ import annotations

import contextlib
import copy
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import theano
from theano.compile import SharedVariable
from theano.compile.mode import Mode
from theano.configparser import change_flags
from theano.gof.cc import CLinker
from theano.gof.fg import FunctionGraph
from theano.gof.graph import Apply, Constant
from theano.gof.null_type import NullType
from theano.gof.op import CLinkerOp
from theano.gof.utils import MethodNotDefined
from theano.gradient import DisconnectedType
from theano.scalar import Composite
from theano.tensor.elemwise import Elemwise

from xorexplain.engines import Adjoint
from xorexplain.engines.shared.common import plain, run_python
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
    """Return the adjoints of variables from one call of `T.grad`.

    With `seeds`, the adjoints of some variables are given and `cost` may be None.
    """
    found = call_deep(
        lambda: theano.grad(
            cost,
            list(wrt),
            disconnected_inputs="ignore",
            return_disconnected="Disconnected",
            null_gradients="return",
            known_grads=OrderedDict(seeds) if seeds else None,
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
    is_graph = isinstance(apply.op, theano.OpFromGraph)
    return is_graph and not getattr(apply.op, "_lop_is_default", True)


def edge_adjoints(apply: Any, outputs: Collection[int]) -> list[Adjoint]:
    """Return what each input of an apply node would receive from these outputs' adjoints.

    The other outputs count as disconnected. An integer output's adjoint is a float, as in
    `T.grad`. An op that raises is recorded with what it raised.
    """
    incoming = [
        _like(output) if position in outputs else DisconnectedType()()
        for position, output in enumerate(apply.outputs)
    ]
    pattern = connections(apply)
    reached = [any(row[position] for position in outputs) for row in pattern]
    try:
        terms = call_deep(lambda: apply.op.L_op(apply.inputs, apply.outputs, incoming))
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
    if not _is_float(output) and isinstance(output.type, theano.tensor.TensorType):
        return theano.tensor.TensorType(theano.config.floatX, output.type.broadcastable)()
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
    shared variables keep their values and random streams their state. An op that has no Python
    code here, as convolution, is compiled, alone. Raise NotComputedError where there is no way.
    """
    stand_ins = [variable.type() for variable in inputs]

    def whole() -> Any:
        return call_deep(
            lambda: theano.function(
                stand_ins,
                list(outputs),
                givens=list(zip(inputs, stand_ins, strict=True)),
                mode=Mode("py", None),
                on_unused_input="ignore",
                no_default_updates=True,
            )
        )

    kept = partial(kept_value, constant=Constant, shared=SharedVariable)
    return python_first(whole, lambda: by_node(outputs, inputs, kept, compute))


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
        has_code = type(node.op).c_code is not CLinkerOp.c_code
        is_lacking = isinstance(error, (NotImplementedError, MethodNotDefined))
        can_compile = bool(theano.config.cxx) or not (has_code or is_lacking)
        if can_compile and (has_code or is_lacking):
            with contextlib.suppress(Exception):
                make = _compiled if has_code else _rewritten
                alone = make(node.op, *(tuple(v.type for v in vs) for vs in (node.inputs, outputs)))
                return alone(*map(copy.deepcopy, values))
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
