"""Leave out what repeats or merely carries a value: constants and broadcasts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from xorexplain.graph.ops import adds_leading_axes, has
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.subgraph import ends, read_instead

MAX_INLINE = 24
"""A constant whose text is longer is a node of its own."""


def fold_constants(graph: Graph) -> Graph:
    """Show each short constant inside the apply nodes that read it.

    One that is itself a result, has a name or is long stays a node of its own, or what it is
    would be lost.
    """
    folded = {
        variable.id
        for variable in graph.variables
        if is_brief(variable)
        if variable.id not in graph.output_ids
    }
    return replace(
        graph,
        variables=tuple(replace(v, folded=True) if v.id in folded else v for v in graph.variables),
    )


def as_constant(variable: Variable, text: str) -> Variable:
    """Return a variable as a folded constant that is told by some text."""
    return replace(variable, role="constant", owner=None, value=text, folded=True, source=None)


def is_brief(variable: Variable) -> bool:
    """Tell whether a variable is a constant whose text can stand in what reads it."""
    is_nameless = variable.role == "constant" and not variable.name
    return is_nameless and len(variable.value or "") <= MAX_INLINE


def of_one(variable: Variable) -> str | None:
    """Return the number that an array holds which has no more elements than that."""
    is_one = (variable.value or "").startswith("[")
    return variable.filling if is_one else None


def hide_broadcasts(graph: Graph) -> Graph:
    """Remove the apply nodes that only repeat a value along an axis, where broadcasting would.

    What read the repeated value reads the value itself. A broadcast stays where its shape is
    needed: it is a result, an op that does not broadcast by itself reads it (`dot`, `sum`), or no
    other operand has the full shape. One that has a name stays too. `second(a, b)`, which fills
    the shape of `a` with `b`, counts as `b`; what only served for the shape falls away with it,
    but for what has a name: a fill of its shape stays.
    """
    kept = _shaped(graph) | {v.id for v in graph.variables if v.name}
    shown = _without_broadcasts(graph, kept)
    while lost := [v.id for v in graph.variables if v.name and v.id not in shown.variable]:
        fills = _fills_shaped_by(graph, lost) - kept
        if not fills:
            break
        kept |= fills
        shown = _without_broadcasts(graph, kept)
    return shown


def _fills_shaped_by(graph: Graph, given: Collection[str]) -> set[str]:
    """Return what is filled to a shape that comes from some variables."""
    reached = set(given)
    fills: set[str] = set()
    for apply in graph.applies:
        if apply.op.kind == "second" and apply.inputs[0] in reached:
            fills.update(apply.outputs)
        if not reached.isdisjoint(apply.inputs):
            reached.update(apply.outputs)
    return fills


def _without_broadcasts(graph: Graph, kept: Collection[str]) -> Graph:
    """Remove the broadcasts that are not to be kept, and what is not needed without them."""
    instead: dict[str, str] = {}
    for apply in graph.applies:
        if _is_broadcast(apply) and apply.outputs[0] not in kept:
            source = _repeated_by(apply)
            instead[apply.outputs[0]] = instead.get(source, source)
    return read_instead(graph, instead) if instead else graph


def _is_broadcast(apply: Apply) -> bool:
    return has(apply.op.kind, "repeats")


def _shaped(graph: Graph) -> set[str]:
    """Find the variables whose shape must stay their own when broadcasts are hidden.

    Forwards: an op that broadcasts its operands has its full shape by itself when operands that
    are no mere broadcasts span it. Backwards: of such an op, only those operands need their shape;
    of any other op, every operand does.
    """
    spanning: dict[str, list[str] | None] = {}
    full = {variable.id for variable in graph.variables if variable.owner is None}
    for apply in graph.applies:
        spanning[apply.id] = _spanning(graph, apply, full)
        if not _is_broadcast(apply) and spanning[apply.id] is not None:
            full.update(apply.outputs)
    shaped = set(ends(graph))
    for apply in reversed(graph.applies):
        shaped.update(_of_both_axes(graph, apply))
        if has(apply.op.kind, "fused"):
            # Its formula computes with the axes that it is given.
            shaped.update(_crossed(graph, apply))
        is_wanted = not shaped.isdisjoint(apply.outputs)
        if is_wanted or not (_repeats(apply) or _is_broadcast(apply)):
            found = spanning[apply.id]
            shaped.update(apply.inputs if found is None else found)
        elif spanning[apply.id] is None:
            shaped.update(_crossed(graph, apply))
    return shaped


def _crossed(graph: Graph, apply: Apply) -> list[str]:
    """Return operands that lie along different axes: `x[:, None] - x` is no `x - x`.

    Axes in front NumPy adds by itself, and what is repeated from one element lies along none.
    """
    long = [v for v in apply.inputs if not all(_pattern(graph, v))]
    return [v for v in long if _is_placed(graph.owner(v))] if len(long) > 1 else []


def _of_both_axes(graph: Graph, apply: Apply) -> list[str]:
    """Return operands along an axis of whose value another operand is too: `q[:, None] + q + m`.

    Without the axes they would be one, however the shape is spanned.
    """
    if not _repeats(apply):
        return []
    sources = [_repeated(graph, v) for v in apply.inputs]
    pairs = zip(apply.inputs, sources, strict=True)
    return [v for v, of in pairs if sources.count(of) > 1 and _is_placed(graph.owner(v))]


def _repeated(graph: Graph, variable: str) -> str:
    """Return the value that is repeated to be a variable."""
    while (apply := graph.owner(variable)) is not None and _is_broadcast(apply) and apply.inputs:
        variable = _repeated_by(apply)
    return variable


def _repeated_by(apply: Apply) -> str:
    return apply.inputs[-1] if apply.op.kind == "second" else apply.inputs[0]


def _is_placed(owner: Apply | None) -> bool:
    """Tell whether an apply node adds axes behind others."""
    if owner is None or not has(owner.op.kind, "adds axes"):
        return False
    return not adds_leading_axes(owner.op.params)


def _repeats(apply: Apply) -> bool:
    """Tell whether an op broadcasts its operands by itself."""
    return apply.op.family == "elementwise" or apply.op.kind == "second"


def _spanning(graph: Graph, apply: Apply, full: set[str]) -> list[str] | None:
    """Return operands in `full` from which an op has its whole shape, None if they lack some."""
    if has(apply.op.kind, "same shape") and apply.op.family == "indexing":
        # What is written into an array is repeated to the places it is written to.
        return [*apply.inputs[:1], *apply.inputs[2:]]
    if not _repeats(apply):
        return list(apply.inputs)
    pattern = _pattern(graph, apply.outputs[0])
    operands = {v: _pattern(graph, v) for v in apply.inputs if v in full}
    operands = {v: own for v, own in operands.items() if len(own) == len(pattern)}
    is_spanned = all(
        is_repeated or any(not own[axis] for own in operands.values())
        for axis, is_repeated in enumerate(pattern)
    )
    return list(operands) if is_spanned and (operands or not pattern) else None


def _pattern(graph: Graph, variable: str) -> tuple[bool, ...]:
    return graph.variable[variable].broadcastable or ()
