"""Have the processes that a program starts anew be watched as it is itself.

A forked process goes on with what its parent has. One that `multiprocessing` spawns begins as
Python does; it is handed what `process.run` handed its parent, for as long as it takes to start it.
Programs of Python that are started in any other way find it in the environment, where it is asked
that they are watched too.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from xorexplain.errors.importing import prepare

SITE = str(Path(__file__).parent / "site")
VARIABLE = "XOREXPLAIN_WATCHED"
"""What tells a starting Python that it is watched, and how."""
Handing = Callable[[], contextlib.AbstractContextManager[None]]
STARTS = {
    "multiprocessing.popen_spawn_posix": ("Popen", "_launch"),
    "multiprocessing.popen_spawn_win32": ("Popen", "__init__"),
    "multiprocessing.forkserver": ("ForkServer", "ensure_running"),
}
"""What starts a Python anew: a class of a module, and its method."""


def watch_children(settings: Mapping[str, Any], is_on: Callable[[], bool]) -> None:
    """Watch what `multiprocessing` spawns from now on, as the settings of `process.run` say."""
    handing = partial(_handed_on, settings, is_on)
    for module in STARTS:
        if module in sys.modules:
            _hook(module, handing)
        else:
            prepare(module, partial(_hooked, module, handing))


@contextlib.contextmanager
def _hooked(module: str, handing: Handing) -> Iterator[None]:
    """Hook a module once it has been imported."""
    yield
    _hook(module, handing)


def _hook(module: str, handing: Handing) -> None:
    home, name = STARTS[module]
    owner = getattr(sys.modules[module], home, None)
    start = getattr(owner, name, None)
    if owner is None or start is None:
        return

    @functools.wraps(start)
    def started(*arguments: Any, **options: Any) -> Any:
        _start_tracker()
        with handing():
            return start(*arguments, **options)

    setattr(owner, name, started)


def _start_tracker() -> None:
    """Start the process that cleans up behind others before, which computes nothing."""
    with contextlib.suppress(ImportError, OSError):
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()


@contextlib.contextmanager
def _handed_on(settings: Mapping[str, Any], is_on: Callable[[], bool]) -> Iterator[None]:
    """Say in the environment how a child is watched, and take it out again."""
    if not is_on() or VARIABLE in os.environ:
        yield
        return
    path = _hand_on(settings)
    try:
        yield
    finally:
        os.environ.pop(VARIABLE, None)
        if path is None:
            os.environ.pop("PYTHONPATH", None)
        else:
            os.environ["PYTHONPATH"] = path


def watch_programs(settings: Mapping[str, Any]) -> None:
    """Watch all programs of this Python that are started from now on."""
    _hand_on(settings)


def _hand_on(settings: Mapping[str, Any]) -> str | None:
    """Say in the environment how what starts is watched; return the path that was there."""
    path = os.environ.get("PYTHONPATH")
    has_masks = hasattr(signal, "pthread_sigmask")
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ()) if has_masks else ()
    told = {
        **settings,
        "path": path,
        "blocked": [int(number) for number in blocked],
        "parent": os.getpid(),
    }
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [SITE, path]))
    os.environ[VARIABLE] = json.dumps(told)
    return path
