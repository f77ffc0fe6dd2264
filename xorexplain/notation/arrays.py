"""Compute what NumPy has no single function for; copied NumPy code carries these as they stand."""

from __future__ import annotations

from typing import Any

import numpy

Array = Any


def dimshuffle(x: Array, *order: int | None) -> Array:
    """Order the axes of an array; None inserts one, and one of length 1 may be left out."""
    kept = [entry for entry in order if entry is not None]
    dropped = [axis for axis in range(numpy.ndim(x)) if axis not in kept]
    squeezed = numpy.squeeze(
        numpy.transpose(x, kept + dropped), tuple(range(len(kept), numpy.ndim(x)))
    )
    shape = iter(numpy.shape(squeezed))
    return numpy.reshape(squeezed, [1 if entry is None else next(shape) for entry in order])


def softmax(x: Array, axis: tuple[int, ...] | int | None = None) -> Array:
    """Turn scores into chances along axes."""
    powers = numpy.exp(x - numpy.max(x, axis=axis, keepdims=True))
    return powers / numpy.sum(powers, axis=axis, keepdims=True)


def log_softmax(x: Array, axis: tuple[int, ...] | int | None = None) -> Array:
    """Turn scores into logarithms of chances, also of chances that are rounded to 0."""
    below = x - numpy.max(x, axis=axis, keepdims=True)
    return below - numpy.log(numpy.sum(numpy.exp(below), axis=axis, keepdims=True))


def softmax_grad(dy: Array, y: Array, axis: tuple[int, ...] | None = None) -> Array:
    """Hand the adjoint of chances on to their scores."""
    return y * (dy - numpy.sum(dy * y, axis=axis, keepdims=True))


def put(x: Array, index: Any, value: Array) -> Array:
    """Return the array with elements replaced."""
    changed = numpy.array(x, dtype=numpy.result_type(x, value))
    changed[index] = value
    return changed


def add_at(x: Array, index: Any, value: Array) -> Array:
    """Return the array with something added to elements, once for each time one is named."""
    changed = numpy.array(x, dtype=numpy.result_type(x, value))
    numpy.add.at(changed, index, value)
    return changed


def label_loss(chances: Array, labels: Array) -> Array:
    """Compute minus the logarithm of the chance of each row's label."""
    return -numpy.log(chances[numpy.arange(len(chances)), labels])


def label_loss_grad(dy: Array, chances: Array, labels: Array) -> Array:
    """Hand the adjoint of each row to the chance of its label, over minus that chance."""
    rows, found = numpy.arange(len(chances)), numpy.zeros_like(chances)
    found[rows, labels] = -dy / chances[rows, labels]
    return found


def label_loss_of_scores(scores: Array, bias: Array, labels: Array) -> tuple[Array, Array, Array]:
    """Compute minus the logarithm of the chance of each row's label, the chances, the best."""
    chances = softmax(scores + bias, axis=-1)
    return label_loss(chances, labels), chances, numpy.argmax(scores + bias, axis=-1)


def label_loss_of_scores_grad(dy: Array, chances: Array, labels: Array) -> Array:
    """Hand the adjoint of each row's loss on to its scores."""
    found = numpy.array(chances)
    found[numpy.arange(len(found)), labels] -= 1
    return found * numpy.reshape(dy, (-1, 1))
