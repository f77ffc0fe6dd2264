"""Shapes, indices, joins, products and factorizations."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy
from fuzz.building import Builder, Item, NotFittingError


def reshape(b: Builder) -> Item:
    """Change the shape, keeping the elements."""
    item = b.pick()
    size = int(numpy.prod(item.shape))
    shapes: list[tuple[int, ...]] = [(size,), (1, size), (size, 1)]
    if size == 1:
        shapes.append(())
    if size % 2 == 0:
        shapes.append((2, size // 2))
    shape = b.choose(shapes)
    return b.add(b.T.reshape(item.variable, shape), shape)


def axes(b: Builder) -> Item:
    """Move the axes and add some of one element."""
    item = b.pick()
    left: list[Any] = list(range(item.ndim))
    order: list[Any] = []
    while left:
        order.append(b.choose(left))
        left.remove(order[-1])
    if item.ndim < 3 and b.choose((True, False)):
        order.insert(b.choose(range(len(order) + 1)), "x")
    shape = [1 if k == "x" else item.shape[k] for k in order]
    return b.add(item.variable.dimshuffle(*order), shape)


def flat(b: Builder) -> Item:
    """Flatten, repeat, or take a triangle."""
    item = b.pick(lambda item: item.ndim > 0)
    size = int(numpy.prod(item.shape))
    how = b.choose(("flatten", "repeat", "triangle"))
    if how == "repeat":
        axis = b.choose(range(item.ndim))
        shape = [n * (2 if k == axis else 1) for k, n in enumerate(item.shape)]
        return b.add(b.T.repeat(item.variable, 2, axis=axis), shape)
    if how == "triangle" and item.ndim == 2 and item.kind == "f":
        return b.add(b.T.tril(item.variable, b.choose((-1, 0, 1))), item.shape)
    return b.add(item.variable.flatten(), (size,))


def an_index(b: Builder, item: Item) -> tuple[Any, ...]:
    """Choose an index for each of the first axes: a place, a slice, a list of places."""
    found: list[Any] = []
    for n in item.shape[: b.choose(range(1, item.ndim + 1))]:
        found.append(
            b.choose(
                (
                    b.choose(range(-n, n)),
                    slice(None),
                    slice(b.choose(range(n)), None),
                    slice(None, None, -1),
                    slice(None, None, 2),
                    slice(-1, None),
                    numpy.array([b.choose(range(-n, n)) for _ in range(2)]),
                )
            )
        )
    return tuple(found)


def repeats(place: tuple[Any, ...], shape: tuple[int, ...]) -> bool:
    """Tell whether an index names an element more than once."""
    named = numpy.arange(numpy.prod(shape)).reshape(shape)[place]
    return numpy.unique(named).size < named.size


def index(b: Builder) -> Item:
    """Take elements, rows, slices and lists of places."""
    item = b.pick(lambda item: item.ndim > 0)
    place = an_index(b, item)
    return b.add(item.variable[place], numpy.zeros(item.shape)[place].shape)


def mask(b: Builder) -> Item:
    """Take what is true of a mask that is known."""
    item = b.pick(lambda item: item.ndim > 0)
    chosen = numpy.arange(item.shape[0]) % 2 == 0
    # Theano tries a mask on an array whose axes have other lengths, and refuses it.
    place = chosen.nonzero() if b.engine.name == "theano" else chosen
    return b.add(item.variable[place], (int(chosen.sum()), *item.shape[1:]))


def change(b: Builder) -> Item:
    """Set some elements, or add to them."""
    item = b.real(1)
    verb = b.choose((b.T.set_subtensor, b.T.inc_subtensor))
    place = an_index(b, item)
    if repeats(place, item.shape):
        # The engines' gradient of an element that is set twice is wrong: docs/engine-faults.rst.
        verb = b.T.inc_subtensor
    taken = item.variable[place]
    value = b.pick(lambda other: other.dtype == item.dtype and other.ndim == 0).variable
    return b.add(verb(taken, b.T.tanh(value)), item.shape)


def join(b: Builder) -> Item:
    """Join a value and one of its shape, or stack them."""
    item = b.pick(lambda item: item.ndim > 0)
    other = b.pick(lambda it: it.shape == item.shape and it.dtype == item.dtype)
    both = [item.variable, other.variable]
    axis = b.choose(range(-item.ndim, item.ndim))
    if b.choose((True, False)):
        shape = numpy.stack([numpy.zeros(item.shape)] * 2, axis=axis).shape
        return b.add(b.T.stack(both, axis=axis), shape)
    shape = numpy.concatenate([numpy.zeros(item.shape)] * 2, axis=axis).shape
    return b.add(b.T.concatenate(both, axis=axis), shape)


def split(b: Builder) -> Item:
    """Split an axis of two or more, and keep the second part."""
    item = b.pick(lambda item: item.ndim > 0 and item.shape[0] > 1)
    n = item.shape[0]
    parts = {"n_splits": 2} if b.engine.name == "theano" else {}
    _, second = b.T.split(item.variable, splits_size=[1, n - 1], axis=0, **parts)
    return b.add(second, (n - 1, *item.shape[1:]))


def product(b: Builder) -> Item:
    """Multiply matrices and vectors."""
    x = b.pick(lambda item: item.kind == "f" and item.ndim in (1, 2))
    y = b.pick(lambda it: it.kind == "f" and it.ndim in (1, 2) and it.shape[0] == x.shape[-1])
    made = b.T.dot(x.variable, y.variable)
    return b.add(made, numpy.dot(numpy.zeros(x.shape), numpy.zeros(y.shape)).shape)


def softmax(b: Builder) -> Item:
    """Normalize rows by exponentials."""
    item = b.pick(lambda item: item.kind == "f" and item.ndim == 2)
    if b.engine.name == "theano":
        return b.add(b.T.nnet.softmax(item.variable), item.shape)
    return b.add(b.T.special.softmax(item.variable, axis=-1), item.shape)


def factor(b: Builder) -> Item:
    """Factor, invert or solve with a positive matrix, on PyTensor also several at once."""
    most = 2 if b.engine.name == "theano" else 3
    item = b.pick(lambda it: it.dtype == "float64" and 2 <= it.ndim <= most)
    x, n = item.variable, item.shape[-2]
    if item.ndim == 2:
        positive = b.T.dot(x, x.T) + 2.0 * b.T.eye(n)
    else:
        positive = b.T.matmul(x, x.dimshuffle(0, 2, 1)) + 2.0 * b.T.eye(n)
    square = (*item.shape[:-2], n, n)
    if b.engine.name == "theano":
        slinalg = importlib.import_module("theano.tensor.slinalg")
        nlinalg = importlib.import_module("theano.tensor.nlinalg")
        functions = (slinalg.cholesky, nlinalg.matrix_inverse, nlinalg.det)
        solve = slinalg.solve
    else:
        linalg = b.T.linalg
        functions = (linalg.cholesky, linalg.inv, linalg.det)
        solve = linalg.solve
    number = b.choose(range(4))
    if number == 3 and item.ndim == 2:
        return b.add(solve(positive, x), item.shape)
    made = functions[number % 3](positive)
    return b.add(made, square[:-2] if number % 3 == 2 else square)


def vectorized(b: Builder) -> Item:
    """Repeat a function of vectors along rows (PyTensor)."""
    if b.engine.name == "theano":
        raise NotFittingError
    item = b.pick(lambda it: it.kind == "f" and it.ndim == 2)
    T = b.T
    each = T.vectorize(lambda v: v[::-1] * T.dot(v, v), signature="(a)->(a)")
    return b.add(each(item.variable), item.shape)


FAMILIES: Mapping[str, Callable[[Builder], Item]] = {
    "reshape": reshape,
    "axes": axes,
    "flat": flat,
    "index": index,
    "mask": mask,
    "change": change,
    "join": join,
    "split": split,
    "product": product,
    "softmax": softmax,
    "factor": factor,
    "vectorized": vectorized,
}
