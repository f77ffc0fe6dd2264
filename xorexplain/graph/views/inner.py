"""Prepare an inner graph for showing: engines leave its ends without names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import zip_longest

from xorexplain.graph.ops.rounds import Tap, rounds_of, words_of
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.condense import is_fold
from xorexplain.graph.views.fold import fold_constants
from xorexplain.graph.views.loops import Step, step_of
from xorexplain.graph.views.unread import without_unread

STEPS = "n_steps"
"""How often a Scan runs at most, its first argument."""
MAX_OPEN_NODES = 120
"""An inner graph of more apply nodes is not drawn; the text tree lists it."""


ALL = "all"
"""Asks for every inner graph."""


def is_asked(graph: Graph, apply: Apply, opened: Collection[str], names: Mapping[str, str]) -> bool:
    """Tell whether an apply node is one of those to be opened.

    It is asked for by its id, the kind or the name of its op, or the name of one of its outputs.
    """
    if apply.inner is None:
        return False
    return not {ALL, *askable(graph, apply, names)}.isdisjoint(opened)


def askable(graph: Graph, apply: Apply, names: Mapping[str, str]) -> list[str]:
    """Return the words by which an apply node with an inner graph is asked for."""
    found = [apply.op.kind, apply.op.param("name"), apply.id]
    found += [names.get(v, graph.variable[v].name) for v in apply.outputs]
    return [word for word in found if word]


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


def loop_argument(graph: Graph, apply: Apply, position: int) -> str:
    """Say what an argument of a Scan is: its rounds, a sequence, a state with taps, or neither."""
    if position == 0:
        return STEPS
    rounds = rounds_of(apply.op)
    if rounds is None:
        return str(position)
    # Those that are the same in every round come last and have no tap.
    fed = zip_longest(rounds.inputs, apply.inner_inputs, fillvalue=None)
    taps = [tap or Tap() for tap, feed in fed if feed == position]
    return words_of(taps, (v.name or "" for v in graph.variables)) or str(position)


def opened(graph: Graph, apply: Apply, names: Mapping[str, str]) -> Graph:
    """Return what to show of an op's inner graph, its ends called as `names` call them outside."""
    assert apply.inner is not None
    inner = graph.inner[apply.inner]
    step = step_of(graph, apply, names) or _same_names(graph, apply, names)
    # The engines name what they transpose after what it is.
    again = {f"{inner.variable[v].name}.T": f"{name}.T" for v, name in step.inputs.items()}
    named = {**step.within, **step.inputs}
    variables = tuple(
        replace(v, name=named.get(v.id) or again.get(v.name or "", v.name)) for v in inner.variables
    )
    outputs = inner.outputs
    if step.outputs:
        pairs = zip(outputs, step.outputs, strict=True)
        outputs = tuple(replace(output, label=name or output.label) for output, name in pairs)
    inner = without_unread(replace(inner, variables=variables, outputs=outputs))
    # What a fold stands for is shown as it is, or it would be folded again.
    return fold_constants(name_ends(inner)) if is_fold(apply) else simplified(inner)


def _same_names(graph: Graph, apply: Apply, names: Mapping[str, str]) -> Step:
    """Call the ends of an inner graph as what feeds them and what they give."""
    assert apply.inner is not None
    inner = graph.inner[apply.inner]
    given = dict(zip(inner.inputs, apply.inner_inputs, strict=False))
    fed = {v: apply.inputs[feed] for v, feed in given.items() if feed is not None}
    outputs: tuple[str, ...] = ()
    if len(inner.outputs) == len(apply.outputs):
        outputs = tuple(names.get(v, "") for v in apply.outputs)
    return Step({v: names[source] for v, source in fed.items() if source in names}, outputs)


def is_small(graph: Graph, apply: Apply) -> bool:
    """Tell whether an inner graph is small enough to be drawn in the picture of its op."""
    return apply.inner is not None and len(graph.inner[apply.inner].applies) <= MAX_OPEN_NODES


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
