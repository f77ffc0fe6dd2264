"""Tell what a program waits for: a function that is linked, or a first call that compiles.

Its process does nothing for that, since a thread in it would be seen by what it forks: the process
that started it reads what is kept anyway.
"""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import Any

from xorexplain.errors.records import dataclass
from xorexplain.runs.session.records import LATE
from xorexplain.runs.session.tallies import CALLS, NOW, WIDTH

STEPS = (3.0, 10.0, 30.0, 100.0, 300.0)
"""The seconds after which a wait is told, each once."""
_READ = tuple(f'{{"event": "{event}"' for event in ("linking", "function"))


@dataclass
class _Process:
    """Follow the files of one process: what it compiles now, and what it has compiled."""

    events: Path
    calls: Path
    offset: int = 0
    linking: dict[int, dict[str, Any]] = field(default_factory=dict)
    made: dict[int, dict[str, Any]] = field(default_factory=dict)

    def follow(self) -> None:
        """Read what was written since; a line that is not whole yet is left for later."""
        with self.events.open("rb") as file:
            file.seek(self.offset)
            whole = file.read().rpartition(b"\n")[0]
        self.offset += len(whole) + bool(whole)
        for line in whole.decode(errors="replace").splitlines():
            if line.startswith(_READ):
                event = json.loads(line)
                number = event["number"]
                if event["event"] == "linking":
                    self.linking[number] = event
                else:
                    self.linking.pop(number, None)
                    self.made[number] = event

    def waits(self) -> Iterator[tuple[str, float, str]]:
        """Yield what takes its time: a key, the seconds until now, and in words what it is."""
        for number, event in self.linking.items():
            spent = time.perf_counter() - event["at"]
            yield f"linking {number}", spent, f"{_place(event)}a function is compiled"
        late = {n: event for n, event in self.made.items() if event.get("backend") in LATE}
        if not late:
            return
        with self.calls.open("rb") as file:
            data = file.read((max(late) + 1) * WIDTH * 8)
        rows = list(struct.iter_unpack(f"{WIDTH}d", data[: len(data) // (WIDTH * 8) * WIDTH * 8]))
        for number, event in late.items():
            if number < len(rows) and rows[number][NOW] and not rows[number][CALLS]:
                told = f"{event['backend']} compiles in the first call of {event['name']}"
                yield f"call {number}", time.time() - rows[number][NOW], f"{_place(event)}{told}"


def _place(event: dict[str, Any]) -> str:
    place = event.get("place")
    return "" if place is None else f"{place['file']}:{place['line']}: "


class Waits:
    """Follow what the processes of a program keep in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._processes: dict[Path, _Process] = {}
        self._told: dict[tuple[Path, str], int] = {}

    def words(self) -> Iterator[str]:
        """Yield a line for each wait that has reached its next step since it was asked for last.

        What cannot be read, as of a folder that is gone, is not told.
        """
        for events in self.folder.glob("events-*.jsonl"):
            calls = events.with_name(events.name.replace("events", "calls")).with_suffix(".bin")
            process = self._processes.setdefault(events, _Process(events, calls))
            try:
                process.follow()
                waits = list(process.waits())
            except (OSError, ValueError, KeyError):
                continue
            for key, spent, what in waits:
                step = sum(spent >= each for each in STEPS)
                if step > self._told.get((events, key), 0):
                    self._told[events, key] = step
                    yield f"{what}, {spent:.0f} s so far"
