"""Write when functions were made as trace events, which Perfetto and speedscope open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xorexplain.runs.session.records import Seen, SeenFunction

Event = dict[str, Any]
_MICRO = 1e6


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
    began = function.began
    about = {"line": str(function.place or ""), "nodes": function.written}
    yield _slice(function, function.name, "function", began, function.making, about)
    yield _slice(function, "rewriting", "rewriting", began, function.rewriting)
    after = began
    for phase in function.phases:
        yield _slice(function, phase.name, "phase", after, phase.seconds)
        after += phase.seconds
    linking = began + function.rewriting
    yield _slice(function, f"linking ({function.backend})", "linking", linking, function.linking)


def _slice(
    function: SeenFunction,
    name: str,
    category: str,
    began: float,
    seconds: float,
    about: dict[str, Any] | None = None,
) -> Event:
    return {
        "name": name,
        "cat": category,
        "ph": "X",
        "ts": began * _MICRO,
        "dur": seconds * _MICRO,
        "pid": function.process,
        "tid": 1,
        "args": {"function": function.name, **(about or {})},
    }
