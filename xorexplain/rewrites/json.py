"""Write a `Trace` as JSON and read it back; docs/trace.schema.json describes the form."""

from __future__ import annotations

from typing import Any

from xorexplain.graph.json import Form, lean, read, to_dict, write_object
from xorexplain.rewrites import forms as traceforms
from xorexplain.rewrites.records import TRACE_VERSION, RewriteStep, Trace

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
    """Read a trace from JSON text; raise XorexplainError, naming the place, for what is none."""
    return read(text, FORM, traceforms.trace)


def _step_dict(step: RewriteStep) -> dict[str, Any]:
    """Turn a step into a dict; an edit is a list of four, in the order of its fields."""
    entry = lean(step)
    if step.edits:
        entry["edits"] = [[e.apply, e.position, e.old, e.new] for e in step.edits]
    return entry
