"""Follow which variables of a graph share memory, from what its apply nodes say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from xorexplain.graph.records import Apply

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
