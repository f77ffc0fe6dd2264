"""Name what a loop computes round by round, by what is read of what it gives."""

from __future__ import annotations

from collections.abc import Mapping

from xorexplain.graph.records import DELTA, Graph
from xorexplain.graph.views.name_stems import WITH_START, begun_with, rest_of


def series_name(graph: Graph, output: str, names: Mapping[str, str]) -> str:
    """Call what a Scan computes round by round: by its name, or that of what is read of it."""
    return series(graph, output, names)[1]


def series(graph: Graph, output: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Return the variable that what a Scan computes is called after, and its name.

    `states` may be all but the first values of what a Scan returns, a gradient its last.
    """
    if graph.variable[output].name:
        return output, _without_start(graph, output, names.get(output, ""))
    rest = rest_of(graph, output)
    if rest is not None and graph.variable[rest].name:
        return rest, names.get(rest, graph.variable[rest].name or "")
    for apply, position in graph.clients[output]:
        if position == 0 and apply.op.kind == "subtensor" and len(apply.outputs) == 1:
            part = apply.outputs[0]
            labels = (o.label for o in graph.results.get(part, ()) if o.label)
            own = (graph.variable[part].name or "", *graph.variable[part].called)
            adjoints = (name for name in own if name.startswith(DELTA))
            called = next(iter((*labels, *adjoints)), None)
            if called and (part == rest or apply.op.param("index") != "·:"):
                return part, called
    return output, _without_start(graph, output, names.get(output, ""))


def _without_start(graph: Graph, output: str, name: str) -> str:
    return name.removesuffix(WITH_START) if begun_with(graph, output) else name
