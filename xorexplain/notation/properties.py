"""Say an op's properties and what it is applied to as both engines would."""

from __future__ import annotations

from xorexplain.graph.ops import OVER, axes_of, has, told_by_flag
from xorexplain.graph.ops.operand_axes import ALONG
from xorexplain.graph.records import Apply, Graph
from xorexplain.notation.expr import Expr, number

MAX_MESSAGE = 32
"""Up to so many letters the message of an assertion stands for its conditions."""


def properties(graph: Graph, apply: Apply) -> tuple[tuple[str, str], ...]:
    """Return an op's parameters with its axes as both engines would say them.

    Axes count from the front and are left out where they are all there are. What only the graph
    inside tells apart has the number of that graph.
    """
    params = dict(apply.op.params)
    shape = graph.variable[apply.inputs[0]].shape if apply.inputs else None
    if has(apply.op.kind, "own graph") and apply.op in graph.told_by_inside:
        return (*apply.op.params, ("inside", str(apply.inner)))
    if apply.op.family != "reduction":
        # How operands are read stands with them.
        return tuple(param for param in apply.op.params if param[0] != ALONG)
    params.pop(OVER, None)
    if not shape:
        return tuple(params.items())
    given = axes_of(params.pop("axis", None))
    if given is not None:
        axes = sorted({axis % len(shape) for axis in given})
        if len(axes) < len(shape):
            params["axis"] = ", ".join(map(str, axes))
    return tuple(params.items())


def as_both_have_it(
    apply: Apply, full: list[Expr], params: tuple[tuple[str, str], ...]
) -> tuple[list[Expr], tuple[tuple[str, str], ...]]:
    """Put the axis of a join first, as Theano has it, and that of a split into its properties.

    The short message of an assertion says what its conditions do, if they are no part of it. An
    input that says how an op computes is a property of it.
    """
    is_told = has(apply.op.kind, "passes") and apply.inner is None
    if is_told and 0 < len(apply.op.param("msg") or "") <= MAX_MESSAGE:
        return full[:1], params
    axis = apply.op.param("axis")
    if apply.op.kind == "join" and axis is not None:
        return [number(axis), *full], ()
    if apply.op.kind == "split" and axis is None and len(full) == 3 and full[1].is_number:
        return [full[0], full[2]], (*params, ("axis", full[1].text))
    flag = told_by_flag(apply.op, full[-1].text) if full else None
    if flag is not None:
        return full[:-1], (*params, flag)
    return full, params
