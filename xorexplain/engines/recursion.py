"""Run an engine's recursive code on graphs deeper than Python's recursion limit."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_STACK_BYTES = 1 << 30
_FRAMES = 1_000_000
_lock = threading.Lock()


def call_deep(function: Callable[[], T]) -> T:
    """Call `function`; when it exceeds the recursion limit, call it again on a 1 GiB stack.

    Both engines walk graphs recursively (gradient, debugprint, some rewrites), one to five frames
    a level. The second call runs in a thread of its own, since a thread's stack size is chosen
    when it starts; the memory is reserved, not used, until it is needed.
    """
    try:
        return function()
    except RecursionError:
        return _call_on_large_stack(function)


def _call_on_large_stack(function: Callable[[], T]) -> T:
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:  # handed to the caller's thread below
            errors.append(error)

    with _lock:
        limit = sys.getrecursionlimit()
        size = threading.stack_size(_STACK_BYTES)
        sys.setrecursionlimit(max(limit, _FRAMES))
        try:
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            thread.join()
        finally:
            sys.setrecursionlimit(limit)
            threading.stack_size(size)
    if errors:
        raise errors[0]
    return results[0]
