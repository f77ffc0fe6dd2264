"""Leave out an axis that is added for elementwise ops of one array, and dropped behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xorexplain.graph.ops import has
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.kept_axes import drops_again
from xorexplain.graph.views.leading_axes import shaped_as
from xorexplain.graph.views.subgraph import ends, is_between, needed


def hide_detours(graph: Graph) -> Graph:
    """Have what stands between an added axis and its dropping compute without that axis.

    What stands there is elementwise and reads numbers beside the array, such as `_ ÷ n`. An axis
    that something else reads, or that has a name, stays.
    """
    for last in graph.applies:
        chain = _detour(graph, last)
        if chain:
            graph = _without(graph, chain)
    return graph


def _detour(graph: Graph, last: Apply) -> list[Apply]:
    """Return what adds axes, the elementwise ops behind it and what drops them; nothing else."""
    if last.op.kind != "squeeze" or len(last.inputs) != 1 or last.outputs[0] in graph.output_ids:
        return []
    chain = [last]
    while (array := _array(graph, chain[0])) is not None and is_between(graph, array):
        above = graph.owner(array)
        if above is None or len(above.outputs) != 1:
            return []
        chain.insert(0, above)
        if has(above.op.kind, "adds axes"):
            return chain if len(chain) > 2 and drops_again(graph, above, last) else []
        if above.op.family != "elementwise" or above.inner is not None or above.destroy_map:
            return []
    return []


def _array(graph: Graph, apply: Apply) -> str | None:
    """Return the one operand that is no number; None where there are several, or none."""
    arrays = [v for v in apply.inputs if not _is_number(graph.variable[v])]
    return arrays[0] if len(arrays) == 1 else None


def _is_number(variable: Variable) -> bool:
    return variable.owner is None and all(variable.broadcastable or ())


def _without(graph: Graph, chain: Sequence[Apply]) -> Graph:
    """Have the ops between compute on the array as it was before."""
    added, *between, dropped = chain
    end = between[-1]
    array, result = added.inputs[0], dropped.outputs[0]
    source = graph.variable[array]
    made = {
        apply.id: replace(
            apply,
            inputs=tuple(array if v == added.outputs[0] else v for v in apply.inputs),
            outputs=(result,) if apply is end else apply.outputs,
        )
        for apply in between
    }
    inner = {v for apply in between[:-1] for v in apply.outputs}
    gone = {added.outputs[0], end.outputs[0]}
    return needed(
        replace(
            graph,
            applies=tuple(
                made.get(a.id, a) for a in graph.applies if a.id not in (added.id, dropped.id)
            ),
            variables=tuple(
                replace(v, owner=end.id)
                if v.id == result
                else shaped_as(v, source)
                if v.id in inner
                else v
                for v in graph.variables
                if v.id not in gone
            ),
        ),
        ends(graph) - gone,
    )
