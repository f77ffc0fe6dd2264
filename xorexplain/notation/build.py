"""Build expressions from a graph."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from xorexplain.graph import Apply, Graph, Variable
from xorexplain.notation.expr import FILL, Expr, call, number, symbol


def express(
    graph: Graph,
    variable: str,
    names: Mapping[str, str],
    expanded: Collection[str] = (),
    broadcasts: bool = False,
) -> Expr:
    """Write a variable as an expression that stops at named variables.

    `names` gives a name to the variables to stop at, except those in `expanded`. A variable below
    keeps one record however often it is used. Broadcasts that NumPy would do by itself are left
    out unless `broadcasts` is set. Only what lies above the named variables is walked.
    """
    built: dict[str, Expr] = {}
    stack = [variable]
    while stack:
        id_ = stack[-1]
        apply = graph.owner(id_)
        if id_ in built:
            stack.pop()
        elif id_ in names and id_ not in expanded:
            built[id_] = symbol(names[id_])
        elif apply is None:
            built[id_] = leaf(graph.variable[id_])
        else:
            missing = [v for v in apply.inputs if v not in built]
            stack.extend(reversed(missing))
            if not missing:
                args = [built[v] for v in apply.inputs]
                built[id_] = _apply(apply, id_, args, broadcasts)
    return built[variable]


def leaf(variable: Variable) -> Expr:
    """Write a variable nothing computes: a constant's number, else its name or id."""
    if variable.value is not None and _is_number(variable.value):
        return number(variable.value)
    if variable.value is not None and variable.value.endswith(" everywhere"):
        digits = variable.value.removesuffix(" everywhere")
        if _is_number(digits):
            return number(digits)
    return symbol(variable.name or variable.value or variable.id)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _apply(apply: Apply, output: str, args: list[Expr], broadcasts: bool) -> Expr:
    kind = apply.op.kind
    if kind == "second":
        value = args[1] if broadcasts else _broadcast_by_itself(args[1])
        made = call(FILL, value, args[0])
    elif kind in ("identity", "view", "deep_copy", "tensor_from_scalar", "scalar_from_tensor"):
        made = args[0]
    else:
        if apply.op.family == "elementwise" and not broadcasts:
            args = [_broadcast_by_itself(argument) for argument in args]
        made = Expr(kind, tuple(args), params=apply.op.params)
    if len(apply.outputs) > 1:
        made = call("output", made, position=str(apply.outputs.index(output)))
    return made


def _broadcast_by_itself(argument: Expr) -> Expr:
    """Undo a fill or a leading new axis, which an elementwise op's broadcasting repeats."""
    while True:
        if argument.kind == FILL:
            argument = argument.args[0]
        elif argument.kind == "expand_dims" and _adds_leading_axes(argument.param("order") or ""):
            argument = argument.args[0]
        else:
            return argument


def _adds_leading_axes(order: str) -> bool:
    axes = order.split(", ")
    kept = [axis for axis in axes if axis != "x"]
    return axes == ["x"] * (len(axes) - len(kept)) + kept
