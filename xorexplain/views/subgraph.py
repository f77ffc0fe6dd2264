"""Cut a graph down to some of its apply nodes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from xorexplain.graph import Graph, Variable


def keep(graph: Graph, applies: Collection[str], variables: Collection[str] = ()) -> Graph:
    """Keep these apply nodes with the variables they read and compute, and these variables.

    A variable whose apply node falls away stays as a loose end: no owner, role `intermediate`.
    Results that nothing kept computes or reads fall away; ids stay as they were.
    """
    kept = [apply for apply in graph.applies if apply.id in applies]
    used = {v for apply in kept for v in (*apply.inputs, *apply.outputs)}
    used.update(variables)
    owners = {apply.id for apply in kept}
    return replace(
        graph,
        applies=tuple(kept),
        variables=tuple(
            v if v.owner is None or v.owner in owners else _loose(v)
            for v in graph.variables
            if v.id in used
        ),
        inputs=tuple(v for v in graph.inputs if v in used),
        outputs=tuple(output for output in graph.outputs if output.variable in used),
        parameters=tuple(v for v in graph.parameters if v in used),
    )


def _loose(variable: Variable) -> Variable:
    return replace(variable, owner=None, role="intermediate")


def ends(graph: Graph) -> frozenset[str]:
    """Return the variables a graph is for: its results, and whatever nothing in it reads."""
    read = {v for apply in graph.applies for v in apply.inputs}
    unread = {v for apply in graph.applies if read.isdisjoint(apply.outputs) for v in apply.outputs}
    given = {v.id for v in graph.variables if v.owner is None and v.id not in read}
    return graph.output_ids | unread | given


def needed(graph: Graph, wanted: Collection[str]) -> Graph:
    """Drop the apply nodes and variables that none of the wanted variables depends on."""
    reached = set(wanted)
    applies = set()
    for apply in reversed(graph.applies):
        if not reached.isdisjoint(apply.outputs):
            applies.add(apply.id)
            reached.update(apply.inputs)
    kept = tuple(apply for apply in graph.applies if apply.id in applies)
    reached.update(v for apply in kept for v in apply.outputs)
    return replace(
        graph,
        applies=kept,
        variables=tuple(v for v in graph.variables if v.id in reached),
        inputs=tuple(v for v in graph.inputs if v in reached),
        parameters=tuple(v for v in graph.parameters if v in reached),
    )
