"""Tell shapes by signatures as those of NumPy's generalized functions: `(m,m),(m)->(m)`.

Axes of one letter are equally long; the axes in front of them are those of a batch.
"""

from __future__ import annotations

import re

from xorexplain.graph.ops import row
from xorexplain.graph.views.forms_of_length import Form
from xorexplain.graph.views.length_given import Given, Lengths

_ARGUMENT = re.compile(r"\(([^()]*)\)")


def by_signature(given: Given) -> list[Lengths | None] | None:
    """Return the shapes of results by the first signature that what is read fits."""
    own = given.apply.op.param("signature")
    if given.apply.op.param("offset") is not None:
        return None
    for text in (own,) if own else row(given.apply.op.kind).signatures:
        inputs, _, outputs = text.partition("->")
        found = _fitting(given, _axes(inputs), _axes(outputs))
        if found is not None:
            return found
    return None


def diagonal(given: Given) -> list[Lengths | None] | None:
    """Give the main diagonal, behind other axes, the length that its two axes have in common."""
    shape, params = given.shapes[0], dict(given.apply.op.params)
    axes = [int(params.pop(name, usual)) for name, usual in (("axis1", "0"), ("axis2", "1"))]
    if shape is None or len(shape) < 2 or params:
        return None
    first, second = (shape[axis] for axis in axes)
    others = [
        length for axis, length in enumerate(shape) if axis not in [a % len(shape) for a in axes]
    ]
    return [(*others, first if first == second else None)]


def _axes(text: str) -> list[tuple[str, ...]]:
    return [tuple(filter(None, part.split(","))) for part in _ARGUMENT.findall(text)]


def _fitting(
    given: Given, inputs: list[tuple[str, ...]], outputs: list[tuple[str, ...]]
) -> list[Lengths | None] | None:
    if len(inputs) != len(given.shapes) or len(outputs) != len(given.apply.outputs):
        return None
    shapes = {position: shape for position, shape in enumerate(given.shapes) if shape is not None}
    if len(shapes) != len(inputs):
        return None
    batches = {len(shapes[position]) - len(axes) for position, axes in enumerate(inputs)}
    if len(batches) != 1 or min(batches) < 0:
        return None
    (batch,) = batches
    lengths: dict[str, list[Form]] = {}
    for shape, axes in zip(shapes.values(), inputs, strict=True):
        for axis, length in zip(axes, shape[batch:], strict=True):
            lengths.setdefault(axis, []).append(length)
    equal = {axis: given.equal(found) for axis, found in lengths.items()}
    front = given.whole(shapes, batch)
    return [(*front, *(equal.get(axis) for axis in axes)) for axes in outputs]
