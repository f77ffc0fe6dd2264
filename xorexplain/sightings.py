"""Look where a rewriter would have matched: on which apply nodes, from which state to which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xorexplain.engines import Engine
from xorexplain.recording import Recorder

MAX_TRIES = 20_000
"""Tries up to which every state is looked at; the later states of longer ones are left out."""


@dataclass(frozen=True)
class Sighting:
    """Hold an apply node that a rewriter would replace, in the states `first` to `last`.

    State 0 is the start, state k the graph after step k.
    """

    node: str
    first: int
    last: int


@dataclass(frozen=True)
class Search:
    """Hold what was found; `states` counts the states looked at, `tracked` the nodes in them."""

    sightings: tuple[Sighting, ...]
    states: int
    tracked: tuple[str, ...]


def search(
    engine: Engine,
    recorder: Recorder,
    ids: Mapping[Any, str],
    rewriters: Sequence[Any],
    only: Collection[str] = (),
) -> Search:
    """Try rewriters in every state of a recording, on copies; `only` restricts the nodes.

    `ids` names the recorded apply nodes. Nothing is replaced.
    """
    mirror = engine.mirror(recorder)
    for rewriter in rewriters:
        mirror.require(rewriter)
    tracked: dict[Any, list[Any]] = {
        copy: [r for r in rewriters if engine.is_tracked(r, node)]
        for copy, node in mirror.nodes.items()
        if not only or ids[node] in only
    }
    names = {copy: ids[mirror.nodes[copy]] for copy in tracked}
    found: list[dict[str, None]] = []
    seen: dict[str, None] = {}
    tries = 0
    for firing in [None, *recorder.firings]:
        if firing is not None:
            mirror.follow(firing)
        if tries > MAX_TRIES:
            break
        matching: dict[str, None] = {}
        for copy, fitting in tracked.items():
            if not fitting or copy not in mirror.graph.apply_nodes:
                continue
            seen[names[copy]] = None
            tries += len(fitting)
            if any(mirror.answers(rewriter, copy) for rewriter in fitting):
                matching[names[copy]] = None
        found.append(matching)
    return Search(tuple(_stretches(found)), len(found), tuple(seen))


def _stretches(states: Sequence[Collection[str]]) -> Iterable[Sighting]:
    """Join sightings of a node in states that follow each other, in order of the first."""
    begun: dict[str, int] = {}
    found: list[Sighting] = []
    for number, nodes in enumerate([*states, ()]):
        for node in [node for node in begun if node not in nodes]:
            found.append(Sighting(node, begun.pop(node), number - 1))
        for node in nodes:
            begun.setdefault(node, number)
    return sorted(found, key=lambda sighting: (sighting.first, sighting.last, sighting.node))
