"""Leave out axes in front of a value that only elementwise ops read: NumPy adds them."""

from __future__ import annotations

from xorexplain.graph.ops import adds_leading_axes, has
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.subgraph import read_instead


def hide_leading_axes(graph: Graph) -> Graph:
    """Have elementwise ops read a value without the axes that are put in front of it for them.

    It stays where it has a name, is a result, or no other operand has as many axes.
    """
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


def _adds_in_front(apply: Apply) -> bool:
    is_adding = has(apply.op.kind, "adds axes") and len(apply.inputs) == len(apply.outputs) == 1
    return is_adding and adds_leading_axes(apply.op.params)


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
