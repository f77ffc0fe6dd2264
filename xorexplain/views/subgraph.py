"""Cut a graph down to some of its apply nodes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from xorexplain.graph import Graph


def keep(graph: Graph, applies: Collection[str]) -> Graph:
    """Keep these apply nodes with the variables they read and compute.

    A variable whose apply node falls away stays as a loose end: no owner, role `intermediate`.
    Results that nothing kept computes or reads fall away; ids stay as they were.
    """
    kept = [apply for apply in graph.applies if apply.id in applies]
    used = {v for apply in kept for v in (*apply.inputs, *apply.outputs)}
    if not graph.applies:
        used = {variable.id for variable in graph.variables}
    owners = {apply.id for apply in kept}
    return replace(
        graph,
        applies=tuple(kept),
        variables=tuple(
            v if v.owner is None or v.owner in owners else replace(v, owner=None)
            for v in graph.variables
            if v.id in used
        ),
        inputs=tuple(v for v in graph.inputs if v in used),
        outputs=tuple(output for output in graph.outputs if output.variable in used),
        parameters=tuple(v for v in graph.parameters if v in used),
    )


def needed(graph: Graph) -> Graph:
    """Drop the apply nodes and variables no result depends on."""
    wanted = {output.variable for output in graph.outputs}
    applies = set()
    for apply in reversed(graph.applies):
        if not wanted.isdisjoint(apply.outputs):
            applies.add(apply.id)
            wanted.update(apply.inputs)
    kept = tuple(apply for apply in graph.applies if apply.id in applies)
    wanted.update(v for apply in kept for v in apply.outputs)
    return replace(
        graph,
        applies=kept,
        variables=tuple(v for v in graph.variables if v.id in wanted),
        inputs=tuple(v for v in graph.inputs if v in wanted),
        parameters=tuple(v for v in graph.parameters if v in wanted),
    )
