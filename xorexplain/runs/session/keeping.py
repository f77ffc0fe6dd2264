"""Keep what is seen in a folder while it happens: a line of JSON an event, traces, and counters.

Every process writes files of its own. What cannot be written is not written: the program that is
watched goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import weakref
from collections import deque
from pathlib import Path
from typing import Any

from xorexplain.runs.session.tallies import Tallies

EVENTS, CALLS, TRACES = "events-{}.jsonl", "calls-{}.bin", "functions"
HELD = ".calls.jsonl"
"""What the values of calls are in, beside the trace of their function."""
EXIT = "exit.json"
KEPT = 200
"""Of how many functions the rewriting is kept in full, unless told otherwise."""


class Keeper:
    """Write the events of one process into a folder."""

    def __init__(self, folder: Path, keep: int = KEPT, parent: int = 0, known: int = 0) -> None:
        self.folder, self.keep = folder, keep
        self.process = os.getpid()
        self.count = known
        self.tallies = Tallies(self._fresh(CALLS))
        self._file = self._fresh(EVENTS).open("x", encoding="utf-8")
        self._traces: deque[Path] = deque()
        self._made: dict[int, weakref.ref[Any]] = {}
        self.write("start", process=self.process, parent=parent, known=known, time=time.time())

    def _fresh(self, name: str) -> Path:
        """Return a path of that name that is not there; a process may have a number once more."""
        path = self.folder / name.format(self.process)
        again = 1
        while path.exists():
            again += 1
            path = self.folder / name.format(f"{self.process}-{again}")
        return path

    def next_number(self) -> int:
        """Number the next function."""
        self.count += 1
        return self.count - 1

    def write(self, event: str, **told: Any) -> None:
        """Write an event; it is in the system's hands when this returns."""
        line = json.dumps({"event": event, "at": time.perf_counter(), **told}, default=str)
        with contextlib.suppress(OSError, ValueError):
            self._file.write(f"{line}\n")
            self._file.flush()

    def write_function(self, function: Any, number: int, **told: Any) -> None:
        """Write that a function was made, and hold it as long as the program does.

        PyTensor's cannot be held so.
        """
        with contextlib.suppress(TypeError):
            self._made[number] = weakref.ref(function)
        self.write("function", number=number, **told)

    def write_bare(self) -> None:
        """Write which functions hold a result though nobody called them: their `fn` was run."""
        for number, made in self._made.items():
            cells = getattr(made(), "output_storage", ())
            is_called = self.tallies.floats[self.tallies.slot(number)]
            if not is_called and any(cell.storage[0] is not None for cell in cells):
                self.write("bare", number=number)

    def write_trace(self, name: str, text: str) -> str:
        """Write a trace and return its path in the folder; the oldest goes beyond the limit."""
        if not self.keep:
            return ""
        path = self.folder / TRACES / name
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError:
            return ""
        self._traces.append(path)
        while len(self._traces) > self.keep:
            oldest = self._traces.popleft()
            with contextlib.suppress(OSError):
                oldest.unlink()
                oldest.with_suffix(HELD).unlink(missing_ok=True)
        return f"{TRACES}/{name}"

    def write_held(self, number: int, told: Any) -> None:
        """Write what the nodes of a call held beside the trace of its function, if that is kept."""
        trace = self.folder / TRACES / f"{self.process}-{number}.json"
        if trace in self._traces:
            with contextlib.suppress(OSError), trace.with_suffix(HELD).open("a") as file:
                file.write(f"{json.dumps(told)}\n")

    def close(self) -> None:
        """Write no more."""
        self._file.close()
