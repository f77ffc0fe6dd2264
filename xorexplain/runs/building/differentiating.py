"""Tell why a gradient could not be built: the cost, what it is for, or an op without a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from xorexplain.errors import XorexplainError
from xorexplain.gradients.why import explain_why
from xorexplain.models.model import Model
from xorexplain.runs.building.faults import Building, Fault, node_in
from xorexplain.runs.building.operands import is_variable


def _cost(built: Building) -> Fault | None:
    """Tell a cost that is no single number."""
    held = built.asked.of("grad", "hessian", "jacobian", "pullback")
    if held is None or not any(words in built.words.lower() for words in ("scalar", "1d", "1-d")):
        return None
    cost = held.values.get("cost", held.values.get("expression"))
    if not is_variable(built.engine, cost):
        return None
    is_grad = held.name == "grad"
    if is_grad and not built.dimensions(cost):
        return None
    wanted = "a gradient is of a single number" if is_grad else f"{held.name} is of a vector"
    return Fault(
        "cost not scalar",
        f"{built.has(cost)}, and {wanted}",
        "sum it or take its mean; for the derivative of each element ask for the jacobian"
        if is_grad
        else "flatten it, or take the gradient of a single number",
        [cost],
    )


def _disconnected(built: Building) -> Fault | None:
    """Tell how the cost depends on a variable, if it does."""
    held = built.asked.of("handle_disconnected")
    outer = built.asked.of("grad")
    if held is None or outer is None:
        return None
    variable, cost = held.values.get("var"), outer.values.get("cost")
    if not is_variable(built.engine, variable):
        return _no_variable(built, variable)
    name = built.name(variable)
    why, cure = _why(built, cost, variable)
    of = built.name(cost) if is_variable(built.engine, cost) else "the cost"
    return Fault(
        "no gradient",
        f"{of} has no gradient for {name}: {why}",
        cure
        or "build the cost from it, leave it out of what is differentiated, or take 0 for it: "
        "disconnected_inputs='ignore'",
        [variable, cost],
    )


def _why(built: Building, cost: Any, variable: Any) -> tuple[str, str]:
    """Say where the way from the cost to a variable is cut."""
    plain = "the cost is not computed of it, or only by ops that have no derivative"
    if not is_variable(built.engine, cost):
        return plain, ""
    model = Model(outputs={"cost": cost}, cost=cost, parameters=[variable])
    try:
        answer = explain_why(built.engine, model)[0]
    except XorexplainError:
        return plain, ""
    if answer.cuts:
        cut = answer.cuts[0]
        return f"it is read only by {cut.equation}, and {cut.reason}", cut.cure
    if answer.state == "unread" and "another variable" not in answer.reason:
        return f"{built.name(cost)} is not computed of it", ""
    return answer.reason or plain, ""


def _no_variable(built: Building, value: Any) -> Fault | None:
    """Tell what a gradient cannot be for, as a name or a number."""
    return Fault(
        "wrong type",
        f"{built.name(value)} is a {type(value).__name__}, and a gradient is for a variable",
        "hand in the variable itself, or a list of them",
        [value],
    )


def _for_nothing(built: Building) -> Fault | None:
    held = built.asked.of("grad")
    if held is None or "Expected Variable" not in built.words:
        return None
    wrt = held.values.get("wrt")
    parts = wrt if isinstance(wrt, (list, tuple)) else [wrt]
    odd = [v for v in parts if not is_variable(built.engine, v)]
    return _no_variable(built, odd[0]) if odd else None


def _undefined(built: Building) -> Fault | None:
    """Tell an op whose gradient is undefined, or that nobody wrote."""
    kind = type(built.error).__name__
    if built.asked.of("grad") is None:
        return None
    if kind not in ("NullTypeGradError", "MethodNotDefined", "NotImplementedError"):
        return None
    nodes = (node_in(frame) for frame in reversed(built.asked.frames))
    node = next((node for node in nodes if node is not None), None)
    outer = built.asked.of("grad")
    cost = outer.values.get("cost") if outer is not None else None
    values = [] if node is None else list(node.outputs)
    values += [] if cost is None else [cost]
    told = "" if node is None else f"{built.name(node.outputs[0])} has no gradient: "
    return Fault(
        "no gradient",
        f"{told}{built.words}",
        "compute it of ops that have one, write the gradient of the op, or stop there: "
        "disconnected_grad(x)",
        values,
    )


def rules() -> Sequence[Callable[[Building], Fault | None]]:
    """List the rules, in the order in which they are asked."""
    return (_cost, _disconnected, _for_nothing, _undefined)
