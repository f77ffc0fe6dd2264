"""Fold what only adds and drops axes into the op between: a product of vectors, a sum."""

from __future__ import annotations

from xorexplain.graph.ops import entries_of, has
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.condense import Fold, condense_each, is_fold
from xorexplain.graph.views.fold import is_brief
from xorexplain.graph.views.subgraph import is_between

Axes = list[str]
"""For each axis, which axis of the source it is, `x` for one that was added."""


def fold_axes(graph: Graph) -> Graph:
    """Make an op one node with the axes that are added and dropped around it.

    A product is one when its vectors are made matrices for it and its result a vector again; any
    other op when axes added behind it are dropped again, in the end all in their places.
    """
    folds: list[Fold] = []
    taken: set[str] = set()
    for apply in graph.applies:
        found = _product(graph, apply) or _behind(graph, apply)
        if found and taken.isdisjoint(found[0]):
            inside, copied, op = found
            folds.append(Fold(inside, graph.apply[op].op, copied))
            taken.update(inside)
    return condense_each(graph, folds)


def _product(graph: Graph, last: Apply) -> tuple[list[str], list[str], str] | None:
    """Return the apply nodes of a product of vectors, those that others read, and the product."""
    chain, left = _squeezes(graph, last)
    dot = graph.owner(chain[-1].inputs[0]) if chain else None
    if (
        dot is None
        or not has(dot.op.kind, "matrix product")
        or len(dot.inputs) != 2
        or not is_between(graph, chain[-1].inputs[0])
    ):
        return None
    made = [
        above if above is not None and above.op.param("order") == order else None
        for above, order in zip(map(graph.owner, dot.inputs), ("x, 0", "0, x"), strict=True)
    ]
    wanted = {(True, False): ["1"], (False, True): ["0"], (True, True): []}
    is_made = (made[0] is not None, made[1] is not None)
    if is_made not in wanted or left != wanted[is_made]:
        return None
    added = [above for above in made if above is not None]
    if any(graph.variable[v].name for above in added for v in above.outputs):
        return None
    copied = [above.id for above in added if not is_between(graph, above.outputs[0])]
    inside = [*added, dot, *reversed(chain)]
    return [apply.id for apply in inside], copied, dot.id


def _squeezes(graph: Graph, last: Apply) -> tuple[list[Apply], Axes]:
    """Return an apply node that drops axes, those before it, and which axes of a matrix are left.

    PyTensor drops the two of a product of two vectors one after the other.
    """
    chain: list[Apply] = []
    current: Apply | None = last
    while current is not None and current.op.kind == "squeeze" and len(current.inputs) == 1:
        if chain and not is_between(graph, current.outputs[0]):
            break
        chain.append(current)
        current = graph.owner(current.inputs[0])
    axes = ["0", "1"]
    for squeeze in reversed(chain):
        kept = [int(axis) for axis in entries_of(squeeze.op.param("order"))]
        if any(axis >= len(axes) for axis in kept):
            return [], []
        axes = [axes[axis] for axis in kept]
    return chain, axes


def _behind(graph: Graph, last: Apply) -> tuple[list[str], list[str], str] | None:
    """Return an op and what follows it up to an apply node, where that only moves axes and back."""
    if not has(last.op.kind, "reorders axes") or has(last.op.kind, "repeats") or not last.inputs:
        return None
    chain, current = [last], last
    while True:
        above = graph.owner(current.inputs[0])
        if above is None or not is_between(graph, current.inputs[0]):
            return None
        if not _moves(above):
            break
        chain.append(above)
        current = above
    if len(chain) < 2 or not _can_be_headed(graph, above):
        return None
    axes: Axes = [str(axis) for axis in range(len(graph.variable[above.outputs[0]].shape or ()))]
    start = list(axes)
    for apply in reversed(chain):
        if has(apply.op.kind, "reorders axes"):
            order = entries_of(apply.op.param("order"))
            axes = [e if e == "x" else axes[int(e)] for e in order]
    if axes != start:
        return None
    return [above.id, *(apply.id for apply in chain)], [], above.id


def _moves(apply: Apply) -> bool:
    """Tell whether an op does nothing but arrange axes, or nothing at all."""
    return has(apply.op.kind, "reorders axes", "carries") and len(apply.inputs) == 1


def _can_be_headed(graph: Graph, apply: Apply) -> bool:
    """Tell whether an op is told by its own words alone."""
    is_alone = apply.inner is None or is_fold(apply)
    is_bare = not any(is_brief(graph.variable[v]) for v in apply.inputs)
    return is_alone and is_bare and len(apply.outputs) == 1
