"""Read the graphs inside Theano's ops."""

from __future__ import annotations

from typing import Any

import theano

from xorexplain.engines import Inner
from xorexplain.engines.shared import common, loops
from xorexplain.engines.shared.recursion import DeepKey


def inner_of(apply: Any) -> Inner | None:
    """Return the inner graph of Composite, Scan and OpFromGraph nodes."""
    op = apply.op
    scalar = common.read(op, "scalar_op", op)
    if isinstance(scalar, theano.scalar.Composite):
        graph = scalar.fgraph
        _forget_numbers(scalar)
        return Inner(scalar, graph.inputs, graph.outputs, tuple(range(len(graph.inputs))))
    if isinstance(op, theano.scan_module.scan_op.Scan):
        outer = op.var_mappings["outer_inp_from_inner_inp"]
        feeds = tuple(outer.get(position) for position in range(len(op.inputs)))
        labels = loops.result_labels(op, len(op.outputs))
        return Inner(DeepKey(op), op.inputs, op.outputs, feeds, None, labels)
    if isinstance(op, theano.OpFromGraph):
        feeds = tuple(range(len(op.local_inputs)))
        return Inner(op, op.local_inputs, op.local_outputs, feeds)
    return None


def _forget_numbers(composite: Any) -> None:
    """Take the names `t0`, `t1`, ... off a Composite's intermediates.

    Theano gives them, in the order of a set that differs from run to run, when it first writes
    the Composite as text.
    """
    str(composite)
    for node in composite.fgraph.apply_nodes:
        for variable in node.outputs:
            if variable not in composite.fgraph.outputs:
                variable.name = None


def thawed(inner: Inner) -> Inner:
    """Return an inner graph whose variables can be differentiated, as Theano's can be."""
    return inner


def keep_inner_lines() -> None:
    """Do nothing: Theano keeps the lines of inner graphs by itself."""
