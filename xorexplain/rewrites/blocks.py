"""Tell whose a compilation is where blocks in several threads record at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from xorexplain.engines.shared.recursion import asking

_THREADS: list[int] = []
"""The threads of the blocks that run, each as often as it has one."""


@contextlib.contextmanager
def recording_block() -> Iterator[Callable[[], bool]]:
    """Give a block what tells whether it records what runs.

    That is all that its own thread runs, and what threads run that have no block of their own.
    """
    thread = asking()
    _THREADS.append(thread)
    try:
        yield lambda: asking() == thread or asking() not in _THREADS
    finally:
        _THREADS.remove(thread)
