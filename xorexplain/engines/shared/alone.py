"""Have an engine to oneself: its configuration and its hooks are those of the whole process."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from xorexplain.engines.shared.recursion import asking

_LOCK = threading.Lock()
_holding: list[int] = []
"""The thread that has the engine, if one has."""


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one thread at a time into such blocks; inside of one of its own it may enter another.

    Not for blocks in which a program of the user's runs: it may wait for threads of its own.
    """
    thread = asking()
    if thread in _holding:  # nobody else takes it away, or puts it there
        yield
        return
    with _LOCK:
        _holding.append(thread)
        try:
            yield
        finally:
            _holding.remove(thread)
