"""Draw what one step of a large trace changed: before and after together, with their neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from xorexplain.explorer.graphs import picture
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.rewrites.records import RewriteStep, Trace

Json = dict[str, Any]
MAX_NODES = 40
"""Apply nodes of a region; a step that changes more shows the first of them."""


def region(
    trace: Trace, step: RewriteStep, inputs: Mapping[str, Sequence[str]], names: Mapping[str, str]
) -> Json:
    """Return the picture of a step's region; `inputs` are those of all apply nodes before it.

    Nodes and edges carry a `mark`: added, removed, edited or none.
    """
    universe = trace.universe
    edited = list(dict.fromkeys(edit.apply for edit in step.edits if edit.apply is not None))
    marks = dict.fromkeys(edited, "edited")
    marks |= dict.fromkeys(step.removed, "removed")
    marks |= dict.fromkeys(step.added, "added")
    shown = list(marks)[:MAX_NODES]
    after = {id_: list(inputs[id_]) for id_ in shown}
    for edit in step.edits:
        if edit.apply in after:
            after[edit.apply][edit.position] = edit.new
    old = _graph(universe, {id_: inputs[id_] for id_ in shown if marks[id_] != "added"})
    new = _graph(universe, {id_: after[id_] for id_ in shown if marks[id_] != "removed"})
    pictures = [picture(graph, names) for graph in (old, new)]
    return _merged(pictures, marks)


def _graph(universe: Graph, applies: Mapping[str, Sequence[str]]) -> Graph:
    """Cut apply nodes out of the universe; what they read from elsewhere is a loose end."""
    kept = [_with_inputs(universe.apply[id_], read) for id_, read in applies.items()]
    used = {v for apply in kept for v in (*apply.inputs, *apply.outputs)}
    return replace(
        universe,
        applies=tuple(kept),
        variables=tuple(_variable(v, applies) for v in universe.variables if v.id in used),
        inputs=(),
        outputs=(),
    )


def _with_inputs(apply: Apply, read: Sequence[str]) -> Apply:
    return replace(apply, inputs=tuple(read))


def _variable(variable: Variable, applies: Mapping[str, Any]) -> Variable:
    if variable.role == "constant":
        return replace(variable, folded=True)
    if variable.owner is None or variable.owner in applies:
        return variable
    return replace(variable, owner=None, role="intermediate")


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
    return {"nodes": list(nodes.values()), "edges": list(edges.values())}
