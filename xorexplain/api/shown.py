"""Say what a notebook is handed: one thing in several notations, none of them too large."""

from __future__ import annotations

from html import escape

MAX_SHOWN = 4_000_000
"""How many letters a cell adds to a notebook at most; what is larger is written into a file."""
Bundle = dict[str, str]


def too_large(what: str, size: int, name: str) -> Bundle:
    """Say that something would make the notebook large, and how it is seen nevertheless."""
    words = (
        f"The {what} has {size / 1e6:.1f} MB, too much for a notebook: .save({name!r}) writes it"
    )
    return {"text/html": f"<p>{escape(words, quote=False)}</p>", "text/plain": words}
