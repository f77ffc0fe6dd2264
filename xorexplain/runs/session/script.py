"""Run a program as Python itself does, with an engine watched: `python -c` calls `main`."""

from __future__ import annotations

import atexit
import builtins
import contextlib
import importlib.util
import json
import os
import signal
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any, NoReturn

from xorexplain.runs.session.watch import Session

PACKAGE = str(Path(__file__).parents[2]) + os.sep


def main() -> None:
    """Run what the command line names: a JSON of settings, then the program and its arguments."""
    settings = json.loads(sys.argv[1])
    if hasattr(signal, "pthread_sigmask"):
        # The parent held them back until there is a program to take them.
        signal.pthread_sigmask(signal.SIG_SETMASK, settings["blocked"])
    folder = Path(settings["folder"])
    session = Session(folder, settings["command"], settings["records"], settings["keep"])
    # Registered first, it comes last: what a program does at its exit is watched too.
    ending = _Ending(session)
    atexit.register(ending)
    target, arguments = sys.argv[2], sys.argv[3:]
    prepared = _module if settings["is_module"] else _file
    sys.argv[:] = [target, *arguments]
    code = prepared(target)
    _run(code, ending)


class _Ending:
    """End a session when the interpreter ends."""

    def __init__(self, session: Session) -> None:
        self.session, self.how, self.interrupted = session, "ended", False
        self.process = os.getpid()

    def __call__(self) -> None:
        if os.getpid() != self.process:
            return
        self.session.stop(self.how)
        if self.interrupted:
            # As Python ends after Ctrl-C: a shell has to see that it was this signal.
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError, AttributeError):
                    stream.flush()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)


def _file(name: str) -> CodeType:
    """Make `__main__` of a file, as `python FILE` does."""
    path, own = Path(name), os.path.abspath(name)  # noqa: PTH100 - as Python names it
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = str(path.resolve().parent)
    loader = SourceFileLoader("__main__", own)
    _main_module(__file__=own, __cached__=None, __spec__=None, __loader__=loader)
    return compile(path.read_bytes(), own, "exec", dont_inherit=True)


def _module(name: str) -> CodeType:
    """Make `__main__` of a module, as `python -m MODULE` does."""
    sys.path[0] = str(Path.cwd())
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        name = f"{name}.__main__"
        spec = importlib.util.find_spec(name)
    loader: Any = None if spec is None else spec.loader
    code = loader.get_code(name) if hasattr(loader, "get_code") else None
    if spec is None or not isinstance(code, CodeType):
        raise SystemExit(f"{sys.executable}: No module named {name}")
    sys.argv[0] = spec.origin or name
    _main_module(__file__=spec.origin, __spec__=spec, __package__=spec.parent, __loader__=loader)
    return code


def _main_module(**names: Any) -> None:
    module = ModuleType("__main__")
    vars(module).update(__builtins__=builtins, __package__=None)
    vars(module).update(names)
    sys.modules["__main__"] = module


def _run(code: CodeType, ending: _Ending) -> None:
    """Run a program; what it raises is shown and ends it as in Python, without our own lines."""
    try:
        exec(code, vars(sys.modules["__main__"]))
    except SystemExit as error:
        ending.how = "exit" if error.code in (None, 0) else f"exit {error.code}"
        raise
    except BaseException as error:  # noqa: BLE001 - any that the program lets out
        ending.how = f"{type(error).__name__}: {error}"
        _shown(error, ending)


def _shown(error: BaseException, ending: _Ending) -> NoReturn:
    """Show an exception as the interpreter does, and exit as it does."""
    ending.interrupted = isinstance(error, KeyboardInterrupt)
    error.__traceback__ = _own_only(error.__traceback__)
    sys.excepthook(type(error), error, error.__traceback__)
    raise SystemExit(1)


def _own_only(traceback: TracebackType | None) -> TracebackType | None:
    """Leave the frames of this package out of a traceback."""
    kept = []
    while traceback is not None:
        if not traceback.tb_frame.f_code.co_filename.startswith(PACKAGE):
            kept.append(traceback)
        traceback = traceback.tb_next
    for inner, outer in zip([None, *reversed(kept)], reversed(kept), strict=False):
        outer.tb_next = inner
    return kept[0] if kept else None
