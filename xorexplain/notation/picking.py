"""Pick, replace and add to elements of arrays by an index text, as an op has it."""

from __future__ import annotations

from typing import Any

import numpy

from xorexplain.graph.ops import entries_of
from xorexplain.notation import arrays
from xorexplain.notation.expr import Expr

Array = Any


def _index(current: Expr, indices: tuple[Array, ...]) -> tuple[Any, ...]:
    """Read an index text such as `·, 1:·`; each `·` takes the next of the given values."""
    given = iter(indices)

    def bound(text: str) -> int | None:
        if text == "":
            return None
        return int(next(given)) if text == "·" else int(text)

    found: list[Any] = []
    for entry in entries_of(current.param("index")):
        parts = entry.split(":")
        if len(parts) > 1:
            found.append(slice(*map(bound, parts)))
        else:
            found.append(whole(next(given)) if entry == "·" else int(entry))
    return tuple(found)


def subtensor(current: Expr, x: Array, *indices: Array) -> Array:
    """Take elements by plain indices and slices."""
    return x[_index(current, indices)]


def set_subtensor(current: Expr, x: Array, value: Array, *indices: Array) -> Array:
    """Replace the elements that plain indices and slices choose."""
    return arrays.put(x, _index(current, indices), value)


def inc_subtensor(current: Expr, x: Array, value: Array, *indices: Array) -> Array:
    """Add to the elements that plain indices and slices choose."""
    return arrays.add_at(x, _index(current, indices), value)


def inc_rows(current: Expr, x: Array, value: Array, rows: Array) -> Array:
    """Add to rows, once for each time one is named."""
    return arrays.add_at(x, whole(rows), value)


def set_rows(current: Expr, x: Array, value: Array, rows: Array) -> Array:
    """Replace rows; of one that is named twice the last value stays."""
    return arrays.put(x, whole(rows), value)


def whole(index: Array) -> Array:
    """Make an index of numbers that were read as floats."""
    array = numpy.asarray(index)
    return array.astype(int) if array.dtype.kind == "f" else array


def label_loss(chances: Array, labels: Array) -> Array:
    """Compute minus the logarithm of the chance of each row's label."""
    return arrays.label_loss(chances, whole(labels))


def label_loss_grad(dy: Array, chances: Array, labels: Array) -> Array:
    """Hand the adjoint of each row to the chance of its label, over minus that chance."""
    return arrays.label_loss_grad(dy, chances, whole(labels))
