"""Run a program in a process of its own, which is watched, and hand on the signals it is sent."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from xorexplain.errors.records import dataclass
from xorexplain.runs.session.children import SITE, VARIABLE
from xorexplain.runs.session.keeping import EXIT

_ROOT = str(Path(__file__).parents[3])
_HANDED_ON = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCONT")
_BY_KERNEL = 0x80
"""The code of a signal that a terminal sends, which the program gets by itself."""


@dataclass(frozen=True)
class Program:
    """Hold what to run: a file or a module, its arguments, and how it is watched.

    `inspection` are the fields of an `Inspection`, `programs` tells whether the programs of Python
    that it starts are watched too.
    """

    target: str
    arguments: Sequence[str]
    is_module: bool
    folder: Path
    records: bool
    keep: int
    explain: str = ""
    inspection: Sequence[Any] = ()
    programs: bool = False

    @property
    def words(self) -> list[str]:
        """How Python is told to run it."""
        return [*(["-m"] if self.is_module else []), self.target, *self.arguments]


def run(
    program: Program,
    stdout: IO[str] | None,
    meanwhile: Callable[[], None] = lambda: None,
    each_second: Callable[[], None] = lambda: None,
) -> int:
    """Run a program to its end and return its exit status, negative for a signal that ended it.

    `meanwhile` is called once the program has begun, and takes none of its time; `each_second`
    about so often, where signals can be waited for.
    Python runs it as always, but for a module that it imports first: `site/sitecustomize.py`.
    """
    waits = hasattr(signal, "sigtimedwait") and hasattr(signal, "pthread_sigmask")
    handed_on = {getattr(signal, name) for name in _HANDED_ON if hasattr(signal, name)}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ()) if waits else set()
    words = [sys.executable, *_flags(), *program.words]
    path = os.environ.get("PYTHONPATH")
    settings = {
        "root": _ROOT,
        "path": path,
        "folder": str(program.folder.resolve()),
        "command": " ".join(program.words),
        "records": program.records,
        "keep": program.keep,
        "explain": program.explain,
        "inspection": program.inspection,
        "programs": program.programs,
        "python": sys.version,
        "blocked": [int(number) for number in before],
    }
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [SITE, path])),
        VARIABLE: json.dumps(settings),
    }
    if not waits:
        return _run_simply(words, stdout, environment)
    signal.pthread_sigmask(signal.SIG_BLOCK, {*handed_on, signal.SIGCHLD})
    try:
        process = subprocess.Popen(words, stdout=stdout, env=environment)
        meanwhile()
        while process.poll() is None:
            sent = signal.sigtimedwait({*handed_on, signal.SIGCHLD}, 1.0)
            if sent is None:
                each_second()
            if sent is not None and sent.si_signo != signal.SIGCHLD and sent.si_code != _BY_KERNEL:
                process.send_signal(sent.si_signo)
        return process.returncode
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_simply(
    words: Sequence[str], stdout: IO[str] | None, environment: Mapping[str, str]
) -> int:
    """Run where signals cannot be waited for: Ctrl-C is for the program, which gets it too."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.Popen(words, stdout=stdout, env=environment).wait()
    finally:
        signal.signal(signal.SIGINT, before)


def note_exit(folder: Path, status: int) -> None:
    """Keep how a program ended beside what it kept itself."""
    with contextlib.suppress(OSError):
        told = {"status": status, "time": time.time()}
        (folder / EXIT).write_text(json.dumps(told), encoding="utf-8")


def end_as(status: int) -> int:
    """Return an exit status; a signal that ended the program ends this process too."""
    if status < 0 and os.name == "posix":
        if -status not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    return status


def _flags() -> list[str]:
    """Return the options that this Python was started with, for the program's."""
    flags = ["-B"] if sys.dont_write_bytecode else []
    flags += ["-" + "O" * sys.flags.optimize] if sys.flags.optimize else []
    flags += ["-s"] if sys.flags.no_user_site else []
    flags += [f"-W{option}" for option in sys.warnoptions]
    for name, value in sys._xoptions.items():
        flags += ["-X", name if value is True else f"{name}={value}"]
    return flags
