"""Define dataclasses whose methods are written when one is first used, not when it is defined.

`dataclasses` writes the methods of a class as source and compiles it, in half a millisecond: that
was half of what importing this package took, and `run`, whose cost a program bears, uses few of its
classes.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

_COMPLETING = threading.RLock()
_OF_EACH_CLASS = ("__dict__", "__weakref__")

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:
        """Make a class a dataclass, as the decorator of that name does, once it is used."""
        if cls is None:
            return lambda cls: dataclass(cls, **options)
        for name in _names(**options):
            if name not in cls.__dict__:
                setattr(cls, name, _Later(name, cls, options))
        if options.get("frozen"):
            cls.__setattr__, cls.__delattr__ = _refuse_to_set, _refuse_to_delete
        return cls


def _names(repr: bool = True, eq: bool = True, frozen: bool = False) -> tuple[str, ...]:
    """Name the attributes by which a class is used that it has as a dataclass only."""
    added = ("__init__", "__dataclass_fields__", "__dataclass_params__", "__match_args__")
    return (*added, *(["__repr__"] if repr else []), *(["__eq__", "__hash__"] if eq else []))


class _Later:
    """Stand for an attribute of a class until it is asked for, which completes the class."""

    def __init__(self, name: str, cls: type, options: Mapping[str, bool]) -> None:
        self.name, self.cls, self.options = name, cls, options

    def __get__(self, instance: object, owner: type) -> Any:
        with _COMPLETING:
            if isinstance(self.cls.__dict__[self.name], _Later):
                _complete(self.cls, self.options)
        attribute = self.cls.__dict__[self.name]
        bind = getattr(attribute, "__get__", None)
        return attribute if bind is None else bind(instance, owner)


def _complete(cls: type, options: Mapping[str, bool]) -> None:
    """Give a class what its twin gets as a dataclass; another thread may use it meanwhile."""
    left_out = (*_OF_EACH_CLASS, *(["__setattr__", "__delattr__"] if options.get("frozen") else []))
    own = {
        name: value
        for name, value in vars(cls).items()
        if not isinstance(value, _Later) and name not in left_out
    }
    twin: type = dataclasses.dataclass(type(cls)(cls.__name__, cls.__bases__, dict(own)), **options)
    for name, value in vars(twin).items():
        if name not in left_out and (name not in own or value is not own[name]):
            setattr(cls, name, value)
    for name in own.keys() - vars(twin).keys():
        delattr(cls, name)


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
