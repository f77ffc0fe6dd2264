"""Draw DOT text, each picture once, with a layout process that is started ahead of need."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

from xorexplain.sphinxext.recording.cache import Cache, Maker, key_of, release_of

if TYPE_CHECKING:
    from xorexplain.render.layout.image import Worker

LIBRARY = "pygraphviz"
FORMATS = ("svg", "pdf")

_waiting: tuple[int, Worker] | None = None
"""The process that will draw the next picture, and the process that started it."""


def key_for(dot: str, format_: str, title: str, description: str, budget: float) -> str:
    """Return the key of a picture; with more time its nodes may be placed better."""
    words = {"title": title, "description": description}
    return key_of(format_, {"dot": dot, "seconds": budget, **words})


def picture(
    cache: Cache, dot: str, format_: str, title: str, description: str, budget: float
) -> tuple[bytes, tuple[str, ...]]:
    """Return a picture as svg or pdf and notes on it, from the cache or drawn now.

    Raise XorexplainError where it cannot be drawn, RuntimeError where Graphviz refuses it.
    """
    key = key_for(dot, format_, title, description, budget)
    found = cache.find(key)
    if found is not None and release_of(LIBRARY) in (None, found[1].release):
        entry = found[0]
        return _decoded(entry["data"], format_), tuple(entry["notes"])
    data, notes = _drawn(dot, format_, title, description, budget)
    entry = {"data": _encoded(data, format_), "notes": list(notes)}
    cache.keep(key, entry, Maker(LIBRARY, release_of(LIBRARY) or ""))
    return data, notes


def _encoded(data: bytes, format_: str) -> str:
    return data.decode() if format_ == "svg" else base64.b64encode(data).decode()


def _decoded(text: str, format_: str) -> bytes:
    return text.encode() if format_ == "svg" else base64.b64decode(text)


def _drawn(
    dot: str, format_: str, title: str, description: str, budget: float
) -> tuple[bytes, tuple[str, ...]]:
    from xorexplain.render import Layout, draw_dot

    with _worker() as worker:
        _start_next()
        rendering = draw_dot(dot, format_, Layout("embedded", budget, worker), title, description)
    return rendering.data, rendering.notes


def _worker() -> Worker:
    """Return the waiting process, or a new one; a forked process leaves its parent's alone."""
    global _waiting
    from xorexplain.render.layout.image import start_worker

    if _waiting is not None and _waiting[0] == os.getpid():
        worker = _waiting[1]
        _waiting = None
        return worker
    return start_worker()


def _start_next() -> None:
    global _waiting
    from xorexplain.render.layout.image import start_worker

    _waiting = (os.getpid(), start_worker())


def close() -> None:
    """End the process that waits for a picture, where this process started one."""
    global _waiting
    if _waiting is not None and _waiting[0] == os.getpid():
        _waiting[1].close()
    _waiting = None
