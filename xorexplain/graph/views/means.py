"""Find the sums that are divided by how many elements they add up: means."""

from __future__ import annotations

from collections.abc import Collection, Set
from dataclasses import replace

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import OVER, axes_of, has
from xorexplain.graph.records import Apply, Graph, Op
from xorexplain.graph.views.condense import Fold, condense_each
from xorexplain.graph.views.forms_of_length import Form, known, product, times
from xorexplain.graph.views.kept_axes import adds_back, drops_again
from xorexplain.graph.views.measures import Measures
from xorexplain.graph.views.subgraph import above, ends, is_between, needed


@dataclass(frozen=True)
class Mean:
    """Hold the apply nodes of a mean, the sum first, and the axes it is over, None for all."""

    members: tuple[str, ...]
    axis: str | None


def means(graph: Graph, measures: Measures) -> list[Mean]:
    """Return the means of a graph: the length divided by is that of the axes summed over.

    What stands between the sum and the last division is read by nothing else, and has no name.
    """
    found = []
    for apply in graph.applies:
        mean = _mean(graph, measures, apply)
        if mean is not None:
            found.append(mean)
    return found


def _mean(graph: Graph, measures: Measures, last: Apply) -> Mean | None:
    """Walk from a division up to a sum, and compare what was divided by with what was added up."""
    divisor, members, current = known(1), [last.id], last
    while current.op.kind == "true_div" and current.inner is None and len(current.inputs) == 2:
        by = _number(graph, measures, current.inputs[1])
        above = graph.owner(current.inputs[0])
        if not isinstance(by, Form) or above is None or not is_between(graph, current.inputs[0]):
            return None
        divisor, current = times(divisor, by), above
        members.append(current.id)
    if current is last:
        return None
    kept, summed = current, graph.owner(current.inputs[0]) if current.inputs else None
    if summed is not None and has(kept.op.kind, "adds axes") and is_between(graph, kept.inputs[0]):
        current = summed
        members.append(current.id)
    is_sum = current.op.kind == "sum" and len(current.inputs) == len(current.outputs) == 1
    if not is_sum:
        return None
    shape, axis = measures.shape(current.inputs[0]), current.op.param("axis")
    axes = axes_of(axis)
    if shape is None or any(a >= len(shape) for a in axes or ()):
        return None
    if current is summed and not adds_back(kept, axes):
        return None
    if product(tuple(shape if axes is None else (shape[a] for a in axes))) != divisor:
        return None
    if current is summed:
        members[:0] = _dropping(graph, last, kept)
    return Mean(tuple(reversed(members)), axis)


def _dropping(graph: Graph, last: Apply, kept: Apply) -> list[str]:
    """Return what drops the axes that were kept, where that is all that reads the mean."""
    readers = [reader for reader, _ in graph.clients[last.outputs[0]]]
    is_alone = len(readers) == 1 and is_between(graph, last.outputs[0])
    return [r.id for r in readers if is_alone and drops_again(graph, kept, r)]


def _number(graph: Graph, measures: Measures, variable: str) -> object:
    """Return the length that a number is, also where axes are added to it for the division."""
    owner = graph.owner(variable)
    if owner is not None and has(owner.op.kind, "adds axes") and len(owner.inputs) == 1:
        return measures.value(owner.inputs[0])
    return measures.value(variable)


def fold_means(graph: Graph, found: Collection[Mean], lengths: Set[str] = frozenset()) -> Graph:
    """Make each of some means one node, where its apply nodes are all still there.

    What a mean divides by is said by its name: nodes of `lengths` that compute it are inside. A
    copy of those that others read stays.
    """
    there = [mean for mean in found if graph.apply.keys() >= set(mean.members)]
    ops = [graph.apply[mean.members[0]].op for mean in there]
    axes = [tuple(p for p in op.params if p[0] in ("axis", OVER)) for op in ops]
    made = [Op("mean", "reduction", "", params) for params in axes]
    counts = [_counting(graph, mean, lengths) for mean in there]
    folds = [
        Fold((*mean.members, *count), op, count)
        for mean, op, count in zip(there, made, counts, strict=True)
    ]
    folded = condense_each(graph, folds)
    if any(counts):
        folded = needed(folded, ends(graph))
    return _without_engines_name(folded, {m.members[-1] for m in there})


def _counting(graph: Graph, mean: Mean, lengths: Set[str]) -> list[str]:
    """Return the apply nodes without a name that compute what a mean divides by."""
    among = {
        apply.id
        for apply in graph.applies
        if lengths >= {*apply.outputs} or has(apply.op.kind, "adds axes")
        if not any(graph.variable[v].name for v in apply.outputs)
    }
    members = (graph.apply[id_] for id_ in mean.members)
    divisors = [apply.inputs[1] for apply in members if apply.op.kind == "true_div"]
    return above(graph, divisors, among)


def _without_engines_name(graph: Graph, ids: Collection[str]) -> Graph:
    """Take the name off that Theano gives a mean: its op says it."""
    return replace(
        graph,
        variables=tuple(
            replace(v, name=None) if v.owner in ids and v.name == "mean" else v
            for v in graph.variables
        ),
    )
