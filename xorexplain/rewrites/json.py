"""Write a `Trace` as JSON and read it back; docs/trace.schema.json describes the form."""

from __future__ import annotations

from xorexplain.graph.json import Form, read, write_object
from xorexplain.rewrites import forms as traceforms
from xorexplain.rewrites.trace import TRACE_VERSION, Trace

FORMAT = "xorexplain-trace"
FORM = Form("trace", FORMAT, TRACE_VERSION, "xorexplain rewrites --out t.json", "record it again")


def to_json(trace: Trace) -> str:
    """Write a trace as JSON text, one record a line; equal traces give equal bytes."""
    told = traceforms.TRACE.plain(trace)
    universe = told.pop("universe")
    data = {"format": FORMAT, "version": TRACE_VERSION, **told}
    graph = write_object(universe, "  ")
    head = write_object(data, "").rstrip("\n}")
    return f'{head},\n  "universe": {graph}\n}}\n'


def from_json(text: str) -> Trace:
    """Read a trace from JSON text; raise XorexplainError, naming the place, for what is none."""
    return read(text, FORM, traceforms.trace)
