"""Write a `Trace` as JSON and read it back; docs/trace.schema.json describes the form."""

from __future__ import annotations

from typing import Any

from xorexplain.graph import Output
from xorexplain.jsonio import Form, from_dict, lean, read, to_dict, write_object
from xorexplain.trace import TRACE_VERSION, Edit, PhaseTime, Rewrite, RewriteStep, Trace

FORMAT = "xorexplain-trace"
FORM = Form("trace", FORMAT, TRACE_VERSION, "xorexplain rewrites --out t.json", "record it again")


def to_json(trace: Trace) -> str:
    """Write a trace as JSON text, one record a line; equal traces give equal bytes."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "version": TRACE_VERSION,
        "start": list(trace.start),
        "end": list(trace.end),
        "outputs": [lean(output) for output in trace.outputs],
        "phases": [lean(phase) for phase in trace.phases],
        "steps": [_step_dict(step) for step in trace.steps],
        "rewrites": [lean(rewrite) for rewrite in trace.rewrites],
        "stopped": trace.stopped,
        "remarks": list(trace.remarks),
    }
    graph = write_object(to_dict(trace.universe), "  ")
    head = write_object(data, "").rstrip("\n}")
    return f'{head},\n  "universe": {graph}\n}}\n'


def from_json(text: str) -> Trace:
    """Read a trace from JSON text; raise XorexplainError for another format or version."""
    return read(text, FORM, _trace)


def _step_dict(step: RewriteStep) -> dict[str, Any]:
    """Turn a step into a dict; an edit is a list of four, in the order of its fields."""
    entry = lean(step)
    if step.edits:
        entry["edits"] = [[e.apply, e.position, e.old, e.new] for e in step.edits]
    return entry


def _trace(data: dict[str, Any]) -> Trace:
    trace = Trace(
        universe=from_dict(data["universe"]),
        start=tuple(data["start"]),
        end=tuple(data["end"]),
        outputs=tuple(Output(**entry) for entry in data["outputs"]),
        steps=tuple(_step(entry) for entry in data["steps"]),
        phases=tuple(PhaseTime(**entry) for entry in data["phases"]),
        rewrites=tuple(Rewrite(**_tupled(entry)) for entry in data["rewrites"]),
        stopped=data["stopped"],
        remarks=tuple(data["remarks"]),
    )
    _check_references(trace)
    return trace


def _step(entry: dict[str, Any]) -> RewriteStep:
    edits = tuple(Edit(*fields) for fields in entry.get("edits", ()))
    return RewriteStep(**{**_tupled(entry), "edits": edits})


def _tupled(entry: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}


def _check_references(trace: Trace) -> None:
    """Raise ValueError where an id leads nowhere, or steps are not numbered from 1."""
    universe = trace.universe
    applies = {*trace.start, *trace.end}
    variables = {output.variable for output in trace.outputs}
    for step in trace.steps:
        applies |= {*step.added, *step.removed}
        applies |= {edit.apply for edit in step.edits if edit.apply is not None}
        variables |= {v for edit in step.edits for v in (edit.old, edit.new)}
        for edit in step.edits:
            room = len(trace.outputs)
            if edit.apply is not None and edit.apply in universe.apply:
                room = len(universe.apply[edit.apply].inputs)
            if not 0 <= edit.position < room:
                raise ValueError(f"step {step.number} edits position {edit.position} of {room}")
    unknown = (applies - set(universe.apply)) | (variables - set(universe.variable))
    if unknown:
        raise ValueError(f"unknown id {min(unknown)}")
    if [step.number for step in trace.steps] != list(range(1, len(trace.steps) + 1)):
        raise ValueError("steps are not numbered from 1")
