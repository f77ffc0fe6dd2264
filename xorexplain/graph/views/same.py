"""Find out which variables of a graph are the same computation."""

from __future__ import annotations

from collections.abc import Mapping

from xorexplain.graph.records import Apply, Graph


def classes(
    graph: Graph,
    given: Mapping[str, object] | None = None,
    numbers: dict[object, int] | None = None,
) -> Mapping[str, int]:
    """Number the computations of a graph: two variables with one number compute the same.

    A computation is an op with its parameters on the same computations in the same order; a
    constant is its value, type and shape; anything else that is given is only itself, and so is a
    constant too large for its every value to be recorded. Two graphs can be numbered by the same
    `numbers`; `given` then says what of the one stands for what of the other.
    """
    numbered_alone = numbers is None
    numbers = {} if numbers is None else numbers
    given = given or {}
    found: dict[str, int] = {}
    for variable in graph.variables:
        if variable.owner is None:
            key: object = given.get(variable.id, variable.id)
            if variable.is_exact:
                key = ("constant", variable.value, variable.type, variable.shape)
            found[variable.id] = numbers.setdefault(key, len(numbers))
    for apply in graph.applies:
        inputs = tuple(found[v] for v in apply.inputs)
        # The position of an inner graph says which it is within one graph alone.
        inner: object = apply.inner
        if apply.inner is not None and not numbered_alone:
            inner = repr(graph.inner[apply.inner])
        for position, output in enumerate(apply.outputs):
            key = (_identity(apply, inner), inputs, position, graph.variable[output].type)
            found[output] = numbers.setdefault(key, len(numbers))
    return found


def _identity(apply: Apply, inner: object) -> object:
    """Say which op it is; an elementwise op's own text depends on who wrote it, so kind counts."""
    if apply.op.family == "elementwise" and apply.inner is None:
        return (apply.op.kind, apply.op.params)
    return (apply.op.kind, apply.op.params, apply.op.label, inner)
