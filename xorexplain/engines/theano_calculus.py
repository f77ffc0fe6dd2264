"""Differentiate and evaluate with Theano."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import theano
from theano.compile.mode import Mode
from theano.gradient import DisconnectedType
from theano.gof.null_type import NullType

from xorexplain.engines import Adjoint
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
            known_grads=dict(seeds) if seeds else None,
            add_names=False,
        )
    )
    return [_adjoint(variable) for variable in found]


def edge_adjoints(apply: Any) -> list[Adjoint]:
    """Return what each input of an apply node would receive from float adjoints of its outputs."""
    incoming = [
        output.type() if _is_float(output) else DisconnectedType()() for output in apply.outputs
    ]
    return [_adjoint(term) for term in apply.op.L_op(apply.inputs, apply.outputs, incoming)]


def _is_float(variable: Any) -> bool:
    return str(getattr(variable.type, "dtype", "")).startswith(("float", "complex"))


def _adjoint(variable: Any) -> Adjoint:
    if isinstance(variable.type, DisconnectedType):
        return Adjoint(None, "disconnected")
    if isinstance(variable.type, NullType):
        return Adjoint(None, variable.type.why_null or "undefined")
    return Adjoint(variable)


def evaluator(outputs: Sequence[Any], inputs: Sequence[Any]) -> Callable[..., list[Any]]:
    """Make a function of the values of `inputs`, which may be shared or computed variables.

    It runs Python code, nothing is rewritten or compiled, and nothing of the model is changed:
    shared variables keep their values and random streams their state.
    """
    stand_ins = [variable.type() for variable in inputs]
    function = call_deep(
        lambda: theano.function(
            stand_ins,
            list(outputs),
            givens=list(zip(inputs, stand_ins, strict=True)),
            mode=Mode("py", None),
            on_unused_input="ignore",
            no_default_updates=True,
        )
    )
    return lambda *values: list(function(*values))
