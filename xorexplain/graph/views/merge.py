"""Show once what the gradient computes several times: each call of T.grad begins anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.memory import reading_instead
from xorexplain.graph.views.same import classes

_NUMBER = re.compile(r"_\d+$")
"""Ends a name that several variables of a graph share."""


def merge_backward(graph: Graph) -> Graph:
    """Put equal apply nodes behind the cost into the first of them.

    `merged` of the graph says how many there were. What has different names stays apart, and so
    does what overwrites what it reads.
    """
    first = _first(graph)
    count = Counter(first.values())
    if len(count) == len(first):
        return graph
    instead = {
        v: kept
        for id_, kept_id in first.items()
        for v, kept in zip(graph.apply[id_].outputs, graph.apply[kept_id].outputs, strict=True)
    }
    return replace(
        graph,
        applies=tuple(
            apply
            for apply in reading_instead(graph.applies, instead)
            if first.get(apply.id, apply.id) == apply.id
        ),
        variables=_named(graph, instead),
        outputs=tuple(
            replace(output, variable=instead.get(output.variable, output.variable))
            for output in graph.outputs
        ),
        backward=tuple(id_ for id_ in graph.backward if first.get(id_, id_) == id_),
        hidden=tuple(
            dict.fromkeys((instead.get(a, a), instead.get(b, b)) for a, b in graph.hidden)
        ),
        merged=tuple(
            (v, number)
            for id_, number in count.items()
            if number > 1
            for v in graph.apply[id_].outputs
        ),
    )


def shared_number(graph: Graph, apply: Apply) -> int:
    """Return how many equal apply nodes one stands for, where not all that reads it does so too.

    It is 1 where there is nothing to say.
    """
    counts = dict(graph.merged)
    if not counts:
        return 1
    own = counts.get(apply.outputs[0], 1)
    readers = [reader for v in apply.outputs for reader, _ in graph.clients[v]]
    is_last = not readers or any(counts.get(r.outputs[0], 1) != own for r in readers)
    return own if is_last else 1


def _first(graph: Graph) -> Mapping[str, str]:
    """Return for each apply node behind the cost the first one that it is equal to."""
    numbers = classes(graph)
    taken = {v.name for v in graph.variables}
    known: dict[tuple[int, ...], str] = {}
    names: dict[str, list[str | None]] = {}
    found: dict[str, str] = {}
    for id_ in graph.backward:
        apply = graph.apply[id_]
        own = [_shared_name(graph.variable[v].name, taken) for v in apply.outputs]
        kept = known.setdefault(tuple(numbers[v] for v in apply.outputs), id_)
        pairs = list(zip(names.setdefault(kept, own), own, strict=True))
        is_agreed = all(None in pair or pair[0] == pair[1] for pair in pairs)
        if is_agreed and not apply.destroy_map:
            names[kept] = [one or other for one, other in pairs]
        else:
            kept = id_
        found[id_] = kept
    return found


def _shared_name(name: str | None, taken: Collection[str | None]) -> str | None:
    """Return a name without the number that tells it from an equal one."""
    plain = _NUMBER.sub("", name or "")
    return plain if plain in taken else name


def _named(graph: Graph, instead: Mapping[str, str]) -> tuple[Variable, ...]:
    """Return the variables that are left, with the names of those that they stand for too."""
    told: dict[str, list[Variable]] = {}
    for dropped, kept in instead.items():
        told.setdefault(kept, []).append(graph.variable[dropped])
    return tuple(
        _with_names(v, told[v.id]) if v.id in told else v
        for v in graph.variables
        if instead.get(v.id, v.id) == v.id
    )


def _with_names(variable: Variable, equal: Sequence[Variable]) -> Variable:
    """Name a variable as the first of its equals that has a name; understand the others."""
    name = next((v.name for v in equal if v.name), None)
    others = (n for v in equal for n in (v.name, *v.called) if n and n != name)
    return replace(variable, name=name, called=tuple(dict.fromkeys(others)))
