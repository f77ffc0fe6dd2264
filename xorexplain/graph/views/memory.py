"""Follow which variables of a graph share memory, from what its apply nodes say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from xorexplain.graph.records import Aliases, Apply

Origins = Mapping[str, Set[str]]
"""For each variable that shares memory, the variables whose memory it is in the end."""


def origins(applies: Iterable[Apply]) -> Origins:
    """Say of which variables each one that is a view, or is written over them, has its memory."""
    found: dict[str, Set[str]] = {}
    for apply in applies:
        for index, positions in (*apply.view_map, *apply.destroy_map):
            starts = found.get(apply.outputs[index], frozenset())
            for position in positions:
                start = apply.inputs[position]
                starts = starts | found.get(start, frozenset([start]))
            found[apply.outputs[index]] = starts
    return found


def destroyed_by(apply: Apply, found: Origins) -> Set[str]:
    """Return the variables whose memory an apply node writes over."""
    given = {apply.inputs[p] for _, positions in apply.destroy_map for p in positions}
    return {start for v in given for start in found.get(v, frozenset([v]))}


def reading_instead(applies: Iterable[Apply], instead: Mapping[str, str]) -> tuple[Apply, ...]:
    """Have apply nodes read other variables.

    What is written over, or viewed, is the memory of what was read before: nothing is said of
    another one that takes its place, unless both have one memory.
    """
    applies = tuple(applies)
    found = origins(applies) if instead else {}
    elsewhere = {
        old for old, new in instead.items() if found.get(old, {old}) != found.get(new, {new})
    }
    return tuple(_reading(apply, instead, elsewhere) for apply in applies)


def _reading(apply: Apply, instead: Mapping[str, str], elsewhere: Set[str]) -> Apply:
    if instead.keys().isdisjoint(apply.inputs):
        return apply
    lost = {position for position, v in enumerate(apply.inputs) if v in elsewhere}
    return replace(
        apply,
        inputs=tuple(instead.get(v, v) for v in apply.inputs),
        destroy_map=_without(apply.destroy_map, lost),
        view_map=_without(apply.view_map, lost),
    )


def _without(aliases: Aliases, lost: Set[int]) -> Aliases:
    left = ((out, tuple(p for p in positions if p not in lost)) for out, positions in aliases)
    return tuple((out, positions) for out, positions in left if positions)
