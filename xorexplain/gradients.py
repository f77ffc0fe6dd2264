"""Take the gradient apart: for each forward node, what arrives, what it hands on, who made it.

Everything shown is the engine's own: one gradient call returns the adjoints of all intermediates
and parameters; the derivation only reads which nodes lie between them. The adjoint of `x` is
∂cost/∂x, written `δx`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from xorexplain.asking import differentiating, need_gradients
from xorexplain.capture import capture
from xorexplain.contributions import Forward, contributions, emitted_by, reused_by
from xorexplain.derivation import Derivation, Received, Result, Step
from xorexplain.engines import Engine, Source
from xorexplain.engines.common import toposort
from xorexplain.errors import XorexplainError
from xorexplain.graph import Apply, Graph, Origin, Output
from xorexplain.views.names import intermediate_names
from xorexplain.views.same import classes


def derive(
    engine: Engine,
    cost: Any,
    wrt: Sequence[Any],
    origin: Origin,
    updates: Sequence[tuple[Any, Any]] = (),
    must_exist: bool = True,
) -> Derivation:
    """Derive the gradient of a scalar cost for parameters, node by node.

    Raise XorexplainError for a cost that is no float scalar, and for a parameter without a
    gradient, unless `must_exist` is false.
    """
    check_cost(engine, cost)
    nodes = toposort([cost])
    live = depending(nodes, wrt)
    computed = [v for node in nodes for v in node.outputs if v in live and is_float(engine, v)]
    wanted = list(dict.fromkeys([*computed, *wrt]))
    with differentiating(engine, cost, wrt):
        found = engine.adjoints(cost, wanted)
        alone = engine.adjoints(cost, list(wrt))
    if must_exist:
        need_gradients(cost, wrt, alone)
    adjoint_of = {
        v: a.variable for v, a in zip(wanted, found, strict=True) if a.variable is not None
    }
    reasons = {v: a.reason for v, a in zip(wanted, found, strict=True)}
    separate = [a.variable for a in alone]
    new_values = dict(updates)

    forward = list(dict.fromkeys(v for node in nodes for v in [*node.inputs, *node.outputs]))
    extra = [v for v in [*adjoint_of.values(), *separate, *new_values.values()] if v is not None]
    tops = list(dict.fromkeys([cost, *forward, *wrt, *extra]))
    graph = capture(engine, Source(tops, tops, [None] * len(tops)), origin, wrt)
    ids = {v: output.variable for v, output in zip(tops, graph.outputs, strict=True)}
    graph = _with_results(graph, ids[cost], [ids[a] for a in adjoint_of.values()])

    forward_ids = [graph.variable[ids[node.outputs[0]]].owner for node in nodes]
    applies = tuple(owner for owner in forward_ids if owner is not None)
    view = Forward(
        graph=graph,
        applies=applies,
        variables=frozenset(ids[v] for v in forward),
        adjoints={ids[v]: ids[a] for v, a in adjoint_of.items()},
    )
    same = classes(graph)
    names = intermediate_names(graph, view.variables | {ids[v] for v in wrt})
    fixed = view.variables - names.keys()
    steps, sums = _steps(view, same, {ids[v] for v in live}, fixed, reasons, ids)
    return Derivation(
        graph=graph,
        cost=ids[cost],
        forward=applies,
        names=names,
        adjoints=view.adjoints,
        sums=sums,
        steps=steps,
        results=tuple(
            _result(v, ids, adjoint_of, own, new_values, same, reasons)
            for v, own in zip(wrt, separate, strict=True)
        ),
        variables={id_: v for v, id_ in ids.items()},
    )


def check_cost(engine: Engine, cost: Any) -> None:
    """Raise XorexplainError for a cost that is no float scalar."""
    info = engine.type_of(cost)
    if info.shape != ():
        raise XorexplainError(
            f"the cost is no scalar but {info.text}: reduce it, with .sum() or .mean()"
        )
    if not (info.dtype or "").startswith("float"):
        raise XorexplainError(
            f"the cost is {info.dtype}, which has no gradient: cast it to a float type"
        )


def depending(nodes: Sequence[Any], wrt: Sequence[Any]) -> set[Any]:
    """Return the variables that depend on a parameter."""
    live = set(wrt)
    for node in nodes:
        if any(v in live for v in node.inputs):
            live.update(node.outputs)
    return live


def is_float(engine: Engine, variable: Any) -> bool:
    """Tell whether a variable is of floating-point or complex numbers."""
    return (engine.type_of(variable).dtype or "").startswith(("float", "complex"))


def _with_results(graph: Graph, cost: str, adjoints: Sequence[str]) -> Graph:
    """Name the cost and the adjoints as results; capturing named every variable as one."""
    results = dict.fromkeys([cost, *adjoints])
    return replace(
        graph,
        outputs=tuple(Output(v) for v in results),
        variables=tuple(
            replace(v, role="intermediate") if v.role == "output" and v.id not in results else v
            for v in graph.variables
        ),
    )


def _steps(
    view: Forward,
    same: Mapping[str, int],
    live: set[str],
    fixed: Collection[str],
    reasons: Mapping[Any, str],
    ids: Mapping[Any, str],
) -> tuple[tuple[Step, ...], dict[str, tuple[str, ...]]]:
    why = {ids[v]: reason for v, reason in reasons.items()}
    handed = contributions(view, live)
    forward_classes = {same[v]: v for v in view.variables if view.graph.variable[v].owner}
    steps = []
    for id_ in reversed(view.applies):
        apply = view.graph.apply[id_]
        arrives = tuple(view.adjoints.get(v) for v in apply.outputs)
        if not any(arrives):
            continue
        received = tuple(
            _received(view, apply, position, handed, live, fixed, why)
            for position in range(len(apply.inputs))
        )
        if all(r.contribution is None for r in received):
            continue
        emitted = emitted_by(view, apply, [r.contribution for r in received if r.contribution])
        again = tuple(
            (e, forward_classes[same[view.graph.apply[e].outputs[0]]])
            for e in emitted
            if same[view.graph.apply[e].outputs[0]] in forward_classes
        )
        steps.append(Step(id_, arrives, received, emitted, reused_by(view, emitted), again))
    sums = {
        variable: tuple(handed[use] for use in view.uses[variable] if use in handed)
        for variable in view.adjoints
        if sum(use in handed for use in view.uses.get(variable, ())) > 1
    }
    return tuple(steps), sums


def _received(
    view: Forward,
    apply: Apply,
    position: int,
    handed: Mapping[tuple[str, int], str],
    live: set[str],
    fixed: Collection[str],
    why: Mapping[str, str],
) -> Received:
    input_ = apply.inputs[position]
    use = (apply.id, position)
    if use in handed:
        others = sum(other in handed for other in view.uses[input_])
        return Received(input_, position, handed[use], is_whole=others == 1)
    variable = view.graph.variable[input_]
    if input_ in fixed:
        reason = "a constant"
    elif input_ not in live:
        reason = "no parameter below it"
    elif variable.dtype and not variable.dtype.startswith(("float", "complex")):
        reason = f"{variable.dtype} has no gradient"
    else:
        reason = why.get(input_) or "does not depend on it"
    return Received(input_, position, None, reason)


def _result(
    parameter: Any,
    ids: Mapping[Any, str],
    adjoint_of: Mapping[Any, Any],
    own: Any,
    new_values: Mapping[Any, Any],
    same: Mapping[str, int],
    reasons: Mapping[Any, str],
) -> Result:
    gradient = adjoint_of.get(parameter)
    new = new_values.get(parameter)
    is_same = (gradient is None) == (own is None)
    if gradient is not None and own is not None:
        is_same = same[ids[gradient]] == same[ids[own]]
    return Result(
        parameter=ids[parameter],
        gradient=None if gradient is None else ids[gradient],
        separate=None if own is None else ids[own],
        is_same=is_same,
        update=None if new is None else ids[new],
        reason=reasons.get(parameter, ""),
    )
