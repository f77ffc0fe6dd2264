"""Fold what makes one axis of several into the matrix product that reads it.

Engines multiply an array of three axes by a matrix so: its leading axes become one, the product is
one of matrices, and its rows become those axes again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xorexplain.graph.ops import entries_of, has
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.condense import Fold, condense_each
from xorexplain.graph.views.fold import is_brief
from xorexplain.graph.views.forms_of_length import product
from xorexplain.graph.views.measures import Measures
from xorexplain.graph.views.subgraph import ends, is_between, is_read_beside, needed, with_sources


def fold_rows(graph: Graph, measures: Measures) -> Graph:
    """Make a matrix product one node with what arranges the rows of what it reads and gives."""
    folds: list[Fold] = []
    taken: set[str] = set()
    for apply in graph.applies:
        if has(apply.op.kind, "matrix product") and len(apply.inputs) == 2:
            found = _of_rows(graph, measures, apply) or _over_rows(graph, measures, apply)
            if found is not None and taken.isdisjoint(found.members):
                folds.append(found)
                taken.update(set(found.members) - set(found.copied))
    if not folds:
        return graph
    return needed(condense_each(graph, folds), ends(graph))


def _of_rows(graph: Graph, measures: Measures, dot: Apply) -> Fold | None:
    """Return the fold of a product that leaves the leading axes of its first factor as they are."""
    above = _joined(graph, measures, dot.inputs[0])
    below = [reader for reader, _ in graph.clients[dot.outputs[0]]]
    if above is None or "0" in _transposed(dot) or not is_between(graph, dot.outputs[0]):
        return None
    if not _arranges(graph, below[0]):
        return None
    before = measures.shape(above.inputs[0]) or ()
    made, after = measures.shape(dot.outputs[0]), measures.shape(below[0].outputs[0])
    if made is None or after != (*before[:-1], made[-1]):
        return None
    copied = [above.id] if is_read_beside(graph, above, dot) else []
    return Fold([above.id, dot.id, below[0].id], replace(dot.op, label=""), copied)


def _over_rows(graph: Graph, measures: Measures, dot: Apply) -> Fold | None:
    """Return the fold of a product that adds up over all axes of both factors but one.

    That is the last one of the second factor, and of the first one where its rows were kept.
    """
    if _transposed(dot) not in ([], ["0"]):
        return None
    first = _joined if _transposed(dot) else _joined_behind
    given, right = first(graph, measures, dot.inputs[0]), _joined(graph, measures, dot.inputs[1])
    if given is None or right is None:
        return None
    turned = None if first is _joined else graph.owner(given.inputs[0])
    left = turned or given
    before = [measures.shape(apply.inputs[0]) or () for apply in (left, right)]
    summed = list(range(len(before[0]) - 1)) if turned is None else _order(turned)[1:]
    if [before[0][axis] for axis in summed] != [*before[1][:-1]]:
        return None
    leading = list(range(len(summed)))
    if summed == leading:
        op = replace(dot.op, label="", params=(("transposed", "0"), ("axis", _listed(leading))))
    else:
        axes = f"{_listed(summed)} and {_listed(leading)}"
        op = replace(dot.op, label="", params=(("axis", axes),))
    read = [apply.id for apply in (given, right) if is_read_beside(graph, apply, dot)]
    if turned is not None and is_read_beside(graph, turned, given):
        read.append(turned.id)
    members = list(dict.fromkeys((left.id, given.id, right.id, dot.id)))
    return Fold(members, op, with_sources(graph, read, members))


def _joined(graph: Graph, measures: Measures, variable: str) -> Apply | None:
    """Return the apply node that makes one axis of all but the last, None for another variable."""
    apply = graph.owner(variable)
    if apply is None or not _arranges(graph, apply) or graph.variable[variable].name:
        return None
    before, after = measures.shape(apply.inputs[0]), measures.shape(variable)
    if before is None or len(before) < 3 or after != (product(before[:-1]), before[-1]):
        return None
    return apply


def _joined_behind(graph: Graph, measures: Measures, variable: str) -> Apply | None:
    """Return what makes one axis of all but the first, which was another one before."""
    apply = graph.owner(variable)
    if apply is None or not _arranges(graph, apply) or graph.variable[variable].name:
        return None
    before, after = measures.shape(apply.inputs[0]), measures.shape(variable)
    if before is None or len(before) < 3 or after != (before[0], product(before[1:])):
        return None
    turned = graph.owner(apply.inputs[0])
    if turned is None or not has(turned.op.kind, "reorders axes") or len(turned.inputs) != 1:
        return None
    order = _order(turned)
    is_first = len(order) == len(before) and order[0] > 0 and order[1:] == sorted(order[1:])
    return apply if is_first else None


def _order(turned: Apply) -> list[int]:
    """Return which axis each one was before; none where axes are added too."""
    told = entries_of(turned.op.param("order"))
    return [int(axis) for axis in told] if all(map(str.isdigit, told)) else []


def _listed(axes: Sequence[int]) -> str:
    return ", ".join(map(str, axes))


def _arranges(graph: Graph, apply: Apply) -> bool:
    """Tell whether an op leaves the elements in their order, by lengths that are told."""
    is_one = apply.inner is None and len(apply.outputs) == 1
    is_kept = has(apply.op.kind, "rearranges") and not has(apply.op.kind, "reorders axes")
    return is_one and is_kept and all(is_brief(graph.variable[v]) for v in apply.inputs[1:])


def _transposed(dot: Apply) -> list[str]:
    return entries_of(dot.op.param("transposed"))
