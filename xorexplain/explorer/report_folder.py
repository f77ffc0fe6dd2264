"""Write the pages of a report into its folder: the first page, and an explorer a function."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import encoded, json_text
from xorexplain.explorer.report_page import report_page
from xorexplain.render.files import write_atomically
from xorexplain.render.reports.session import session_document, session_json
from xorexplain.render.writers.terminal import plain
from xorexplain.runs.session.keeping import HELD
from xorexplain.runs.session.records import Seen, SeenFunction
from xorexplain.runs.session.trace_events import trace_events

INDEX = "index.html"
_LEAST_SECONDS, _BYTES_A_SECOND = 0.3, 160_000
"""About how long an explorer takes: so long, and a second for so many bytes of a trace."""


def write_report(folder: Path, seen: Seen, budget: float | None = None) -> int:
    """Write text, JSON, trace events and pages; return how many explorers are still to be written.

    `budget` is about how many seconds of work the explorers may take, those of the functions that
    took longest to make and to call first; None is all of them.
    """
    _write(folder / "report.json", json_text(session_json(seen)))
    _write(folder / "trace_events.json", json.dumps(trace_events(seen)))
    _write(folder / "report.txt", plain(session_document(seen)))
    explorable = [function for function in seen.functions if (folder / _trace(function)).is_file()]
    _write_explorers(folder, explorable, budget)
    written = {
        function.key: _page(function).as_posix()
        for function in explorable
        if (folder / _page(function)).is_file()
    }
    command = f"xorexplain report {folder.name} --explorers"
    _write(folder / INDEX, report_page(seen, written, command))
    return len(explorable) - len(written)


def _write(path: Path, text: str) -> None:
    # All of it can be written again, from what the program kept.
    write_atomically(path, encoded(text), synced=False)


def _trace(function: SeenFunction) -> Path:
    # A folder is there under every name: none where no trace was kept.
    return Path(function.trace or "none")


def _page(function: SeenFunction) -> Path:
    return Path(function.trace).with_suffix(".html")


def _write_explorers(folder: Path, functions: list[SeenFunction], budget: float | None) -> None:
    """Write explorers, the dearest function's first, until one of them would take too long."""
    left = math.inf if budget is None else budget
    for function in sorted(functions, key=lambda function: -(function.making + function.seconds)):
        trace, page = folder / _trace(function), folder / _page(function)
        if page.is_file():
            continue
        left -= _LEAST_SECONDS + trace.stat().st_size / _BYTES_A_SECOND
        if left < 0:
            return
        with contextlib.suppress(XorexplainError):
            write_explorer(trace, page)


def write_explorer(trace: Path, page: Path) -> None:
    """Write the explorer of a trace that was kept, with the values of the calls that were."""
    from xorexplain.explorer.bundle import page_of, trace_story
    from xorexplain.explorer.kept_calls import call_values, kept_calls
    from xorexplain.rewrites.json import from_json

    told = from_json(trace.read_text(encoding="utf-8"))
    computed = call_values(told, kept_calls(trace.with_suffix(HELD)))
    write_atomically(page, page_of(trace_story(told, computed=computed)), synced=False)
