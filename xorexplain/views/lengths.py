"""Work out which lengths of a graph must be equal, to invent inputs that fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xorexplain.graph import Apply, Graph

Dimension = tuple[str, int]
"""A variable and one of its axes."""

_SAME_SHAPE = frozenset({"softmax", "log_softmax", "cumsum", "sort", "second", "view", "identity"})
_SHUFFLES = frozenset({"expand_dims", "squeeze", "transpose", "dimshuffle"})
_PRODUCTS = frozenset({"dot", "dot22", "mat_mul", "matmul"})


def lengths(graph: Graph, otherwise: int = 3) -> Mapping[str, tuple[int, ...]]:
    """Return a shape for each given variable: known lengths, lengths they force, else `otherwise`.

    Elementwise ops force equal lengths, a matrix product the inner ones; an op not known here
    forces nothing.
    """
    groups = _Groups()
    for apply in graph.applies:
        for one, other in _equal(graph, apply):
            groups.join(one, other)
    known: dict[Dimension, int] = {}
    for variable in graph.variables:
        for axis, length in enumerate(variable.shape or ()):
            if length is not None and length != 1:
                known.setdefault(groups.root((variable.id, axis)), length)
    return {
        variable.id: tuple(
            known.get(groups.root((variable.id, axis)), otherwise) if length is None else length
            for axis, length in enumerate(variable.shape)
        )
        for variable in graph.variables
        if variable.owner is None and variable.shape is not None
    }


class _Groups:
    """Join dimensions into groups of equal length (union-find with path halving)."""

    def __init__(self) -> None:
        self._parent: dict[Dimension, Dimension] = {}

    def root(self, dimension: Dimension) -> Dimension:
        parent = self._parent
        while parent.setdefault(dimension, dimension) != dimension:
            parent[dimension] = parent[parent[dimension]]
            dimension = parent[dimension]
        return dimension

    def join(self, one: Dimension, other: Dimension) -> None:
        self._parent[self.root(one)] = self.root(other)


def _equal(graph: Graph, apply: Apply) -> Iterator[tuple[Dimension, Dimension]]:
    kind = apply.op.kind
    out = apply.outputs[0]
    ndim = {v: len(graph.variable[v].shape or ()) for v in (*apply.inputs, *apply.outputs)}
    if apply.op.family == "elementwise" or kind in _SAME_SHAPE:
        for variable in apply.inputs:
            if ndim[variable] == ndim[out]:
                yield from (((variable, a), (out, a)) for a in _long_axes(graph, variable, out))
    elif kind in _PRODUCTS and min(ndim[v] for v in apply.inputs[:2]) > 0:
        left, right = apply.inputs[:2]
        yield (left, ndim[left] - 1), (right, max(ndim[right] - 2, 0))
        yield from (((left, a), (out, a)) for a in range(ndim[left] - 1))
        if ndim[right] > 1:
            yield (right, ndim[right] - 1), (out, ndim[out] - 1)
    elif kind in _SHUFFLES:
        entries = (apply.op.param("order") or "").split(", ")
        for axis, entry in enumerate(entries):
            if entry not in ("x", ""):
                yield (apply.inputs[0], int(entry)), (out, axis)
    elif apply.op.family == "reduction" and apply.op.param("axis"):
        axes = (apply.op.param("axis") or "").split(", ")
        dropped = {int(a) % max(ndim[apply.inputs[0]], 1) for a in axes}
        kept = [a for a in range(ndim[apply.inputs[0]]) if a not in dropped]
        if len(kept) == ndim[out]:
            yield from (((apply.inputs[0], a), (out, axis)) for axis, a in enumerate(kept))
    elif kind == "advanced_subtensor1":
        yield (apply.inputs[1], 0), (out, 0)
        yield from (((apply.inputs[0], a), (out, a)) for a in range(1, ndim[out]))


def _long_axes(graph: Graph, *variables: str) -> list[int]:
    """Return the axes along which none of the variables is known to have length 1."""
    shapes = [graph.variable[v].shape or () for v in variables]
    patterns = [graph.variable[v].broadcastable for v in variables]
    return [
        axis
        for axis in range(len(shapes[0]))
        if all(shape[axis] != 1 for shape in shapes)
        and not any(pattern is not None and pattern[axis] for pattern in patterns)
    ]
