"""Turn records into plain data and back, by the types that their fields declare.

Of a record is written what differs from the default of its field; what is read has the right
types, no unknown key and no missing one.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from typing import Any, Literal

from xorexplain.errors.records import dataclass
from xorexplain.graph.reading import (
    Reader,
    entries,
    fixed,
    flag,
    many,
    one_of,
    or_none,
    seconds,
    text,
    true,
    whole,
)

PLAIN: Mapping[Any, Reader] = {str: text, bool: flag, int: whole(0), float: seconds}


@dataclass(frozen=True, eq=False)
class Converter:
    """Hold what a form of data says beside the types of its records.

    `own` are readers of fields whose type allows too much, by record and field. `always` names
    the keys that a record always has, in their order; those of others are its fields without a
    default. A record of `rows` is a list of its fields.
    """

    own: Mapping[type, Mapping[str, Reader]] = field(default_factory=dict)
    always: Mapping[type, tuple[str, ...]] = field(default_factory=dict)
    rows: tuple[type, ...] = ()

    def plain(self, value: Any) -> Any:
        """Turn a record into lists and dicts, without what is as by default."""
        if isinstance(value, tuple):
            is_deep = bool(value) and not isinstance(value[0], (str, int, types.NoneType))
            return [self.plain(entry) for entry in value] if is_deep else list(value)
        kind = type(value)
        if not is_dataclass(kind):
            return value
        if kind in self.rows:
            return [getattr(value, f.name) for f in fields(kind)]
        found = {name: self.plain(getattr(value, name)) for name in self.always.get(kind, ())}
        for f in _told(kind):
            entry = getattr(value, f.name)
            if f.name not in found and entry != f.default:
                found[f.name] = self.plain(entry)
        return found

    @functools.cache  # noqa: B019 - a converter is a constant of its module
    def reader(self, kind: type) -> Reader:
        """Return a reader of a record."""
        hints, own = typing.get_type_hints(kind), self.own.get(kind, {})
        readers = {
            f.name: own[f.name] if f.name in own else self._field(hints[f.name], f)
            for f in _told(kind)
        }
        if kind in self.rows:
            row = fixed(*readers.values())
            return lambda value, place: kind(*row(value, place))
        needed = self.always.get(kind) or [f.name for f in _told(kind) if f.default is MISSING]
        return lambda value, place: kind(**entries(value, place, readers, needed))

    def _field(self, hint: Any, of: Field[Any]) -> Reader:
        """Return the reader of a field: what may be left out is not there as null or false."""
        if of.default is None:
            (hint,) = (one for one in typing.get_args(hint) if one is not types.NoneType)
        return true if of.default is False else self._typed(hint)

    def _typed(self, hint: Any) -> Reader:
        origin, parts = typing.get_origin(hint), typing.get_args(hint)
        if origin is Literal:
            return one_of(parts)
        if origin is tuple:
            is_many = parts[-1] is ...
            return many(self._typed(parts[0])) if is_many else fixed(*map(self._typed, parts))
        if types.NoneType in parts:
            (one,) = (part for part in parts if part is not types.NoneType)
            return or_none(self._typed(one))
        return PLAIN[hint] if hint in PLAIN else self.reader(hint)


@functools.cache
def _told(kind: type) -> tuple[Field[Any], ...]:
    """Return the fields that are part of what a record says."""
    return tuple(f for f in fields(kind) if f.compare)
