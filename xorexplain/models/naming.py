"""Tell variables of one name apart: the second `W` of a model is `W_2` wherever it is shown.

The number is kept in the variable's tag, which an engine copies together with the variable, so it
is the same before and after rewriting. The user's own name stays as it is. What is computed
without a name is called what the user's program assigns it to: `h`, or `h1`, `h2`, ... where that
is several values, `h0_1`, `h0_2` of an `h0`; so is what is given without one, `W` of
`W = theano.shared(...)`. The state of a generator of random numbers is `rng`. What is left, as the
velocities an optimizer keeps, is `x1`, `x2`, ...
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import dtype_of, plain, storage_of, toposort
from xorexplain.graph.ops import generator_at, has
from xorexplain.models.assigned import assigned_names, given_names
from xorexplain.models.loop_results import result_names, with_start
from xorexplain.models.model import Model

GENERATOR = "rng"
COST = "cost"
OF_ENGINES = ("mean", "var", "std")
"""Names that both engines give what their functions of these names compute."""
_TAG = "xorexplain_name"
_CALLED = "xorexplain_called"
_DRAWN = re.compile(r"_rv\{\"[^\"]*\"\}(?:\.\d+)?")
"""What PyMC writes of a nameless draw in the name of a term: `normal_rv{"(),()->()"}_logcdf`."""


def name_of(variable: Any) -> str | None:
    """Return the name a variable is shown by, None for one without a name."""
    own = getattr(variable, "name", None) or None
    if own is not None and getattr(variable, "data", own) is None:
        # What engines call `NoneConst` is no name that a user gave.
        return None
    told = getattr(getattr(variable, "tag", None), _TAG, None)
    if isinstance(told, tuple) and told[0] == own:
        return str(told[1])
    return None if own is None else _DRAWN.sub("", plain(own))


def called_of(variable: Any) -> tuple[str, ...]:
    """Return what a variable without a name is called in its model, the best first."""
    found = getattr(getattr(variable, "tag", None), _CALLED, ())
    return found if isinstance(found, tuple) else ()


def call(variable: Any, names: tuple[str, ...]) -> None:
    """Keep what a variable is called in its model."""
    setattr(variable.tag, _CALLED, names)


def rename(variable: Any, name: str) -> None:
    """Show a variable by another name than its own."""
    setattr(variable.tag, _TAG, (variable.name or None, name))


def unnamed(variable: Any) -> None:
    """Show a variable by its own name again."""
    if hasattr(variable.tag, _TAG):
        delattr(variable.tag, _TAG)


def tell_apart(engine: Engine, model: Model) -> None:
    """Number the variables of a model that share a name, in the order in which it names them.

    The parameters come first, then the inputs, then what is computed, in that order.
    """
    _tell_apart(engine, *_variables(model), list(labelled(model)))


def tell_apart_in(engine: Engine, graph: Any) -> None:
    """Name the variables of a graph that an engine is about to rewrite as those of a model.

    They are the engine's own copies, so nothing of the user's is changed. What is shared comes
    before what is given with each call, as parameters do.
    """
    given = sorted(graph.inputs, key=lambda v: engine.role_of(v) != "shared")
    below = [v for node in toposort(graph.outputs) for v in (*node.inputs, *node.outputs)]
    _tell_apart(engine, given, below, list(graph.outputs))


def _tell_apart(
    engine: Engine,
    given: Sequence[Any],
    below: Sequence[Any],
    tops: Sequence[Any],
    labels: Sequence[tuple[str, Any]] = (),
) -> None:
    every = [*given, *below, *tops]
    for variable, name in distinct(every):
        if name != name_of(variable) or (variable.name and name != plain(variable.name)):
            rename(variable, name)
    states = _random_states(engine, every)
    for variable, name in _numbered(dict.fromkeys(states, GENERATOR), every):
        rename(variable, name)
    nameless = _nameless(every)
    assigned = given_names(engine, nameless, tops)
    for variable, name in _numbered(assigned, every):
        rename(variable, name)
    taken = {name_of(variable) for variable in every}
    fresh = (name for name in (f"x{i}" for i in count(1)) if name not in taken)
    for variable in nameless:
        if variable not in assigned:
            rename(variable, next(fresh))
    assigned = assigned_names(engine, tops)
    for variable, name in _numbered(assigned, every):
        rename(variable, name)
    taken = {name_of(variable) for variable in every}
    for variable, label in {v: key for key, v in reversed(labels)}.items():
        if variable.name in OF_ENGINES and variable not in assigned and label not in taken:
            rename(variable, label)
            taken.add(label)
    _name_rounds(engine, every, tops)


def _name_rounds(engine: Engine, every: Sequence[Any], tops: Sequence[Any]) -> None:
    """Call what a Scan computes in a round as the user's function for one does.

    What a round gives is called after what the Scan gives; of several results of a Scan to which no
    statement gives a name each, it is the other way round. PyTensor has one variable for what is
    alike in several loops, also of another model: it is named where its line is of this one.
    """
    found: dict[Any, str] = {}
    given: dict[Any, str] = {}
    nodes = toposort(tops)
    for node in nodes:
        inner = engine.inner_of(node) if engine.op_of(node).kind == "scan" else None
        if inner is None:
            continue
        lines = [f for f in engine.frames_of(node.outputs[0]) if f.whose == "user"][:1]
        ends = {*inner.outputs, *(inner.inputs or ())}
        made = [v for apply in toposort(inner.outputs) for v in apply.outputs]
        between = [v for v in made if v not in ends and not v.name]
        for variable in between:
            unnamed(variable)
        own = {v for v in between if any(f in lines for f in engine.frames_of(v))}
        assigned = assigned_names(engine, inner.outputs)
        known = {v: name for v, name in assigned.items() if v in own}
        found |= dict(_numbered(known, inner.outputs))
        results = result_names(engine, node, nodes)
        given |= {v: name for v, name in results.items() if not v.name}
        if len(inner.outputs) == len(node.outputs) > 1 and not results:
            pairs = zip(node.outputs, inner.outputs, strict=True)
            given |= {v: assigned[one] for v, one in pairs if one in assigned and not v.name}
    for variable, name in _numbered(given, every):
        rename(variable, with_start(engine, variable, name))
    # The loop of a gradient may be made of the same variables.
    for variable, name in found.items():
        rename(variable, name)


def _numbered(assigned: Mapping[Any, str], every: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    """Yield what has no name with that of the user's assignment, numbered where several have it."""
    times = Counter(assigned.values())
    taken = {name_of(variable) for variable in every if variable not in assigned}
    numbers = {name: count(1) for name in times}
    for variable, name in assigned.items():
        is_alone = times[name] == 1 and name not in taken
        stem = f"{name}_" if name[-1:].isdigit() else name
        numbered = (told for i in numbers[name] if (told := f"{stem}{i}") not in taken)
        told = name if is_alone else next(numbered)
        taken.add(told)
        yield variable, told


def _nameless(variables: Sequence[Any]) -> list[Any]:
    """Return the arrays that are given without a name."""
    nameless = {
        id(storage_of(v)): v
        for v in variables
        if v.owner is None and name_of(v) is None and not hasattr(v, "data")
        if dtype_of(v.type) is not None
    }
    return list(nameless.values())


def _random_states(engine: Engine, variables: Sequence[Any]) -> list[Any]:
    """Return the states of generators that have no name, in the order in which they are used."""
    states: dict[int, Any] = {}
    for node in dict.fromkeys(v.owner for v in variables if v.owner is not None):
        for state in _states_read(engine, node):
            if state.owner is None and not hasattr(state, "data") and name_of(state) is None:
                states.setdefault(id(storage_of(state)), state)
    return list(states.values())


def _states_read(engine: Engine, node: Any) -> Iterator[Any]:
    """Yield the states of generators that an apply node draws with, also in the graph inside it.

    A loop reads what its inner graph reads, which may be in a loop of that.
    """
    op = engine.op_of(node)
    at = generator_at(op)
    if at is not None and at < len(node.inputs):
        yield node.inputs[at]
    inner = engine.inner_of(node) if op.kind == "scan" or has(op.kind, "graph") else None
    if inner is None:
        return
    fed = dict(zip(inner.inputs or (), inner.feeds, strict=False))
    for inside in toposort(inner.outputs):
        for state in _states_read(engine, inside):
            feed = fed.get(state)
            if feed is not None and feed < len(node.inputs):
                yield _begun_with(engine, node.inputs[feed])


def _begun_with(engine: Engine, variable: Any) -> Any:
    """Return what a state of a loop begins with, for which memory is made whose first row it is."""
    while variable.owner is not None:
        kind = engine.op_of(variable.owner).kind
        if kind != "set_subtensor" and not has(kind, "repeats", "carries", "adds axes"):
            break
        variable = variable.owner.inputs[kind == "set_subtensor"]
    return variable


def _variables(model: Model) -> tuple[list[Any], list[Any], list[Any]]:
    """Return what a model names as given, what lies below its results, and its results."""
    updates = model.update_pairs
    tops = [*model.results, *(new for _, new in updates)]
    below = [v for node in toposort(tops) for v in (*node.inputs, *node.outputs)]
    shared = [variable for variable, _ in updates]
    given = [variable for pair in model.given_pairs for variable in pair]
    below += [v for node in toposort(given) for v in (*node.inputs, *node.outputs)]
    return [*model.parameters, *shared, *model.inputs], [*below, *given], tops


def labelled(model: Model) -> Iterator[tuple[str, Any]]:
    """Yield the results of a model with their labels: the keys of the outputs, and `cost`."""
    yield from model.outputs.items()
    if model.cost is not None:
        yield COST, model.cost


def names_in(model: Model) -> frozenset[str]:
    """Return every name that is in a model, of whatever it reads, gives or updates."""
    given, below, tops = _variables(model)
    names = [name for v in (*given, *tops, *below) if (name := name_of(v)) is not None]
    return frozenset([*names, *(plain(v.name) for v in below if getattr(v, "name", None))])


def distinct(variables: Sequence[Any]) -> list[tuple[Any, str]]:
    """Pair the variables that have a name with one that no other of them has."""
    named = [v for v in variables if name_of(v) is not None]
    taken = {name for v in named if v.name for name in (plain(v.name), name_of(v))}
    given: set[str] = set()
    names: dict[int, str] = {}
    numbers: dict[str, int] = {}
    for variable in named:
        key = id(storage_of(variable))
        if key in names:
            continue
        name = told = str(name_of(variable))
        while told in given or (told != name and told in taken):
            numbers[name] = numbers.get(name, 1) + 1
            told = f"{name}_{numbers[name]}"
        given.add(told)
        names[key] = told
    return [(v, names[id(storage_of(v))]) for v in named]


def by_name(variables: Iterable[Any]) -> Mapping[str, Any]:
    """Return variables by the names they are shown by, the first of each name."""
    found: dict[str, Any] = {}
    for variable in variables:
        name = name_of(variable)
        if name:
            found.setdefault(name, variable)
    return found
