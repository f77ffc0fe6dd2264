"""Compute expressions with NumPy, to check that what is printed is what the engine computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy

from xorexplain.errors import NotComputableError
from xorexplain.graph.ops import axes_of, entries_of, has, having, kind_words
from xorexplain.notation.arrays import dimshuffle, log_softmax, softmax, softmax_grad
from xorexplain.notation.expr import FILL, NUMBER, OUTPUT, SYMBOL, Expr, postorder
from xorexplain.notation.picking import (
    inc_rows,
    inc_subtensor,
    label_loss,
    label_loss_grad,
    set_rows,
    set_subtensor,
    subtensor,
    whole,
)
from xorexplain.notation.special import SPECIAL

__all__ = ["FUNCTIONS", "NotComputableError", "evaluate"]

Array = Any


READ = frozenset({"axis", "order", "index", "mode", "ndim", "position"})
"""Properties that every function below reads."""


def evaluate(root: Expr, values: Mapping[str, Array]) -> Array:
    """Compute an expression; `values` holds an array for each symbol.

    Raise NotComputableError, saying why, for an op that has no entry in `FUNCTIONS`, and for one
    that NumPy cannot compute of these values.
    """
    done: dict[int, Array] = {}
    for current in postorder([root]):
        if current.kind == SYMBOL:
            if current.text not in values:
                raise NotComputableError(f"no value of {current.text} is known")
            done[id(current)] = values[current.text]
        elif current.kind == NUMBER:
            done[id(current)] = float(current.text)
        else:
            function = FUNCTIONS.get(current.kind)
            if function is None:
                raise NotComputableError(f"{_named(current)} has no counterpart in NumPy here")
            _refuse_unread(current)
            done[id(current)] = _applied(function, current, [done[id(a)] for a in current.args])
    return done[id(root)]


def _named(current: Expr) -> str:
    core = current.param("core")
    return f"batched {kind_words(core.partition(' [')[0])}" if core else kind_words(current.kind)


def _refuse_unread(current: Expr) -> None:
    """Raise NotComputableError for a property that no function here reads."""
    if has(current.kind, "passes"):
        return
    read = set(READ)
    if current.kind == "cast" or has(current.kind, "reduces"):
        # Whether the smallest value of the type is among them matters to empty arrays alone.
        read |= {"dtype", "initial", "keepdims"}
    unread = [name for name, _ in current.params if name not in read]
    if unread:
        words = f"{_named(current)} with {unread[0]}={current.param(unread[0])}"
        raise NotComputableError(f"{words} has no counterpart in NumPy here")


def _applied(function: Callable[..., Array], current: Expr, args: Sequence[Array]) -> Array:
    try:
        return function(current, *args)
    except NotComputableError:
        raise
    except Exception as error:
        words = " ".join(f"{type(error).__name__}: {error}".split())
        raise NotComputableError(f"{current.kind} cannot be computed: {words}") from error


def _plain(function: Callable[..., Array]) -> Callable[..., Array]:
    return lambda current, *args: function(*args)


def _fold(function: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    def folded(current: Expr, first: Array, *rest: Array) -> Array:
        for other in rest:
            first = function(first, other)
        return first

    return folded


def _bitwise(function: Callable[[Array, Array], Array]) -> Callable[[Array, Array], Array]:
    """Let a number of a formula, which is read as a float, meet integers and truth values."""
    return lambda one, other: function(whole(one), whole(other))


def _axes(current: Expr) -> tuple[int, ...] | None:
    return axes_of(current.param("axis"))


def _reduction(function: Callable[..., Array]) -> Callable[..., Array]:
    def reduced(current: Expr, x: Array) -> Array:
        kept = {"keepdims": True} if current.param("keepdims") else {}
        found = function(x, axis=_axes(current), **kept)
        dtype = current.param("dtype")
        return found if dtype is None else numpy.asarray(found).astype(dtype)

    return reduced


def _running(function: Callable[..., Array]) -> Callable[..., Array]:
    def along(current: Expr, x: Array) -> Array:
        axes = _axes(current)
        return function(x, axis=axes[0] if axes else None)

    return along


def _join(axis: Array, *parts: Array) -> Array:
    return numpy.concatenate([numpy.asarray(part) for part in parts], axis=int(axis))


def _vector(*entries: Array) -> Array:
    if len({numpy.shape(entry) for entry in entries}) > 1:
        # Older releases of NumPy make an array of objects of them.
        raise NotComputableError("what has several shapes makes no vector")
    return numpy.asarray(entries)


def _batched_dot(x: Array, y: Array) -> Array:
    """Multiply entry by entry along the first axis; entries may be vectors or matrices."""
    return numpy.stack([numpy.dot(one, other) for one, other in zip(x, y, strict=True)])


def _split(current: Expr, x: Array, lengths: Array) -> list[Array]:
    ends = numpy.cumsum([int(length) for length in numpy.atleast_1d(lengths)])[:-1]
    (axis,) = _axes(current) or (0,)
    return numpy.split(numpy.asarray(x), ends, axis=axis)


def _output(current: Expr, outputs: Array) -> Array:
    return outputs[int(current.param("position") or "0")]


def _length(current: Expr, x: Array) -> Array:
    (axis,) = _axes(current) or (0,)
    return numpy.shape(x)[axis]


def _dimshuffle(current: Expr, x: Array) -> Array:
    order = current.param("order")
    if order is None:
        return numpy.transpose(x)
    return dimshuffle(x, *(None if entry == "x" else int(entry) for entry in entries_of(order)))


def _softmax(current: Expr, x: Array) -> Array:
    return softmax(x, _axes(current))


def _log_softmax(current: Expr, x: Array) -> Array:
    return log_softmax(x, _axes(current))


def _cast(current: Expr, x: Array) -> Array:
    return numpy.asarray(x).astype(current.param("dtype"))


def _softmax_grad(current: Expr, dy: Array, y: Array) -> Array:
    return softmax_grad(dy, y, _axes(current))


def _reshape(current: Expr, x: Array, shape: Array) -> Array:
    return numpy.reshape(x, tuple(int(length) for length in numpy.atleast_1d(shape)))


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + numpy.exp(-x))


UFUNCS = (
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan"),
    *("arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arccosh"),
    *("arctanh", "abs", "sign", "floor", "ceil", "trunc", "outer", "clip", "arange"),
)
"""Kinds that NumPy has a function for under the same name."""
FUNCTIONS: Mapping[str, Callable[..., Array]] = {
    **{kind: _plain(getattr(numpy, kind)) for kind in (*UFUNCS, "maximum", "minimum")},
    "add": _fold(numpy.add),
    "mul": _fold(numpy.multiply),
    "and": _fold(_bitwise(numpy.bitwise_and)),
    "or": _fold(_bitwise(numpy.bitwise_or)),
    "xor": _fold(_bitwise(numpy.bitwise_xor)),
    "invert": _plain(numpy.invert),
    "is_nan": _plain(numpy.isnan),
    "is_inf": _plain(numpy.isinf),
    "sub": _plain(numpy.subtract),
    "true_div": _plain(numpy.divide),
    "int_div": _plain(numpy.floor_divide),
    "mod": _plain(numpy.mod),
    "pow": _plain(numpy.power),
    "neg": _plain(numpy.negative),
    "sqr": _plain(numpy.square),
    "reciprocal": _plain(lambda x: 1 / x),
    "sigmoid": _plain(_sigmoid),
    "softplus": _plain(lambda x: numpy.logaddexp(0, x)),
    "softsign": _plain(lambda x: x / (1 + numpy.abs(x))),
    "eq": _plain(numpy.equal),
    "neq": _plain(numpy.not_equal),
    "lt": _plain(numpy.less),
    "le": _plain(numpy.less_equal),
    "gt": _plain(numpy.greater),
    "ge": _plain(numpy.greater_equal),
    "switch": _plain(numpy.where),
    "identity": _plain(lambda x: x),
    **dict.fromkeys(having("passes"), _plain(lambda x, *conditions: x)),
    "cast": _cast,
    FILL: _plain(lambda value, like: numpy.broadcast_to(value, numpy.shape(like))),
    "dot": _fold(numpy.dot),
    "dot22": _plain(numpy.dot),
    "mat_mul": _plain(numpy.matmul),
    "matmul": _plain(numpy.matmul),
    "batched_dot": _plain(_batched_dot),
    **dict.fromkeys(("sparse_dot", "structured_dot", "true_dot"), _plain(lambda x, y: x @ y)),
    "sparse_transpose": _plain(lambda x: x.T),
    **SPECIAL,
    "matrix_inverse": _plain(numpy.linalg.inv),
    "det": _plain(numpy.linalg.det),
    "transpose": _dimshuffle,
    "expand_dims": _dimshuffle,
    "squeeze": _dimshuffle,
    "dimshuffle": _dimshuffle,
    "sum": _reduction(numpy.sum),
    "prod": _reduction(numpy.prod),
    "mean": _reduction(numpy.mean),
    "any": _reduction(numpy.any),
    "all": _reduction(numpy.all),
    "max": _reduction(numpy.max),
    "min": _reduction(numpy.min),
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "subtensor": subtensor,
    "set_subtensor": set_subtensor,
    "inc_subtensor": inc_subtensor,
    "advanced_subtensor1": _plain(lambda x, rows: x[whole(rows)]),
    "advanced_subtensor": subtensor,
    "advanced_inc_subtensor1": inc_rows,
    "cumsum": _running(numpy.cumsum),
    "cumprod": _running(numpy.cumprod),
    "join": _plain(_join),
    "make_vector": _plain(_vector),
    "shape_i": _length,
    "split": _split,
    OUTPUT: _output,
    "reshape": _reshape,
    "shape": _plain(lambda x: numpy.asarray(numpy.shape(x))),
    "softmax_grad": _softmax_grad,
    "crossentropy_categorical1_hot": _plain(label_loss),
    "crossentropy_categorical1_hot_grad": _plain(label_loss_grad),
    "advanced_inc_subtensor": inc_subtensor,
    "advanced_set_subtensor": set_subtensor,
    "advanced_set_subtensor1": set_rows,
    "alloc": _plain(lambda value, *shape: numpy.broadcast_to(value, [int(n) for n in shape])),
}
"""NumPy's counterpart of each kind of op; the first argument is the expression itself."""
