"""Offer from Python to watch what a block of code compiles, rewrites and calls."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from xorexplain.api.report import Report
from xorexplain.api.shown import Bundle
from xorexplain.errors.escaping import counted, json_text, short
from xorexplain.explorer.report_folder import INDEX, write_report
from xorexplain.models.lines import picked
from xorexplain.render.reports.session import session_document, session_json
from xorexplain.render.reports.watched_calls import EXPLAINED
from xorexplain.runs.session.described import ending_words
from xorexplain.runs.session.findings import Finding, findings
from xorexplain.runs.session.folders import new_folder
from xorexplain.runs.session.inspection import EVERY
from xorexplain.runs.session.keeping import KEPT
from xorexplain.runs.session.reading import read
from xorexplain.runs.session.records import Seen, SeenFunction
from xorexplain.runs.session.watch import Session


class Watched:
    """Hold what a block of code compiled, rewrote and called, while it runs and afterwards.

    It is a sequence of functions; `watched["train"]` is the one of that name, or of a line,
    `watched["net.py:12"]`. `print` prints the report, and a notebook shows it.
    """

    def __init__(self, folder: Path, lasts: bool) -> None:
        self.folder = folder
        if not lasts:
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._seen: Seen | None = None

    @property
    def seen(self) -> Seen:
        """All that was seen, as frozen records."""
        return self._seen or read(self.folder)

    @property
    def functions(self) -> tuple[SeenFunction, ...]:
        """The functions in the order in which they were made."""
        return self.seen.functions

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, the most important first."""
        return findings(self.seen)

    @property
    def report(self) -> Report:
        """The report, which can be written as text, LaTeX or JSON."""
        seen = self.seen
        return Report(session_document(seen), partial(_json, seen))

    def save(self, folder: str | Path) -> Path:
        """Write the report with all its pages into a new folder and return its index.html."""
        made = new_folder(Path(folder), force=False)
        shutil.copytree(self.folder, made, dirs_exist_ok=True)
        write_report(made, self.seen)
        return made / INDEX

    def __len__(self) -> int:
        return len(self.functions)

    def __iter__(self) -> Iterator[SeenFunction]:
        return iter(self.functions)

    def __getitem__(self, key: int | str) -> SeenFunction:
        """Return a function by its position, its name, or the line that compiled it."""
        return picked(self.functions, key, lambda f: (str(f.place or ""), f.name, f.key))

    def _end(self) -> None:
        self._seen = read(self.folder)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        return self.report._repr_mimebundle_(include, exclude)

    def __str__(self) -> str:
        return str(self.report)

    def __repr__(self) -> str:
        return short("Watched", (self.seen.engine, counted(len(self), "function")))


def _json(seen: Seen) -> str:
    return json_text(session_json(seen))


@contextlib.contextmanager
def session(
    out: str | Path | None = None,
    *,
    calls_only: bool = False,
    keep: int = KEPT,
    nan: bool = False,
    check: bool = False,
    every: int = EVERY,
    keep_calls: bool = False,
) -> Iterator[Watched]:
    """Watch what a block compiles, how that is rewritten, and what it calls.

    What is seen is kept in the folder `out`, or the next one of that name with a number, while it
    happens; without `out` for as long as the result lives. `calls_only` records no rewriting,
    `keep` is of how many functions all of it is kept. `nan` finds the first call of each function
    with a NaN or an infinity, `check` compares the answers of the first three calls of each, and of
    each `every`-th, with its graph, computed node by node. `keep_calls` keeps what those calls were
    given and what each node held, which are rows to choose in the explorer of the function. Raise
    XorexplainError where there can be no such folder.
    """
    lasts = out is not None
    made = new_folder(Path(str(out)), False) if lasts else Path(tempfile.mkdtemp("", "xorexplain-"))
    folder = made.resolve()
    looks = nan, check, every, keep_calls
    watching = Session(folder, _program(), not calls_only, keep, EXPLAINED, looks)
    watched = Watched(folder, lasts)
    how = "ended"
    raised: BaseException | None = None
    try:
        yield watched
    except BaseException as error:
        how, raised = ending_words(error), error
        raise
    finally:
        watching.stop(how, raised)
        watched._end()


def _program() -> str:
    """Name the program that is watched: a module as `python -m` has it, a kernel as a notebook."""
    path = Path(sys.argv[0] or "python")
    name = path.parent.name if path.name == "__main__.py" else path.name
    return "a notebook" if name.startswith("ipykernel") else name
