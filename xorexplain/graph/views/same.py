"""Find out which variables of a graph are the same computation."""

from __future__ import annotations

from collections.abc import Mapping

from xorexplain.graph.records import Apply, Graph


def classes(graph: Graph) -> Mapping[str, int]:
    """Number the computations of a graph: two variables with one number compute the same.

    A computation is an op with its parameters on the same computations in the same order; a
    constant is its value, type and shape; anything else that is given is only itself, and so is a
    constant too large for its every value to be recorded.
    """
    numbers: dict[object, int] = {}
    found: dict[str, int] = {}
    for variable in graph.variables:
        if variable.owner is None:
            key: object = variable.id
            if variable.is_exact:
                key = ("constant", variable.value, variable.type, variable.shape)
            found[variable.id] = numbers.setdefault(key, len(numbers))
    for apply in graph.applies:
        inputs = tuple(found[v] for v in apply.inputs)
        for position, output in enumerate(apply.outputs):
            key = (_identity(apply), inputs, position, graph.variable[output].type)
            found[output] = numbers.setdefault(key, len(numbers))
    return found


def _identity(apply: Apply) -> object:
    """Say which op it is; an elementwise op's own text depends on who wrote it, so kind counts."""
    if apply.op.family == "elementwise" and apply.inner is None:
        return (apply.op.kind, apply.op.params)
    return (apply.op.kind, apply.op.params, apply.op.label, apply.inner)
