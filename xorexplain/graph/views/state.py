"""Find what is kept between calls: an optimizer's moments and velocities, random states."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from xorexplain.graph.ops import generator_at, has
from xorexplain.graph.records import Apply, Graph

OPTIMIZER_STATE, RANDOM_STATE = "optimizer state", "random state"


def kept(graph: Graph) -> dict[str, str]:
    """Say what each shared variable is that is the state of an optimizer or of a generator."""
    return {
        **dict.fromkeys(optimizer_state(graph), OPTIMIZER_STATE),
        **dict.fromkeys(random_states(graph), RANDOM_STATE),
    }


def optimizer_state(graph: Graph) -> frozenset[str]:
    """Return the updated variables that serve to compute new values of parameters, and no result.

    A running mean is none, which no parameter's new value reads; nor is what a result reads, as the
    last state of a recurrent network.
    """
    kept = graph.updated.difference(graph.parameters)
    if not kept or not graph.parameters:
        return frozenset()
    new = [o.variable for o in graph.outputs if o.updates in graph.parameters]
    results = [o.variable for o in graph.outputs if not o.updates]
    return kept & needed_for(graph, new) - needed_for(graph, results)


def random_states(graph: Graph) -> frozenset[str]:
    """Return the shared variables that are the state of a generator of random numbers.

    One is of a type for it, or an array that an op draws with.
    """
    places = ((a, generator_at(a.op)) for a in graph.applies)
    drawn = {a.inputs[at] for a, at in places if at is not None and at < len(a.inputs)}
    return frozenset(
        v.id
        for v in graph.variables
        if v.role == "shared"
        and (v.id in drawn or (v.dtype is None and v.type.startswith("Random")))
    )


def needed_for(graph: Graph, wanted: Iterable[str]) -> frozenset[str]:
    """Return variables and all they are computed from, told output by output inside fused ops."""
    reached = set(wanted)
    read: dict[tuple[int, int], frozenset[str]] = {}
    for apply in reversed(graph.applies):
        for position, output in enumerate(apply.outputs):
            if output in reached:
                reached.update(_inputs_of(graph, apply, position, read))
    return frozenset(reached)


def split_at(graph: Graph, cost: str) -> Graph:
    """Say which apply nodes are behind a cost: neither it nor any other result needs them.

    Results that take a new value, and gradients, are what is made of the cost.
    """
    kept = [o.variable for o in graph.outputs if not o.updates] if graph.updated else []
    forward = needed_for(graph, [cost, *kept])
    backward = tuple(a.id for a in graph.applies if forward.isdisjoint(a.outputs))
    return replace(graph, backward=backward if len(backward) < len(graph.applies) else ())


def _inputs_of(
    graph: Graph, apply: Apply, position: int, read: dict[tuple[int, int], frozenset[str]]
) -> Iterator[str]:
    """Yield what an output of an apply node is computed from; `read` remembers inner graphs."""
    inner = None if apply.inner is None else graph.inner[apply.inner]
    if apply.inner is None or inner is None or not is_followed(apply, inner):
        yield from apply.inputs
        return
    key = apply.inner, position
    if key not in read:
        # Ops nest in ops a few times at most, however large a graph is.
        read[key] = needed_for(inner, [inner.outputs[position].variable])
    yield from _fed(apply, inner.inputs, read[key])


def is_followed(apply: Apply, inner: Graph) -> bool:
    """Tell whether each output of an op is that of its inner graph."""
    is_plain = has(apply.op.kind, "fused") or has(apply.op.kind, "graph")
    return is_plain and len(inner.outputs) == len(apply.outputs)


def _fed(apply: Apply, inputs: Iterable[str], wanted: Collection[str]) -> Iterator[str]:
    for variable, feed in zip(inputs, apply.inner_inputs, strict=False):
        if feed is not None and variable in wanted:
            yield apply.inputs[feed]
