"""Read what a program's processes kept in a folder, however they ended."""

from __future__ import annotations

import contextlib
import json
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xorexplain.errors import XorexplainError
from xorexplain.models.lines import Place
from xorexplain.runs.session import tallies
from xorexplain.runs.session.keeping import EXIT
from xorexplain.runs.session.records import (
    Cost,
    Failure,
    Inspected,
    Named,
    Raised,
    Seen,
    SeenFunction,
    Use,
)

Json = Mapping[str, Any]
MAX_USES = 100


def read(folder: Path) -> Seen:
    """Return what was seen; raise XorexplainError for a folder in which nothing was kept."""
    files = sorted(folder.glob("events-*.jsonl"))
    if not files:
        raise XorexplainError(f"{folder} holds no report: write one with `xorexplain run SCRIPT`")
    processes = [_Process(file) for file in files]
    processes.sort(key=lambda process: (process.parent != 0, process.started))
    main, exit_ = processes[0], _exit(folder)
    found: dict[str, SeenFunction] = {}
    for process in processes:
        found |= {function.key: function for function in process.functions(main.began)}
    for process in processes:
        _add(found, process, main.started)
    return Seen(
        command=main.told("command", "words", ""),
        engine=_first(processes, "title"),
        version=_first(processes, "version"),
        started=main.started,
        seconds=_seconds(exit_, main),
        ended=_ended(exit_, main),
        functions=tuple(_told_apart(found.values())),
        processes=len(processes),
        rewrites_recorded=bool(main.told("command", "records", True)),
        notes=tuple(dict.fromkeys(n for process in processes for n in process.notes())),
        errors=tuple(error for process in processes for error in process.errors()),
    )


def _first(processes: Sequence[_Process], name: str) -> str:
    """Return what is known of the engine, of the first process that imported one."""
    told = (str(process.told("engine", name, "")) for process in processes)
    return next(filter(None, told), "")


def _add(found: dict[str, SeenFunction], process: _Process, started: float) -> None:
    """Add to functions what a process saw of their calls."""
    for key, tally in process.counted():
        if key in found:
            found[key] = _counted(found[key], tally, started)
    for key, use in process.uses():
        if key in found and len(found[key].uses) < MAX_USES and use not in found[key].uses:
            found[key] = replace(found[key], uses=(*found[key].uses, use))
    for key, failure in process.failures():
        if key in found:
            found[key] = replace(found[key], failures=(*found[key].failures, failure))
    for key, inspected in process.inspected():
        if key in found:
            found[key] = replace(found[key], inspected=(*found[key].inspected, inspected))
    for key in found.keys() & set(process.bare()):
        found[key] = replace(found[key], is_run_bare=True)
    for key, count in process.checked():
        if key in found:
            found[key] = replace(found[key], checked=found[key].checked + count)


def _exit(folder: Path) -> Json:
    """Read what was noted when a program had ended, nothing where it was not or still runs."""
    try:
        return dict(json.loads((folder / EXIT).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _seconds(exit_: Json, main: _Process) -> float:
    """Return how long a program ran; one that was killed wrote nothing when it ended."""
    if "time" in exit_ and main.started and not any(main.of("end")):
        return float(exit_["time"]) - main.started
    return main.ended - main.began


def _ended(exit_: Json, main: _Process) -> str:
    """Say how a program ended, by what it wrote itself and by its exit status."""
    how = str(main.told("end", "how", ""))
    status = exit_.get("status")
    if status is None:
        return how
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"ended by {signal.Signals(-status).name}"
    return f"exit status {status}" + (f", {how}" if how else "")


class _Process:
    """Hold the events of one process."""

    def __init__(self, file: Path) -> None:
        self.events = list(_events(file))
        self.tallies = file.with_name(file.name.replace("events", "calls")).with_suffix(".bin")
        start = self.events[0] if self.events else {}
        self.process = int(start.get("process", 0))
        self.parent, self.known = int(start.get("parent", 0)), int(start.get("known", 0))
        self.started, self.began = float(start.get("time", 0)), float(start.get("at", 0))
        self.ended = float(self.events[-1].get("at", 0)) if self.events else 0.0

    def of(self, kind: str) -> Iterator[Json]:
        return (event for event in self.events if event.get("event") == kind)

    def told(self, kind: str, name: str, otherwise: Any) -> Any:
        found = [event[name] for event in self.of(kind) if name in event]
        return found[-1] if found else otherwise

    def notes(self) -> Iterator[str]:
        return (str(event["text"]) for event in self.of("note"))

    def key(self, number: int) -> str:
        """Name a function; those that a forked process began with are its parent's."""
        return f"{self.parent if self.parent and number < self.known else self.process}-{number}"

    def functions(self, began: float) -> Iterator[SeenFunction]:
        for event in self.of("function"):
            yield _function(event, self.key(event["number"]), self.process, began)

    def counted(self) -> Iterator[tuple[str, tallies.Tally]]:
        try:
            rows = tallies.read(self.tallies)
        except OSError:
            return
        for number, tally in enumerate(rows):
            yield self.key(number), tally

    def uses(self) -> Iterator[tuple[str, Use]]:
        for event in self.of("use"):
            yield self.key(event["number"]), Use(_place(event["place"]), event["unused"])

    def failures(self) -> Iterator[tuple[str, Failure]]:
        for event in self.of("failure"):
            place = None if event["place"] is None else _place(event["place"])
            told = event["call"], event["error"], event["message"], place
            words = event["explained"], event.get("sentence", "")
            yield self.key(event["number"]), Failure(*told, *words)

    def errors(self) -> Iterator[Raised]:
        for event in self.of("error"):
            place = None if event["place"] is None else _place(event["place"])
            told = event["error"], event["message"], event["sentence"], place, event["explained"]
            yield Raised(*told)

    def inspected(self) -> Iterator[tuple[str, Inspected]]:
        for event in self.of("inspected"):
            place = None if event["place"] is None else _place(event["place"])
            told = event["kind"], event["call"], event["words"], place, event["explained"]
            yield self.key(event["number"]), Inspected(*told)

    def bare(self) -> Iterator[str]:
        return (self.key(event["number"]) for event in self.of("bare"))

    def checked(self) -> Iterator[tuple[str, int]]:
        return ((self.key(event["number"]), event["count"]) for event in self.of("checked"))


def _events(file: Path) -> Iterator[Json]:
    """Yield the events of a file; the last line of a program that was killed may be cut off."""
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            event = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(event, dict):
            yield event


def _function(event: Json, key: str, process: int, began: float) -> SeenFunction:
    """Make a record of an event that tells of a function."""
    told: dict[str, Any] = {name: event[name] for name in _PLAIN if name in event}
    told |= {name: tuple(Named(**one) for one in event.get(name, ())) for name in _NAMED}
    told |= {name: tuple(Cost(**one) for one in event.get(name, ())) for name in _COSTS}
    place = event.get("place")
    return SeenFunction(
        key=key,
        process=process,
        place=None if place is None else _place(place),
        via=tuple(event.get("via", ())),
        updates=tuple(event.get("updates", ())),
        began=float(event.get("began", event["at"])) - began,
        **told,
    )


_NAMED, _COSTS = ("inputs", "results"), ("phases", "rewrites")
_PLAIN = (
    *("name", "mode", "backend", "written", "gradient", "runs", "rewriting", "linking"),
    *("stopped", "trace", "is_known", "is_made"),
)


def _place(told: Json) -> Place:
    return Place(told["file"], told["line"], told["code"], told["function"])


def _counted(function: SeenFunction, tally: tallies.Tally, started: float) -> SeenFunction:
    """Add what a process counted of a function."""
    inside = tally.inside / tally.outside if tally.outside else None
    return replace(
        function,
        calls=function.calls + tally.calls,
        seconds=function.seconds + tally.seconds,
        first=max(function.first, tally.first),
        inside=function.inside if inside is None else inside,
        open=tally.now - started if tally.now else function.open,
    )


def _told_apart(functions: Any) -> Iterator[SeenFunction]:
    """Number functions of one name."""
    listed = sorted(functions, key=lambda function: function.began)
    several = {name for name, n in Counter(f.name for f in listed).items() if n > 1}
    seen: Counter[str] = Counter()
    for function in listed:
        seen[function.name] += 1
        numbered = f"{function.name} ({seen[function.name]})"
        yield replace(function, name=numbered) if function.name in several else function
