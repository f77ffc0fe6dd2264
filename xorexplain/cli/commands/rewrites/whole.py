"""Write a whole rewriting, as a trace or as a page that plays its steps."""

from __future__ import annotations

from pathlib import Path

from xorexplain.cli.commands.rewrites.request import Request
from xorexplain.cli.output import write_out
from xorexplain.cli.progress import working

WHOLE = {"json": "the whole trace", "html": "a page to step through it"}


def write_whole(request: Request) -> None:
    """Write the trace or the page to the file that is asked for."""
    assert request.out is not None
    if request.format_ == "html":
        _write_page(request, request.out)
        return
    from xorexplain.rewrites.json import to_json

    trace = request.trace
    write_out(request.out, to_json(trace).encode(), f"trace of {len(trace.steps)} steps")


def _write_page(request: Request, out: Path) -> None:
    """Write the explorer's page with what belongs to the rewriting."""
    from xorexplain.cli.commands.explore import write_page
    from xorexplain.explorer.bundle import REWRITE_PARTS, bundle, trace_story

    if request.subject is None:
        trace = request.trace
        with working("laying out the steps"):
            story = trace_story(trace)
    else:
        story = bundle(request.subject, REWRITE_PARTS, working=working)
    write_page(out, story, "rewrites")
