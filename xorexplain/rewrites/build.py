"""Turn what a recorder heard into a trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from xorexplain.engines import Engine, Source
from xorexplain.engines.attempts import name_of
from xorexplain.engines.recorder import Firing, Recorder
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Graph, Origin, Output
from xorexplain.models import naming
from xorexplain.models.capture import capture, result_label
from xorexplain.rewrites.trace import Edit, PhaseTime, Rewrite, RewriteStep, Trace


@dataclass(frozen=True, repr=False)
class Recording:
    """Hold a trace beside the engine's own objects, for what has to compute with them.

    `variables` and `applies` are the engine's by id. The rewriter has edited the inputs of the
    apply nodes since; those they had are in the trace. `firings` are those the steps were made of.
    """

    engine: Engine
    trace: Trace
    variables: Mapping[str, Any]
    applies: Mapping[str, Any]
    firings: Sequence[Firing] = ()

    def __repr__(self) -> str:
        return f"<Recording of {self.trace!r}>"


def recording_of(
    engine: Engine,
    recorder: Recorder,
    finished: Source,
    origin: Origin,
    parameters: Sequence[Any] = (),
) -> Recording:
    """Make a trace of a finished recording; `finished` names the results and their updates."""
    applies = list(recorder.node_inputs)
    variables = list(dict.fromkeys(_variables(recorder, applies)))
    source = Source(
        variables,
        variables,
        [None] * len(variables),
        recorder.inputs,
        applies,
        given=finished.given,
    )
    graph = capture(engine, source, origin, parameters)
    ids = {v: output.variable for v, output in zip(variables, graph.outputs, strict=True)}
    nodes = {apply: f"n{position}" for position, apply in enumerate(applies)}
    outputs = tuple(
        Output(
            ids[variable],
            result_label(finished.labels[position], (finished.updates or {}).get(position)),
            _update_of(finished, position, ids),
        )
        for position, variable in enumerate(recorder.outputs)
    )
    trace = Trace(
        universe=_as_imported(graph, recorder, nodes, ids, outputs),
        start=tuple(nodes[apply] for apply, _ in recorder.start),
        end=tuple(nodes[apply] for apply in recorder.end),
        outputs=outputs,
        steps=tuple(
            _step(number, firing, ids, nodes) for number, firing in enumerate(recorder.firings, 1)
        ),
        phases=tuple(PhaseTime(phase.name, phase.seconds) for phase in recorder.phases),
        rewrites=tuple(_rewrites(engine, recorder)),
        stopped=recorder.stopped,
        remarks=tuple(recorder.remarks),
    )
    if recorder.stopped:
        # What was half done when the rewriter was stopped is no part of the trace.
        last = trace.last.graph
        trace = replace(trace, end=tuple(apply.id for apply in last.applies))
    return Recording(
        engine,
        trace,
        {id_: variable for variable, id_ in ids.items()},
        {id_: apply for apply, id_ in nodes.items()},
        tuple(recorder.firings),
    )


def labelled(source: Source, recorder: Recorder) -> Source:
    """Label the results of a compiled function as they were called when they were written."""
    given, updated = dict(enumerate(source.labels)), source.updates or {}
    found = [
        given.get(n) or (None if n in updated else naming.name_of(variable))
        for n, variable in enumerate(recorder.outputs)
    ]
    return replace(source, labels=found)


def _rewrites(engine: Engine, recorder: Recorder) -> Iterable[Rewrite]:
    """Describe what was tried, and what fired without being asked node by node."""
    behind: dict[str, dict[str, Any]] = {}
    for firing in recorder.firings:
        for name, rewriter in ((firing.rewrite, firing.rewriter), *_named(firing.members)):
            behind.setdefault(name, {})[name_of(rewriter)] = rewriter
    tried = recorder.attempts.tallies
    objects = recorder.attempts.objects
    tags = engine.rewrite_tags()
    for name in sorted({*behind, *tried}):
        rewriters = behind.get(name) or {name: objects.get(name)}
        where, summary = engine.rewrite_code(next(iter(rewriters.values())), name)
        # A rewriter of whole graphs may give its changes another name than its own.
        tallies = [tried[n] for n in ([name] if name in tried else rewriters) if n in tried]
        yield Rewrite(
            name,
            where,
            tags.get(name, ()),
            summary,
            sum(t.tries for t in tallies),
            sum(t.hits for t in tallies),
            sum(t.own for t in tallies),
        )


def _named(rewriters: Sequence[Any]) -> Iterable[tuple[str, Any]]:
    return ((name_of(rewriter), rewriter) for rewriter in rewriters)


def _variables(recorder: Recorder, applies: Iterable[Any]) -> Iterable[Any]:
    """List every variable that was ever part of the graph."""
    yield from recorder.inputs
    for apply in applies:
        yield from recorder.node_inputs[apply]
        yield from apply.outputs
    yield from recorder.outputs
    for firing in recorder.firings:
        for change in firing.changes:
            yield change.old
            yield change.new


def _update_of(finished: Source, position: int, ids: Mapping[Any, str]) -> str | None:
    shared = (finished.updates or {}).get(position)
    return None if shared is None else ids.get(shared)


def _as_imported(
    graph: Graph,
    recorder: Recorder,
    nodes: Mapping[Any, str],
    ids: Mapping[Any, str],
    outputs: tuple[Output, ...],
) -> Graph:
    """Give each apply node the inputs it came with; by now the rewriter has edited them."""
    came_with = {
        nodes[a]: tuple(ids[v] for v in given) for a, given in recorder.node_inputs.items()
    }
    names = _handed_on(graph, recorder, ids)
    return replace(
        graph,
        applies=tuple(replace(a, inputs=came_with[a.id]) for a in graph.applies),
        variables=tuple(
            replace(
                v,
                name=names[v.id],
                role="intermediate" if v.role == "output" else v.role,
            )
            for v in graph.variables
        ),
        outputs=outputs,
    )


def _handed_on(graph: Graph, recorder: Recorder, ids: Mapping[Any, str]) -> dict[str, str | None]:
    """Name what took the place of a variable as that one: the engine gave it the same name."""
    names = {v.id: v.name for v in graph.variables}
    start = {v for apply, inputs in recorder.start for v in (*inputs, *apply.outputs)}
    named = {v for v in start if naming.called_of(v)[:1] in ((), (naming.name_of(v),))}
    names |= {ids[v]: called[0] for v in named if (called := naming.called_of(v))}
    for firing in recorder.firings:
        for change in firing.changes if firing.verdict == "applied" else ():
            is_same = change.new.name and change.new.name == change.old.name
            if is_same and change.new not in named:
                names[ids[change.new]] = names[ids[change.old]]
                named.add(change.new)
    return names


def _step(
    number: int, firing: Firing, ids: Mapping[Any, str], nodes: Mapping[Any, str]
) -> RewriteStep:
    first: dict[Any, bool] = {}
    last: dict[Any, bool] = {}
    for apply, entered in firing.moves:
        first.setdefault(apply, entered)
        last[apply] = entered
    return RewriteStep(
        number=number,
        phase=firing.phase,
        rewrite=firing.rewrite,
        verdict=firing.verdict,
        edits=tuple(
            Edit(
                None if change.client is None else nodes[change.client],
                change.position,
                ids[change.old],
                ids[change.new],
            )
            for change in firing.changes
        ),
        added=tuple(nodes[a] for a in first if first[a] and last[a]),
        removed=tuple(nodes[a] for a in first if not first[a] and not last[a]),
        seconds=firing.seconds,
        message=firing.message,
        members=tuple(name_of(member) for member in firing.members),
        round=firing.round,
    )
