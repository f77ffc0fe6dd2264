"""Differentiate and evaluate with Theano."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import theano
from theano.compile.mode import Mode
from theano.configparser import change_flags
from theano.gof.graph import Apply
from theano.gof.null_type import NullType
from theano.gradient import DisconnectedType

from xorexplain.engines import Adjoint
from xorexplain.engines.common import run_python
from xorexplain.engines.recursion import call_deep


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
    code here, as convolution with current SciPy, has the function compiled instead.
    """
    stand_ins = [variable.type() for variable in inputs]

    def made(mode: Any) -> Any:
        return call_deep(
            lambda: theano.function(
                stand_ins,
                list(outputs),
                givens=list(zip(inputs, stand_ins, strict=True)),
                mode=mode,
                on_unused_input="ignore",
                no_default_updates=True,
            )
        )

    functions = [made(Mode("py", None))]

    def compute(*values: Any) -> list[Any]:
        try:
            return list(functions[-1](*values))
        except NotImplementedError:
            if len(functions) > 1:
                raise
            functions.append(made(None))
            return list(functions[-1](*values))

    return compute


def compute(apply: Any, inputs: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """Run an apply node's op on copies of values of `inputs` and return those of its outputs.

    It runs the op's Python code, or compiles it where there is none.
    """
    node = Apply(apply.op, list(inputs), [output.clone() for output in apply.outputs])
    try:
        with change_flags(cxx=""):
            return run_python(node, values)
    except NotImplementedError:
        given = dict(zip(inputs, values, strict=True))
        return evaluator(node.outputs, list(given))(*given.values())
