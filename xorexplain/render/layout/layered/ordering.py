"""Order the nodes inside every rank so that few edges cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Hashable, Sequence

from xorexplain.errors.records import dataclass

MAX_BENDS = 150_000  # of edges, which are placed as nodes are
# Sweeps and exchanges look at every node this many times in all, however large the graph.
SWEEP_WORK = 400_000
EXCHANGE_WORK = 400_000


@dataclass(frozen=True)
class Ranked:
    """A graph whose edges join neighbouring ranks only.

    Numbers below the node count are nodes; the others are bends of longer edges. `above` and
    `below` list the neighbours of each; `chains` the bends of each edge from the lower rank to
    the higher, or None for an edge that is drawn straight.
    """

    layers: list[list[int]]
    above: list[list[int]]
    below: list[list[int]]
    chains: list[list[int] | None]
    trunks: list[list[int]]


def split_edges(
    ranks: Sequence[int],
    edges: Sequence[tuple[int, int]],
    bundles: Sequence[Hashable],
    most_bends: int = MAX_BENDS,
) -> Ranked:
    """Cut edges into pieces of one rank each.

    With more than `most_bends` the longest are drawn straight instead of being led around nodes.
    `edges` point from lower to higher ranks; a self loop is left out and has no bends. Edges with
    the same start and an equal bundle share their bends.
    """
    count = len(ranks)
    layers: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    trunks: dict[tuple[int, Hashable], list[int]] = {}
    chains: list[list[int] | None] = []
    longest = _longest_bent_span([ranks[h] - ranks[t] for t, h in edges], most_bends)
    bend_ranks: list[int] = []
    for (tail, head), bundle in zip(edges, bundles, strict=True):
        span = ranks[head] - ranks[tail]
        if span > longest or not span:
            chains.append([] if tail == head else None)
            continue
        trunk = trunks.setdefault((tail, bundle), [])
        while len(trunk) < span - 1:
            bend = count + len(bend_ranks)
            bend_ranks.append(ranks[tail] + len(trunk) + 1)
            last = trunk[-1] if trunk else tail
            above.append([last])
            below.append([])
            below[last].append(bend)
            trunk.append(bend)
        last = trunk[span - 2] if span > 1 else tail
        below[last].append(head)
        above[head].append(last)
        chains.append(trunk[: span - 1])
    for node, rank in enumerate(ranks):
        layers[rank].append(node)
    for bend, rank in enumerate(bend_ranks, count):
        layers[rank].append(bend)
    return Ranked(layers, above, below, chains, [trunk for trunk in trunks.values() if trunk])


def _longest_bent_span(spans: Sequence[int], most_bends: int) -> int:
    """Return the longest span whose edges, with all shorter ones, need no more bends than that."""
    bends = 0
    longest = 1
    for span in sorted(spans):
        bends += span - 1
        if bends > most_bends:
            return longest
        longest = max(longest, span)
    return longest


def reduce_crossings(graph: Ranked) -> list[list[int]]:
    """Return the layers, each in an order that leaves few crossings."""
    layers = _first_order(graph)
    size = sum(map(len, layers))
    position = [0] * size
    _renumber(layers, position)
    best = [list(layer) for layer in layers]
    fewest = _crossings(layers, graph.below, position)
    stale = 0
    for _ in range(max(2, min(24, SWEEP_WORK // (size + 1)))):
        if fewest == 0 or stale == 4:
            break
        _sweep(layers, graph.above, position)
        _sweep(layers[::-1], graph.below, position)
        found = _crossings(layers, graph.below, position)
        stale += 1
        if found < fewest:
            fewest, stale = found, 0
            best = [list(layer) for layer in layers]
    if fewest:
        _renumber(best, position)
        for _ in range(min(8, EXCHANGE_WORK // (size + 1))):
            if not _exchange(best, graph, position):
                break
    return best


def _renumber(layers: list[list[int]], position: list[int]) -> None:
    for layer in layers:
        for place, node in enumerate(layer):
            position[node] = place


def _first_order(graph: Ranked) -> list[list[int]]:
    """Order every layer by a depth-first walk, which keeps neighbours together."""
    layers: list[list[int]] = [[] for _ in graph.layers]
    rank_of = {node: rank for rank, layer in enumerate(graph.layers) for node in layer}
    seen = [False] * len(graph.below)
    for layer in graph.layers:
        for root in layer:
            pending = [root]
            while pending:
                node = pending.pop()
                if not seen[node]:
                    seen[node] = True
                    layers[rank_of[node]].append(node)
                    pending.extend(reversed(graph.below[node]))
    return layers


def _sweep(layers: list[list[int]], fixed: list[list[int]], position: list[int]) -> None:
    """Sort every layer by the mean position of its neighbours in the layer before."""
    for layer in layers:
        means = {}
        for node in layer:
            around = fixed[node]
            if len(around) == 1:
                means[node] = float(position[around[0]])
            elif around:
                means[node] = sum([position[other] for other in around]) / len(around)
            else:
                means[node] = float(position[node])
        layer.sort(key=means.__getitem__)
        for place, node in enumerate(layer):
            position[node] = place


def _crossings(layers: list[list[int]], below: list[list[int]], position: list[int]) -> int:
    total = 0
    for layer in layers:
        ends: list[int] = []
        for node in layer:
            places = sorted([position[other] for other in below[node]])
            for place in places:
                total += len(ends) - bisect_right(ends, place)
            for place in places:
                insort(ends, place)
    return total


def _exchange(layers: list[list[int]], graph: Ranked, position: list[int]) -> bool:
    """Swap neighbours in a layer where that removes crossings; say whether any were swapped."""
    swapped = False
    for layer in layers:
        for place in range(len(layer) - 1):
            left, right = layer[place], layer[place + 1]
            gain = 0
            for around in (graph.above, graph.below):
                lefts = [position[other] for other in around[left]]
                rights = [position[other] for other in around[right]]
                for a in lefts:
                    for b in rights:
                        gain += (a > b) - (a < b)
            if gain > 0:
                layer[place], layer[place + 1] = right, left
                position[left], position[right] = place + 1, place
                swapped = True
    return swapped
