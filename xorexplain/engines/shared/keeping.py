"""Have an engine keep where a variable was made: more frames of it, and in less time.

To keep the frames, both engines walk the stack for each variable and each apply node.
"""

from __future__ import annotations

import contextlib
import linecache
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import CodeType, FrameType

    from xorexplain.engines.shared.library import Library

_USUAL_FRAMES, _FRAMES, _OWN_FRAMES = 8, 24, 12
_WALK = "simple_extract_stack"
"""What both engines call the function that walks the stack."""
_MOST = 16384

Entry = tuple[str, int, str, "str | None"]
_ENTRIES: dict[tuple[int, int], tuple[CodeType, Entry]] = {}
"""The frames that were seen, by the identity of their code, which is kept, and the place in it."""
_SKIPPED: dict[tuple[str, ...], dict[str, bool]] = {}
_LOCK = threading.Lock()


def keep_frames(config: Any) -> None:
    """Let an engine keep more frames of what makes a variable, unless somebody chose how many.

    Its own default ends inside a library that helps to build a model, before the user's line.
    """
    holder, name = _limit(config)
    if getattr(holder, name) == _USUAL_FRAMES:
        setattr(holder, name, _FRAMES)


@contextlib.contextmanager
def fewer_frames(config: Any) -> Iterator[None]:
    """Let an engine keep half of those frames of what this package asks it for.

    The frames that count are the innermost: those of the engine's gradient, and of an op's own
    code in it. To keep all that are above takes a tenth of the time of a gradient.
    """
    holder, name = _limit(config)
    if getattr(holder, name) != _FRAMES:
        yield
        return
    setattr(holder, name, _OWN_FRAMES)
    try:
        yield
    finally:
        setattr(holder, name, _FRAMES)


@contextlib.contextmanager
def frames_given_back(config: Any) -> Iterator[None]:
    """Have an engine keep frames after a block as before it.

    It keeps none while it compiles. Of threads that compile at once, one finds that of another, and
    puts it back at its end: for good.
    """
    holder, name = _limit(config)
    before = getattr(holder, name)
    try:
        yield
    finally:
        if getattr(holder, name) == 0:
            setattr(holder, name, before)


def _limit(config: Any) -> tuple[Any, str]:
    """Return where an engine's settings hold how many frames it keeps, and under which name."""
    is_flat = hasattr(config, "traceback__limit")
    return (config, "traceback__limit") if is_flat else (config.traceback, "limit")


class QuickWalks:
    """Stand in for the function with which an engine walks the stack, while blocks run.

    What it gives is equal. The engine reads the line of source of each frame again, and compares
    the file of each that it passes over with fourteen patterns: a third of the time of a gradient.
    Blocks may overlap, in several threads: the last that ends gives the engine its own back.
    """

    def __init__(self, module: Any) -> None:
        self._module = module
        self._running = 0
        self._own: Any = None

    def __enter__(self) -> None:
        with _LOCK:
            if not self._running:
                self._own = getattr(self._module, _WALK, None)
                if self._own is not None:
                    setattr(self._module, _WALK, self._walked)
            self._running += 1

    def __exit__(self, *_: object) -> None:
        with _LOCK:
            self._running -= 1
            # Who has put another function there since then keeps it.
            if not self._running and getattr(self._module, _WALK, None) == self._walked:
                setattr(self._module, _WALK, self._own)

    def _walked(
        self, f: FrameType | None = None, limit: int | None = None, skips: Sequence[str] = ()
    ) -> list[Entry]:
        frame: FrameType | None = f or sys._getframe(1)
        return self._own(frame, limit, skips) if limit is None else walk(frame, limit, skips)


def walk(frame: FrameType | None, limit: int, skips: Sequence[str]) -> list[Entry]:
    """Return file, line, function and source of the frames from the outermost to a given one.

    Those inside whose file holds one of `skips` are passed over, unless it is of tests.
    """
    if limit <= 0:  # as while an engine compiles
        return []
    patterns = tuple(skips)
    skipped = _SKIPPED.setdefault(patterns, {})
    while frame is not None:
        file = frame.f_code.co_filename
        if file not in skipped:
            skipped[file] = "tests" not in file and any(part in file for part in patterns)
        if not skipped[file]:
            break
        frame = frame.f_back
    trace: list[Entry] = []
    while frame is not None and len(trace) < limit:
        known = _ENTRIES.get((id(frame.f_code), frame.f_lasti))
        trace.append(_entry(frame) if known is None else known[1])
        frame = frame.f_back
    trace.reverse()
    return trace


def _entry(frame: FrameType) -> Entry:
    code, number = frame.f_code, frame.f_lineno
    line = linecache.getline(code.co_filename, number, frame.f_globals).strip() or None
    entry = (code.co_filename, number, code.co_name, line)
    if len(_ENTRIES) >= _MOST:
        _ENTRIES.clear()
    if line is not None:  # else the source may become known
        _ENTRIES[id(code), frame.f_lasti] = (code, entry)
    return entry


@contextlib.contextmanager
def for_itself(library: Library) -> Iterator[None]:
    """Have an engine keep frames of what this package itself asks it for."""
    with fewer_frames(library.module.config), library.walks:
        yield
