"""Leave out axes in front of a value that only elementwise ops read: NumPy adds them.

A loop reads the value in every round, and its elementwise ops are those of the round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xorexplain.graph.ops import adds_leading_axes, has
from xorexplain.graph.ops.rounds import rounds_of
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.condense import with_used_inner
from xorexplain.graph.views.subgraph import ends, needed, read_instead


def hide_leading_axes(graph: Graph) -> Graph:
    """Have elementwise ops read a value without the axes that are put in front of it for them.

    It stays where it has a name, is a result, or no other operand has as many axes.
    """
    graph = _hide_in_loops(graph)
    instead: dict[str, str] = {}
    for apply in graph.applies:
        if not _adds_in_front(apply) or apply.outputs[0] in graph.output_ids:
            continue
        readers = [reader for reader, _ in graph.clients[apply.outputs[0]]]
        is_plain = not graph.variable[apply.outputs[0]].name and bool(readers)
        if is_plain and all(
            _is_spanned(graph, reader, apply.outputs[0], instead) for reader in readers
        ):
            instead[apply.outputs[0]] = apply.inputs[0]
    return read_instead(graph, instead) if instead else graph


def _hide_in_loops(graph: Graph) -> Graph:
    """Have loops read values without the axes that are put in front of them for every round."""
    applies: list[Apply] = []
    inner = list(graph.inner)
    for apply in graph.applies:
        found = dict(_read_in_rounds(graph, apply))
        if found and apply.inner is not None:
            inside = graph.inner[apply.inner]
            fed = zip(inside.inputs, apply.inner_inputs, strict=True)
            sources = {v: graph.variable[found[at]] for v, at in fed if at in found}
            variables = tuple(
                shaped_as(v, sources[v.id]) if v.id in sources else v for v in inside.variables
            )
            inputs = tuple(found.get(at, v) for at, v in enumerate(apply.inputs))
            apply = replace(apply, inputs=inputs, inner=len(inner))
            inner.append(replace(inside, variables=variables))
        applies.append(apply)
    if len(inner) == len(graph.inner):
        return graph
    changed = replace(graph, applies=tuple(applies), inner=tuple(inner))
    return with_used_inner(needed(changed, ends(graph)))


def _read_in_rounds(graph: Graph, apply: Apply) -> Iterator[tuple[int, str]]:
    """Yield which arguments of a loop need no axes in front, each with the value without them."""
    rounds = rounds_of(apply.op)
    if apply.inner is None or rounds is None:
        return
    inside = graph.inner[apply.inner]
    if len(apply.inner_inputs) != len(inside.inputs):
        return
    for position, variable in enumerate(apply.inputs):
        made = graph.owner(variable)
        if made is None or not _adds_in_front(made) or graph.variable[variable].name:
            continue
        fed = [at for at, feed in enumerate(apply.inner_inputs) if feed == position]
        taps = [tap for at in fed for tap in rounds.inputs[at : at + 1]]
        read = [(reader, inside.inputs[at]) for at in fed for reader in _readers(inside, at)]
        is_spanned = all(_is_spanned(inside, reader, v, {}) for reader, v in read)
        is_given_out = any(inside.inputs[at] in inside.output_ids for at in fed)
        if read and is_spanned and not is_given_out and all(tap.tap is None for tap in taps):
            yield position, made.inputs[0]


def _readers(graph: Graph, position: int) -> list[Apply]:
    return [reader for reader, _ in graph.clients[graph.inputs[position]]]


def shaped_as(variable: Variable, source: Variable) -> Variable:
    """Return a variable that has the shape of another."""
    shape, pattern, lengths = source.shape, source.broadcastable, source.lengths
    return replace(variable, shape=shape, broadcastable=pattern, lengths=lengths)


def adds_axes(apply: Apply) -> bool:
    """Tell whether an apply node gives one value axes of length 1, and does nothing else."""
    return has(apply.op.kind, "adds axes") and len(apply.inputs) == len(apply.outputs) == 1


def _adds_in_front(apply: Apply) -> bool:
    return adds_axes(apply) and adds_leading_axes(apply.op.params)


def _is_spanned(graph: Graph, reader: Apply, variable: str, hidden: dict[str, str]) -> bool:
    """Tell whether an elementwise op has another operand that has as many axes, or no other array.

    What is computed of that array alone tells its axes by itself, unless it is a result.
    """
    if reader.op.family != "elementwise":
        return False
    others = [v for v in reader.inputs if v != variable]
    axes = len(graph.variable[variable].broadcastable or ())
    if all(_is_number(graph.variable[v]) for v in others):
        return graph.output_ids.isdisjoint(reader.outputs)
    return any(
        len(graph.variable[v].broadcastable or ()) == axes
        for v in others
        if v not in hidden and graph.variable[v].role != "constant"
    )


def _is_number(variable: Variable) -> bool:
    return variable.broadcastable is not None and all(variable.broadcastable)
