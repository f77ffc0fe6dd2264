"""Read the graphs inside PyTensor's ops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytensor.graph.basic import Variable
from pytensor.graph.fg import FrozenFunctionGraph
from pytensor.graph.op import HasInnerGraph

from xorexplain.engines import Inner
from xorexplain.engines.pytensor.drawn import parameters_of
from xorexplain.engines.shared import common, kinds, loops


def inner_of(apply: Any) -> Inner | None:
    """Return the inner graph of Composite, Scan, OpFromGraph and LazyIfElse nodes."""
    inside = kinds.scalarized(apply.op)
    op = apply.op if inside is None else inside.op
    if len(common.read(op, "inner_graphs", ())) > 1:
        return _branches(op)
    for candidate in (op, common.read(op, "scalar_op"), common.read(op, "core_op")):
        if isinstance(candidate, HasInnerGraph):
            inner = candidate
            break
    else:
        return None
    graph = inner.fgraph
    feeds: tuple[int | None, ...] = tuple(range(len(graph.inputs)))
    if inner is not op and len(graph.inputs) == len(apply.inputs) + 1:
        # A fused reduction: what it has summed so far comes first.
        feeds = (None, *range(len(apply.inputs)))
    labels: list[str | None] | None = None
    if hasattr(inner, "get_oinp_iinp_iout_oout_mappings"):
        outer = inner.get_oinp_iinp_iout_oout_mappings()["outer_inp_from_inner_inp"]
        feeds = tuple(outer.get(position) for position in range(len(graph.inputs)))
        labels = loops.result_labels(inner, len(graph.outputs))
    named = parameters_of(inner, len(graph.inputs))
    return Inner(inner, graph.inputs, graph.outputs, feeds, graph.toposort(), labels, named)


def _branches(op: Any) -> Inner:
    """Take the branches of a LazyIfElse for one graph: they read the same inputs.

    Those are the node's inputs after its condition.
    """
    graphs = op.inner_graphs
    inputs = next(iter(graphs.values())).inputs
    outputs = [output for graph in graphs.values() for output in graph.outputs]
    labels = [name.replace("_", " ") for name, graph in graphs.items() for _ in graph.outputs]
    return Inner(op, inputs, outputs, tuple(range(1, 1 + len(inputs))), None, labels)


def thawed(inner: Inner) -> Inner:
    """Return an inner graph whose variables can be differentiated.

    PyTensor keeps most inner graphs frozen, and its gradient code changes nodes it goes through.
    """
    graph = getattr(inner.key, "fgraph", None)
    if not isinstance(graph, FrozenFunctionGraph):
        return inner
    mutable, memo = graph.unfreeze(return_memo=True)
    for frozen, variable in memo.items():
        if isinstance(frozen, Variable) and frozen.name and not variable.name:
            variable.name = frozen.name
    return replace(
        inner, inputs=mutable.inputs, outputs=mutable.outputs, applies=mutable.toposort()
    )
