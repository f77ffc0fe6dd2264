"""Hold lines of styled text, and say how the styles look on a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

Segment = tuple[str, str]
"""A piece of text and the name of its style; `STYLES` maps the names for a terminal."""
Line = list[Segment]

STYLES = {
    "guide": "dim",
    "op": "bold",
    "linear algebra": "bold blue",
    "elementwise": "bold yellow",
    "reduction": "bold green",
    "shape": "bold bright_black",
    "indexing": "bold cyan",
    "random": "bold magenta",
    "control": "bold bright_yellow",
    "other": "bold",
    "parameter": "bold red",
    "leaf": "default",
    "word": "dim",
    "id": "dim cyan",
    "accent": "red",
    "added": "green",
    "removed": "red",
    "formula": "italic",
    "heading": "bold underline",
    "plain": "default",
    "command": "default",
    "ok": "green",
    "missing": "yellow",
    "problem": "bold red",
}


def joined(lines: Iterable[Line]) -> str:
    """Write lines as plain text."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def columns(text: str) -> int:
    """Count the columns that text takes on a terminal; some letters take two, or none."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) != 0 for c in text)
