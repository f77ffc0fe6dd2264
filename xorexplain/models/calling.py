"""Call what has no name by one that is made up once a model, and is the same at every stage.

As the numbers of namesakes, these names are kept in the variables' tags, which an engine copies
with the variables: so `z1` is `z1` as it was written, in the gradient and after rewriting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xorexplain.engines import Engine, Source
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import DELTA, Graph, Origin, Variable
from xorexplain.graph.views.names import intermediate_names, names_of_fixed
from xorexplain.graph.views.same import classes
from xorexplain.models.capture import capture, variable_ids
from xorexplain.models.failures import differentiating, is_float
from xorexplain.models.gradient_calls import adjoints_once
from xorexplain.models.made_anew import same_results
from xorexplain.models.model import Model
from xorexplain.models.naming import COST, call, called_of, labelled, name_of, names_in, rename

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Change, Recorder

Names = dict[int, tuple[str, ...]]
"""What each value is called, by its number in `classes`."""


def call_values(engine: Engine, model: Model, tops: Sequence[Any]) -> None:
    """Give a name to each value below `tops` that has none, `tops` being made of the model.

    What the model computes is numbered first, then its adjoints with what they are made of, and
    then the rest; so a name does not depend on the stage it is shown at. A value that is computed
    a second time is `z1_2`.
    """
    forward = below(model.results)
    others = {v: None for v in below(tops) if v not in forward}
    # Another name of a value, given since, is another task.
    task = frozenset(others), tuple(v.name for v in (*forward, *others))
    if task in model.called:
        return
    adjoints = adjoints_of(engine, model) if others else {}
    every = list({**forward, **below(list(adjoints.values())), **others})
    graph = capture(engine, Source(every, every, [None] * len(every)), Origin(engine.name, ""))
    ids = {v: output.variable for v, output in zip(every, graph.outputs, strict=True)}
    same = classes(graph)
    number = {v: same[id_] for v, id_ in ids.items()}

    _rename_gradients(model, adjoints, number)
    taken = names_in(model)
    named = [(v, name) for v in reversed(every) if (name := name_of(v)) is not None]
    names: Names = {number[v]: (name,) for v, name in named}
    for key, variable in labelled(model):
        if key not in taken:
            names.setdefault(number[variable], (key,))
    names = _numbered(graph, same, names, taken, [ids[v] for v in forward])
    for variable, adjoint in adjoints.items():
        told = names.get(number[variable], ())
        known = names.get(number[adjoint], ())
        cost = name_of(model.cost) or COST
        both = (word for name in told for word in (DELTA + name, f"∂{cost}/∂{name}"))
        names[number[adjoint]] = (*known, *both)
    updated = [ids[shared] for shared, _ in model.update_pairs if shared in ids]
    names = _numbered(graph, same, names, taken, updated)
    for shared, new in model.update_pairs:
        state = name_of(shared) or next(iter(names.get(number.get(shared, -1), ())), None)
        if new in number and state is not None:
            known = names.get(number[new], ())
            names[number[new]] = tuple(dict.fromkeys([*known, f"{state} (new)"]))
    if model.givens:
        for v in (v for v in others if called_of(v)):
            names.setdefault(number[v], called_of(v))
    names = _numbered(graph, same, names, taken, list(same))
    names |= _fixed(graph, same, names, taken)
    _keep([*forward, *others], number, names)
    for variable, adjoint in adjoints.items():
        # What is computed a second time has its number by now, and so has its adjoint.
        found = called_of(adjoint)
        more = [DELTA + name for name in called_of(variable)] if found else []
        call(adjoint, tuple(dict.fromkeys([*found, *more])))
    model.called.add(task)


def pass_on(engine: Engine, recorder: Recorder, finished: Source) -> None:
    """Give what took the place of a value in a rewriting its name, since it is the same value.

    What is new in the finished graph gets a name that nothing in the rewriting has.
    """
    changes = [c for f in recorder.firings if f.verdict == "applied" for c in f.changes]
    _unname_after_messages(recorder, changes)
    left = dict.fromkeys(finished.applies or toposort(finished.outputs))
    for change in changes:
        old, new = change.old, change.new
        told = name_of(old)
        if new.name and new.name == old.name and told is not None:
            rename(new, told)
        elif new.owner is not None:
            _hand_on(old, new)
        if new.owner not in left and _is_of_number(engine, new):
            # Only the number is read in the end, without an array that is made of it.
            _hand_on(old, new.owner.inputs[0])
        if _is_of_several(engine, old) and _is_of_several(engine, new):
            for pair in same_results(engine, old.owner, new.owner):
                _hand_on(*pair)
    _name_loops(engine, [apply for apply, _ in recorder.start], left)
    seen = [*recorder.inputs, *below(recorder.outputs), *(c.old for c in changes)]
    seen += [v for apply, inputs in recorder.start for v in (*inputs, *apply.outputs)]
    taken = {name for v in seen for name in (name_of(v), *called_of(v)) if name is not None}
    graph = capture(engine, finished, Origin(engine.name, ""))
    names = intermediate_names(graph, others=taken)
    names |= names_of_fixed(graph, names, taken)
    for variable, id_ in variable_ids(finished).items():
        if name_of(variable) is None and not called_of(variable) and id_ in names:
            call(variable, (names[id_],))


def _name_loops(engine: Engine, before: Iterable[Any], after: Iterable[Any]) -> None:
    """Give what a loop computes its name where a rewrite made the loop anew for another reader.

    It is the same one where it alone has its name, before as after: `scan_fn`, which is the name of
    the user's function or the engine's, and `grad_of_scan_fn` for that of its gradient.
    """
    old = _loops_by_name(engine, before)
    new = _loops_by_name(engine, after)
    for name, (loop, *others) in new.items():
        first, *more = old.get(name, [loop])
        if not others and not more:
            for pair in same_results(engine, first, loop):
                _hand_on(*pair)


def _is_of_several(engine: Engine, variable: Any) -> bool:
    """Tell whether a value is one of several results of a loop."""
    node = variable.owner
    return node is not None and len(node.outputs) > 1 and engine.op_of(node).kind == "scan"


def _is_of_number(engine: Engine, variable: Any) -> bool:
    """Tell whether an array is made of a number that an engine computes without one."""
    node = variable.owner
    return node is not None and engine.op_of(node).kind == "tensor_from_scalar"


def _hand_on(old: Any, new: Any) -> None:
    """Call what has no name as what it is the same as."""
    told = name_of(old)
    if name_of(new) is None and not called_of(new):
        call(new, called_of(old) if told is None else (told,))


def _loops_by_name(engine: Engine, applies: Iterable[Any]) -> dict[str | None, list[Any]]:
    found: dict[str | None, list[Any]] = {}
    for apply in applies:
        op = engine.op_of(apply)
        if op.kind == "scan":
            found.setdefault(op.param("name"), []).append(apply)
    return found


def _unname_after_messages(recorder: Recorder, changes: Sequence[Change]) -> None:
    """Take away the names that PyMC makes of messages: a check `sigma > 0` becomes a switch.

    PyTensor hands such a name on to whatever takes the switch's place, which was there before.
    """
    checks = ((getattr(c.old.owner, "op", None), c.new) for c in changes)
    messages = {new.name for op, new in checks if new.name and getattr(op, "msg", "") == new.name}
    if messages:
        made = [*recorder.outputs, *(c.new for c in changes)]
        started = [v for apply, inputs in recorder.start for v in (*inputs, *apply.outputs)]
        for variable in (*below(made), *started):
            if variable.name in messages:
                variable.name = None


def below(tops: Sequence[Any]) -> dict[Any, None]:
    """Return all variables that some are made of, and these, in an order of computation."""
    found = (v for node in toposort(tops) for v in (*node.inputs, *node.outputs))
    return dict.fromkeys([*found, *tops])


def adjoints_of(engine: Engine, model: Model) -> dict[Any, Any]:
    """Return the adjoints of what depends on the parameters, of the cost backwards.

    A cost without a gradient has none; why is told where the gradient is asked for.
    """
    if model.cost is None or model.adjoints:
        return model.adjoints
    live = set(model.parameters)
    for node in toposort([model.cost]):
        if not live.isdisjoint(node.inputs):
            live.update(node.outputs)
    wanted = [v for v in below([model.cost]) if v in live and is_float(engine, v)]
    try:
        with differentiating(engine, model.cost, wanted):
            found = adjoints_once(engine, model, wanted)
    except XorexplainError:
        return {}
    pairs = zip(wanted, found, strict=True)
    computed = {v: a.variable for v, a in pairs if getattr(a.variable, "owner", None) is not None}
    model.adjoints.update(computed)
    return model.adjoints


def _rename_gradients(model: Model, adjoints: Mapping[Any, Any], number: Mapping[Any, int]) -> None:
    """Call a gradient by what it is where an engine named it: `(dcost/dW)` is `δW`."""
    told = {(number[a], f"(d{model.cost.name}/d{v.name})"): v for v, a in adjoints.items()}
    for variable, value in number.items():
        of = told.get((value, variable.name)) if variable.name else None
        if of is not None:
            rename(variable, f"{DELTA}{name_of(of)}")


def _numbered(
    graph: Graph,
    same: Mapping[str, int],
    names: Names,
    taken: Collection[str],
    only: Sequence[str],
) -> Names:
    """Name each value among `only` that has no name yet, by letters that are free."""
    first = {number: id_ for id_, number in reversed(list(same.items()))}
    known = tuple(_renamed(v, names.get(same[v.id], ())) for v in graph.variables)
    firsts = {first[same[id_]] for id_ in only}
    found = intermediate_names(replace(graph, variables=known), firsts, taken)
    return {**{same[id_]: (name,) for id_, name in found.items()}, **names}


def _fixed(graph: Graph, same: Mapping[str, int], names: Names, taken: Collection[str]) -> Names:
    """Name what is computed from constants alone, which pictures draw.

    What an earlier task called it, there perhaps the second of its kind, is of no account.
    """
    known = {id_: names[number][0] for id_, number in same.items() if names.get(number)}
    fresh = replace(graph, variables=tuple(_renamed(v, ()) for v in graph.variables))
    found = names_of_fixed(fresh, known, taken)
    return {same[id_]: (name,) for id_, name in reversed(found.items())}


def _renamed(variable: Variable, called: tuple[str, ...]) -> Variable:
    if variable.name is None and variable.called == called:
        return variable
    return replace(variable, name=None, called=called)


def _keep(variables: Sequence[Any], number: Mapping[Any, int], names: Names) -> None:
    """Keep the names in the variables' tags."""
    owned = {name for v in variables if (name := name_of(v)) is not None}
    times = Counter(owned)
    for variable in variables:
        own = name_of(variable)
        found = names.get(number[variable], ())
        if own is not None:
            call(variable, tuple(dict.fromkeys((own, *found))))
            continue
        if found and times[found[0]]:
            found = (_again(found[0], times, owned),)
        times.update(found)
        call(variable, found)


def _again(name: str, times: Counter[str], owned: Collection[str]) -> str:
    times[name] += 1
    while times[f"{name}_{times[name]}"] or f"{name}_{times[name]}" in owned:
        times[name] += 1
    return f"{name}_{times[name]}"
