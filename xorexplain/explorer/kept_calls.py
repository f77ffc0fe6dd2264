"""Write what the nodes of a watched program's calls held as the values of a page, a call a row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from xorexplain.explorer.values import NO_VALUES
from xorexplain.rewrites.trace import Trace

Json = dict[str, Any]
NOTE = "The values are those of calls of the program, computed node by node as it was written."
MOMENT = "called"


def kept_calls(file: Path) -> list[Json]:
    """Read what a session kept of a function's calls, in their order; none where it kept none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return sorted(_entries(lines), key=lambda entry: int(entry["call"]))


def _entries(lines: list[str]) -> Iterator[Json]:
    for line in lines:
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            # The last line of a program that was killed may be cut off.
            continue


def call_values(trace: Trace, calls: list[Json]) -> Json:
    """Return the values of calls as the page has them, by the variables of the function's trace.

    What only the rewriter made has none.
    """
    start = [trace.universe.apply[id_] for id_ in trace.start]
    inputs = trace.universe.inputs
    fitting = [
        call
        for call in calls
        if len(call["applies"]) == len(start) and len(call["inputs"]) == len(inputs)
    ]
    if not fitting:
        return NO_VALUES
    table: dict[str, list[Json | None]] = {}
    for call in fitting:
        for id_, told in zip(inputs, call["inputs"], strict=True):
            table.setdefault(id_, []).append(told)
        for apply, values in zip(start, call["applies"], strict=True):
            for id_, told in zip(apply.outputs, values, strict=True):
                table.setdefault(id_, []).append(told)
    known = {id_: told for id_, told in table.items() if any(told)}
    keys = {id_: f"k{number}" for number, id_ in enumerate(known)}
    first, last = trace.first.graph, trace.last.graph
    return {
        "cases": [{"key": f"call{c['call']}", "title": f"call {c['call']:,}"} for c in fitting],
        "moments": [{"key": MOMENT, "title": "when it was called"}],
        "note": NOTE,
        "table": {keys[id_]: {MOMENT: told} for id_, told in known.items()},
        "data": {
            "updates": _of(keys, first.variable),
            "optimized": _of(keys, last.variable),
            "trace": keys,
        },
        "adjoints": {},
    }


def _of(keys: Mapping[str, str], variables: Mapping[str, Any]) -> dict[str, str]:
    return {id_: key for id_, key in keys.items() if id_ in variables}
