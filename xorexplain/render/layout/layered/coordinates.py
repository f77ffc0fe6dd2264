"""Give ordered layers horizontal coordinates: items near their neighbours, long edges straight.

Every item is drawn to the mean of its neighbours, layer by layer. Where neighbours in a layer then
come too close, the whole run that touches moves to its own mean: isotonic regression, which solves
one layer exactly in linear time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Layer = tuple[list[int], list[float]]  # items, and how far each is from the first at the least

NOWHERE = (float("-inf"), float("inf"))  # no bound on either side
# How strongly an edge piece pulls: between two nodes, a node and a bend, two bends.
PULLS = (1.0, 2.0, 8.0)
# Rounds look at every item this many times in all, however large the graph.
ROUND_WORK = 300_000
ROUNDS = 24


def horizontal_coordinates(
    layers: list[list[int]],
    above: list[list[int]],
    below: list[list[int]],
    room: Sequence[float],
    nodes: int,
) -> list[float]:
    """Return the centre of each item.

    Neighbours in a layer stay apart by half of the sum of their `room`. Items below `nodes` are
    nodes, the others bends.
    """
    x = [0.0] * len(room)
    spaced = [_space(layer, room) for layer in layers]
    for layer, offsets in spaced:
        for item, offset in zip(layer, offsets, strict=True):
            x[item] = offset - offsets[-1] / 2
    around = [
        [(other, PULLS[(item >= nodes) + (other >= nodes)]) for other in (*upper, *lower)]
        for item, (upper, lower) in enumerate(zip(above, below, strict=True))
    ]
    for _ in range(max(2, min(ROUNDS, ROUND_WORK // (len(x) + 1)))):
        for spaced_layer in (*spaced, *reversed(spaced)):
            _relax(spaced_layer, around, x)
    return x


def straighten(
    layers: list[list[int]], chains: Sequence[list[int]], room: Sequence[float], x: list[float]
) -> None:
    """Move the bends of each chain, in place, onto as few vertical lines as the room lets them."""
    left: dict[int, int] = {}
    right: dict[int, int] = {}
    for layer in layers:
        for one, two in pairwise(layer):
            left[two], right[one] = one, two
    for chain in chains:
        run: list[int] = []
        low, high = NOWHERE
        for bend in chain:
            a, b = left.get(bend), right.get(bend)
            least = NOWHERE[0] if a is None else x[a] + (room[a] + room[bend]) / 2
            most = NOWHERE[1] if b is None else x[b] - (room[b] + room[bend]) / 2
            if max(low, least) > min(high, most):
                _set(run, low, high, x)
                run = []
                low, high = NOWHERE
            run.append(bend)
            low, high = max(low, least), min(high, most)
        _set(run, low, high, x)


def _set(run: list[int], low: float, high: float, x: list[float]) -> None:
    if run and low <= high:
        mean = sum([x[bend] for bend in run]) / len(run)
        for bend in run:
            x[bend] = min(max(mean, low), high)


def _space(layer: list[int], room: Sequence[float]) -> Layer:
    offsets = [0.0]
    for one, two in pairwise(layer):
        offsets.append(offsets[-1] + (room[one] + room[two]) / 2)
    return layer, offsets[: len(layer)]


def _relax(layer: Layer, around: list[list[tuple[int, float]]], x: list[float]) -> None:
    """Bring one layer to the best places for the present places of all others."""
    runs: list[tuple[float, float, float, int]] = []  # mean, pull times goal, pull, items
    for item, offset in zip(*layer, strict=True):
        pull = goal = 0.0
        for other, strength in around[item]:
            pull += strength
            goal += strength * x[other]
        if not pull:
            pull, goal = 0.001, 0.001 * x[item]
        goal -= pull * offset
        mean, items = goal / pull, 1
        while runs and runs[-1][0] >= mean:
            _, last_goal, last_pull, last_items = runs.pop()
            goal += last_goal
            pull += last_pull
            items += last_items
            mean = goal / pull
        runs.append((mean, goal, pull, items))
    start = 0
    members, offsets = layer
    for mean, _, _, items in runs:
        for place in range(start, start + items):
            x[members[place]] = mean + offsets[place]
        start += items
