"""Draw what one step of a large trace changed: before and after together, with their neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from xorexplain.explorer.formula_parts import numbered_on
from xorexplain.explorer.graphs import Telling, picture
from xorexplain.graph.records import Graph
from xorexplain.graph.views.subgraph import keep
from xorexplain.render.limits import STEP_NODES
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.trace import RewriteStep, State, Trace

Json = dict[str, Any]
MOST_ABREAST = 6
"""Where a node has more neighbours on one side, they stand below each other, not in a long row."""


def region(
    trace: Trace, step: RewriteStep, names: Mapping[str, str], telling: Telling | None = None
) -> Json:
    """Return the picture of a step's region.

    Nodes and edges carry a `mark`: added, removed, edited or none. `telling` is kept from one
    region of the trace to the next.
    """
    edited = list(dict.fromkeys(edit.apply for edit in step.edits if edit.apply is not None))
    marks = dict.fromkeys(edited, "edited")
    marks |= dict.fromkeys(step.removed, "removed")
    marks |= dict.fromkeys(step.added, "added")
    shown = list(marks)[:STEP_NODES]
    old = _graph(state_at(trace, step.number - 1), [n for n in shown if marks[n] != "added"])
    new = _graph(state_at(trace, step.number), [n for n in shown if marks[n] != "removed"])
    pictures = [picture(graph, names, telling) for graph in (old, new)]
    return _merged(pictures, marks)


def _graph(state: State, applies: Sequence[str]) -> Graph:
    """Cut apply nodes out of a state; what they read from elsewhere is a loose end."""
    universe = state.trace.universe
    kept = tuple(replace(universe.apply[id_], inputs=state.inputs(id_)) for id_ in applies)
    used = {v for apply in kept for v in (*apply.inputs, *apply.outputs)}
    variables = tuple(
        replace(v, folded=True) if v.role == "constant" else v for v in state.trace.in_order(used)
    )
    return keep(
        replace(universe, applies=kept, variables=variables, inputs=(), outputs=()), applies
    )


def _merged(pictures: Sequence[Json], marks: Mapping[str, str]) -> Json:
    """Lay the picture after a step over that before it."""
    nodes: dict[str, Json] = {}
    edges: dict[tuple[str, str, int], Json] = {}
    for drawn, gone in zip(pictures, ("removed", "added"), strict=True):
        for node in drawn["nodes"]:
            nodes[node["id"]] = {**node, "mark": marks.get(node["id"], "")}
        for edge in drawn["edges"]:
            key = (edge["from"], edge["to"], edge["position"])
            is_kept = key in edges
            edges[key] = {**edge, "mark": "" if is_kept else gone}
    fans = [Counter(edge[end] for edge in edges.values()) for end in ("from", "to")]
    is_wide = max((count for fan in fans for count in fan.values()), default=0) > MOST_ABREAST
    told = numbered_on(list(nodes.values()))
    return {"nodes": told, "edges": list(edges.values()), "across": is_wide}
