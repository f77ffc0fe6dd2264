"""Show a part of a graph: around a node, between two nodes, by a pattern, or the nearest few."""

from __future__ import annotations

import fnmatch
from collections import deque
from collections.abc import Iterable, Mapping

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.condense import is_fold
from xorexplain.graph.views.names import called, understood
from xorexplain.graph.views.printed_names import holders, no_variable
from xorexplain.graph.views.subgraph import keep

SELECTORS = ("op", "name", "family")


@dataclass(frozen=True)
class _Links:
    """Hold, for each apply node, the apply nodes it reads from and those that read from it."""

    parents: Mapping[str, tuple[str, ...]]
    children: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Found:
    """Hold what a name stands for: apply nodes themselves, or variables."""

    applies: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


def around(graph: Graph, name: str, radius: int, whole: Graph | None = None) -> Graph:
    """Keep the apply nodes at most `radius` steps from a node, in either direction.

    For a variable, step 1 is the apply node that computes it and those that read it. A node that a
    view left out of the `whole` graph stands for the nearest that are shown and are made from it.
    """
    links = _links(graph)
    found = _resolve(graph, name, whole)
    readers = [apply.id for v in found.variables for apply, _ in graph.clients[v]]
    distance = dict.fromkeys(found.applies, 0)
    distance |= dict.fromkeys([*_owners(graph, found), *readers], 1)
    queue = deque(distance)
    while queue:
        current = queue.popleft()
        if distance[current] >= radius:
            continue
        for other in (*links.parents[current], *links.children[current]):
            if other not in distance:
                distance[other] = distance[current] + 1
                queue.append(other)
    return keep(graph, distance.keys(), found.variables)


def path(graph: Graph, first: str, last: str, whole: Graph | None = None) -> Graph:
    """Keep the apply nodes on any path between two nodes, whichever of them comes first.

    A path starts at the apply node that computes a variable, or at those that read one that is
    given; it ends at the apply node that computes a variable. What a view left out of the `whole`
    graph is found as `around` does.
    """
    links = _links(graph)
    one, other = _resolve(graph, first, whole), _resolve(graph, last, whole)
    for start, end in ((one, other), (other, one)):
        below = _reach(_starts(graph, start), links.children)
        above = _reach([*end.applies, *_owners(graph, end)], links.parents)
        if below & above:
            return keep(graph, below & above)
    raise XorexplainError(
        f"no path leads from {first} to {last}: neither is computed from the other"
    )


def select(graph: Graph, patterns: Iterable[str]) -> Graph:
    """Keep the apply nodes that match any pattern `op:Dot`, `name:W*` or `family:reduction`.

    Letter case does not count; `*` and `?` are wildcards. `op` is compared with the shared name
    and the engine's text, `name` with the names of the variables a node reads and computes.
    """
    kept: set[str] = set()
    for pattern in patterns:
        field, colon, text = pattern.partition(":")
        if not colon or field not in SELECTORS:
            raise XorexplainError(
                f"cannot select by {pattern!r}: write op:Dot, name:W1 or family:reduction"
            )
        found = {a.id for a in graph.applies if _matches(graph, a, field, text)}
        if not found:
            known = sorted({name for a in graph.applies for name in _texts(graph, a, field)})
            raise XorexplainError(f"nothing matches {pattern!r}: {did_you_mean(text, known)}")
        kept |= found
    return keep(graph, kept)


def nearest(graph: Graph, limit: int) -> Graph:
    """Keep the `limit` apply nodes nearest to the results, all of them where there are fewer."""
    if limit <= 0 or len(graph.applies) <= limit:
        return graph
    links = _links(graph)
    owners = {graph.variable[output].owner for output in graph.output_ids}
    # What no result is computed from comes last; in a part of a graph it may be all there is.
    rest = iter([apply.id for apply in reversed(graph.applies) if apply.id not in owners])
    queue = deque(apply.id for apply in graph.applies if apply.id in owners)
    kept: dict[str, None] = {}
    while len(kept) < limit:
        current = queue.popleft() if queue else next(rest)
        if current not in kept:
            kept[current] = None
            queue.extend(links.parents[current])
    return keep(graph, kept)


def _links(graph: Graph) -> _Links:
    owner = {variable.id: variable.owner for variable in graph.variables}
    parents: dict[str, tuple[str, ...]] = {}
    children: dict[str, list[str]] = {apply.id: [] for apply in graph.applies}
    for apply in graph.applies:
        found = dict.fromkeys(o for o in (owner[v] for v in apply.inputs) if o is not None)
        parents[apply.id] = tuple(found)
        for parent in found:
            children[parent].append(apply.id)
    return _Links(parents, {id_: tuple(found) for id_, found in children.items()})


def _reach(start: Iterable[str], links: Mapping[str, tuple[str, ...]]) -> set[str]:
    seen = set(start)
    stack = list(seen)
    while stack:
        for other in links[stack.pop()]:
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return seen


def _owners(graph: Graph, found: _Found) -> list[str]:
    """Return the apply nodes that compute the variables found."""
    owners = [graph.variable[v].owner for v in found.variables]
    return [owner for owner in owners if owner is not None]


def _starts(graph: Graph, found: _Found) -> list[str]:
    given = [v for v in found.variables if graph.variable[v].owner is None]
    readers = [apply.id for v in given for apply, _ in graph.clients[v]]
    return [*found.applies, *_owners(graph, found), *readers]


def _resolve(graph: Graph, name: str, whole: Graph | None) -> _Found:
    """Find what a name stands for; raise XorexplainError where nothing is called so."""
    found = _named(graph, name)
    if found is None and whole is not None:
        hidden = _named(whole, name)
        found = hidden and _shown(graph, whole, hidden)
    if found is not None:
        return found
    said = no_variable(graph, name)
    if said is not None:
        raise XorexplainError(said)
    names = {v.name for v in graph.variables if v.name}
    names |= {output.label for output in graph.outputs if output.label}
    kinds = {apply.op.kind for apply in graph.applies}
    hint = did_you_mean(name, sorted(names | kinds))
    raise XorexplainError(f"no node is called {name!r}: {hint}")


def _named(graph: Graph, name: str) -> _Found | None:
    """Find what a name stands for: an id, a variable's name, a result's label, or an op.

    A name that was given to a nameless variable, or was cut where it was printed, will do. That of
    a value inside of an op stands for the op.
    """
    if name in graph.apply:
        return _Found(applies=(name,))
    variables = [v.id for v in graph.variables if name in (v.id, v.name)]
    variables += [output.variable for output in graph.outputs if output.label == name]
    if variables:
        return _Found(variables=tuple(dict.fromkeys(variables)))
    folds = tuple(apply.id for apply in graph.applies if name in _ids_inside(graph, apply))
    if folds:
        return _Found(applies=folds)
    known = understood(graph)
    if name in known:
        return _Found(variables=(known[name],))
    by_op = tuple(apply.id for apply in graph.applies if _matches(graph, apply, "op", name))
    if by_op:
        return _Found(applies=by_op)
    printed = called(name, known)
    if printed is not None:
        return _Found(variables=(known[printed],))
    inside = holders(graph, name)
    return _Found(applies=inside) if inside else None


def _shown(graph: Graph, whole: Graph, hidden: _Found) -> _Found | None:
    """Return the nearest apply nodes that are shown of those made from what is not.

    Where there are none, as of a result that is shown as its input, it is made from them.
    """
    start = [*hidden.applies, *_starts(whole, hidden)]
    inside = {id_: apply.id for apply in graph.applies for id_ in _ids_inside(graph, apply)}
    links = _links(whole)
    for ways in (links.children, links.parents):
        found: dict[str, None] = {}
        seen, queue = set(start), deque(start)
        while queue:
            current = queue.popleft()
            shown = current if current in graph.apply else inside.get(current)
            if shown is not None:
                found[shown] = None
                continue
            queue.extend(other for other in dict.fromkeys(ways[current]) if other not in seen)
            seen.update(ways[current])
        if found:
            return _Found(applies=tuple(found))
    return None


def _inside(graph: Graph, apply: Apply) -> Graph | None:
    """Return what a fold stands for, None for an apply node of the engine."""
    return graph.inner[apply.inner] if apply.inner is not None and is_fold(apply) else None


def _ids_inside(graph: Graph, apply: Apply) -> set[str]:
    """Return the ids of the apply nodes of a fold and of what they compute."""
    inside = _inside(graph, apply)
    nodes = inside.applies if inside is not None else ()
    return {id_ for node in nodes for id_ in (node.id, *node.outputs)}


def _texts(graph: Graph, apply: Apply, field: str) -> list[str]:
    if field == "op":
        inside = _inside(graph, apply)
        ops = [apply.op, *(node.op for node in (inside.applies if inside else ()))]
        return [text for op in ops for text in (op.kind, op.label) if text]
    if field == "family":
        return [apply.op.family]
    names = [graph.variable[v].name for v in (*apply.inputs, *apply.outputs)]
    return [name for name in names if name]


def _matches(graph: Graph, apply: Apply, field: str, pattern: str) -> bool:
    wanted = pattern.lower()
    texts = [text.lower() for text in _texts(graph, apply, field)]
    return any(text == wanted or fnmatch.fnmatchcase(text, wanted) for text in texts)
