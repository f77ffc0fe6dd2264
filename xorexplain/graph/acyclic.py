"""Keep an order of the apply nodes of a graph whose edges change, and find the edge of a circle.

An edge that goes against the order moves only the nodes between its two ends (Pearce and Kelly,
A dynamic topological sort algorithm for directed acyclic graphs, 2006).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from xorexplain.graph.records import Graph


class Order:
    """Hold which apply nodes each one reads and is read by, and a number that grows along edges."""

    def __init__(self, graph: Graph) -> None:
        self._owner: Mapping[str, str | None] = {v.id: v.owner for v in graph.variables}
        self._inputs = {apply.id: list(apply.inputs) for apply in graph.applies}
        self._clients: dict[str, dict[str, int]] = {apply.id: {} for apply in graph.applies}
        self._rank = {apply.id: number for number, apply in enumerate(graph.applies)}
        for apply in graph.applies:
            for variable in apply.inputs:
                self._link(variable, apply.id, 1)
        for apply in graph.applies:
            for variable in apply.inputs:
                self._place(variable, apply.id)

    def read(self, apply: str, position: int) -> str:
        """Return the variable that an apply node reads at a position."""
        return self._inputs[apply][position]

    def edit(self, apply: str, position: int, variable: str) -> None:
        """Have an apply node read another variable; raise ValueError where that makes a circle."""
        self._link(self._inputs[apply][position], apply, -1)
        self._inputs[apply][position] = variable
        self._link(variable, apply, 1)
        self._place(variable, apply)

    def _link(self, variable: str, client: str, by: int) -> None:
        owner = self._owner[variable]
        if owner is not None:
            clients = self._clients[owner]
            clients[client] = clients.get(client, 0) + by
            if not clients[client]:
                del clients[client]

    def _place(self, variable: str, client: str) -> None:
        """Move nodes so that the owner of a variable comes before one of its clients."""
        owner, rank = self._owner[variable], self._rank
        if owner is None or rank[owner] < rank[client]:
            return
        low, high = rank[client], rank[owner]
        before = _reached(owner, self._owners, lambda node: rank[node] >= low)
        if client in before:
            raise ValueError(f"{client} is computed from its own result {variable}")
        after = _reached(client, self._clients.__getitem__, lambda node: rank[node] <= high)
        moved = [*sorted(before, key=rank.__getitem__), *sorted(after, key=rank.__getitem__)]
        for node, number in zip(moved, sorted(rank[node] for node in moved), strict=True):
            rank[node] = number

    def _owners(self, apply: str) -> list[str]:
        owners = (self._owner[variable] for variable in self._inputs[apply])
        return [owner for owner in owners if owner is not None]


def _reached(
    start: str, following: Callable[[str], Iterable[str]], is_inside: Callable[[str], bool]
) -> set[str]:
    """Return the nodes that can be reached through nodes inside, the start among them."""
    found, waiting = {start}, [start]
    while waiting:
        for node in following(waiting.pop()):
            if node not in found and is_inside(node):
                found.add(node)
                waiting.append(node)
    return found
