"""Say what an apply node of a rewritten graph was made from."""

from __future__ import annotations

from xorexplain.graph.records import Apply, Graph
from xorexplain.render.pictures.labels import MAX_NAME, clip

MAX_ANCESTORS = 3


def ancestry_words(graph: Graph, apply: Apply) -> str:
    """Say which expressions of the graph before rewriting an apply node was made from, and where.

    Constants spread to a shape are left out beside anything else.
    """
    entry = graph.ancestry_of.get(apply.id)
    if entry is None:
        return ""
    named = [a.name for a in entry.ancestors if a.name != a.variable]
    names = [clip(name, MAX_NAME // 2) for name in named or (a.name for a in entry.ancestors)]
    shown = ", ".join(names[:MAX_ANCESTORS])
    more = f" and {len(names) - MAX_ANCESTORS} more" if len(names) > MAX_ANCESTORS else ""
    lines = sorted({a.source.line for a in entry.ancestors if a.source is not None})
    at = f" · line {', '.join(map(str, lines[:MAX_ANCESTORS]))}" if lines else ""
    return f"from {shown}{more}{at}" if names else ""
