"""Find what a reader of a forward pass need not see: means in parts, lengths, axes that move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import axes_of
from xorexplain.graph.records import Apply, Graph, Op, Variable
from xorexplain.graph.views.axes import fold_axes
from xorexplain.graph.views.broadcasts import hide_broadcasts
from xorexplain.graph.views.condense import is_fold
from xorexplain.graph.views.conversions import hide_conversions
from xorexplain.graph.views.means import Mean, means
from xorexplain.graph.views.measures import Measures, measure, names_of
from xorexplain.graph.views.shapes import with_shapes
from xorexplain.graph.views.subgraph import ends, is_between, needed
from xorexplain.graph.views.told_lengths import lengths_of, told_fill, told_length


@dataclass(frozen=True)
class Part:
    """Say of some apply nodes which one they are told as; it has the id of the last of them."""

    apply: Apply
    members: frozenset[str]


@dataclass(frozen=True)
class Folds:
    """Hold what is folded of a forward graph, and the graph that is left.

    `told` are the lengths by variable id, as constants that say them; `shapes` are those of the
    given variables whose lengths have letters.
    """

    graph: Graph
    parts: tuple[Part, ...]
    told: Mapping[str, Variable]
    shapes: Mapping[str, str]


def find_folds(graph: Graph) -> Folds:
    """Find means, products of vectors, and lengths, in a forward graph."""
    measures = measure(graph)
    letters = names_of(measures, graph)
    parts = tuple(_apart([*_means(graph, measures), *_products(graph)]))
    told = _told(graph, measures, letters)
    return Folds(
        graph=_left(graph, parts, told),
        parts=parts,
        told=told,
        shapes=_shapes(with_shapes(graph, measures, letters), letters),
    )


def folded_in(graph: Graph, parts: Sequence[Part], told: Mapping[str, Variable]) -> Graph:
    """Return a graph that has a forward part with what is folded of it; nothing else is dropped."""
    made = {part.apply.id: part.apply for part in parts}
    return replace(
        graph,
        applies=tuple(
            made.get(apply.id, apply)
            for apply in graph.applies
            if not told.keys() >= set(apply.outputs)
        ),
        variables=tuple(told.get(v.id, v) for v in graph.variables),
    )


def _left(graph: Graph, parts: tuple[Part, ...], told: Mapping[str, Variable]) -> Graph:
    named = {v.id for v in graph.variables if v.name}
    return needed(folded_in(graph, parts, told), ends(graph) | named)


def _apart(parts: list[Part]) -> Iterator[Part]:
    """Yield the parts that share no apply node with an earlier one."""
    taken: set[str] = set()
    for part in parts:
        if taken.isdisjoint(part.members):
            taken |= part.members
            yield part


def _means(graph: Graph, measures: Measures) -> Iterator[Part]:
    plain = hide_broadcasts(hide_conversions(graph))
    for mean in means(plain, measures):
        chain = _chain(graph, mean)
        if chain:
            yield Part(_averaging(graph, chain, mean.axis), frozenset(a.id for a in chain))


def _chain(graph: Graph, mean: Mean) -> list[Apply]:
    """Return the apply nodes from the sum to the last division; none where others read between."""
    chain = [graph.apply[mean.members[-1]]]
    while chain[-1].id != mean.members[0]:
        above = graph.owner(chain[-1].inputs[0])
        if above is None or not is_between(graph, chain[-1].inputs[0]):
            return []
        chain.append(above)
    return chain[::-1]


def _averaging(graph: Graph, chain: list[Apply], axis: str | None) -> Apply:
    """Write a mean as one apply node, which may keep the axes it is over with a length of 1."""
    read, last = chain[0].inputs, chain[-1]
    ndim = len(graph.variable[read[0]].shape or ())
    left = len(graph.variable[last.outputs[0]].shape or ())
    axes = axes_of(axis)
    keeps = left == ndim and axes != () and ndim > 0
    params = (() if axis is None else (("axis", axis),)) + (
        (("keepdims", "True"),) if keeps else ()
    )
    return replace(last, op=Op("mean", "reduction", "", params), inputs=read)


def _products(graph: Graph) -> Iterator[Part]:
    """Yield each op with the axes that are added and dropped around it."""
    shown = fold_axes(graph)
    for apply in shown.applies:
        if apply.inner is None or not is_fold(apply) or apply.id not in graph.apply:
            continue
        inside = shown.inner[apply.inner].applies
        heads = [member for member in inside if member.op.kind == apply.op.kind]
        if len(heads) != 1:
            continue
        head, inner = heads[0], {v: member for member in inside for v in member.outputs}
        read = tuple(inner[v].inputs[0] if v in inner else v for v in head.inputs)
        told = replace(graph.apply[apply.id], op=replace(head.op, label=""), inputs=read)
        yield Part(replace(told, inner=head.inner), frozenset(member.id for member in inside))


def _told(graph: Graph, measures: Measures, letters: Mapping[str, str]) -> dict[str, Variable]:
    """Return lengths, and whole numbers in a row up to one, each as a constant."""
    found: dict[str, Variable] = {}
    lengths = lengths_of(graph)
    for apply in graph.applies:
        variable = graph.variable[apply.outputs[0]]
        if len(apply.outputs) != 1 or variable.name or variable.id in graph.output_ids:
            continue
        told = None
        if variable.id in lengths:
            told = told_length(graph, variable.id, measures, letters)
        elif apply.op.kind == "arange":
            told = told_fill(graph, apply, measures, letters)
        if told is not None:
            found[variable.id] = replace(told, id=variable.id, value=_operand(told.value or ""))
    return found


def _operand(text: str) -> str:
    """Write a length as an operand: a product of lengths in parentheses."""
    is_product = "·" in text or (text[:1].isdigit() and not text[-1:].isdigit())
    has_own = text.startswith("[") or " " in text
    return f"({text})" if is_product and not has_own else text


def _shapes(graph: Graph, letters: Mapping[str, str]) -> dict[str, str]:
    """Say the shape of each given variable that has a length with a letter."""
    named = set(letters.values())
    return {
        v.id: "×".join(v.lengths)
        for v in graph.variables
        if v.owner is None and v.lengths and not named.isdisjoint(v.lengths)
    }
