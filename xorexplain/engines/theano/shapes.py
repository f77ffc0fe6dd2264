"""Read what a Theano graph knows of shapes, beside which lengths are 1."""

from __future__ import annotations

from typing import Any

from theano.compile import SharedVariable
from theano.tensor.nnet.abstract_conv import AbstractConv, get_conv_output_shape

Shape = tuple[int | None, ...]


def told_shape(variable: Any, shape: Shape) -> Shape:
    """Complete a shape by what the user told a convolution, `input_shape` and `filter_shape`.

    Theano's types have no lengths, so the op keeps them.
    """
    op = getattr(variable.owner, "op", None)
    if not isinstance(op, AbstractConv) or getattr(op, "unshared", False):
        return shape
    filters = variable.owner.inputs[1]
    kernel = op.kshp or (None,) * len(shape)
    if isinstance(filters, SharedVariable):
        kernel = filters.get_value(borrow=True).shape
    told = get_conv_output_shape(
        op.imshp or (None,) * len(shape),
        kernel,
        op.border_mode,
        op.subsample,
        op.filter_dilation,
    )
    lengths = (None if length is None else int(length) for length in told)
    return tuple(own or length for own, length in zip(shape, lengths, strict=True))
