"""Run an engine's recursive code on graphs deeper than Python's recursion limit."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_STACK_BYTES = 1 << 30
# 5 kB of stack for a frame: calls through C code (sorting by a key) take 2 kB up to Python 3.11.
_FRAMES = 200_000
_lock = threading.Lock()
_here = threading.local()


def call_deep(function: Callable[[], T]) -> T:
    """Call `function`; when it exceeds the recursion limit, call it again on a 1 GiB stack.

    Both engines walk graphs recursively (gradient, debugprint, some rewrites), one to five frames
    a level. The second call runs in a thread of its own, since a thread's stack size is chosen
    when it starts; the memory is reserved, not used, until it is needed. Raise RecursionError
    where that is not enough either.
    """
    try:
        return function()
    except RecursionError:
        if getattr(_here, "is_large", False):
            raise
    return _call_on_large_stack(function)


def asking() -> int:
    """Return the thread that runs, or the one that waits for it where it is a larger stack's."""
    thread: int | None = getattr(_here, "asking", None)
    return threading.get_ident() if thread is None else thread


class DeepKey:
    """Compare an op as its engine does, also where that recurses through a deep graph inside."""

    def __init__(self, op: Any) -> None:
        self.op = op

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DeepKey):
            return NotImplemented
        return self.op is other.op or call_deep(lambda: bool(self.op == other.op))

    def __hash__(self) -> int:
        return call_deep(lambda: hash(self.op))


def _call_on_large_stack(function: Callable[[], T]) -> T:
    results: list[T] = []
    errors: list[BaseException] = []
    thread_asking = asking()

    def run() -> None:
        _here.is_large, _here.asking = True, thread_asking
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001 - raised in the caller's thread below
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
