"""Find what a loop gives among the results of one that a rewrite made in its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from xorexplain.engines import Engine, Source
from xorexplain.graph.ops.rounds import Rounds, rounds_of
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.views.same import classes
from xorexplain.models.capture import capture


def same_results(engine: Engine, old: Any, new: Any) -> list[tuple[Any, Any]]:
    """Pair the results of a Scan with those of another that was made of it.

    Where both read as many rounds back for each, in one order, a result has kept its place. Where
    a rewrite has arranged them anew, a result is told by what a round computes of it; what is
    computed alike for several of them is left out.
    """
    before, after = (rounds_of(engine.op_of(node)) for node in (old, new))
    if before is None or after is None:
        return []
    if _taps(before, old) == _taps(after, new):
        return list(zip(old.outputs, new.outputs, strict=True))
    numbers: dict[object, int] = {}
    first = _computed(engine, old, before, numbers)
    second = {colour: state for state, colour in _computed(engine, new, after, numbers).items()}
    return [
        (old.outputs[state], new.outputs[second[colour]])
        for state, colour in first.items()
        if colour in second
    ]


def _taps(rounds: Rounds, node: Any) -> list[list[int | None]]:
    """Return the rounds that are read of each result."""
    return [
        [entry.tap for entry in rounds.inputs if entry.state == state]
        for state in range(len(node.outputs))
    ]


def _computed(
    engine: Engine, node: Any, rounds: Rounds, numbers: dict[object, int]
) -> dict[int, object]:
    """Return by what a round computes of them the results for which no other is computed alike.

    That depends on the states that it reads, and so on what is computed of these; as often as
    there are states this is asked again.
    """
    inner = engine.inner_of(node)
    if inner is None:
        return {}
    ends = list(inner.outputs)
    source = Source(ends, ends, [None] * len(ends), inputs=inner.inputs)
    graph = capture(engine, source, Origin(engine.name, ""))
    colours: dict[int, object] = dict.fromkeys(range(len(node.outputs)), "state")
    for _ in node.outputs:
        found = classes(graph, _given(graph, rounds, colours), numbers)
        for state in colours:
            pairs = zip(graph.outputs, rounds.outputs, strict=True)
            made = [(found[end.variable], tap.tap) for end, tap in pairs if tap.state == state]
            colours[state] = numbers.setdefault(("state", *made), len(numbers))
    times = Counter(colours.values())
    return {state: colour for state, colour in colours.items() if times[colour] == 1}


def _given(
    graph: Graph, rounds: Rounds, colours: dict[int, object]
) -> dict[str, tuple[object, ...]]:
    """Say what stands for the inputs of a round: its place among such, for a state its colour."""
    told: Counter[str] = Counter()
    given: dict[str, tuple[object, ...]] = {}
    same: Sequence[Any] = [None] * (len(graph.inputs) - len(rounds.inputs))
    for variable, tap in zip(graph.inputs, (*rounds.inputs, *same), strict=True):
        if tap is not None and tap.state is not None:
            given[variable] = ("state", colours[tap.state], tap.tap)
        else:
            kind = "sequence" if tap is not None and tap.is_of_sequence else "same"
            given[variable] = (kind, told[kind])
            told[kind] += 1
    return given
