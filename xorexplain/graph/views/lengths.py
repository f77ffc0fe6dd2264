"""Work out which lengths of a graph must be equal, to invent inputs that fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xorexplain.graph.ops import axes_of, has
from xorexplain.graph.records import Apply, Graph, Variable

Dimension = tuple[str, int]
"""A variable and one of its axes."""


def lengths(graph: Graph, otherwise: int = 3) -> Mapping[str, tuple[int, ...]]:
    """Return a shape for each given variable: known lengths, lengths they force, else `otherwise`.

    Elementwise ops force equal lengths, a matrix product the inner ones; an op not known here
    forces nothing. What holds inside an OpFromGraph holds outside too.
    """
    groups = _Groups()
    known: dict[Dimension, int] = {}
    whole = list(_opened(graph, ""))
    for part, prefix in whole:
        for apply in part.applies:
            for (one, a), (other, b) in (*_equal(part, apply), *_through(part, apply)):
                groups.join((prefix + one, a), (prefix + other, b))
    for part, prefix in whole:
        for variable in part.variables:
            for axis, length in enumerate(variable.shape or ()):
                if length is not None and not _may_repeat(variable, axis):
                    known.setdefault(groups.root((prefix + variable.id, axis)), length)
    for part, prefix in whole:
        for apply in part.applies:
            for ((array, a), (out, b)), bounds in _slices(part, apply):
                length = known.get(groups.root((prefix + array, a)))
                if length is not None:
                    cut = len(range(length)[bounds])
                    known.setdefault(groups.root((prefix + out, b)), cut)
    return {
        variable.id: tuple(
            known.get(groups.root((variable.id, axis)), otherwise) if length is None else length
            for axis, length in enumerate(variable.shape)
        )
        for variable in graph.variables
        if variable.owner is None and variable.shape is not None
    }


def _opened(graph: Graph, prefix: str) -> Iterator[tuple[Graph, str]]:
    """Yield a graph and the graphs inside its OpFromGraph nodes, with a prefix for their ids."""
    yield graph, prefix
    for apply in graph.applies:
        if has(apply.op.kind, "graph") and apply.inner is not None:
            yield from _opened(graph.inner[apply.inner], f"{prefix}{apply.id}/")


def _through(graph: Graph, apply: Apply) -> Iterator[tuple[Dimension, Dimension]]:
    """Pair the axes of an OpFromGraph's arguments and results with those inside it."""
    if not has(apply.op.kind, "graph") or apply.inner is None:
        return
    inner = graph.inner[apply.inner]
    fed = [
        (apply.inputs[feed], variable)
        for variable, feed in zip(inner.inputs, apply.inner_inputs, strict=False)
        if feed is not None
    ]
    results = [(v, o.variable) for v, o in zip(apply.outputs, inner.outputs, strict=False)]
    for outer, own in (*fed, *results):
        for axis in range(len(graph.variable[outer].shape or ())):
            yield (outer, axis), (f"{apply.id}/{own}", axis)


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
    """Pair the axes an op forces to be equally long."""
    kind = apply.op.kind
    array, out = apply.inputs[0] if apply.inputs else "", apply.outputs[0]
    if apply.op.family == "elementwise" or kind == "second" or has(kind, "same shape"):
        tied = apply.inputs[:1] if has(kind, "same shape") else apply.inputs
        for variable in tied:
            if _ndim(graph, variable) == _ndim(graph, out):
                yield from (((variable, a), (out, a)) for a in _long_axes(graph, variable, out))
    elif has(kind, "matrix product"):
        yield from _product(graph, array, apply.inputs[1], out)
    elif has(kind, "reorders axes"):
        entries = (apply.op.param("order") or "").split(", ")
        for axis, entry in enumerate(entries):
            if entry not in ("x", ""):
                yield (array, int(entry)), (out, axis)
    elif apply.op.family == "reduction" and apply.op.param("axis") is not None:
        axes = axes_of(apply.op.param("axis")) or ()
        dropped = {a % max(_ndim(graph, array), 1) for a in axes}
        kept = [a for a in range(_ndim(graph, array)) if a not in dropped]
        if len(kept) == _ndim(graph, out):
            yield from (((array, a), (out, axis)) for axis, a in enumerate(kept))
    elif kind == "subtensor":
        yield from (pair for pair, bounds in _slices(graph, apply) if bounds == slice(None))
    elif kind == "advanced_subtensor1":
        yield (apply.inputs[1], 0), (out, 0)
        yield from (((array, a), (out, a)) for a in range(1, _ndim(graph, out)))


def _ndim(graph: Graph, variable: str) -> int:
    return len(graph.variable[variable].shape or ())


def _product(
    graph: Graph, left: str, right: str, out: str
) -> Iterator[tuple[Dimension, Dimension]]:
    rows, columns = _ndim(graph, left), _ndim(graph, right)
    if min(rows, columns) == 0:
        return
    yield (left, rows - 1), (right, max(columns - 2, 0))
    yield from (((left, a), (out, a)) for a in range(rows - 1))
    if columns > 1:
        yield (right, columns - 1), (out, _ndim(graph, out) - 1)


def _slices(graph: Graph, apply: Apply) -> Iterator[tuple[tuple[Dimension, Dimension], slice]]:
    """Pair the axes of an array with those of a basic index of it, where the bounds are known."""
    if apply.op.kind != "subtensor":
        return
    array, out = apply.inputs[0], apply.outputs[0]
    given = iter([graph.variable[v].value for v in apply.inputs[1:]])
    text = apply.op.param("index") or ""
    entries = text.split(", ") if text else []
    ndim = len(graph.variable[array].shape or ())
    entries += [":"] * (ndim - len(entries))
    kept = 0
    for axis, entry in enumerate(entries):
        bounds = [next(given, None) if part == "·" else part or None for part in entry.split(":")]
        if ":" not in entry:
            continue
        unknown = entry.count("·") != sum(b is not None for b in bounds)
        if not unknown:
            numbers = [None if b is None else int(b) for b in bounds]
            yield ((array, axis), (out, kept)), slice(*numbers)
        kept += 1


def _long_axes(graph: Graph, *variables: str) -> list[int]:
    """Return the axes along which none of the variables may be repeated."""
    records = [graph.variable[v] for v in variables]
    return [
        axis
        for axis in range(len(records[0].shape or ()))
        if not any(_may_repeat(record, axis) for record in records)
    ]


def _may_repeat(variable: Variable, axis: int) -> bool:
    """Tell whether broadcasting may repeat a variable: its type says that its length is 1."""
    if variable.broadcastable is not None:
        return variable.broadcastable[axis]
    return variable.shape is not None and variable.shape[axis] == 1
