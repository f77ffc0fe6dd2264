"""Put what leads to a named value into one node, where a picture would else be a wall of nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from xorexplain.graph.records import DELTA, Apply, Family, Graph, Op
from xorexplain.graph.views.condense import Fold, condense_each
from xorexplain.graph.views.order import regions

PART = "part"
"""The kind of op that stands for what leads to one named value, or to the same ones."""
MANY = 60
"""A graph of no more apply nodes shows each by itself."""
FEWEST = 3
"""Fewer apply nodes than these are shown."""
MOST_READ = 12
"""A part that reads more values than these would draw all their edges to one place."""
MOST_NAMES = 3
"""So many values are called by their names where several need a part."""
MOST_LETTERS = 36
"""Names of a part that are longer are shortened: what is called longer than a title is cut."""
Names = tuple[str, ...]


def fold_parts(graph: Graph) -> Graph:
    """Make one node of what leads to the same named values, such as a term or a gradient.

    Named are results, what the user gave a name, and the adjoints of that.
    """
    if len(graph.applies) <= MANY:
        return graph
    behind = set(graph.backward)
    parts: dict[tuple[Names, bool], list[str]] = {}
    for id_, names in _needed_for(graph, behind).items():
        parts.setdefault((names, id_ in behind), []).append(id_)
    for (names, _), members in parts.items():
        found = [
            region
            for region in regions(graph, members)
            if len(region) >= FEWEST and _reads(graph, region) <= MOST_READ
        ]
        graph = condense_each(graph, [_fold(graph, names, region) for region in found])
    return graph


def _needed_for(graph: Graph, behind: Collection[str]) -> dict[str, Names]:
    """Return for each apply node the named values that are next behind it, in an order of them.

    That the gradient, which is `behind`, reads what leads to the cost too is said by its edges.
    """
    called = {v.name for v in graph.variables if v.name}
    names: dict[str, str] = {}
    for variable in graph.variables:
        labels = [output.label for output in graph.results.get(variable.id, ()) if output.label]
        adjoints = [n for n in variable.called if n.removeprefix(DELTA) in called and n[0] == DELTA]
        own = [variable.name] if variable.name else []
        if variable.owner is not None and (found := [*own, *adjoints[:1], *labels]):
            names[variable.id] = found[0]
    order = {name: place for place, name in enumerate(names.values())}
    needed: dict[str, frozenset[str]] = {}
    for apply in reversed(graph.applies):
        found_names: set[str] = set()
        for output in apply.outputs:
            if output in names:
                found_names.add(names[output])
                continue
            readers = dict.fromkeys(reader.id for reader, _ in graph.clients[output])
            ahead = [id_ for id_ in readers if id_ not in behind]
            if apply.id not in behind and ahead:
                readers = dict.fromkeys(ahead)
            found_names.update(*(needed[id_] for id_ in readers))
        needed[apply.id] = frozenset(found_names)
    return {id_: tuple(sorted(found, key=order.__getitem__)) for id_, found in needed.items()}


def _reads(graph: Graph, members: Collection[str]) -> int:
    """Count the values that some apply nodes read of others."""
    inside = [graph.apply[id_] for id_ in members]
    own = {v for apply in inside for v in apply.outputs}
    read = {v for apply in inside for v in apply.inputs if not graph.variable[v].folded}
    return len(read - own)


def _fold(graph: Graph, names: Names, members: Collection[str]) -> Fold:
    # In their order, so that of two families with as many it is always the same.
    inside = [apply for apply in graph.applies if apply.id in members]
    title = f"{_listed(names)}, {len(inside)} nodes"
    return Fold(members, Op(PART, _family(inside), "", (("name", title),)))


def _listed(names: Names) -> str:
    """Write names so short that the number of nodes has room behind them."""
    shown = ", ".join(names)
    if len(names) > MOST_NAMES:
        shown = ", ".join((*names[: MOST_NAMES - 1], "…", names[-1]))
    kept = min(len(names), MOST_NAMES) - 1
    while len(shown) > MOST_LETTERS and kept:
        shown, kept = ", ".join((*names[:kept], "…")), kept - 1
    return shown if len(shown) <= MOST_LETTERS else f"{shown[: MOST_LETTERS - 1]}…"


def _family(inside: Sequence[Apply]) -> Family:
    """Return the family that most apply nodes of a part are of."""
    return Counter(apply.op.family for apply in inside).most_common(1)[0][0]
