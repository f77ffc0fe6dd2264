"""Write a document as plain JSON data, and read it back.

A record is an object whose `is` names it; an expression is a list of its parts, arguments first,
which name each other by their position: parts that are shared stay shared.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from xorexplain.notation.expr import Expr, postorder
from xorexplain.render.reports import document
from xorexplain.render.reports.document import Document

_EXPR = "Expr"


def to_plain(written: Document) -> Any:
    """Return a document as data of JSON."""
    return _to_plain(written)


def from_plain(data: Any) -> Document:
    """Return the document that data of JSON holds."""
    found = _from_plain(data)
    assert isinstance(found, Document)
    return found


def _to_plain(value: Any) -> Any:
    if isinstance(value, Expr):
        parts = list(postorder([value]))
        place = {id(part): position for position, part in enumerate(parts)}
        rows = [
            [part.kind, part.text, list(map(list, part.params)), [place[id(a)] for a in part.args]]
            for part in parts
        ]
        return {"is": _EXPR, "parts": rows}
    if is_dataclass(value):
        found = {f.name: _to_plain(getattr(value, f.name)) for f in fields(value)}
        return {"is": type(value).__name__, **found}
    return [_to_plain(entry) for entry in value] if isinstance(value, tuple) else value


def _from_plain(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(map(_from_plain, data))
    if not isinstance(data, dict):
        return data
    if data["is"] == _EXPR:
        built: list[Expr] = []
        for kind, text, params, args in data["parts"]:
            pairs = tuple((name, value) for name, value in params)
            built.append(Expr(kind, tuple(built[a] for a in args), text, pairs))
        return built[-1]
    record = getattr(document, data["is"])
    return record(**{name: _from_plain(value) for name, value in data.items() if name != "is"})
