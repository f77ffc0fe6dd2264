"""Write the long lists of a bundle as tables, which take a third of the room.

A table is `{"rows": count, "columns": {key: column}}`. A column is a list of values, or, where few
values recur, `{"of": values, "at": positions}`. None stands for a key that an entry lacks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

Json = dict[str, Any]
LISTS = ("nodes", "edges", "outline")
_written = json.JSONEncoder(ensure_ascii=False).encode


def packed(story: Mapping[str, Any]) -> Json:
    """Return a bundle whose graphs and steps are tables."""
    graphs = {
        key: {name: table(v) if name in LISTS else v for name, v in graph.items()}
        for key, graph in story["graphs"].items()
    }
    found = {**story, "graphs": graphs}
    if story["trace"] is not None:
        found["trace"] = {**story["trace"], "steps": table(story["trace"]["steps"])}
    return found


def table(entries: Sequence[Mapping[str, Any]]) -> Json:
    """Turn a list of dicts into a table."""
    keys = dict.fromkeys(key for entry in entries for key in entry)
    columns = {key: _column([entry.get(key) for entry in entries]) for key in keys}
    return {"rows": len(entries), "columns": columns}


def unpacked(found: Mapping[str, Any]) -> list[Json]:
    """Turn a table back into a list of dicts."""
    entries: list[Json] = [{} for _ in range(found["rows"])]
    for key, column in found["columns"].items():
        values = column
        if isinstance(column, dict):
            values = [None if place < 0 else column["of"][place] for place in column["at"]]
        for entry, value in zip(entries, values, strict=True):
            if value is not None:
                entry[key] = value
    return entries


def _column(values: list[Any]) -> Any:
    """Write a column; its values once each, with their places, where that is shorter."""
    # Most values of a column are the same few strings.
    known_text = {v: encode_basestring(v) for v in {v for v in values if type(v) is str}}
    texts = [known_text[v] if type(v) is str else _text(v) for v in values]
    distinct: dict[str, int] = {}
    for text in texts:
        if text:
            distinct.setdefault(text, len(distinct))
    if len(distinct) == len(texts):
        return values
    at = [distinct[text] if text else -1 for text in texts]
    missing = at.count(-1)
    digits = len(at) + missing if len(distinct) <= 10 else sum(len(str(place)) for place in at)
    apart = sum(map(len, distinct)) + digits + 14
    if apart >= sum(map(len, texts)) + 4 * missing:
        return values
    known = dict(zip(at, values, strict=True))
    return {"of": [known[place] for place in range(len(distinct))], "at": at}


def _text(value: Any) -> str:
    """Write a value that is no string as JSON, nothing for None; a number without an encoder."""
    if value is None:
        return ""
    return repr(value) if type(value) in (int, float) else _written(value)
