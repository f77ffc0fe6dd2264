"""Find parts of a graph that are the same over and over: equal layers, equal updates.

Parts are the same where their ops, with all properties, the types of what they read and give, and
the way they hang together are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.equal_updates import equal_updates

LEAST = 4
"""So many equal layers are folded."""
SHORTEST, LONGEST = 2, 48
"""How many apply nodes a layer has that is looked for."""


@dataclass(frozen=True)
class Run:
    """Hold equal parts, each as its apply nodes in the same order.

    In a chain each part reads what the part before it gives, or at least stands behind it.
    """

    parts: tuple[tuple[Apply, ...], ...]
    is_chain: bool = True


@dataclass(frozen=True)
class _Of:
    """Say what a layer reads of one so many layers back: an output of one of its nodes."""

    back: int
    node: int
    output: int


def equal_parts(graph: Graph, order: Sequence[Apply]) -> list[Run]:
    """Find equal layers, then equal updates, in a reading order; no apply node is in two runs."""
    inside = inner_marks(graph)
    runs = list(layers(graph, order, inside))
    taken = {apply.id for run in runs for part in run.parts for apply in part}
    runs += [
        Run(parts, is_chain=False)
        for parts in equal_updates(graph, order, inside)
        if taken.isdisjoint(apply.id for part in parts for apply in part)
    ]
    return runs


def in_reading_order(graph: Graph) -> list[Apply]:
    """Order apply nodes so that what a result is computed from stands together, inputs first."""
    done: dict[str, Apply] = {}
    ends = [output.variable for output in graph.outputs]
    ends += [v for apply in graph.applies for v in apply.outputs]
    stack: list[tuple[Apply, bool]] = []
    for end in ends:
        owner = graph.owner(end)
        if owner is not None and owner.id not in done:
            stack.append((owner, False))
        while stack:
            apply, is_ready = stack.pop()
            if apply.id in done:
                continue
            if is_ready:
                done[apply.id] = apply
                continue
            stack.append((apply, True))
            owners = [graph.owner(v) for v in reversed(apply.inputs)]
            stack += [(o, False) for o in owners if o is not None and o.id not in done]
    return list(done.values())


def layers(graph: Graph, order: Sequence[Apply], inside: Sequence[object]) -> Iterator[Run]:
    """Yield the runs of equal layers in an order of the apply nodes.

    A layer has something of its own from outside, such as parameters. `inside` are the marks of the
    inner graphs.
    """
    known: dict[object, int] = {}
    marks = [known.setdefault(_mark(graph, a, inside), len(known)) for a in order]
    longest = min(LONGEST, len(order) // LEAST)
    ends = {period: _ends(marks, period) for period in range(SHORTEST, longest + 1)}
    start = 0
    while start < len(order):
        found = next(_runs_at(graph, order, marks, ends, start), None)
        if found is None:
            start += 1
            continue
        period, count = found
        parts = [tuple(order[start + i * period : start + (i + 1) * period]) for i in range(count)]
        yield Run(tuple(parts))
        start += period * count


def _ends(marks: Sequence[int], period: int) -> list[int]:
    """Return for each place before which one the marks first differ from those a period earlier."""
    ends = [len(marks)] * (len(marks) + 1)
    for place in range(len(marks) - 1, period - 1, -1):
        is_same = marks[place] == marks[place - period]
        ends[place] = ends[place + 1] if is_same else place
    return ends


def _runs_at(
    graph: Graph,
    order: Sequence[Apply],
    marks: Sequence[int],
    ends: Mapping[int, Sequence[int]],
    start: int,
) -> Iterator[tuple[int, int]]:
    """Yield period and count of the equal layers that begin at a place, the shortest first."""
    for period in range(SHORTEST, min(LONGEST, (len(order) - start) // LEAST) + 1):
        count = (ends[period][start + period] - start) // period
        # A sum of many inputs is one op again and again, but no layers.
        if count < LEAST or len(set(marks[start : start + period])) == 1:
            continue
        # The first few tell most runs that are none, whatever their length.
        if not _is_own(graph, order[start : start + period * LEAST], period):
            continue
        while count >= LEAST:
            nodes = order[start : start + period * count]
            good = _agreeing(graph, nodes, period)
            if good == count:
                if _is_own(graph, nodes, period):
                    yield period, count
                break
            count = good


def inner_marks(graph: Graph) -> list[object]:
    """Tell what each inner graph computes, so that equal ones are told alike."""
    # Ops nest in ops a few times at most, however large a graph is.
    return [_whole_mark(inner) for inner in graph.inner]


def _whole_mark(graph: Graph) -> object:
    inside = inner_marks(graph)
    number: dict[str, int] = {}
    for variable in graph.inputs:
        number.setdefault(variable, len(number))
    marks = []
    for apply in graph.applies:
        ends = (*apply.inputs, *apply.outputs)
        told = tuple(graph.variable[v].value or number.setdefault(v, len(number)) for v in ends)
        marks.append((_mark(graph, apply, inside), told))
    return tuple(marks), tuple(number.get(output.variable) for output in graph.outputs)


def _mark(graph: Graph, apply: Apply, inside: Sequence[object]) -> object:
    """Tell what an apply node is by itself."""
    read = tuple(_read_type(graph.variable[v]) for v in apply.inputs)
    given = tuple(_type(graph.variable[v]) for v in apply.outputs)
    inner = None if apply.inner is None else inside[apply.inner]
    return apply.op, inner, read, given


def _read_type(variable: Variable) -> object:
    """Tell the type of what is read, without the lengths of what the first layer may begin with.

    Those of what a layer computes itself are told where that is given.
    """
    if variable.role in ("shared", "constant") or variable.folded or variable.shape is None:
        return _type(variable)
    return variable.dtype, variable.broadcastable


def _type(variable: Variable) -> object:
    value = variable.value if variable.folded else None
    return variable.type, variable.shape, variable.lengths, value, variable.role == "constant"


def _agreeing(graph: Graph, nodes: Sequence[Apply], period: int) -> int:
    """Return how many layers from the first on hang together as the second does.

    The first one reads from outside what the others read of the layer before. What else is read
    from outside is at each place the same for all layers, or another for each, as their weights.
    """
    layers = list(_reads_of_layers(graph, nodes, period))
    layers[0] = [
        other if isinstance(own, str) and isinstance(other, _Of) and other.back else own
        for own, other in zip(layers[0], layers[1], strict=True)
    ]
    pattern = _places(layers[1])
    if _places(layers[0]) != pattern:
        return 0
    shared = [one == other for one, other in zip(layers[0], layers[1], strict=True)]
    seen = [{one, other} for one, other in zip(layers[0], layers[1], strict=True)]
    for i, layer in enumerate(layers[2:], 2):
        known = [read in before for read, before in zip(layer, seen, strict=True)]
        if known != shared or _places(layer) != pattern:
            return i
        for read, before in zip(layer, seen, strict=True):
            before.add(read)
    return len(layers)


def _reads_of_layers(
    graph: Graph, nodes: Sequence[Apply], period: int
) -> Iterator[list[_Of | str]]:
    """Yield for each layer what its nodes read: of layers, or a variable from outside.

    A constant that is told in its node is compared with that.
    """
    place = {v: (i, k) for i, apply in enumerate(nodes) for k, v in enumerate(apply.outputs)}
    for start in range(0, len(nodes), period):
        found: list[_Of | str] = []
        for variable in (v for apply in nodes[start : start + period] for v in apply.inputs):
            node, output = place.get(variable, (-1, 0))
            if node >= 0:
                back = start // period - node // period
                found.append(_Of(back, node % period, output))
            else:
                found.append("" if graph.variable[variable].folded else variable)
        yield found


def _places(layer: Sequence[_Of | str]) -> list[_Of | int]:
    """Tell of what a layer reads from outside where it reads that first."""
    return [layer.index(read) if isinstance(read, str) else read for read in layer]


def _is_own(graph: Graph, nodes: Sequence[Apply], period: int) -> bool:
    """Tell whether each layer reads something that no other one does, from outside of all.

    Inputs of the model are no part of a layer, but parameters and what is computed are.
    """
    own = {v for apply in nodes for v in apply.outputs}
    reads = [
        {v for apply in nodes[start : start + period] for v in apply.inputs} - own
        for start in range(0, len(nodes), period)
    ]
    reads = [{v for v in read if not _is_input(graph, v)} for read in reads]
    common = set.intersection(*reads)
    seen = [read - common for read in reads]
    return all(seen) and len(set.union(*seen)) >= len(seen)


def _is_input(graph: Graph, variable: str) -> bool:
    """Tell whether a variable is a constant, or an input that is no parameter."""
    is_given = graph.variable[variable].role in ("input", "constant")
    return is_given and variable not in graph.parameters
