"""Tell what the arguments and results of a loop are, from the order that engines give them.

Arguments are the number of rounds, sequences, states with room for all rounds, values that one
round hands to the next, the number of rounds that each plain result keeps, and the rest; results
are states, plain results and handed values. Inside, a value has an axis less than the sequence or
state it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops.rounds import UNTIL
from xorexplain.graph.records import Apply, Graph

ROUNDS = 0
"""The position of the number of rounds."""


@dataclass(frozen=True)
class Loop:
    """Hold the input positions of sequences and states, and of the lengths of plain results."""

    sequences: tuple[int, ...]
    states: tuple[int, ...]
    kept: tuple[int, ...]


def loop_of(graph: Graph, apply: Apply) -> Loop | None:
    """Return what the arguments of a loop are; None where that is not certain, or for no loop."""
    if apply.op.kind != "scan" or apply.inner is None:
        return None
    inner = graph.inner[apply.inner]
    fed: dict[int, int] = {}
    for variable, feed in zip(inner.inputs, apply.inner_inputs, strict=False):
        if feed is not None:
            fed[feed] = _rank(inner, variable)
    stacked = []
    for position in range(1, len(apply.inputs)):
        if fed.get(position, -2) != _rank(graph, apply.inputs[position]) - 1:
            break
        stacked.append(position)
    kept = [p for p in range(1, len(apply.inputs)) if p not in fed]
    handed = _handed(graph, apply, inner)
    count = len(apply.outputs) - handed - len(kept)
    if not 0 <= count <= len(stacked):
        return None
    states = stacked[len(stacked) - count :]
    ranks = [_rank(graph, apply.inputs[p]) for p in states]
    if ranks != [_rank(graph, v) for v in apply.outputs[:count]]:
        return None
    return Loop(tuple(stacked[: len(stacked) - count]), tuple(states), tuple(kept))


def _handed(graph: Graph, apply: Apply, inner: Graph) -> int:
    """Count the results that are of the last round alone; inside and outside they come last."""
    ends = [output.variable for output in inner.outputs if output.label != UNTIL]
    pairs = zip(reversed(apply.outputs), reversed(ends), strict=False)
    count = 0
    for outer, end in pairs:
        if _rank(graph, outer) == _rank(inner, end) + 1 and _rank(graph, outer) > 0:
            break
        count += 1
    return count


def _rank(graph: Graph, variable: str) -> int:
    """Return the number of axes, -1 for what is no tensor."""
    shape: Sequence[int | None] | None = graph.variable[variable].shape
    return -1 if shape is None else len(shape)
