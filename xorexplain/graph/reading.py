"""Read plain data strictly: the right types, no unknown key, no missing one.

A reader takes a value and the place it stands at, and returns it as a record holds it. What is
wrong is a ValueError that begins with the place: `variables[3].shape: ...`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

Reader = Callable[[Any, str], Any]
MAX_INTEGER = 2**63 - 1
MAX_SECONDS = 1e15


def wrong(place: str, what: str) -> ValueError:
    """Return the error for a place; the data as a whole has none."""
    return ValueError(f"{place.lstrip('.')}: {what}" if place else what)


def text(value: Any, place: str) -> str:
    """Read text."""
    if not isinstance(value, str):
        raise wrong(place, f"{shown(value)} is no text")
    return value


def non_empty(value: Any, place: str) -> str:
    """Read text of one letter at least."""
    if not text(value, place):
        raise wrong(place, "the text is empty")
    return str(value)


def flag(value: Any, place: str) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise wrong(place, f"{shown(value)} is neither true nor false")
    return value


def true(value: Any, place: str) -> bool:
    """Read true, of what is left out where it is false."""
    if value is not True:
        raise wrong(place, f"{shown(value)} is not true: leave it out")
    return True


def whole(least: int) -> Reader:
    """Return a reader of whole numbers from `least` on."""

    def read(value: Any, place: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong(place, f"{shown(value)} is no whole number")
        if not least <= value <= MAX_INTEGER:
            raise wrong(place, f"{shown(value)} is not from {least} to {MAX_INTEGER}")
        return value

    return read


def seconds(value: Any, place: str) -> float:
    """Read a time."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong(place, f"{shown(value)} is no number")
    if not (0 <= value <= MAX_SECONDS and math.isfinite(value)):
        raise wrong(place, f"{shown(value)} is no number of seconds")
    return value


def one_of(words: Collection[str]) -> Reader:
    """Return a reader of one of some words."""

    def read(value: Any, place: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise wrong(place, f"{shown(value)} is none of {', '.join(words)}")
        return value

    return read


def matching(pattern: str, what: str) -> Reader:
    """Return a reader of texts of one form."""
    form = re.compile(pattern)

    def read(value: Any, place: str) -> str:
        if not isinstance(value, str) or form.fullmatch(value) is None:
            raise wrong(place, f"{shown(value)} is no {what}")
        return value

    return read


def or_none(reader: Reader) -> Reader:
    """Return a reader that takes null too."""
    return lambda value, place: None if value is None else reader(value, place)


def many(reader: Reader, unique: bool = False) -> Reader:
    """Return a reader of lists, whose entries have to differ where `unique` is set."""

    def read(value: Any, place: str) -> tuple[Any, ...]:
        found = tuple(reader(v, f"{place}[{i}]") for i, v in enumerate(_list(value, place)))
        if unique:
            check_unique(found, place)
        return found

    return read


def check_unique(ids: Sequence[str], place: str, key: str = "") -> None:
    """Raise ValueError for an id that an entry before it has."""
    seen: set[str] = set()
    for i, id_ in enumerate(ids):
        if id_ in seen:
            raise wrong(f"{place}[{i}]{key}", f"{shown(id_)} is there twice")
        seen.add(id_)


def fixed(*readers: Reader) -> Reader:
    """Return a reader of lists with an entry for each of some readers."""

    def read(value: Any, place: str) -> tuple[Any, ...]:
        entries = _list(value, place)
        if len(entries) != len(readers):
            raise wrong(place, f"{len(entries)} entries in place of {len(readers)}")
        return tuple(
            reader(entry, f"{place}[{i}]")
            for i, (reader, entry) in enumerate(zip(readers, entries, strict=True))
        )

    return read


def entries(
    value: Any, place: str, fields: Mapping[str, Reader], needed: Collection[str]
) -> dict[str, Any]:
    """Read the entries of an object, each by its reader."""
    if not isinstance(value, dict):
        raise wrong(place, f"{shown(value)} is no object")
    for key in value:
        if key not in fields:
            raise wrong(place, f"unknown key {shown(key)}")
    for key in fields:
        if key in needed and key not in value:
            raise wrong(place, f"{key} is missing")
    return {key: fields[key](entry, f"{place}.{key}") for key, entry in value.items()}


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise wrong(place, f"{shown(value)} is no list")
    return value


def shown(value: Any) -> str:
    """Write a value for a message, in a few letters."""
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return "a number of many digits"
    written = json.dumps(value)
    return written if len(written) <= 40 else f"{written[:37]}..."


def loads(source: str) -> Any:
    """Parse JSON as its standard has it, each key once; raise ValueError for anything else."""
    return json.loads(source, object_pairs_hook=_once, parse_constant=_constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"key {shown(next(k for k in keys if keys.count(k) > 1))} is there twice")
    return found


def _constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")
