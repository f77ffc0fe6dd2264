"""Tell what is compiled and called to explain a program from what the program does itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ASIDE: ContextVar[bool] = ContextVar("aside", default=False)


@contextmanager
def aside() -> Iterator[None]:
    """Have a session that is watching overlook what is done meanwhile; decorates functions too."""
    before = _ASIDE.set(True)
    try:
        yield
    finally:
        _ASIDE.reset(before)


is_aside: Callable[[], bool] = _ASIDE.get
"""Tells whether what is done now is overlooked; it is asked at every call of a watched program."""
