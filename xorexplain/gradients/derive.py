"""Take the gradient apart: for each forward node, what arrives, what it hands on, who made it.

Everything shown is the engine's own: one gradient call returns the adjoints of all intermediates
and parameters; the derivation only reads which nodes lie between them. The adjoint of `x` is
∂cost/∂x, written `δx`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Any

from xorexplain.engines import Engine, Inner, Source
from xorexplain.engines.protocol import Adjoint
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.gradients.backward import Why, steps_back, sums
from xorexplain.gradients.contributions import Forward, contributions
from xorexplain.gradients.cuts import ON_PURPOSE, OWN_GRADIENT
from xorexplain.gradients.records import Derivation, Result, Step
from xorexplain.graph.ops import having
from xorexplain.graph.records import Apply, Graph, Origin, Output
from xorexplain.graph.views.names import fixed_variables, intermediate_names
from xorexplain.graph.views.same import classes
from xorexplain.models.capture import capture
from xorexplain.models.failures import differentiating, is_float, need_gradients

Asked = Callable[..., list[Adjoint]]
"""Given variables, and whether they are to be `named`, it returns their adjoints."""
INSIDE = having("graph") | {"scan"}
"""Kinds of ops whose inner graph has a derivation of its own."""


def derive(
    engine: Engine,
    cost: Any,
    wrt: Sequence[Any],
    origin: Origin,
    updates: Sequence[tuple[Any, Any]] = (),
    must_exist: bool = True,
    asked: Asked | None = None,
) -> Derivation:
    """Derive the gradient of a scalar cost for parameters, node by node.

    `asked` has the engine differentiate the cost, where what it answered is kept. A parameter
    without a gradient has a result that says why. Raise XorexplainError for a cost that
    is no float scalar, and where no parameter has a gradient, unless `must_exist` is false.
    """
    check_cost(engine, cost)
    floats = [v for v in wrt if is_float(engine, v)]
    with differentiating(engine, cost, floats or wrt):
        asked = asked or partial(engine.adjoints, cost)
        alone = asked(floats, named=True)
        if must_exist and not any(adjoint.variable is not None for adjoint in alone):
            need_gradients(cost, floats, alone)
        separate = {v: a.variable for v, a in zip(floats, alone, strict=True)}
        return _derive(_Task(engine, (cost,), tuple(wrt), origin, separate, asked, dict(updates)))


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


@dataclass(frozen=True)
class _Task:
    """Hold what is differentiated for what, in the engine's variables.

    `asked` has the engine do it. `separate` are the gradients as a call of its own makes them,
    `new_values` the updates, `seeds` the given adjoints of `ends`; without seeds the one end is a
    cost, whose adjoint is 1.
    """

    engine: Engine
    ends: tuple[Any, ...]
    wrt: tuple[Any, ...]
    origin: Origin
    separate: Mapping[Any, Any]
    asked: Asked
    new_values: Mapping[Any, Any] = field(default_factory=dict)
    seeds: Mapping[Any, Any] = field(default_factory=dict)


def _derive(task: _Task) -> Derivation:
    engine = task.engine
    nodes = toposort(task.ends)
    connections = {node: engine.connections(node) for node in nodes}
    floats = [v for v in task.wrt if is_float(engine, v)]
    live = _connected(nodes, connections, floats)
    computed = [v for node in nodes for v in node.outputs if v in live and is_float(engine, v)]
    wanted = list(dict.fromkeys([*computed, *floats]))
    found = task.asked(wanted)
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
    # What updates read beside the gradient, as a velocity, is named too.
    names = intermediate_names(graph, {*view.variables, *graph.inputs, *(ids[v] for v in task.wrt)})
    why = Why(
        fixed_variables(graph),
        {ids[v] for v in live},
        {ids[v]: a.reason for v, a in zip(wanted, found, strict=True)},
    )
    handed = contributions(view)
    steps = steps_back(view, same, handed, why)
    told = {step.apply for step in steps}
    by_id = {apply_of[node]: node for node in nodes}
    altered = {
        id_: words
        for id_, node in by_id.items()
        if (words := _altered(engine, node, graph.apply[id_]))
    }
    inside, underived = _insides(task, steps, by_id, altered)
    return Derivation(
        graph=graph,
        ends=ends,
        forward=view.applies,
        names=names,
        adjoints=view.adjoints,
        sums=sums(view, handed, told),
        steps=steps,
        results=tuple(_result(task, v, ids, adjoint_of, same, why) for v in task.wrt),
        inside=inside,
        altered=altered,
        underived=underived,
        variables={id_: v for v, id_ in ids.items()},
    )


def _altered(engine: Engine, node: Any, apply: Apply) -> str:
    """Say how an apply node changes the gradient on purpose; empty where it does not."""
    rounds = apply.op.param("truncate_gradient")
    if rounds is not None:
        return f"the gradient goes back {rounds} rounds of the loop only, by truncate_gradient"
    if engine.has_own_gradient(node):
        return OWN_GRADIENT
    return ON_PURPOSE.get(apply.op.kind, "")


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


def _result(
    task: _Task,
    parameter: Any,
    ids: Mapping[Any, str],
    adjoint_of: Mapping[Any, Any],
    same: Mapping[str, int],
    why: Why,
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
        reason=why.reasons.get(ids[parameter]) or _no_gradient(task.engine, parameter),
    )


def _no_gradient(engine: Engine, variable: Any) -> str:
    """Say that a variable of another type has no gradient; empty for one of floats."""
    info = engine.type_of(variable)
    return "" if is_float(engine, variable) else f"{info.dtype or info.text} has no gradient"


def _insides(
    task: _Task, steps: Sequence[Step], by_id: Mapping[str, Any], altered: Mapping[str, str]
) -> tuple[dict[str, Derivation], dict[str, str]]:
    """Derive the graphs inside the ops that are loops or graphs, once for each that differs.

    Also return why, for those where the engine or this derivation fails. A graph whose op has a
    gradient of its own was not derived, and is not here.

    The adjoints of a loop's results are made by the loop that runs backwards, so inside it all of
    them are taken as given.
    """
    engine = task.engine
    made: dict[Any, Derivation | str] = {}
    found: dict[str, Derivation] = {}
    failed: dict[str, str] = {}
    for step in steps:
        node = by_id[step.apply]
        inner = engine.inner_of(node) if engine.op_of(node).kind in INSIDE else None
        if inner is None or altered.get(step.apply) == OWN_GRADIENT:
            continue
        if inner.key not in made:
            made[inner.key] = _inside(task, engine.thawed(inner))
        told = made[inner.key]
        if isinstance(told, str):
            failed |= {step.apply: told} if told else {}
        else:
            found[step.apply] = told
    return found, failed


def _inside(task: _Task, inner: Inner) -> Derivation | str:
    """Derive a graph inside a node, or say why that fails; empty where it gives no floats."""
    engine = task.engine
    ends = tuple(v for v in inner.outputs if v.owner is not None and is_float(engine, v))
    if not ends:
        return ""
    seeds = {v: v.type() for v in ends}
    try:
        return _derive(
            _Task(
                engine=engine,
                ends=tuple(dict.fromkeys(ends)),
                wrt=tuple(v for v in inner.inputs if is_float(engine, v)),
                origin=replace(task.origin, target=None),
                separate={},
                asked=partial(engine.adjoints, None, seeds=seeds),
                seeds=seeds,
            )
        )
    except Exception as error:  # noqa: BLE001 - the engine and users' ops raise anything here
        return " ".join(f"{type(error).__name__}: {error}".split())[:200]
