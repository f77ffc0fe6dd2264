"""Prepare an inner graph for showing: engines leave its ends without names."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph import Graph
from xorexplain.views import DEFAULT_VIEWS, apply_views


def simplified(graph: Graph) -> Graph:
    """Name the ends of an inner graph and leave out what a picture leaves out."""
    return apply_views(name_ends(graph), DEFAULT_VIEWS)


def name_ends(graph: Graph) -> Graph:
    """Call unnamed inputs `i0`, `i1`, ... and unnamed results `out 0`, `out 1`, ..."""
    position = {variable: index for index, variable in enumerate(graph.inputs)}
    return replace(
        graph,
        variables=tuple(
            replace(v, name=f"i{position[v.id]}") if v.id in position and not v.name else v
            for v in graph.variables
        ),
        outputs=tuple(
            output if output.label else replace(output, label=f"out {index}")
            for index, output in enumerate(graph.outputs)
        ),
    )
