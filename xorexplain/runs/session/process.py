"""Run a program in a process of its own, which is watched, and hand on the signals it is sent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_ROOT = str(Path(__file__).parents[3])
_CODE = (
    f"import sys; sys.path.insert(0, {_ROOT!r}); from xorexplain.runs.session import script; "
    "del sys.path[0]; script.main()"
)
_HANDED_ON = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCONT")
_BY_KERNEL = 0x80
"""The code of a signal that a terminal sends, which the program gets by itself."""


@dataclass(frozen=True)
class Program:
    """Hold what to run: a file or a module, its arguments, and how it is watched."""

    target: str
    arguments: Sequence[str]
    is_module: bool
    folder: Path
    records: bool
    keep: int

    @property
    def command(self) -> str:
        """How Python is told to run it."""
        return " ".join([*(["-m"] if self.is_module else []), self.target, *self.arguments])


def run(program: Program, stdout: IO[str] | None) -> int:
    """Run a program to its end and return its exit status, negative for a signal that ended it."""
    waits = hasattr(signal, "sigtimedwait") and hasattr(signal, "pthread_sigmask")
    handed_on = {getattr(signal, name) for name in _HANDED_ON if hasattr(signal, name)}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ()) if waits else set()
    settings = json.dumps(
        {
            "folder": str(program.folder.resolve()),
            "command": program.command,
            "records": program.records,
            "keep": program.keep,
            "is_module": program.is_module,
            "blocked": [int(number) for number in before],
        }
    )
    words = [sys.executable, *_flags(), "-c", _CODE, settings, program.target, *program.arguments]
    if not waits:
        return _run_simply(words, stdout)
    signal.pthread_sigmask(signal.SIG_BLOCK, {*handed_on, signal.SIGCHLD})
    try:
        process = subprocess.Popen(words, stdout=stdout)
        while process.poll() is None:
            sent = signal.sigtimedwait({*handed_on, signal.SIGCHLD}, 1.0)
            if sent is not None and sent.si_signo != signal.SIGCHLD and sent.si_code != _BY_KERNEL:
                process.send_signal(sent.si_signo)
        return process.returncode
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_simply(words: Sequence[str], stdout: IO[str] | None) -> int:
    """Run where signals cannot be waited for: Ctrl-C is for the program, which gets it too."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.Popen(words, stdout=stdout).wait()
    finally:
        signal.signal(signal.SIGINT, before)


def end_as(status: int) -> int:
    """Return an exit status; a signal that ended the program ends this process too."""
    if status < 0 and os.name == "posix":
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
