"""Find parts of a graph that are the same over and over: equal layers, equal updates.

Parts are the same where their ops, with all properties, the types of what they read and give, and
the way they hang together are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph, Variable

LEAST = 4
"""So many equal layers are folded."""
LEAST_UPDATES = 3
SHORTEST, LONGEST = 2, 48
"""How many apply nodes a layer has that is looked for."""


@dataclass(frozen=True)
class Run:
    """Hold equal parts, each as its apply nodes in the same order.

    In a chain each part reads what the part before it gives, or at least stands behind it.
    """

    parts: tuple[tuple[Apply, ...], ...]
    is_chain: bool = True


def equal_parts(graph: Graph, order: Sequence[Apply]) -> list[Run]:
    """Find equal layers, then equal updates, in a reading order; no apply node is in two runs."""
    inside = inner_marks(graph)
    runs = list(layers(graph, order, inside))
    taken = {apply.id for run in runs for part in run.parts for apply in part}
    runs += [
        run
        for run in updates(graph, order, inside)
        if taken.isdisjoint(apply.id for part in run.parts for apply in part)
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
    read = tuple(_type(graph.variable[v]) for v in apply.inputs)
    given = tuple(_type(graph.variable[v]) for v in apply.outputs)
    inner = None if apply.inner is None else inside[apply.inner]
    return apply.op, inner, read, given


def _type(variable: Variable) -> object:
    value = variable.value if variable.folded else None
    return variable.type, variable.shape, variable.lengths, value, variable.role == "constant"


def _agreeing(graph: Graph, nodes: Sequence[Apply], period: int) -> int:
    """Return how many layers from the first on hang together as the second and third do."""
    place = {v: i for i, apply in enumerate(nodes) for v in apply.outputs}
    patterns = [
        [_ways(graph, nodes[i], i, place, period) for i in range(start, start + period)]
        for start in range(0, len(nodes), period)
    ]
    for i, pattern in enumerate(patterns[2:], 2):
        if pattern != patterns[1]:
            return i
    first = [[way if way != 1 else None for way in ways] for ways in patterns[0]]
    second = [[way if way != 1 else None for way in ways] for ways in patterns[1]]
    return len(patterns) if first == second else 0


def _ways(
    graph: Graph, apply: Apply, index: int, place: dict[str, int], period: int
) -> list[object]:
    """Tell of each argument how many layers before it is computed and where, None for outside."""
    found: list[object] = []
    for variable in apply.inputs:
        if variable not in place:
            found.append(None)
            continue
        back = index // period - place[variable] // period
        found.append((place[variable] % period) if back == 0 else 1 if back == 1 else -back)
    return found


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


def updates(graph: Graph, order: Sequence[Apply], inside: Sequence[object]) -> Iterator[Run]:
    """Yield the new values, and the gradients, that are computed in the same way.

    Their shapes may differ.
    """
    found: dict[tuple[bool, object], list[tuple[Apply, ...]]] = {}
    index = {apply.id: i for i, apply in enumerate(order)}
    for output in graph.outputs:
        owner = graph.owner(output.variable)
        if owner is None or len(graph.results[output.variable]) > 1:
            continue
        is_new = output.updates is not None
        part = _only_for(graph, owner, index) if is_new else _gradient_alone(graph, owner)
        if part:
            found.setdefault((is_new, _way_of(graph, part, inside)), []).append(part)
    for (is_new, _), parts in found.items():
        if len(parts) >= (LEAST_UPDATES if is_new else LEAST):
            yield Run(tuple(parts), is_chain=False)


def _gradient_alone(graph: Graph, owner: Apply) -> tuple[Apply, ...]:
    """Return the apply node of a gradient that nothing else reads; none if it is not."""
    is_one = owner.id in graph.backward and len(owner.outputs) == 1
    return (owner,) if is_one and not graph.clients[owner.outputs[0]] else ()


def _only_for(graph: Graph, owner: Apply, index: dict[str, int]) -> tuple[Apply, ...]:
    """Return the elementwise apply nodes that serve a result alone, in order; none if it is not."""
    if not _is_private(graph, owner, set()):
        return ()
    part = {owner.id: owner}
    stack = [owner]
    while stack:
        for variable in stack.pop().inputs:
            above = graph.owner(variable)
            if above is not None and above.id not in part and _is_private(graph, above, set(part)):
                part[above.id] = above
                stack.append(above)
    return tuple(sorted(part.values(), key=lambda apply: index[apply.id]))


def _is_private(graph: Graph, apply: Apply, readers: set[str]) -> bool:
    """Tell whether only these apply nodes read an elementwise one; none, where it is a result."""
    if apply.op.family != "elementwise" or len(apply.outputs) != 1:
        return False
    (output,) = apply.outputs
    clients = {client.id for client, _ in graph.clients[output]}
    is_result = output in graph.results
    return clients <= readers and is_result == (not readers)


def _way_of(graph: Graph, part: tuple[Apply, ...], inside: Sequence[object]) -> object:
    """Tell how a new value is computed: ops, their connections and what is folded into them."""
    place = {v: i for i, apply in enumerate(part) for v in apply.outputs}
    outside: dict[str, int] = {}
    return tuple(
        (
            apply.op,
            None if apply.inner is None else inside[apply.inner],
            tuple(
                ("in", place[v])
                if v in place
                else ("value", graph.variable[v].filling)
                if graph.variable[v].folded
                else ("out", outside.setdefault(v, len(outside)), graph.variable[v].dtype)
                for v in apply.inputs
            ),
        )
        for apply in part
    )
