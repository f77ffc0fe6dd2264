"""Leave out what only repeats a value along an axis, as NumPy does by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import replace

from xorexplain.graph.ops import entries_of, has
from xorexplain.graph.ops.operand_axes import unlike_numpy, with_operand_axes
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.subgraph import ends, read_instead


def hide_broadcasts(graph: Graph) -> Graph:
    """Remove the apply nodes that only repeat a value along an axis, where broadcasting would.

    What read the repeated value reads the value itself, and says along which axes where NumPy would
    choose others (`graph.ops.operand_axes`). A broadcast stays where its shape is needed: it is a
    result, an op that does not broadcast by itself reads it (`dot`, `sum`), or no other operand has
    the full shape. One that has a name stays too. `second(a, b)`, which fills the shape of `a` with
    `b`, counts as `b`; what only served for the shape falls away with it, but for what has a name:
    a fill of its shape stays.
    """
    kept = _kept(graph)
    shown = _without_broadcasts(graph, kept)
    while lost := [v.id for v in graph.variables if v.name and v.id not in shown.variable]:
        fills = _fills_shaped_by(graph, lost) - kept
        if not fills:
            break
        kept |= fills
        shown = _without_broadcasts(graph, kept)
    return shown


def _kept(graph: Graph) -> set[str]:
    """Return what has a name, or whose shape must stay its own."""
    kept = {v.id for v in graph.variables if v.name}
    while not kept.issuperset(found := _shaped(graph, _numbers(graph, kept))):
        kept |= found
    return kept


def _numbers(graph: Graph, kept: Set[str]) -> set[str]:
    """Find what has no axis once broadcasts are hidden: of it, none has to be told.

    So it is of what fills an array with a number, and of what is computed from that.
    """
    found = {v.id for v in graph.variables if v.owner is None and v.filling is not None}
    found |= {v.id for v in graph.variables if all(_pattern(graph, v.id))}
    for apply in graph.applies:
        if kept.isdisjoint(apply.outputs) and (_repeats(apply) or _is_broadcast(apply)):
            read = [_repeated_by(apply)] if _is_broadcast(apply) else apply.inputs
            if found.issuperset(read):
                found.update(apply.outputs)
    return found


def _fills_shaped_by(graph: Graph, given: Collection[str]) -> set[str]:
    """Return what is filled to a shape that comes from some variables."""
    reached = set(given)
    fills: set[str] = set()
    for apply in graph.applies:
        if apply.op.kind == "second" and not reached.isdisjoint(apply.inputs[:1]):
            fills.update(apply.outputs)
        if not reached.isdisjoint(apply.inputs):
            reached.update(apply.outputs)
    return fills


def _without_broadcasts(graph: Graph, kept: Set[str]) -> Graph:
    """Remove the broadcasts that are not to be kept, and what is not needed without them."""
    instead: dict[str, str] = {}
    for apply in graph.applies:
        if _is_broadcast(apply) and apply.outputs[0] not in kept:
            source = _repeated_by(apply)
            instead[apply.outputs[0]] = instead.get(source, source)
    if not instead:
        return graph
    numbers = _numbers(graph, kept)
    told = tuple(_telling(graph, apply, instead, numbers) for apply in graph.applies)
    return read_instead(replace(graph, applies=told), instead)


def _telling(graph: Graph, apply: Apply, instead: Mapping[str, str], numbers: Set[str]) -> Apply:
    """Return an apply node that says along which axes it reads what it reads instead."""
    read = {i: v for i, v in enumerate(apply.inputs) if v in instead and v not in numbers}
    orders = {i: _order(graph, v, instead[v]) for i, v in read.items()}
    told = {i: order for i, order in orders.items() if order}
    return replace(apply, op=with_operand_axes(apply.op, told)) if told else apply


def _order(graph: Graph, variable: str, source: str) -> str:
    """Return the axes of a value that is repeated to be a variable, where NumPy has others.

    A file may leave out which they are.
    """
    made: list[list[str]] = []
    while variable != source and (apply := graph.owner(variable)) is not None:
        if has(apply.op.kind, "adds axes"):
            made.append(entries_of(apply.op.param("order")))
        variable = _repeated_by(apply)
    is_long = [not is_one for is_one in _pattern(graph, source)]
    order = [str(axis) for axis in range(len(is_long))]
    for entries in reversed(made):
        known = {str(axis): entry for axis, entry in enumerate(order)} | {"x": "x"}
        if not known.keys() >= set(entries):
            return ""
        order = [known[entry] for entry in entries]
    return unlike_numpy(order, is_long)


def _is_broadcast(apply: Apply) -> bool:
    return has(apply.op.kind, "repeats") and bool(apply.inputs)


def _shaped(graph: Graph, numbers: Set[str]) -> set[str]:
    """Find the variables whose shape must stay their own when broadcasts are hidden.

    Forwards: an op that broadcasts its operands has its full shape by itself when operands that
    are no mere broadcasts span it. Backwards: of such an op, only those operands need their shape,
    and those whose axes are told; of any other op, every operand does.
    """
    spanning: dict[str, list[str] | None] = {}
    full = {variable.id for variable in graph.variables if variable.owner is None}
    for apply in graph.applies:
        spanning[apply.id] = _spanning(graph, apply, full)
        if not _is_broadcast(apply) and spanning[apply.id] is not None:
            full.update(apply.outputs)
    shaped = set(ends(graph))
    for apply in reversed(graph.applies):
        is_wanted = not shaped.isdisjoint(apply.outputs)
        if is_wanted or not (_repeats(apply) or _is_broadcast(apply)):
            found = spanning[apply.id]
            shaped.update(apply.inputs if found is None else found)
        elif _is_broadcast(apply) and numbers.isdisjoint(apply.outputs):
            source = _repeated(graph, apply.outputs[0])
            shaped.update([source] if _order(graph, apply.outputs[0], source) else [])
    return shaped


def _repeated(graph: Graph, variable: str) -> str:
    """Return the value that is repeated to be a variable."""
    while (apply := graph.owner(variable)) is not None and _is_broadcast(apply):
        variable = _repeated_by(apply)
    return variable


def _repeated_by(apply: Apply) -> str:
    return apply.inputs[-1] if apply.op.kind == "second" else apply.inputs[0]


def _repeats(apply: Apply) -> bool:
    """Tell whether an op broadcasts its operands by itself."""
    return apply.op.family == "elementwise" or apply.op.kind == "second"


def _spanning(graph: Graph, apply: Apply, full: set[str]) -> list[str] | None:
    """Return values in `full` from which an op has its whole shape, None if they lack some.

    What it is told to read along some axes has those of the value that is read.
    """
    if has(apply.op.kind, "same shape") and apply.op.family == "indexing":
        # What is written into an array is repeated to the places it is written to.
        values = [v for v in apply.inputs[1:2] if _order(graph, v, _repeated(graph, v))]
        return [*apply.inputs[:1], *values, *apply.inputs[2:]]
    if not _repeats(apply):
        return list(apply.inputs)
    pattern = _pattern(graph, apply.outputs[0])
    read = {v: found for v in apply.inputs if (found := _read(graph, v, full)) is not None}
    is_spanned = all(
        is_repeated or any(not _axis(graph, v, axis - len(pattern)) for v in read)
        for axis, is_repeated in enumerate(pattern)
    )
    is_whole = any(axes == len(pattern) for _, axes in read.values()) or not pattern
    return [source for source, _ in read.values()] if is_spanned and is_whole else None


def _read(graph: Graph, variable: str, full: set[str]) -> tuple[str, int] | None:
    """Return the value in `full` that is read for an operand, and as how many axes it is read."""
    if variable in full:
        return variable, len(_pattern(graph, variable))
    apply = graph.owner(variable)
    if apply is None or not (_is_broadcast(apply) and has(apply.op.kind, "adds axes")):
        return None
    source = apply.inputs[0]
    told = _order(graph, variable, source)
    axes = told.count(",") + 1 if told else len(_pattern(graph, source))
    return (source, axes) if source in full else None


def _axis(graph: Graph, variable: str, axis: int) -> bool:
    """Tell whether a variable has no axis, counted from the last, or repeats one element."""
    pattern = _pattern(graph, variable)
    return -axis > len(pattern) or pattern[axis]


def _pattern(graph: Graph, variable: str) -> tuple[bool, ...]:
    return graph.variable[variable].broadcastable or ()
