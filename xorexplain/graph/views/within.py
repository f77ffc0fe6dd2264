"""Find the ops inside of which a value is called by a name, as `x[t]` in the step of a Scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.loops import step_of
from xorexplain.graph.views.names import called, intermediate_names


def holders(graph: Graph, name: str) -> tuple[str, ...]:
    """Return the apply nodes that are told with a value inside of that name."""
    names = intermediate_names(graph)
    inner = (apply for apply in graph.applies if apply.inner is not None)
    return tuple(a.id for a in inner if called(name, _inside(graph, a, names)) is not None)


def _inside(graph: Graph, apply: Apply, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what values of an inner graph are called, in words outside and in its own."""
    assert apply.inner is not None
    step = step_of(graph, apply, names)
    if step is not None:
        yield from (*step.inputs.values(), *step.within.values(), *step.outputs)
    yield from intermediate_names(graph.inner[apply.inner]).values()
    if apply.op.kind == "composite":
        # As engines write what a fused op computes.
        yield from (f"i{position}" for position, _ in enumerate(apply.inputs))
