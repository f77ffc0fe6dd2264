"""Leave out the slices that a loop reads, where the names in its step say what it reads in a round.

`x[t]` and `h[t−1]` of a gradient's loop say that it reads `x[::-1]` and `h[:-1][::-1]`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from xorexplain.graph.ops import row
from xorexplain.graph.ops.rounds import rounds_of
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.loops import Step
from xorexplain.graph.views.slices import reading


def said_by_steps(
    graph: Graph, steps: Mapping[str, Step], kept: Collection[str] = ()
) -> Mapping[str, str]:
    """Return the slices that need not be drawn, each with what it is a slice of.

    `steps` are those of the loops that tell of what they read, by the ids of these. A slice that
    has a name, is a result, or is read by something else too stays, and so does what an apply node
    among `kept` makes.
    """
    said: set[tuple[str, int]] = set()
    chains: dict[str, str] = {}
    for id_, step in steps.items():
        for position, chain in _chains(graph, graph.apply[id_], step):
            said.add((id_, position))
            chains |= chain
    hidden: dict[str, str] = {}
    for variable in reversed([v for a in graph.applies for v in a.outputs if v in chains]):
        readers = graph.clients[variable]
        is_said = all(
            (reader.id, position) in said or reader.outputs[0] in hidden
            for reader, position in readers
        )
        own = graph.variable[variable]
        is_kept = bool(own.name) or own.owner in kept or variable in graph.results
        if is_said and not is_kept:
            hidden[variable] = chains[variable]
    return hidden


def _chains(graph: Graph, apply: Apply, step: Step) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the arguments of a loop that are slices, and which variable each slice is one of."""
    rounds = rounds_of(apply.op)
    if rounds is None or apply.inner is None:
        return
    inner = graph.inner[apply.inner]
    for place, (entry, feed) in enumerate(zip(rounds.inputs, apply.inner_inputs, strict=False)):
        is_named = place < len(inner.inputs) and bool(step.inputs.get(inner.inputs[place]))
        is_buffer = step.is_reversed and place in rounds.buffers
        if feed is None or not is_named or not (entry.is_of_sequence or is_buffer):
            continue
        start = reading(graph, apply.inputs[feed]).variable
        chain = dict(_between(graph, apply.inputs[feed], start))
        if is_buffer and (above := graph.owner(start)) is not None and _is_shifted(graph, above):
            chain[start] = above.inputs[1]
        yield feed, chain


def _between(graph: Graph, variable: str, start: str) -> Iterator[tuple[str, str]]:
    while variable != start and (owner := graph.owner(variable)) is not None:
        yield variable, owner.inputs[0]
        variable = owner.inputs[0]


def _is_shifted(graph: Graph, apply: Apply) -> bool:
    """Tell whether an op puts an array behind a zero, one round later."""
    is_added = row(apply.op.kind).zero == "first two" and apply.op.param("index") == "·:"
    zeros = graph.variable[apply.inputs[0]].value or "" if apply.inputs else ""
    return is_added and zeros.startswith("0.0")
