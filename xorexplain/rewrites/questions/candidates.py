"""Look where a rewriter would have matched: on which apply nodes, from which state to which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.recorder import Recorder
from xorexplain.errors.records import dataclass

MAX_TRIES = 20_000
"""Tries up to which every tracked node is tried in every state."""
REACH = 3
"""In larger rewritings a node is tried again where a step changed something this many edges from
it, and at the beginning of a phase."""


@dataclass(frozen=True)
class Match:
    """Hold an apply node that a rewriter would replace, in the states `first` to `last`.

    State 0 is the start, state k the graph after step k.
    """

    node: str
    first: int
    last: int


@dataclass(frozen=True)
class Search:
    """Hold what was found; `tracked` are the nodes that were tried, in any state.

    A search that is not exact may have missed what depends on nodes further away.
    """

    matches: tuple[Match, ...]
    tracked: tuple[str, ...]
    is_exact: bool = True


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
    rerun = engine.rerun(recorder)
    for rewriter in rewriters:
        rerun.require(rewriter)
    wanted = {
        copy: ids[node] for copy, node in rerun.nodes.items() if not only or ids[node] in only
    }
    tracked = {
        copy: [r for r in rewriters if engine.is_tracked(r, rerun.nodes[copy])] for copy in wanted
    }
    tracked = {copy: fitting for copy, fitting in tracked.items() if fitting}
    is_exact = len(tracked) * len(recorder.firings) <= MAX_TRIES
    found: list[dict[str, None]] = []
    seen: dict[str, None] = {}
    matching: dict[Any, None] = {}
    phase = None
    for firing in [None, *recorder.firings]:
        if firing is not None:
            rerun.follow(firing)
        again: Collection[Any] = tracked
        if firing is not None and firing.phase == phase and not is_exact:
            again = [copy for copy in rerun.near(firing, REACH) if copy in tracked]
        phase = firing.phase if firing is not None else None
        for copy in again:
            matching.pop(copy, None)
            if copy in rerun.graph.apply_nodes:
                seen[wanted[copy]] = None
                if any(rerun.answers(rewriter, copy) for rewriter in tracked[copy]):
                    matching[copy] = None
        there = [copy for copy in matching if copy in rerun.graph.apply_nodes]
        found.append({wanted[copy]: None for copy in there})
    return Search(tuple(_stretches(found)), tuple(seen), is_exact)


def _stretches(states: Sequence[Collection[str]]) -> Iterable[Match]:
    """Join matches of a node in states that follow each other, in order of the first."""
    begun: dict[str, int] = {}
    found: list[Match] = []
    for number, nodes in enumerate([*states, ()]):
        for node in [node for node in begun if node not in nodes]:
            found.append(Match(node, begun.pop(node), number - 1))
        for node in nodes:
            begun.setdefault(node, number)
    return sorted(found, key=lambda match: (match.first, match.last, match.node))
