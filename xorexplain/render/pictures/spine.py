"""Find what a picture hangs on: its longest path, which the layout is to draw straight."""

from __future__ import annotations

from collections.abc import Sequence

SPINE, GIVEN, OTHER = 8, 2, 1
"""The weights of edges on the longest path, from what is given, and of all others."""
Pair = tuple[str, str]


def weights(edges: Sequence[Pair]) -> list[int]:
    """Return the weight of each edge: how much the layout tries to keep it short and straight.

    What is given, as parameters are, is kept beside the first op that reads it.
    """
    after: dict[str, list[str]] = {}
    waiting: dict[str, int] = {}
    for source, target in edges:
        after.setdefault(source, []).append(target)
        waiting.setdefault(source, 0)
        waiting[target] = waiting.get(target, 0) + 1
    given = {node for node, count in waiting.items() if not count}
    path = set(_longest_path(after, dict(waiting)))
    return [SPINE if e in path else GIVEN if e[0] in given else OTHER for e in edges]


def _longest_path(after: dict[str, list[str]], waiting: dict[str, int]) -> list[Pair]:
    """Return the edges of a longest path, from its start; what is on a cycle takes no part."""
    order = [node for node, count in waiting.items() if not count]
    for node in order:
        for reader in after.get(node, ()):
            waiting[reader] -= 1
            if not waiting[reader]:
                order.append(reader)
    length: dict[str, int] = {}
    further: dict[str, str] = {}
    for node in reversed(order):
        reached = [reader for reader in after.get(node, ()) if reader in length]
        length[node] = 1 + max((length[reader] for reader in reached), default=0)
        if reached:
            further[node] = max(reached, key=length.__getitem__)
    node = max(length, key=length.__getitem__, default="")
    path = []
    while node in further:
        path.append((node, further[node]))
        node = further[node]
    return path
