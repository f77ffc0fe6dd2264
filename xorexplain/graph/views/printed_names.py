"""Find what a printed name stands for that no variable has: `x[t]` in a Scan, a length `n`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from xorexplain.graph.ops.rounds import LETTERS
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.loops import step_of
from xorexplain.graph.views.name_stems import PART
from xorexplain.graph.views.names import called, intermediate_names, outer_names
from xorexplain.graph.views.ranges import RANGE
from xorexplain.graph.views.shapes import infer_shapes

_PART = re.compile(rf"{PART}\d+")
_ROUND = re.compile(rf"(.+)\[[{LETTERS}][^\]]*\]")


def holders(graph: Graph, name: str) -> tuple[str, ...]:
    """Return the apply nodes that are told with a value inside of that name."""
    names = outer_names(graph)
    inner = (apply for apply in graph.applies if apply.inner is not None)
    return tuple(a.id for a in inner if called(name, _inside(graph, a, names)) is not None)


def without_round(name: str) -> str | None:
    """Return `h` of `h[t−1]`: what is called so in a round is a round of that."""
    found = _ROUND.fullmatch(name)
    return None if found is None else found[1]


def no_variable(graph: Graph, name: str) -> str | None:
    """Say of a printed name that no variable has what it is, and what to ask for in its place."""
    if _PART.fullmatch(name):
        return f"{name} is a part of a formula, and no variable: ask for what the formula gives"
    first, dots, _ = name.partition(RANGE)
    if dots:
        return f"{name} are several variables: ask for one of them, as {first}"
    if name.endswith(" (new)"):
        return f"{name} is given by the function that updates it: ask for train"
    for variable in infer_shapes(graph).variables:
        if variable.owner is None and variable.name and name in (variable.lengths or ()):
            axis = (variable.lengths or ()).index(name)
            return f"{name} is a length, axis {axis} of {variable.name}: ask for that"
    return None


def _inside(graph: Graph, apply: Apply, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what values of an inner graph are called, in words outside and in its own."""
    assert apply.inner is not None
    step = step_of(graph, apply, names)
    if step is not None:
        yield from (*step.inputs.values(), *step.within.values(), *step.outputs)
    yield from intermediate_names(graph.inner[apply.inner]).values()
    # As engines write what a fused op computes, and inputs are called that have no name.
    positions = range(max(len(apply.inner_inputs), len(apply.inputs)))
    yield from (f"i{position}" for position in positions)
