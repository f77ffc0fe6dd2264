"""Show on the terminal what is being done, where that takes longer than a second."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator

from xorexplain.cli.terminal import is_interactive
from xorexplain.errors.escaping import on_one_line


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Say on the terminal what is being done, once it takes longer than a second."""
    if not is_interactive():
        yield
        return

    def show() -> None:
        sys.stderr.write(f"{on_one_line(what)} ...")
        sys.stderr.flush()

    timer = threading.Timer(1.0, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


@contextlib.contextmanager
def progress(first: str) -> Iterator[Callable[[str], None]]:
    """Yield what shows the step a longer command is at, on one line of a terminal."""
    if not is_interactive():
        yield lambda what: None
        return
    from xorexplain.render.width import columns_of

    width = columns_of(sys.stderr) - 1

    def show(what: str) -> None:
        sys.stderr.write(f"\r\033[K{on_one_line(what)[:width]}")
        sys.stderr.flush()

    show(first)
    try:
        yield show
    finally:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
