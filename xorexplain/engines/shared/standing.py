"""Stand in for a function of an engine while blocks run, whatever the order in which they end."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

StandIn = Callable[[Any], Any]
"""Makes what stands there of what it finds there."""


class _Block:
    """Hold what a block puts in the place of what it found there."""

    def __init__(self, stand_in: StandIn, found: Any) -> None:
        self.stand_in = stand_in
        self.found = found


_RUNNING: dict[tuple[Any, str], list[_Block]] = {}
"""The blocks that run, by what they stand in for, the innermost last."""
_LOCK = threading.Lock()


@contextlib.contextmanager
def standing_in(owner: Any, name: str, stand_in: StandIn) -> Iterator[None]:
    """Put another value in the place of an attribute of an engine's class in a block.

    Blocks may overlap, in several threads: a block that ends leaves those of the others in place,
    and the last that ends gives back what the first has found.
    """
    with _LOCK:
        running = _RUNNING.setdefault((owner, name), [])
        block = _Block(stand_in, getattr(owner, name))
        running.append(block)
        setattr(owner, name, stand_in(block.found))
    try:
        yield
    finally:
        with _LOCK:
            place = running.index(block)
            del running[place]
            standing = block.found
            for later in running[place:]:
                later.found, standing = standing, later.stand_in(standing)
            setattr(owner, name, standing)
