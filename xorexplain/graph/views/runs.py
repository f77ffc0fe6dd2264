"""Tell of equal parts of a graph what they are called, and what each has for itself.

They are called `layers 2 to 11, the same` and `× 5: W1, b1, W2, b2, scale`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.ranges import spread
from xorexplain.graph.views.repeats import Run


def title_of(graph: Graph, run: Run, names: Mapping[str, str]) -> str:
    """Say which layers a run is, by the numbers in the names of what its parts have.

    Updates are called by the `names` of what they update, gradients by their labels.
    """
    times = len(run.parts)
    if not run.is_chain:
        ends = [v for part in run.parts for v in part[-1].outputs]
        found = [o for v in ends for o in graph.results.get(v, ())]
        called = [names.get(o.updates, "?") if o.updates else o.label or "?" for o in found]
        return f"× {times}: {spread(called)}"
    is_back = run.parts[0][-1].id in graph.backward
    same = "the same, backward" if is_back else "the same"
    numbers = [_numbers(graph, part) for part in run.parts]
    layers = [number.pop() for number in numbers if len(number) == 1]
    steps = {b - a for a, b in pairwise(layers)}
    if len(layers) == times and steps in ({1}, {-1}):
        return f"layers {layers[0]} to {layers[-1]}, {same}"
    return f"{times} layers, {same}"


def homes_in(runs: Sequence[Run]) -> dict[str, tuple[int, int, int]]:
    """Return of each apply node in runs its run, which part of that, and its place in the part."""
    return {
        apply.id: (r, i, q)
        for r, run in enumerate(runs)
        for i, part in enumerate(run.parts)
        for q, apply in enumerate(part)
    }


def given_to_each(graph: Graph, runs: Sequence[Run]) -> Iterator[list[str]]:
    """Yield the variables that the parts of runs read each for itself, such as all weights."""
    home = homes_in(runs)
    groups: dict[object, list[str]] = {}
    for variable in graph.variables:
        clients = graph.clients[variable.id]
        homes = [home.get(apply.id) for apply, _ in clients]
        is_plain = variable.owner is None and variable.role != "constant"
        if not is_plain or not clients or None in homes or variable.id in graph.results:
            continue
        key = frozenset(
            (found[0], found[2], position)
            for found, (_, position) in zip(homes, clients, strict=True)
            if found is not None
        )
        groups.setdefault(key, []).append(variable.id)
    for ids in groups.values():
        # No part reads two of them by the same argument.
        parts = [{home[apply.id][:2] for apply, _ in graph.clients[id_]} for id_ in ids]
        if len(ids) > 1 and sum(map(len, parts)) == len(set.union(*parts)):
            yield ids


def _numbers(graph: Graph, part: Sequence[Apply]) -> set[int]:
    """Return the numbers of the parameters that a part reads, else of the results it gives."""
    read = {v for apply in part for v in apply.inputs if graph.variable[v].owner is None}
    names = [graph.variable[v].name for v in read if not graph.variable[v].folded]
    ends = [v for apply in part for v in apply.outputs]
    labels = [o.label for v in ends for o in graph.results.get(v, ())]
    for texts in (names, labels):
        found = [re.fullmatch(r".*?(\d+)\D*", text or "") for text in texts]
        numbers = {int(match[1]) for match in found if match is not None}
        if numbers:
            return numbers
    return set()
