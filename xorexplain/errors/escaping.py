"""Show foreign text as it is: no character of a name, value or path steers what reads it.

Control characters steer a terminal, bidirectional overrides reorder what is seen, and a lone
surrogate has no bytes at all. Text has a sign in their place, JSON their escape.
"""

from __future__ import annotations

import json
import unicodedata
import zlib
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

JOINERS = "\u200c\u200d"
"""Unprintable by themselves, they join letters and emoji."""
REPLACEMENT = "\ufffd"
MAX_PART = 60
"""How much of a name stands in what Python prints for an object."""
_SIGNS = str.maketrans({"\n": "⏎", "\r": "⏎", "\t": "→"})


def is_shown(character: str) -> bool:
    """Tell whether a character only shows itself; a space of any width does."""
    return character.isprintable() or unicodedata.category(character) == "Zs"


def visible(text: str) -> str:
    """Replace what is no letter, sign, line break or tab by a sign that stands for it."""
    return _mapped(text, JOINERS + "\t", lambda character: REPLACEMENT)


def with_signs(text: str) -> str:
    """Write text on one line, with a sign for each line break and tab."""
    if text.isprintable():
        return text
    return visible(text.replace("\r\n", "\n").translate(_SIGNS))


def on_one_line(text: str) -> str:
    """Write text on one line, with a space for each run of white space."""
    return visible(" ".join(text.split()))


def short(kind: str, parts: Iterable[str | None]) -> str:
    """Write an object of a kind in one line that tells it from others: `<Graph mlp · 19 nodes>`."""
    words = (on_one_line(part) for part in parts if part)
    told = (word if len(word) <= MAX_PART else f"{word[: MAX_PART - 1]}…" for word in words)
    return f"<{' '.join([kind, ' · '.join(told)]).rstrip()}>"


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: `1 step`, `2 steps`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def check_sum(text: str) -> str:
    """Return what tells a text from others of which as much is shown: `#d88eec60`."""
    return f"#{zlib.crc32(text.encode(errors='backslashreplace')):08x}"


def visible_json(text: str) -> str:
    """Escape in JSON text what `visible` replaces, so that it reads the same."""
    return _mapped(text, "", lambda character: json.dumps(character)[1:-1])


def fields_of(record: Any) -> dict[str, Any]:
    """Return the fields of a record by name, those of records inside it left as they are."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def json_text(data: Any, told: Callable[[Any], Any] = fields_of) -> str:
    """Write data as JSON over several lines; `told` says what of a record is written."""
    return visible_json(json.dumps(data, ensure_ascii=False, indent=2, default=told)) + "\n"


def encoded(text: str) -> bytes:
    """Return the bytes of text that people read."""
    return visible(text).encode()


def _mapped(text: str, kept: str, replace: Callable[[str], str]) -> str:
    """Replace the unprintable characters of each line but those that are kept."""
    if text.isprintable():
        return text
    odd = {character for character in set(text) if not is_shown(character)} - {"\n", *kept}
    return text.translate({ord(c): replace(c) for c in odd}) if odd else text
