"""Cut a graph down to some of its apply nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.memory import reading_instead


def keep(graph: Graph, applies: Collection[str], variables: Collection[str] = ()) -> Graph:
    """Keep these apply nodes with the variables they read and compute, and these variables.

    A variable whose apply node falls away stays as a loose end: no owner, role `intermediate`, and
    `hidden` links lead to it from those that are kept and that it is computed from. Results that
    nothing kept computes or reads fall away; ids stay as they were.
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
        hidden=_hidden_links(graph, owners, used),
    )


def _hidden_links(
    graph: Graph, kept: Collection[str], used: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Pair each loose end with the nearest variables in use that it is computed from.

    Those above a variable are the bits of one number, which keeps the walk nearly linear.
    """
    bits = {v.id: 1 << i for i, v in enumerate(v for v in graph.variables if v.id in used)}
    shown = list(bits)
    above: dict[str, int] = {}
    for source, end in graph.hidden:
        above[end] = above.get(end, 0) | bits.get(source, above.get(source, 0))
    for apply in graph.applies:
        if apply.id not in kept:
            found = 0
            for v in apply.inputs:
                found |= bits.get(v, above.get(v, 0))
            for v in apply.outputs:
                above[v] = found
    return tuple(
        (shown[position], end) for end in shown for position in _positions(above.get(end, 0))
    )


def _positions(bits: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, the lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _loose(variable: Variable) -> Variable:
    return replace(variable, owner=None, role="intermediate")


def ends(graph: Graph) -> frozenset[str]:
    """Return the variables a graph is for: its results, and whatever nothing in it reads."""
    read = {v for apply in graph.applies for v in apply.inputs}
    unread = {v for apply in graph.applies if read.isdisjoint(apply.outputs) for v in apply.outputs}
    given = {v.id for v in graph.variables if v.owner is None and v.id not in read}
    return graph.output_ids | unread | given


def above(graph: Graph, variables: Iterable[str], among: Collection[str]) -> list[str]:
    """Return those of some apply nodes that compute variables, and what these are computed from."""
    found: dict[str, None] = {}
    waiting = list(variables)
    while waiting:
        apply = graph.owner(waiting.pop())
        if apply is not None and apply.id in among and apply.id not in found:
            found[apply.id] = None
            waiting += apply.inputs
    return list(found)


def with_sources(graph: Graph, kept: Sequence[str], among: Collection[str]) -> list[str]:
    """Return apply nodes with those of some others that they are computed from."""
    read = (v for id_ in kept for v in graph.apply[id_].inputs)
    return list(dict.fromkeys([*kept, *above(graph, read, among)]))


def is_between(graph: Graph, variable: str) -> bool:
    """Tell whether a variable only stands between two apply nodes: one reads it, no name is its."""
    is_read_once = len(graph.clients[variable]) == 1 and variable not in graph.output_ids
    return is_read_once and not graph.variable[variable].name


def is_read_beside(graph: Graph, apply: Apply, reader: Apply) -> bool:
    """Tell whether an apply node's one output is a result, or something else reads it too."""
    (output,) = apply.outputs
    readers = {found.id for found, _ in graph.clients[output]}
    return readers != {reader.id} or output in graph.output_ids


def read_instead(graph: Graph, instead: Mapping[str, str]) -> Graph:
    """Have apply nodes read other variables, and drop those and what is not needed then.

    `instead` has the variable to read by the one that is dropped, the first of its apply node.
    """
    rewired = reading_instead(graph.applies, instead)
    applies = tuple(apply for apply in rewired if apply.outputs[0] not in instead)
    variables = tuple(v for v in graph.variables if v.id not in instead)
    return needed(replace(graph, applies=applies, variables=variables), ends(graph))


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
        hidden=tuple(p for p in graph.hidden if reached.issuperset(p)),
    )
