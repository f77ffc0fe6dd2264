"""Watch the program that Python is about to run, to its end; nothing of it is changed."""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from xorexplain.runs.session.children import watch_children, watch_programs
from xorexplain.runs.session.described import ending_words
from xorexplain.runs.session.watch import Session

PACKAGE = str(Path(__file__).parents[2]) + os.sep
_AS_ALWAYS = sys.__excepthook__


def begin(settings: Mapping[str, Any]) -> None:
    """Begin to watch, as the settings of `process.run` say."""
    names = ("command", "records", "keep", "explain", "inspection")
    told = {name: settings[name] for name in names}
    session = Session(Path(settings["folder"]), parent=settings.get("parent", 0), **told)
    watch_children(settings, lambda: session.is_on)
    if settings["programs"]:
        watch_programs(settings)
    process = os.getpid()

    def end() -> None:
        # A child that was forked comes here too where it ends as Python does.
        if os.getpid() == process:
            session.stop(_how(), getattr(sys, "last_value", None))

    # Registered first, it comes last: what a program does at its exit is watched too.
    atexit.register(end)
    # Engines put hooks of their own before it, and call the one that Python keeps.
    sys.excepthook = sys.__excepthook__ = _shown
    if hasattr(signal, "pthread_sigmask"):
        # The parent held them back until here.
        signal.pthread_sigmask(signal.SIG_SETMASK, settings["blocked"])


def _how() -> str:
    """Say which exception ended the program, if one did."""
    error = getattr(sys, "last_value", None)
    return "" if error is None else ending_words(error)


def _shown(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Show an exception that nobody caught as Python does, without lines of this package."""
    own = _own_only(traceback)
    error.__traceback__ = own
    _AS_ALWAYS(kind, error, own)


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
