"""Count what the apply nodes of a graph have to do: operations on numbers, bytes read and written.

Counts are those of one call, exact where shapes are known. A call of a function such as the
logarithm or the sigmoid is one operation, whatever it costs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from xorexplain.graph.lifetimes import bytes_of
from xorexplain.graph.ops import KINDS, has
from xorexplain.graph.records import Apply, Graph


def operations(graph: Graph, apply: Apply) -> int | None:
    """Count the operations of an apply node; None where its shapes or its op do not tell."""
    kind = apply.op.kind
    if apply.op.family == "shape" or apply.view_map:
        return 0
    sizes = [_elements(graph, v) for v in (*apply.inputs, *apply.outputs)]
    if None in sizes:
        return None
    size = max(_elements(graph, v) or 0 for v in apply.outputs)
    if has(kind, "matrix product"):
        return _products(graph, apply, apply.inputs[0], size)
    if has(kind, "kernel"):
        return _kernel(graph, apply, size)
    if apply.inner is not None:
        return _fused(graph, apply) if has(kind, "fused") else None
    if has(kind, "reduces"):
        return (_elements(graph, apply.inputs[0]) or 0) - size
    if apply.op.family == "elementwise":
        return size * max(1, len(apply.inputs) - 1)
    return None


def times(graph: Graph, kind: str) -> int | None:
    """Count the elements for which a call computes an elementwise op, inside fused ops too.

    None where shapes do not tell.
    """
    counts = [times_in(graph, apply, kind) for apply in graph.applies]
    return None if None in counts else sum(count or 0 for count in counts)


def times_in(graph: Graph, apply: Apply, kind: str) -> int | None:
    """Count the elements for which one apply node computes an elementwise op."""
    if apply.op.kind == kind:
        return _elements(graph, apply.outputs[0])
    if apply.inner is None or not has(apply.op.kind, "fused"):
        return 0
    inside = times(graph.inner[apply.inner], kind)
    return None if inside is None else _inside(graph, apply, inside)


def moved(graph: Graph, apply: Apply) -> tuple[int | None, int | None]:
    """Count the bytes an apply node reads and writes; a view moves none, nor does a constant."""
    if apply.view_map:
        return 0, 0
    read = [v for v in dict.fromkeys(apply.inputs) if graph.variable[v].role != "constant"]
    return _bytes(graph, read), _bytes(graph, apply.outputs)


def _bytes(graph: Graph, variables: Sequence[str]) -> int | None:
    sizes = [bytes_of(graph.variable[v].shape, graph.variable[v].dtype) for v in variables]
    return None if None in sizes else sum(size or 0 for size in sizes)


def _elements(graph: Graph, variable: str) -> int | None:
    shape = graph.variable[variable].shape
    return None if shape is None or None in shape else math.prod(n or 0 for n in shape)


def _products(graph: Graph, apply: Apply, first: str, size: int) -> int:
    """Count k products and k − 1 sums for each element, where k is the length summed over."""
    shape = graph.variable[first].shape
    inner = (shape[-1] if shape else 1) or 0
    return size * max(2 * inner - 1, 0)


def _kernel(graph: Graph, apply: Apply, size: int) -> int | None:
    """Count a product of matrices that is scaled, and added where it says so."""
    example = KINDS[apply.op.kind].example or ()
    matrices = [position for position, axes in enumerate(example) if len(axes) == 2]
    if len({letter for axes in example for letter in axes}) != 3 or len(matrices) < 2:
        return None
    scaled = sum(not axes for axes in example) + has(apply.op.kind, "same shape")
    return _products(graph, apply, apply.inputs[matrices[-2]], size) + scaled * size


def _fused(graph: Graph, apply: Apply) -> int | None:
    """Count what is done inside: to each element, or to arrays where the inner graph has those."""
    assert apply.inner is not None
    inside = graph.inner[apply.inner]
    counts = [operations(inside, one) for one in inside.applies]
    if None in counts:
        return None
    return _inside(graph, apply, sum(count or 0 for count in counts))


def _inside(graph: Graph, apply: Apply, count: int) -> int:
    """Return how often is done in a call what an inner graph does so often."""
    assert apply.inner is not None
    if any(variable.shape for variable in graph.inner[apply.inner].variables):
        return count
    return count * max(_elements(graph, v) or 0 for v in (*apply.inputs, *apply.outputs))
