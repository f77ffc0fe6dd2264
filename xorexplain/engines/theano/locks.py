"""Give back the lock of Theano's compile directory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from theano.gof import compilelock


@contextlib.contextmanager
def given_back() -> Iterator[None]:
    """Have a block hold the lock as often after it as before.

    A compilation that fails keeps it, and each other process waits for two minutes.
    """
    held = _held()
    try:
        yield
    finally:
        while _held() > held:
            compilelock.release_lock()


def _held() -> int:
    count: int = getattr(compilelock.get_lock, "n_lock", 0)
    return count
