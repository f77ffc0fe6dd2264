"""Fill in the shapes that follow from the shapes of the inputs, where the engine left them open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from xorexplain.graph.ops import axes_of, has, having
from xorexplain.graph.ops.records import Kind
from xorexplain.graph.records import Apply, Family, Graph

Shape = tuple[int | None, ...]


def infer_shapes(graph: Graph) -> Graph:
    """Complete unknown lengths by NumPy's rules; a length that cannot be told stays None.

    Elementwise ops broadcast, `dot` multiplies, `dimshuffle` permutes, reductions drop their axes.
    What the engine knew is kept.
    """
    shapes: dict[str, Shape | None] = {v.id: v.shape for v in graph.variables}
    for apply in graph.applies:
        given = [shapes[v] for v in apply.inputs]
        for output, found in zip(apply.outputs, _results(graph, apply, given), strict=True):
            known = shapes[output]
            if known is not None and found is not None and len(known) == len(found):
                shapes[output] = tuple(
                    b if a is None else a for a, b in zip(known, found, strict=True)
                )
    return replace(graph, variables=tuple(replace(v, shape=shapes[v.id]) for v in graph.variables))


def _results(graph: Graph, apply: Apply, given: list[Shape | None]) -> list[Shape | None]:
    """Return the shapes of an apply node's outputs, None for one that cannot be told."""
    if apply.inner is not None and has(apply.op.kind, "graph"):
        return _through(graph.inner[apply.inner], apply, given)
    rule = _RULES.get(apply.op.kind) or _OF_FAMILY.get(apply.op.family)
    if rule is _reduce and len(apply.outputs) > 1:
        rule = None
    try:
        found = rule(apply, given) if rule is not None else None
    except (IndexError, ValueError):
        # A graph from a file may have ops with other inputs or properties than engines give them.
        found = None
    return [found] * len(apply.outputs)


def has_shape_rule(kind: Kind) -> bool:
    """Tell whether the shape of what a kind of op gives follows here from those it reads."""
    return kind.name in _RULES or kind.family in _OF_FAMILY or "graph" in kind.traits


def _through(inner: Graph, apply: Apply, given: list[Shape | None]) -> list[Shape | None]:
    """Follow the shapes through an inner graph."""
    fed = dict(
        zip(inner.inputs, (given[f] for f in apply.inner_inputs if f is not None), strict=False)
    )
    variables = tuple(replace(v, shape=fed[v.id]) if v.id in fed else v for v in inner.variables)
    followed = infer_shapes(replace(inner, variables=variables))
    found: list[Shape | None] = [followed.variable[o.variable].shape for o in inner.outputs]
    return (found + [None] * len(apply.outputs))[: len(apply.outputs)]


def _broadcast(apply: Apply, shapes: list[Shape | None]) -> Shape | None:
    known = [shape for shape in shapes if shape is not None]
    if len(known) < len(shapes) or len({len(shape) for shape in known}) != 1:
        return None
    return tuple(_common_length(lengths) for lengths in zip(*known, strict=True))


def _common_length(lengths: tuple[int | None, ...]) -> int | None:
    longer = {length for length in lengths if length != 1}
    if not longer:
        return 1
    certain = longer - {None}
    return certain.pop() if len(certain) == 1 else None


def _reduce(apply: Apply, shapes: list[Shape | None]) -> Shape | None:
    shape = shapes[0]
    axes = axes_of(apply.op.param("axis"))
    if shape is None or axes is None:
        return () if shape is not None else None
    dropped = {a % len(shape) for a in axes} if shape else set()
    return tuple(length for position, length in enumerate(shape) if position not in dropped)


def _product(apply: Apply, shapes: list[Shape | None]) -> Shape | None:
    left, right = shapes[0], shapes[1]
    if not left or not right:
        return None
    if max(len(left), len(right)) > 2 and apply.op.kind != "dot":
        # Of more than two axes, the leading ones are those of a batch.
        return None
    return left[:-1] + (right[:-2] + right[-1:] if len(right) > 1 else ())


def _dimshuffle(apply: Apply, shapes: list[Shape | None]) -> Shape | None:
    shape, order = shapes[0], apply.op.param("order")
    if shape is None or order is None:
        return None
    if order == "":
        return ()
    return tuple(1 if axis == "x" else shape[int(axis)] for axis in order.split(", "))


def _accumulate(apply: Apply, shapes: list[Shape | None]) -> Shape | None:
    return None if apply.op.param("axis") is None else shapes[0]


def _as_first(apply: Apply, shapes: list[Shape | None]) -> Shape | None:
    return shapes[0]


_RULES: Mapping[str, Callable[[Apply, list[Shape | None]], Shape | None]] = {
    **dict.fromkeys(having("same shape"), _as_first),
    **dict.fromkeys(having("matrix product"), _product),
    **dict.fromkeys(having("reorders axes"), _dimshuffle),
    "cumprod": _accumulate,
    "cumsum": _accumulate,
    "second": _broadcast,
}
_OF_FAMILY: Mapping[Family, Callable[[Apply, list[Shape | None]], Shape | None]] = {
    "elementwise": _broadcast,
    "reduction": _reduce,
}
"""Rules for the kinds of a family that have none of their own."""
