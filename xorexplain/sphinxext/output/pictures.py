"""Draw DOT text, each picture once."""

from __future__ import annotations

import base64

from xorexplain.sphinxext.recording.cache import Cache, Maker, key_of, release_of

LIBRARY = "pygraphviz"
FORMATS = ("svg", "pdf")


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
    from xorexplain.render import Layout, draw_dot

    drawn = draw_dot(dot, format_, Layout("embedded", budget), title, description)
    entry = {"data": _encoded(drawn.data, format_), "notes": list(drawn.notes)}
    cache.keep(key, entry, Maker(LIBRARY, release_of(LIBRARY) or ""))
    return drawn.data, drawn.notes


def _encoded(data: bytes, format_: str) -> str:
    return data.decode() if format_ == "svg" else base64.b64encode(data).decode()


def _decoded(text: str, format_: str) -> bytes:
    return text.encode() if format_ == "svg" else base64.b64decode(text)
