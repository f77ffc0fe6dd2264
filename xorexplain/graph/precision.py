"""Tell how precise each value of a graph can be: as the least precise op on the way to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy

from xorexplain.graph.difference import FINE, ROUNDING, rounding_of
from xorexplain.graph.records import Apply, Graph

_SMALL_INTEGERS = frozenset({"bool", "int8", "int16", "uint8", "uint16"})
"""NumPy computes functions of these in half or single precision, whatever becomes of the result."""


def rounding_of_each(
    graph: Graph, also: Iterable[tuple[str, str]] = (), exact: Collection[str] | None = None
) -> dict[str, float]:
    """Return what rounding makes of each variable, relative to its largest element.

    `also` are pairs of variables of which the first is on the way to the second, besides those
    that apply nodes connect. What is given counts as exact, unless `exact` names the ids of values
    without any rounding: then all else that is given has that of its type.
    """
    next_to: dict[str, set[str]] = {}
    for apply in graph.applies:
        for variable in apply.inputs:
            next_to.setdefault(variable, set()).update(apply.outputs)
    for before, after in also:
        next_to.setdefault(before, set()).add(after)
    sizes = {v: size for apply in graph.applies for v, size in _own(graph, apply)}
    if exact is not None:
        sizes |= {v.id: rounding_of(v.dtype) for v in graph.variables if v.owner is None}
        sizes |= dict.fromkeys(exact, FINE)
    found: dict[str, float] = {}
    for size in sorted({*sizes.values()}, reverse=True):
        waiting = deque(v for v, own in sizes.items() if own == size and v not in found)
        while waiting:
            variable = waiting.popleft()
            if variable not in found:
                found[variable] = size
                waiting += next_to.get(variable, ())
    return {v.id: found.get(v.id, FINE) for v in graph.variables}


def _own(graph: Graph, apply: Apply) -> Iterable[tuple[str, float]]:
    """Pair the outputs of an apply node with the rounding of what computes them."""
    size = max((_rounding_of_op(part, node) for part, node in _opened(graph, apply)), default=FINE)
    return [(variable, size) for variable in apply.outputs]


def _opened(graph: Graph, apply: Apply) -> Iterable[tuple[Graph, Apply]]:
    """Yield an apply node and those of the graphs inside it, each with the graph it is in.

    What only moves the elements of a constant inside that is held exactly is left out.
    """
    waiting = [(graph, apply)]
    while waiting:
        part, node = waiting.pop()
        yield part, node
        if node.inner is not None:
            inner = part.inner[node.inner]
            exact = _exact_inside(inner)
            waiting += [(inner, inside) for inside in inner.applies if inside.id not in exact]


def _exact_inside(inner: Graph) -> set[str]:
    """Return the apply nodes that move the elements of exact constants and compute nothing."""
    exact = {
        v.id for v in inner.variables if v.role == "constant" and _is_short(_number(v.filling))
    }
    found = set()
    for apply in inner.applies:
        if apply.op.family == "shape" and exact.issuperset(apply.inputs):
            exact.update(apply.outputs)
            found.add(apply.id)
    return found


def _number(text: str | None) -> float:
    """Read the number that fills a constant; NaN where there is no such."""
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")


def _rounding_of_op(graph: Graph, apply: Apply) -> float:
    results = [graph.variable[v].dtype for v in apply.outputs]
    size = max(map(rounding_of, results), default=FINE)
    makes_floats = any((dtype or "").startswith(("float", "complex")) for dtype in results)
    is_small = apply.inputs and {graph.variable[v].dtype for v in apply.inputs} <= _SMALL_INTEGERS
    if makes_floats and is_small and apply.op.family == "elementwise" and apply.op.kind != "cast":
        return max(size, ROUNDING[4])
    return size


def exactly_held(graph: Graph, computed: Mapping[str, Any]) -> set[str]:
    """Return what is computed from constants alone and held exactly by few digits.

    So is 2.0 - 1, in any type of floats, unlike the root of 2.
    """
    exact = {
        v.id for v in graph.variables if v.role == "constant" and _is_short(computed.get(v.id))
    }
    for apply in graph.applies:
        if exact.issuperset(apply.inputs):
            exact.update(v for v in apply.outputs if _is_short(computed.get(v)))
    return exact


def _is_short(value: Any) -> bool:
    """Tell whether numbers are multiples of 1/4096, which every type of floats holds."""
    array = numpy.asarray(value)
    if array.dtype.kind not in "fc":
        return array.dtype.kind in "biu"
    return bool((array * 4096 == numpy.rint(array * 4096)).all())
