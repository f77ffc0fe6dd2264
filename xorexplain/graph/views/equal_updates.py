"""Find the updates of a model, and its gradients, that are computed in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xorexplain.graph.records import Apply, Graph

LEAST, LEAST_UPDATES = 4, 3
"""So many gradients, and updates, are worth being told once."""
Nodes = tuple[Apply, ...]


def equal_updates(
    graph: Graph, order: Sequence[Apply], inside: Sequence[object]
) -> Iterator[tuple[Nodes, ...]]:
    """Yield the new values, and the gradients, that are computed alike, each as its apply nodes.

    A parameter and what an optimizer keeps of it are one; shapes may differ. `inside` are the marks
    of the inner graphs.
    """
    found: dict[tuple[bool, object], list[Nodes]] = {}
    for part in _new_values(graph, order):
        found.setdefault((True, _way_of(graph, part, inside)), []).append(part)
    for output in graph.outputs:
        owner = graph.owner(output.variable)
        if owner is not None and output.updates is None and _is_gradient_alone(graph, owner):
            found.setdefault((False, _way_of(graph, (owner,), inside)), []).append((owner,))
    for (is_new, _), parts in found.items():
        if len(parts) >= (LEAST_UPDATES if is_new else LEAST):
            yield tuple(parts)


def _is_gradient_alone(graph: Graph, owner: Apply) -> bool:
    """Tell whether an apply node makes one gradient, and nothing else reads it.

    What adds up several values, as for a network that is used twice, would lead all their edges to
    one place.
    """
    (first, *others) = owner.outputs
    is_read = bool(others or graph.clients[first]) or len(graph.results[first]) != 1
    given = {v for v in owner.inputs if not graph.variable[v].folded}
    joins = owner.op.family == "elementwise" and len(given) > 1
    return owner.id in graph.backward and not is_read and not joins


def _new_values(graph: Graph, order: Sequence[Apply]) -> Iterator[Nodes]:
    """Yield the elementwise apply nodes that serve new values alone, those that hang together.

    A number that several read, as a rate that becomes smaller, holds nothing together.
    """
    number = {apply.id: i for i, apply in enumerate(order)}
    groups: dict[str, list[str]] = {}
    for apply in reversed(order):
        readers = {client.id for v in apply.outputs for client, _ in graph.clients[v]}
        read = {id(groups[r]): groups[r] for r in readers if r in groups}
        is_shared_number = len(read) > 1 and graph.variable[apply.outputs[0]].broadcastable == ()
        is_served = all(r in groups for r in readers) and _serves(graph, apply, bool(readers))
        if not is_served or is_shared_number:
            continue
        group = [apply.id, *(id_ for found in read.values() for id_ in found)]
        groups.update(dict.fromkeys(group, group))
    told: dict[int, list[str]] = {}
    for output in graph.outputs:
        group = groups.get(graph.variable[output.variable].owner or "", [])
        told.setdefault(id(group), group)
    for group in filter(None, told.values()):
        yield tuple(graph.apply[id_] for id_ in sorted(group, key=number.__getitem__))


def _serves(graph: Graph, apply: Apply, is_read: bool) -> bool:
    """Tell whether an elementwise apply node is a new value, or no result and read."""
    if apply.op.family != "elementwise" or len(apply.outputs) != 1:
        return False
    results = graph.results.get(apply.outputs[0], ())
    return [o.updates is not None for o in results] == [True] or (is_read and not results)


def _way_of(graph: Graph, part: Nodes, inside: Sequence[object]) -> object:
    """Tell how new values are computed: ops, their connections and what is folded into them."""
    place = {v: i for i, apply in enumerate(part) for v in apply.outputs}
    outside: dict[str, int] = {}
    return tuple(
        (
            apply.op,
            None if apply.inner is None else inside[apply.inner],
            apply.outputs[0] in graph.results,
            tuple(_read(graph, v, place, outside) for v in apply.inputs),
        )
        for apply in part
    )


def _read(
    graph: Graph, id_: str, place: Mapping[str, int], outside: dict[str, int]
) -> tuple[object, ...]:
    variable = graph.variable[id_]
    if id_ in place:
        return "in", place[id_]
    if variable.folded:
        return "value", variable.filling or variable.value
    return "out", outside.setdefault(id_, len(outside)), variable.dtype
