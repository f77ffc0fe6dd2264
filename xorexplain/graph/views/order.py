"""Say which apply nodes must come after which, and which of them can be put into one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.memory import destroyed_by, origins

_OWN, _AFTER = True, False
"""Who read a variable: a member, or what must come after one."""


def successors(graph: Graph) -> Mapping[str, list[str]]:
    """Return, for each apply node, those that must come after it.

    They read what it computes, also through what a part of a graph leaves out, or write over what
    it reads.
    """
    owner = {variable.id: variable.owner for variable in graph.variables}
    found: dict[str, dict[str, None]] = {apply.id: {} for apply in graph.applies}
    shared = origins(graph.applies)
    readers: dict[str, list[str]] = {}
    hidden = graph.hidden_sources
    for apply in graph.applies:
        for v in apply.inputs:
            for start in (v, *hidden.get(v, ())):
                before = owner[start]
                if before is not None:
                    found[before][apply.id] = None
        for start in destroyed_by(apply, shared):
            for reader in readers.get(start, ()):
                found[reader][apply.id] = None
        for v in apply.inputs:
            for start in shared.get(v, (v,)):
                readers.setdefault(start, []).append(apply.id)
    return {id_: [v for v in after if v != id_] for id_, after in found.items()}


def followers(
    graph: Graph, members: Sequence[Apply], rank: Mapping[str, int]
) -> frozenset[str] | None:
    """Return what stands between some apply nodes and must come after one of them.

    It is None where that must come before another one. `rank` is the place of each apply node.
    """
    own = {apply.id for apply in members}
    between = graph.applies[rank[members[0].id] : rank[members[-1].id] + 1]
    shared = origins(graph.applies) if any(apply.destroy_map for apply in between) else {}
    reached: set[str] = set()
    made: set[str] = set()
    read: dict[str, set[bool]] = {}
    for apply in between:
        is_own = apply.id in own
        sources = {s for v in apply.inputs for s in (v, *graph.hidden_sources.get(v, ()))}
        destroyed = destroyed_by(apply, shared)
        readers = {kind for v in destroyed for kind in read.get(v, ())}
        if is_own and (not made.isdisjoint(sources) or _AFTER in readers):
            return None
        computed = {id_ for id_ in sources if graph.variable[id_].owner in own}
        is_after = not is_own and bool(
            computed or not made.isdisjoint(sources) or readers & {_OWN, _AFTER}
        )
        if is_after:
            reached.add(apply.id)
            made.update(apply.outputs)
        if is_own or is_after:
            for v in apply.inputs:
                for start in shared.get(v, (v,)) if shared else ():
                    read.setdefault(start, set()).add(_OWN if is_own else _AFTER)
    return frozenset(reached)


def regions(graph: Graph, members: Collection[str]) -> list[set[str]]:
    """Divide apply nodes into groups of neighbours, each of which can become one node.

    Two of them are in one group where they are linked within it and no path between them leads
    through what is not: that makes a member's level higher than what it comes from.
    """
    after = successors(graph)
    level = dict.fromkeys(graph.apply, 0)
    for apply in graph.applies:
        for other in after[apply.id]:
            step = other in members and apply.id not in members
            level[other] = max(level[other], level[apply.id] + step)
    linked: dict[str, set[str]] = {id_: set() for id_ in members}
    for id_ in members:
        for other in after[id_]:
            if other in members and level[other] == level[id_]:
                linked[id_].add(other)
                linked[other].add(id_)
    found: list[set[str]] = []
    seen: set[str] = set()
    for apply in graph.applies:
        if apply.id in members and apply.id not in seen:
            group, waiting = {apply.id}, [apply.id]
            while waiting:
                fresh = linked[waiting.pop()] - group
                group |= fresh
                waiting += fresh
            seen |= group
            found.append(group)
    return found
