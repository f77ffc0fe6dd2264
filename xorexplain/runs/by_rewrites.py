"""Tell which rewrites hide a NaN or make it, by rewriting without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy

from xorexplain.engines import Engine, engine_of
from xorexplain.engines.shared.databases import Registry
from xorexplain.errors import XorexplainError
from xorexplain.models.model import Model
from xorexplain.models.modes import in_mode
from xorexplain.rewrites.laws import lookup
from xorexplain.rewrites.questions.provenance import every_provenance
from xorexplain.rewrites.questions.switches import registry_of
from xorexplain.rewrites.questions.without import check_name
from xorexplain.rewrites.trace import Trace
from xorexplain.runs.calls import Bound, answer_of, bind, shared_values, with_values
from xorexplain.runs.finite import elements_of, has, is_bad
from xorexplain.runs.nan import find_in_graph, find_nan
from xorexplain.runs.own_work import aside
from xorexplain.runs.records import Bad, ByRewrites, Effect, Finding, Tried
from xorexplain.runs.walk import Walk, given
from xorexplain.runs.without import Rewritten, Subject
from xorexplain.runs.words import Words
from xorexplain.runs.written import Written, compiled_of, written_of

MAX_REPEATED = 400
"""A graph of up to this many apply nodes is rewritten again."""
MAX_TRIALS = 8
"""Rewrites that are left out one by one, at most."""
MADE = (
    "as it was written, every result is finite: it is the rewriter that made this, and the node is "
    "one that runs"
)
BACKEND_CURE = (
    "have the backend keep to the order of the graph: numba__fastmath=False in PyTensor's flags, "
    "no -ffast-math among the C compiler's; or scale the values"
)
LATE = 2
"""The rank of what only changes how a value is computed."""
_MAY = ("nan", "infinit", "overflow", "is 0")
"""Words of a law on where its result may differ, which make it a candidate before others."""


@aside()
def find_nan_with_rewrites(
    function: Any,
    arguments: Sequence[Any] = (),
    named: Mapping[Any, Any] | None = None,
    written: Written | None = None,
) -> Finding | None:
    """Find the first value of a call that is not finite, and which rewrites hide or make it.

    As `nan.find_nan`; what only the rewriter made is found as well, in the graph that runs.
    """
    found = find_nan(function, arguments, named, written)
    engine = engine_of(function)
    assert engine is not None
    graph = written or written_of(engine, function)
    bound = bind(function, arguments, named or {})
    if found is None and not graph.is_written:
        return None
    if found is None:
        run = compiled_of(function)
        made = find_in_graph(engine, run, given(run.inputs, bound.values), bound.numbers)
        if made is None:
            return _by_backend(engine, function, graph, bound)
        found = replace(made, is_written=False, notes=(MADE, *made.notes))
    if not graph.is_written:
        reason = "the graph as it was written is not known: switch explain_errors() on before"
        return replace(found, by_rewrites=ByRewrites(None, found.results, reason=reason))
    values = given(graph.inputs, bound.values)
    model = Model(mode=function.maker.mode)
    return with_rewrites(Subject(engine, graph, values, model), found)


def _by_backend(engine: Engine, function: Any, graph: Written, bound: Bound) -> Finding | None:
    """Call a function all of whose nodes give finite values, and tell a result that is not.

    A backend may compute in another order than that of the graph.
    """
    cells = function.input_storage
    given_ = [v for v, cell in zip(bound.values, cells, strict=True) if not cell.implicit]
    with with_values(function, shared_values(function)), numpy.errstate(all="ignore"):
        listed = answer_of(engine, function, function(*given_))
    bad = [n for n in range(len(listed)) if is_bad(listed[n])]
    if not bad:
        return None
    value, variable = listed[bad[0]], graph.outputs[bad[0]]
    kind: Bad = "NaN" if has(value, "NaN") else "infinity"
    words = Words(engine, graph, bound.numbers)
    walk = Walk(engine, given(graph.inputs, bound.values))
    for _ in walk.run(graph.outputs):
        pass
    apply = variable.owner
    return Finding(
        kind,
        "the code of the backend gives it: computed node by node, as it was written and as it is "
        "rewritten, every value is finite",
        "",
        words.expression(variable),
        "" if apply is None else engine.op_of(apply).kind,
        words.source(variable),
        elements_of(value, kind),
        tuple(words.value(v, walk.known) for v in ([] if apply is None else apply.inputs)),
        BACKEND_CURE,
        count=len(graph.applies),
        position=len(graph.applies),
        results=tuple(n + 1 for n in bad),
        is_written=False,
    )


def with_rewrites(subject: Subject, found: Finding) -> Finding:
    """Add to a finding which rewrites hide or make it, seen by leaving them out one by one."""
    return replace(found, by_rewrites=_by_rewrites(subject, found))


def made_by_rewriter(subject: Subject) -> Finding | None:
    """Find what is not finite in the rewritten graph alone, where all is finite as written."""
    if len(subject.written.applies) > MAX_REPEATED:
        return None
    try:
        full = subject.rewritten()
    except XorexplainError:
        return None
    if not full.bad:
        return None
    made = find_in_graph(subject.engine, full.graph, _given(full))
    if made is None:
        return None
    made = replace(made, is_written=False, notes=(MADE, *made.notes))
    return replace(made, by_rewrites=_tried(subject, made, full))


def _given(full: Rewritten) -> dict[Any, Any]:
    return {v: full.walk.known[v] for v in full.graph.inputs if v in full.walk.known}


def _by_rewrites(subject: Subject, found: Finding) -> ByRewrites:
    written = found.results if found.is_written else ()
    count = len(subject.written.applies)
    if count > MAX_REPEATED:
        reason = f"{count:,} apply nodes are too many to rewrite again and again"
        return ByRewrites(written, (), reason=reason)
    try:
        return _tried(subject, found, subject.rewritten())
    except XorexplainError as error:
        return ByRewrites(written, (), reason=f"it could not be rewritten again: {error}")


def _tried(subject: Subject, found: Finding, full: Rewritten) -> ByRewrites:
    """Leave out the rewrites that are on the way, those that may change a NaN first."""
    written = found.results if found.is_written else ()
    names = _on_the_way(subject, found, full)
    told = ByRewrites(written, full.bad, left=max(len(names) - MAX_TRIALS, 0))
    if full.unknown:
        return replace(told, reason="not all of what runs can be computed here node by node")
    try:
        with in_mode(subject.engine, subject.model):
            registry = registry_of(subject.engine)
    except XorexplainError as error:
        return replace(told, reason=str(error))
    tried = [_without(subject, full, registry, [name]) for name in names[:MAX_TRIALS]]
    hidden = [t.names[0] for t in tried if t.effect == "still hidden"]
    if written and not full.bad and len(hidden) > 1 and all(t.effect != "hides" for t in tried):
        # One takes the place of another: together they show whether it is theirs.
        tried.append(_without(subject, full, registry, hidden))
    return replace(told, tried=tuple(tried))


def _without(subject: Subject, full: Rewritten, registry: Registry, names: Sequence[str]) -> Tried:
    """Rewrite once more without some rewrites, and compare what is not finite."""
    caveat = _caveat(subject.engine, names[0]) if len(names) == 1 else ""
    wholes = {name: _excluded(registry, name) for name in names}
    groups = [whole for name, whole in wholes.items() if whole != name]
    reason = f"left out with all of {', '.join(groups)}" if groups else ""
    try:
        for whole in wholes.values():
            check_name(registry, whole)
        less = subject.rewritten(list(wholes.values()))
    except XorexplainError as error:
        return Tried(tuple(names), "not tried", (), caveat, str(error))
    left = sorted(less.fired.intersection(names))
    if left:
        reason = f"{left[0]} fires all the same, from another place"
        return Tried(tuple(names), "not tried", (), caveat, reason)
    if less.unknown:
        return Tried(tuple(names), "not tried", (), caveat, "what runs then cannot be computed")
    return Tried(tuple(names), _effect(full.bad, less.bad), less.bad, caveat, reason)


def _excluded(registry: Registry, name: str) -> str:
    """Return the name that leaves a rewrite out: its own, or that of the group it is part of."""
    if name in registry.tags:
        return name
    return next((entry.name for entry in registry.entries if name in entry.names), name)


def _effect(full: Sequence[int], less: Sequence[int]) -> Effect:
    if tuple(full) == tuple(less):
        return "stays" if full else "still hidden"
    if not full:
        return "hides"
    return "makes" if not less else "changes"


def _on_the_way(subject: Subject, found: Finding, full: Rewritten) -> list[str]:
    """Name the rewrites that changed what is not finite, what it is computed of, or what reads it.

    Those that replaced a value that is not finite come first, then those of which it is known that
    they may change one, and at last those that only change how it is computed.
    """
    trace, engine = full.recording.trace, subject.engine
    if not found.is_written:
        return sorted(dict.fromkeys(_behind(full, trace)), key=lambda name: _rank(engine, name))
    ids = subject.ids(full.recording)
    bad = _bad(subject)
    direct = dict.fromkeys(_ahead(trace, {ids[v] for v in bad if v in ids}))
    around = {ids[v] for v in _ancestry(bad) if v in ids}
    others = [name for name in dict.fromkeys(_ahead(trace, around)) if name not in direct]
    late = [name for name in direct if _rank(engine, name) == LATE]
    first = [name for name in direct if name not in late]
    return [*first, *sorted([*others, *late], key=lambda name: _rank(engine, name))]


def _bad(subject: Subject) -> list[Any]:
    """List the values that are not finite in the graph as it was written."""
    walk = Walk(subject.engine, dict(subject.values))
    ran = list(walk.run(subject.written.outputs))
    return [v for one in ran for v in one.apply.outputs if is_bad(walk.known.get(v))]


def _ancestry(variables: Sequence[Any]) -> set[Any]:
    """Return some values and all that they are computed of."""
    seen: set[Any] = set()
    stack = list(variables)
    while stack:
        variable = stack.pop()
        if variable not in seen:
            seen.add(variable)
            stack += [] if variable.owner is None else variable.owner.inputs
    return seen


def _ahead(trace: Trace, touched: set[str]) -> Iterator[str]:
    """Yield the rewrites that replaced a value among some, or what took its place."""
    touched = set(touched)
    for step in trace.steps:
        if step.verdict != "applied" or step.is_noise:
            continue
        olds = {edit.old for edit in step.edits}
        gone = {v for id_ in step.removed for v in trace.universe.apply[id_].outputs}
        if touched.isdisjoint(olds | gone):
            continue
        touched.update(edit.new for edit in step.edits)
        yield from step.members or (step.rewrite,)


def _behind(full: Rewritten, trace: Trace) -> Iterator[str]:
    """Yield the rewrites that led to the values that are not finite in the graph that runs."""
    ids = {variable: id_ for id_, variable in full.recording.variables.items()}
    known = every_provenance(trace)
    bad = [v for v, value in full.walk.known.items() if v in ids and is_bad(value)]
    numbers = sorted({n for v in bad if ids[v] in known for n in known[ids[v]].steps})
    for number in numbers:
        step = trace.step[number]
        if not step.is_noise:
            yield from step.members or (step.rewrite,)


def _rank(engine: Engine, name: str) -> int:
    """Rank a rewrite: 0 where it is known that it may change what is not finite."""
    if _caveat(engine, name):
        return 0
    return LATE if "inplace" in name.lower() or "fus" in name.lower() else 1


def _caveat(engine: Engine, name: str) -> str:
    """Return what is known of where a rewrite's result may be finite, or not, which it was not."""
    law = lookup(engine.name, name)
    sentences = [] if law is None else law.caveat.replace("; ", ". ").split(". ")
    may = [s.rstrip(".") for s in sentences if any(word in s.lower() for word in _MAY)]
    return "; ".join(may)
