"""Write when functions were made as trace events, which Perfetto and speedscope open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xorexplain.runs.session.records import Seen, SeenFunction

Event = dict[str, Any]


def trace_events(seen: Seen) -> dict[str, Any]:
    """Return the making of each function, with its phases and linking within it, as plain data.

    The time between the phases and the linking, in which functions are checked, is the rewriting's.
    """
    events = [event for function in seen.functions for event in _of(function)]
    title = {"name": "process_name", "ph": "M", "tid": 1, "args": {"name": seen.command}}
    names = [{**title, "pid": pid} for pid in dict.fromkeys(event["pid"] for event in events)]
    return {"traceEvents": [*names, *events], "displayTimeUnit": "ms"}


def _of(function: SeenFunction) -> Iterator[Event]:
    if not function.is_known:
        return
    began, linking = _at(function.began), _at(function.began + function.rewriting)
    ended = max(linking, _at(function.began + function.rewriting + function.linking))
    about = {"line": str(function.place or ""), "nodes": function.written}
    yield {**_slice(function, function.name, "function", began, ended), "args": about}
    yield _slice(function, "rewriting", "rewriting", began, linking)
    seconds = function.began
    for phase in function.phases:
        at, seconds = _at(seconds), seconds + phase.seconds
        if (until := min(_at(seconds), linking)) > at:
            yield _slice(function, phase.name, "phase", at, until)
    yield _slice(function, f"linking ({function.backend})", "linking", linking, ended)


def _at(seconds: float) -> int:
    """Return whole microseconds: of fractions a viewer may find that one slice ends in another."""
    return round(seconds * 1e6)


def _slice(function: SeenFunction, name: str, category: str, began: int, ended: int) -> Event:
    return {
        "name": name,
        "cat": category,
        "ph": "X",
        "ts": began,
        "dur": ended - began,
        "pid": function.process,
        "tid": 1,
    }
