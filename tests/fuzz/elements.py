"""Work on elements, and reductions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy
from fuzz.building import Builder, Item, NotFittingError

FUNCTIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "tanh": lambda T, x: T.tanh(x),
    "sin": lambda T, x: T.sin(x),
    "cos": lambda T, x: T.cos(x),
    "exp": lambda T, x: T.exp(-(x**2)),
    "log1p": lambda T, x: T.log1p(x**2),
    "log": lambda T, x: T.log(x**2 + 0.5),
    "sqrt": lambda T, x: T.sqrt(x**2 + 1),
    "square": lambda T, x: x**2,
    "cube": lambda T, x: x**3,
    "negate": lambda T, x: -x,
    "invert": lambda T, x: 1 / (x**2 + 1),
    "erf": lambda T, x: T.erf(x),
    "expm1": lambda T, x: T.expm1(T.tanh(x)),
    "arctan": lambda T, x: T.arctan(x),
    "relu": lambda T, x: T.maximum(x, 0),
    "absolute": lambda T, x: abs(x),
    "clip": lambda T, x: T.clip(x, -0.77, 0.79),
    "softplus": lambda T, x: T.log(1 + T.exp(x)) if x.ndim else x * 2,
}
PAIRS: Mapping[str, Callable[[Any, Any, Any], Any]] = {
    "add": lambda T, x, y: x + y,
    "subtract": lambda T, x, y: x - y,
    "multiply": lambda T, x, y: x * y,
    "divide": lambda T, x, y: x / (y**2 + 1),
    "power": lambda T, x, y: (x**2 + 1) ** T.tanh(y),
    "maximum": lambda T, x, y: T.maximum(x, y),
    "arctan2": lambda T, x, y: T.arctan2(x, y**2 + 1),
    "switch": lambda T, x, y: T.switch(T.gt(x, 0.113), x, y * 2),
}
WHOLE: Mapping[str, Callable[[Any, Any, Any], Any]] = {
    "floor": lambda T, x, y: x // 2 + y,
    "remainder": lambda T, x, y: x % 3 - y,
    "and": lambda T, x, y: x & y,
    "or": lambda T, x, y: x | y,
    "exclusive": lambda T, x, y: x ^ y,
    "sign": lambda T, x, y: T.sgn(x) * y if hasattr(T, "sgn") else T.sign(x) * y,
}
ORDERS = ("lt", "ge", "eq", "neq", "gt", "le")


def function(b: Builder) -> Item:
    """Apply a smooth function, a kink away from zero, or one of whole numbers."""
    item = b.real()
    return b.add(FUNCTIONS[b.choose(list(FUNCTIONS))](b.T, item.variable), item.shape)


def pair(b: Builder) -> Item:
    """Combine two values that broadcast."""
    x = b.pick(lambda item: item.kind in "fi")
    y = b.twin(x)
    if "f" not in (x.kind + y.kind) or "b" in (x.kind + y.kind):
        return b.add(x.variable * y.variable, numpy.broadcast_shapes(x.shape, y.shape))
    made = PAIRS[b.choose(list(PAIRS))](b.T, x.variable, y.variable)
    return b.add(made, numpy.broadcast_shapes(x.shape, y.shape))


def whole(b: Builder) -> Item:
    """Combine two values of one whole type."""
    x = b.pick(lambda item: item.kind == "i")
    y = b.twin(x)
    if y.dtype != x.dtype:
        raise NotFittingError
    made = WHOLE[b.choose(list(WHOLE))](b.T, x.variable, y.variable)
    return b.add(made, numpy.broadcast_shapes(x.shape, y.shape))


def compare(b: Builder) -> Item:
    """Compare two values, or invert truth."""
    x = b.pick(lambda item: item.kind in "if")
    y = b.twin(x)
    made = getattr(b.T, b.choose(ORDERS))(x.variable, y.variable)
    return b.add(
        ~made if b.choose((True, False)) else made, numpy.broadcast_shapes(x.shape, y.shape)
    )


def cast(b: Builder) -> Item:
    """Change the type of a value that is real."""
    item = b.pick(lambda item: item.kind in "bif")
    dtypes = ("float32", "float64", "complex64", "complex128")
    if item.kind in "bi":
        dtypes = (*dtypes, "int8", "int64")
    return b.add(b.T.cast(item.variable, b.choose(dtypes)), item.shape)


def complex_part(b: Builder) -> Item:
    """Take apart or work on complex numbers."""
    item = b.pick(lambda item: item.kind == "c")
    T, z = b.T, item.variable
    made = b.choose((T.real, T.imag, T.conj, T.abs_ if hasattr(T, "abs_") else T.abs))(z)
    return b.add(made, item.shape)


def an_axis(b: Builder, item: Item) -> Any:
    """Choose no axes, all, one counted from either end, or two."""
    one: list[Any] = [None, ()]
    one += list(range(-item.ndim, item.ndim))
    one += [(0, item.ndim - 1)] if item.ndim > 1 else []
    return b.choose(one)


def reduction(b: Builder) -> Item:
    """Reduce over any choice of axes."""
    item = b.pick(lambda item: item.kind in "bif")
    names = ("any", "all") if item.kind == "b" else ("sum", "mean", "prod", "max", "min", "sum")
    axis, keep = an_axis(b, item), b.choose((False, False, True))
    name = b.choose(names)
    if name in ("max", "min") and axis == ():
        # No extreme over no axis.
        axis = None
    made = getattr(b.T, name)(item.variable, axis=axis, keepdims=keep)
    return b.add(made, numpy.sum(numpy.zeros(item.shape), axis=axis, keepdims=keep).shape)


def position(b: Builder) -> Item:
    """Find the place of the largest, or of each in order."""
    item = b.real(1)
    axis = b.choose(range(item.ndim))
    if b.choose((True, False)):
        made = b.T.argmax(item.variable, axis=axis)
        return b.add(made, item.shape[:axis] + item.shape[axis + 1 :])
    return b.add(b.T.argsort(item.variable, axis=axis), item.shape)


def running(b: Builder) -> Item:
    """Sum or multiply along an axis, or sort."""
    item = b.real(1)
    made = b.choose((b.T.cumsum, b.T.cumprod, b.T.sort))
    return b.add(made(item.variable, axis=b.choose(range(item.ndim))), item.shape)


FAMILIES: Mapping[str, Callable[[Builder], Item]] = {
    "function": function,
    "pair": pair,
    "whole": whole,
    "compare": compare,
    "cast": cast,
    "complex": complex_part,
    "reduction": reduction,
    "position": position,
    "running": running,
    "leaf": Builder.leaf,
}
