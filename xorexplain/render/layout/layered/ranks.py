"""Give every node of a directed graph a rank, so that edges point down."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

Arrow = tuple[int, int]

TIGHTENING_ROUNDS = 8


def assign_ranks(count: int, edges: Sequence[Arrow]) -> tuple[list[int], list[bool]]:
    """Return the rank of each node, and for each edge whether it had to be turned to break a cycle.

    Ranks start at 0. Every edge, turned where so marked, goes from a lower rank to a higher one;
    self loops are ignored. Takes time linear in nodes and edges.
    """
    place = _acyclic_places(count, edges)
    turned = [place[tail] > place[head] for tail, head in edges]
    after: list[list[int]] = [[] for _ in range(count)]
    before: list[list[int]] = [[] for _ in range(count)]
    for (tail, head), back in zip(edges, turned, strict=True):
        if tail != head:
            first, second = (head, tail) if back else (tail, head)
            after[first].append(second)
            before[second].append(first)
    order = sorted(range(count), key=place.__getitem__)
    rank = [0] * count
    for node in order:
        for follower in after[node]:
            rank[follower] = max(rank[follower], rank[node] + 1)
    _tighten(rank, order, before, after)
    lowest = min(rank, default=0)
    return [value - lowest for value in rank], turned


def _acyclic_places(count: int, edges: Sequence[Arrow]) -> list[int]:
    """Number the nodes so that an edge goes to a higher number unless it closes a cycle."""
    after: list[list[int]] = [[] for _ in range(count)]
    for tail, head in edges:
        after[tail].append(head)
    seen = [False] * count
    place = [0] * count
    last = count
    for root in range(count):
        if seen[root]:
            continue
        seen[root] = True
        path = [(root, iter(after[root]))]
        while path:
            node, followers = path[-1]
            for follower in followers:
                if not seen[follower]:
                    seen[follower] = True
                    path.append((follower, iter(after[follower])))
                    break
            else:
                path.pop()
                last -= 1
                place[node] = last
    return place


def _tighten(
    rank: list[int], order: list[int], before: list[list[int]], after: list[list[int]]
) -> None:
    """Shorten edges: move a node towards the side on which it has more of them.

    Longest-path ranks put every input of the graph at the top, far from where it is used.
    """
    for _ in range(TIGHTENING_ROUNDS):
        moved = False
        for node in reversed(order):
            if after[node] and len(after[node]) >= len(before[node]):
                goal = min(rank[follower] for follower in after[node]) - 1
                moved |= goal != rank[node]
                rank[node] = goal
        for node in order:
            if len(before[node]) > len(after[node]):
                goal = max(rank[leader] for leader in before[node]) + 1
                moved |= goal != rank[node]
                rank[node] = goal
        if not moved:
            return
