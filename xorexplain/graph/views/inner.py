"""Prepare an inner graph for showing: engines leave its ends without names."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.condense import is_fold

STEPS = "n_steps"
"""How often a Scan runs at most, its first argument."""
MAX_OPEN_NODES = 120
"""An inner graph of more apply nodes is not drawn; the text tree lists it."""


def simplified(graph: Graph) -> Graph:
    """Name the ends of an inner graph and leave out what a picture leaves out."""
    return apply_views(name_ends(graph), DEFAULT_VIEWS)


def argument_name(graph: Graph, apply: Apply, position: int) -> str:
    """Say what an argument is inside an op that carries a graph: `i1`, or `n_steps` of a Scan."""
    if apply.inner is None:
        return f"argument {position}"
    inner = graph.inner[apply.inner]
    names = [
        inner.variable[v].name or f"i{inner.inputs.index(v)}"
        for v in fed_inside(graph, apply, position)
    ]
    if not names and apply.op.kind == "scan" and position == 0:
        return STEPS
    return ", ".join(names) or f"argument {position}"


def opened(graph: Graph, apply: Apply, raw: bool) -> Graph | None:
    """Return what to show of an op's inner graph; None for a formula or a fold."""
    if not _is_opened(apply):
        return None
    assert apply.inner is not None
    inner = graph.inner[apply.inner]
    return name_ends(inner) if raw else simplified(inner)


def hidden_inside(graph: Graph, apply: Apply) -> int:
    """Return how many apply nodes an inner graph has that is too large to be drawn, else 0."""
    if not _is_opened(apply):
        return 0
    assert apply.inner is not None
    count = len(graph.inner[apply.inner].applies)
    return count if count > MAX_OPEN_NODES else 0


def is_drawn(graph: Graph, apply: Apply) -> bool:
    """Tell whether an apply node's inner graph is drawn beside it."""
    return _is_opened(apply) and hidden_inside(graph, apply) == 0


def _is_opened(apply: Apply) -> bool:
    """Tell whether the inner graph of an apply node is to be seen: no formula, and no fold."""
    return apply.inner is not None and apply.op.kind != "composite" and not is_fold(apply)


def fed_inside(graph: Graph, apply: Apply, position: int) -> list[str]:
    """Return the inputs of an apply node's inner graph that an argument feeds."""
    if apply.inner is None:
        return []
    # An inner graph's own shared variables come last, and nothing feeds them.
    fed = zip(graph.inner[apply.inner].inputs, apply.inner_inputs, strict=False)
    return [variable for variable, feed in fed if feed == position]


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
