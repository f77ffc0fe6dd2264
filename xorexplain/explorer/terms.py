"""Tell which term of a statistical model's log-probability each node belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xorexplain.graph.records import Graph
from xorexplain.models.structure import TERM

SHARED, WHOLE = "values", "logp"


def by_term(graph: Graph) -> tuple[Sequence[str], Mapping[str, int]]:
    """Return titles, and the place in them of each apply node; no titles where no term has a name.

    What several terms read comes first, what puts them together last.
    """
    called = {v.owner: v.name or "" for v in graph.variables if v.owner}
    named = {owner: name for owner, name in called.items() if name.endswith(TERM)}
    leads: dict[str, set[str]] = {}
    for apply in reversed(graph.applies):
        clients = (client for v in apply.outputs for client, _ in graph.clients[v])
        # What a transform calls so within the term of its variable is a part of that.
        found = set().union(*(leads[client.id] for client in clients))
        leads[apply.id] = found or ({apply.id} if apply.id in named else set())
    terms = [apply.id for apply in graph.applies if leads[apply.id] == {apply.id}]
    titles = [SHARED, *(named[term].removesuffix(TERM) for term in terms), WHOLE]
    number = {term: position for position, term in enumerate(terms, 1)}

    def place(found: set[str]) -> int:
        if not found:
            return len(titles) - 1
        return 0 if len(found) > 1 else number[next(iter(found))]

    return (titles, {apply: place(found) for apply, found in leads.items()}) if terms else ((), {})
