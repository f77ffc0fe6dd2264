"""Say what an engine made of an apply node that fails: which node runs, and by which rewrites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.recorder import Recorder
from xorexplain.engines.shared.common import plain
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Origin
from xorexplain.graph.views.matching import corresponding
from xorexplain.models.capture import capture, variable_ids
from xorexplain.models.failures import rewriting
from xorexplain.rewrites.build import Recording, recording_of
from xorexplain.rewrites.check import check_steps
from xorexplain.rewrites.questions.provenance import provenance
from xorexplain.runs.records import Compiled
from xorexplain.runs.walk import Walk, given
from xorexplain.runs.written import Written, compiled_of

MAX_TRACED = 120
"""A graph of up to this many apply nodes is rewritten once more, to tell by which rewrites."""


def compiled_as(
    engine: Engine, function: Any, written: Written, apply: Any, values: Sequence[Any]
) -> Compiled | None:
    """Find the node of the compiled function that fails for these values, and how it was made.

    None where no node of it fails alone. `apply` is the node of the graph as it was written.
    """
    run = compiled_of(function)
    failed = _first(engine, run, given(run.inputs, values))
    if failed is None:
        return None
    order = list(run.applies)
    label = plain(failed.op)
    rewrites: tuple[tuple[int, str], ...] = ()
    others = 0
    if written.is_written and len(written.applies) <= MAX_TRACED and _is_default(engine, function):
        rewrites, others = _rewrites(engine, function, written, apply, label)
    return Compiled(label, order.index(failed) + 1, len(order), rewrites, others)


def _first(engine: Engine, run: Written, values: Mapping[Any, Any]) -> Any:
    walk = Walk(engine, dict(values))
    for ran in walk.run(run.outputs):
        if ran.error is not None:
            return ran.apply
    return None


def _is_default(engine: Engine, function: Any) -> bool:
    """Tell whether a function was rewritten as the engine rewrites where nobody says how."""
    default = engine.default_mode()
    mode = function.maker.mode
    return bool(type(mode) is type(default) and mode == default)


def _rewrites(
    engine: Engine, function: Any, written: Written, apply: Any, label: str
) -> tuple[tuple[tuple[int, str], ...], int]:
    """Rewrite the graph once more, and tell what became of an apply node.

    Return the rewrites on the way, and how many others the node that runs was made of.
    """
    recording = _recording(engine, function, written)
    if recording is None:
        return (), 0
    trace = recording.trace
    before = capture(engine, written.source, Origin(engine.name, engine.version))
    start = trace.first.graph
    across = corresponding(before, start)
    sources = {across.get(id_) for id_ in _ids(written, apply)}
    last = trace.last.graph
    for id_, found in provenance(trace).items():
        owner = last.owner(id_)
        if owner is None or owner.op.label != label or sources.isdisjoint(found.sources):
            continue
        made_of = {start.owner(v) for v in found.sources} - {None}
        steps = tuple((number, trace.step[number].title) for number in found.steps)
        return steps, max(len(made_of) - 1, 0)
    return (), 0


def changed_by(
    engine: Engine, function: Any, written: Written, values: Sequence[Any]
) -> tuple[int, str] | None:
    """Name the rewrite that changed a result beyond rounding; None where none is found.

    Every state of the rewriting is computed with the values of the call, which inputs take by
    their names.
    """
    is_named = all(v.name for v in written.inputs if engine.role_of(v) == "input")
    if not is_named or len(written.applies) > MAX_TRACED or not _is_default(engine, function):
        return None
    recording = _recording(engine, function, written)
    if recording is None:
        return None
    data = {v.name: value for v, value in zip(written.inputs, values, strict=True) if v.name}
    wrong = (check for check in check_steps(recording, data) if check.is_fine is False)
    found = next(wrong, None)
    return None if found is None else (found.number, recording.trace.step[found.number].title)


def _recording(engine: Engine, function: Any, written: Written) -> Recording | None:
    updates = engine.source_of(function).updates or {}
    places = {v: n for n, v in enumerate(function.maker.fgraph.inputs)}
    pairs = [
        (written.inputs[places[shared]], written.outputs[position])
        for position, shared in updates.items()
        if shared in places
    ]
    results = [v for n, v in enumerate(written.outputs) if n not in updates]
    inputs = [v for v in written.inputs if engine.role_of(v) == "input"]
    recorder = Recorder()
    try:
        with rewriting(engine, recorder):
            finished = engine.record(inputs, results, pairs, recorder)
    except XorexplainError:
        # What it is made of is told without the way there.
        return None
    return recording_of(engine, recorder, finished, Origin(engine.name, engine.version))


def _ids(written: Written, apply: Any) -> list[str]:
    ids = variable_ids(written.source)
    return [ids[v] for v in apply.outputs if v in ids]
