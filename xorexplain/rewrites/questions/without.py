"""Rewrite a function without some rewrites, and compare steps, graphs, values and time."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.databases import Registry
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.graph.difference import Difference, difference
from xorexplain.models.failures import reporting
from xorexplain.models.model import Model
from xorexplain.models.modes import in_mode
from xorexplain.models.naming import names_in
from xorexplain.models.samples import sample_values
from xorexplain.models.stages import default_target
from xorexplain.models.targets import FUNCTION, function_inputs, function_parts
from xorexplain.rewrites.build import Recording
from xorexplain.rewrites.questions.switches import also_removed, fires_as, registry_of
from xorexplain.rewrites.record import record, record_compiling
from xorexplain.rewrites.states import last_results, roundings, start_values
from xorexplain.rewrites.trace import Trace

WARM_UP = 3
MAX_CALLS = 300
MAX_SECONDS = 1.0
"""How long both functions together are called to be timed."""

# How Theano marks an op that works in place in its text; PyTensor does not for most.
_IN_PLACE = ("inplace", "[(")


@dataclass(frozen=True)
class Count:
    """Hold how often something is there with all rewrites, and how often without some."""

    name: str
    before: int
    after: int


@dataclass(frozen=True)
class Comparison:
    """Hold what both functions gave on the same inputs, compiled or computed node by node.

    What is computed so, by the Python code of each op, is not timed.
    `values` are pairs of a result, or of an updated shared variable, and how far it is apart;
    `before` and `after` are the median seconds of `calls` calls each. `problem` says why a
    function could not be run, and there is nothing else then.
    """

    values: tuple[tuple[str, Difference], ...] = ()
    is_same: bool | None = None
    before: float | None = None
    after: float | None = None
    calls: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Without:
    """Hold a rewriting with all rewrites and one without those of some names or tags.

    `removed` are the rewrites that no longer take part, `aliases` pairs the name of each that fired
    under another one with that, `firings` are those that fired another number of times, and `ops`
    the ops of which the final graphs have another number.
    """

    names: tuple[str, ...]
    before: Trace
    after: Trace
    removed: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    firings: tuple[Count, ...] = ()
    ops: tuple[Count, ...] = ()
    run: Comparison = field(default_factory=Comparison)

    @property
    def gone(self) -> tuple[str, ...]:
        """The rewrites that fired, and fire no more."""
        return tuple(count.name for count in self.firings if not count.after)

    @property
    def new(self) -> tuple[str, ...]:
        """The rewrites that fire only without the others."""
        return tuple(count.name for count in self.firings if not count.before)


def without(
    engine: Engine,
    model: Model,
    target: str | None,
    names: Sequence[str],
    *,
    seed: int = 0,
    is_run: bool = True,
    is_compiled: bool = True,
    full: Recording | None = None,
) -> Without:
    """Compare the rewriting of a function with one that excludes names or tags of rewrites.

    Both functions are compiled, run on the same inputs and timed, unless `is_run` is False; shared
    variables have their values afterwards. Without `is_compiled` both are computed node by node,
    which compiles nothing and times nothing. `full` is the rewriting with all of them, where that
    is recorded. Raise XorexplainError for names no rewrite has.
    """
    with in_mode(engine, model):
        registry = registry_of(engine)
    for name in names:
        check_name(registry, name)
    is_run_compiled = is_run and is_compiled
    with in_mode(engine, model), engine.databases_kept():
        full = full or record(engine, model, target)
        less, made = _less(engine, model, target, names, is_run_compiled)
        run = Comparison()
        if is_run:
            tolerance = max((*roundings(full.trace).values(), *roundings(less.trace).values()))
        if is_run_compiled:
            start, known = full.trace.first.graph, names_in(model)
            samples = sample_values(engine, start, full.variables, model.data, seed, known)
            given = [samples.get(variable) for variable in start.inputs]
            run = _run(engine, model, target, names, given, tolerance, made)
        elif is_run:
            run = _computed(full, less, model, seed, tolerance)
    before, after = full.trace, less.trace
    fired = _fired(before)
    return Without(
        tuple(names),
        before,
        after,
        tuple(sorted(also_removed(registry, names))),
        tuple((n, own) for n, own in sorted(fires_as(registry, names).items()) if fired[own]),
        _counts(fired, _fired(after)),
        _counts(_ops(before), _ops(after)),
        run,
    )


def _less(
    engine: Engine, model: Model, target: str | None, names: Sequence[str], is_compiled: bool
) -> tuple[Recording, Any]:
    """Return the rewriting without some names and, where that is made at once, its function."""
    if is_compiled and (target or default_target(model, "optimized")) != FUNCTION:
        with contextlib.suppress(XorexplainError):
            found, view = record_compiling(engine, model, target, excluding=names)
            return found, view.source.object
    return record(engine, model, target, names), None


def check_name(registry: Registry, name: str) -> None:
    """Raise XorexplainError, naming the cure, for a name that excludes nothing."""
    if name in registry.tags:
        return
    groups = [entry.name for entry in registry.entries if name in entry.names]
    if groups:
        cure = f"it is part of {groups[0]}, which is excluded only as a whole"
        raise XorexplainError(f"no mode excludes {name!r}: {cure}")
    cure = did_you_mean(name, registry.known)
    raise XorexplainError(f"no rewrite has the name or tag {name!r}: {cure}")


def _fired(trace: Trace) -> Counter[str]:
    return Counter(
        name
        for step in trace.steps
        if step.verdict == "applied"
        for name in step.members or (step.rewrite,)
    )


def _ops(trace: Trace) -> Counter[str]:
    """Count the ops of the final graph, those that overwrite an input apart from others."""
    found: Counter[str] = Counter()
    for id_ in trace.end:
        apply = trace.universe.apply[id_]
        label = apply.op.label
        says_so = not apply.destroy_map or any(mark in label for mark in _IN_PLACE)
        found[label if says_so else f"{label} in place"] += 1
    return found


def _counts(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Count, ...]:
    """Return the counts that differ, the largest difference first."""
    names = dict.fromkeys([*before, *after])
    found = [Count(name, before.get(name, 0), after.get(name, 0)) for name in names]
    differing = [count for count in found if count.before != count.after]
    return tuple(sorted(differing, key=lambda c: (-abs(c.after - c.before), c.name)))


def _run(
    engine: Engine,
    model: Model,
    target: str | None,
    names: Sequence[str],
    given: Sequence[Any],
    tolerance: float,
    less: Any,
) -> Comparison:
    """Compile both functions, `less` unless that is made, compare what they give, and time them."""
    chosen = target or default_target(model, "optimized")
    outputs, labels, updates = function_parts(engine, model, chosen)
    inputs = function_inputs(engine, model, outputs, updates)
    values = given[: len(inputs)]
    if any(value is None for value in values):
        return Comparison(problem="an input is no array, so there are no values to draw for it")
    try:
        with reporting(engine, "compile the function"):
            full = engine.compile(inputs, list(outputs), updates)
        with reporting(engine, f"compile the function without {', '.join(names)}"):
            less = less or engine.compile(inputs, list(outputs), updates, names)
        calls = [lambda: list(full(*values)), lambda: list(less(*values))]
        # Random streams have updates of their own, so the function is asked.
        shared = list((engine.source_of(full).updates or {}).values())
        task, cure = "run the function on drawn inputs", "give some with Model(data={...})"
        with reporting(engine, task, cure), numpy.errstate(all="ignore"):
            pairs, times = _compared(calls, shared)
    except XorexplainError as error:
        return Comparison(problem=str(error))
    what = [label or f"result {n}" for n, label in enumerate(labels, 1)]
    what += [f"new {variable.name or n}" for n, variable in enumerate(shared, 1)]
    apart = tuple(zip(what, (difference(*pair) for pair in pairs), strict=True))
    is_same = all(one.fits(tolerance) for _, one in apart)
    before, after = map(statistics.median, times)
    return Comparison(apart, is_same, before, after, len(times[0]))


def _computed(
    full: Recording, less: Recording, model: Model, seed: int, tolerance: float
) -> Comparison:
    """Compare the results of both rewritings, computed node by node.

    Shared variables keep their values, as in a call of what is compiled.
    """
    engine, start = full.engine, full.trace.first.graph
    given = start_values(full, model.data, seed, names_in(model))
    shared = (v for v in start.inputs if start.variable[v].role == "shared")
    given |= {v: engine.value_of(full.variables[v]) for v in shared}
    inputs = zip(less.trace.first.graph.inputs, start.inputs, strict=True)
    own = {id_: given[theirs] for id_, theirs in inputs}
    results = zip(last_results(full, given), last_results(less, own), strict=True)
    found = [difference(*pair) for pair in results]
    unknown = next((one.uncompared for one in found if one.uncompared), "")
    if unknown:
        return Comparison(problem=unknown)
    what = [output.label or f"result {n}" for n, output in enumerate(full.trace.outputs, 1)]
    is_same = all(one.fits(tolerance) for one in found)
    return Comparison(tuple(zip(what, found, strict=True)), is_same)


def _compared(
    calls: Sequence[Callable[[], list[Any]]], shared: Sequence[Any]
) -> tuple[list[tuple[Any, Any]], list[list[float]]]:
    """Return the results of two calls in pairs, new shared values too, and the times of more.

    Each begins with the shared values as they are now, which they have again afterwards.
    """
    kept = [variable.get_value(borrow=False) for variable in shared]

    def restore() -> None:
        for variable, value in zip(shared, kept, strict=True):
            variable.set_value(value, borrow=False)

    def results(call: Callable[[], list[Any]]) -> list[Any]:
        restore()
        # A function may hand out memory that it writes again at the next call.
        found = [numpy.array(value) for value in call()]
        return found + [variable.get_value(borrow=False) for variable in shared]

    try:
        pairs = list(zip(*map(results, calls), strict=True))
        restore()
        return pairs, _times(calls)
    finally:
        restore()


def _times(calls: Sequence[Callable[[], Any]]) -> list[list[float]]:
    """Time calls in turn, so that what else the machine does falls on all of them alike."""
    clock = time.perf_counter
    for _ in range(WARM_UP):
        for call in calls:
            call()
    times: list[list[float]] = [[] for _ in calls]
    end = clock() + MAX_SECONDS
    while not times[0] or (len(times[0]) < MAX_CALLS and clock() < end):
        for call, spent in zip(calls, times, strict=True):
            began = clock()
            call()
            spent.append(clock() - began)
    return times
