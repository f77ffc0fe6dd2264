"""Take the gradient apart: for each forward node, what arrives, what it hands on, who made it.

Everything shown is the engine's own: one gradient call returns the adjoints of all intermediates
and parameters; the derivation only reads which nodes lie between them. The adjoint of `x` is
∂cost/∂x, written `δx`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xorexplain.asking import differentiating, need_gradients
from xorexplain.capture import capture
from xorexplain.contributions import Forward, Use, contributions, emitted_by, reused_by
from xorexplain.derivation import Derivation, Received, Result, Step
from xorexplain.engines import Engine, Source
from xorexplain.engines.common import toposort
from xorexplain.errors import XorexplainError
from xorexplain.graph import Apply, Graph, Origin, Output
from xorexplain.ops import GRAPHS
from xorexplain.views.names import fixed_variables, intermediate_names
from xorexplain.views.same import classes

INSIDE = GRAPHS | {"scan"}
"""Kinds of ops whose inner graph has a derivation of its own."""


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
    with differentiating(engine, cost, wrt):
        alone = engine.adjoints(cost, list(wrt))
        if must_exist:
            need_gradients(cost, wrt, alone)
        separate = {v: a.variable for v, a in zip(wrt, alone, strict=True)}
        return _derive(_Task(engine, (cost,), tuple(wrt), origin, separate, dict(updates)))


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


def is_float(engine: Engine, variable: Any) -> bool:
    """Tell whether a variable is of floating-point or complex numbers."""
    return (engine.type_of(variable).dtype or "").startswith(("float", "complex"))


@dataclass(frozen=True)
class _Task:
    """Hold what is differentiated for what, in the engine's variables.

    `separate` are the gradients as a call of its own makes them, `new_values` the updates,
    `seeds` the given adjoints of `ends`; without seeds the one end is a cost, whose adjoint is 1.
    """

    engine: Engine
    ends: tuple[Any, ...]
    wrt: tuple[Any, ...]
    origin: Origin
    separate: Mapping[Any, Any]
    new_values: Mapping[Any, Any] = field(default_factory=dict)
    seeds: Mapping[Any, Any] = field(default_factory=dict)


def _derive(task: _Task) -> Derivation:
    engine = task.engine
    nodes = toposort(task.ends)
    connections = {node: engine.connections(node) for node in nodes}
    live = _connected(nodes, connections, task.wrt)
    computed = [v for node in nodes for v in node.outputs if v in live and is_float(engine, v)]
    wanted = list(dict.fromkeys([*computed, *task.wrt]))
    cost = None if task.seeds else task.ends[0]
    found = engine.adjoints(cost, wanted, task.seeds or None)
    adjoint_of = {
        v: a.variable for v, a in zip(wanted, found, strict=True) if a.variable is not None
    }

    forward = list(dict.fromkeys(v for node in nodes for v in [*node.inputs, *node.outputs]))
    extra = [*adjoint_of.values(), *task.separate.values(), *task.new_values.values()]
    tops = list(
        dict.fromkeys([*task.ends, *forward, *task.wrt, *(v for v in extra if v is not None)])
    )
    below = (v for node in toposort(tops) for v in [*node.inputs, *node.outputs])
    every = list(dict.fromkeys([*tops, *below]))
    graph = capture(engine, Source(every, every, [None] * len(every)), task.origin, task.wrt)
    ids = {v: output.variable for v, output in zip(every, graph.outputs, strict=True)}
    ends = tuple(ids[end] for end in task.ends)
    graph = _with_results(graph, [*ends, *(ids[a] for a in adjoint_of.values())])

    apply_of = {node: graph.variable[ids[node.outputs[0]]].owner or "" for node in nodes}
    view = Forward(
        graph=graph,
        applies=tuple(apply_of.values()),
        variables=frozenset(ids[v] for v in forward),
        adjoints={ids[v]: ids[a] for v, a in adjoint_of.items()},
        ends=ends,
        connections={apply_of[node]: pattern for node, pattern in connections.items()},
    )
    same = classes(graph)
    names = intermediate_names(graph, view.variables | {ids[v] for v in task.wrt})
    why = _Why(
        fixed_variables(graph),
        {ids[v] for v in live},
        {ids[v]: a.reason for v, a in zip(wanted, found, strict=True)},
    )
    handed = contributions(view)
    steps = _steps(view, same, handed, why)
    told = {step.apply for step in steps}
    by_id = {apply_of[node]: node for node in nodes}
    return Derivation(
        graph=graph,
        ends=ends,
        forward=view.applies,
        names=names,
        adjoints=view.adjoints,
        sums=_sums(view, handed, told),
        steps=steps,
        results=tuple(_result(task, v, ids, adjoint_of, same, why) for v in task.wrt),
        inside=_insides(task, steps, by_id),
        variables={id_: v for v, id_ in ids.items()},
    )


def _connected(
    nodes: Sequence[Any], connections: Mapping[Any, list[list[bool]]], wrt: Sequence[Any]
) -> set[Any]:
    """Return the variables whose values depend on the values of a parameter."""
    live = set(wrt)
    for node in nodes:
        rows = [row for v, row in zip(node.inputs, connections[node], strict=True) if v in live]
        live.update(v for v, *flags in zip(node.outputs, *rows, strict=True) if any(flags))
    return live


def _with_results(graph: Graph, results: Sequence[str]) -> Graph:
    """Name what is differentiated and the adjoints as results; every variable was captured so."""
    kept = dict.fromkeys(results)
    return replace(
        graph,
        outputs=tuple(Output(v) for v in kept),
        variables=tuple(
            replace(v, role="intermediate") if v.role == "output" and v.id not in kept else v
            for v in graph.variables
        ),
    )


@dataclass(frozen=True)
class _Why:
    """Hold why a variable may receive nothing."""

    fixed: Collection[str]
    live: Collection[str]
    reasons: Mapping[str, str]


def _steps(
    view: Forward, same: Mapping[str, int], handed: Mapping[Use, str], why: _Why
) -> tuple[Step, ...]:
    forward_classes = {same[v]: v for v in view.variables if view.graph.variable[v].owner}
    steps = []
    for id_ in reversed(view.applies):
        apply = view.graph.apply[id_]
        arrives = tuple(view.adjoints.get(v) for v in apply.outputs)
        received = tuple(_received(view, apply, p, handed, why) for p in range(len(apply.inputs)))
        made = [r.contribution for r in received if r.contribution is not None]
        if not any(arrives) or not made:
            continue
        emitted = emitted_by(view, apply, made)
        again = tuple(
            (e, forward_classes[same[view.graph.apply[e].outputs[0]]])
            for e in emitted
            if same[view.graph.apply[e].outputs[0]] in forward_classes
        )
        steps.append(Step(id_, arrives, received, emitted, reused_by(view, emitted), again))
    return tuple(steps)


def _received(
    view: Forward, apply: Apply, position: int, handed: Mapping[Use, str], why: _Why
) -> Received:
    input_ = apply.inputs[position]
    uses = view.uses.get(input_, ())
    use = (apply.id, position)
    if use in handed:
        others = sum(other in handed for other in uses)
        return Received(input_, position, handed[use], is_whole=others == 1)
    variable = view.graph.variable[input_]
    if input_ in why.fixed:
        reason = "a constant"
    elif variable.dtype and not variable.dtype.startswith(("float", "complex")):
        reason = f"{variable.dtype} has no gradient"
    elif input_ not in why.live:
        reason = "no parameter below it"
    elif use not in uses:
        reason = "its values do not count here"
    else:
        reason = why.reasons.get(input_) or "does not depend on it"
    return Received(input_, position, None, reason)


def _sums(
    view: Forward, handed: Mapping[Use, str], told: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Pair each variable that several steps hand something to with what they hand it."""
    found = {}
    for variable in view.adjoints:
        uses = [u for u in view.uses.get(variable, ()) if u in handed and u[0] in told]
        if len(uses) > 1:
            found[variable] = tuple(handed[use] for use in uses)
    return found


def _result(
    task: _Task,
    parameter: Any,
    ids: Mapping[Any, str],
    adjoint_of: Mapping[Any, Any],
    same: Mapping[str, int],
    why: _Why,
) -> Result:
    gradient, own = adjoint_of.get(parameter), task.separate.get(parameter)
    new = task.new_values.get(parameter)
    is_same = bool(task.seeds) or (gradient is None) == (own is None)
    if gradient is not None and own is not None:
        is_same = same[ids[gradient]] == same[ids[own]]
    return Result(
        parameter=ids[parameter],
        gradient=None if gradient is None else ids[gradient],
        separate=None if own is None else ids[own],
        is_same=is_same,
        update=None if new is None else ids[new],
        reason=why.reasons.get(ids[parameter], ""),
    )


def _insides(task: _Task, steps: Sequence[Step], by_id: Mapping[str, Any]) -> dict[str, Derivation]:
    """Derive the graphs inside the ops that are loops or graphs, once for each that differs.

    The adjoints of a loop's results are made by the loop that runs backwards, so inside it all of
    them are taken as given.
    """
    engine = task.engine
    made: dict[Any, Derivation] = {}
    found = {}
    for step in steps:
        node = by_id[step.apply]
        inner = engine.inner_of(node) if engine.op_of(node).kind in INSIDE else None
        if inner is None:
            continue
        if inner.key not in made:
            ends = tuple(v for v in inner.outputs if v.owner is not None and is_float(engine, v))
            if not ends:
                continue
            made[inner.key] = _derive(
                _Task(
                    engine=engine,
                    ends=tuple(dict.fromkeys(ends)),
                    wrt=tuple(v for v in inner.inputs if is_float(engine, v)),
                    origin=replace(task.origin, target=None),
                    separate={},
                    seeds={v: v.type() for v in ends},
                )
            )
        found[step.apply] = made[inner.key]
    return found
