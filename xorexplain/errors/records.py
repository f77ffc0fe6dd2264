"""Define dataclasses whose methods are written when one is first used, not when it is defined.

`dataclasses` writes the methods of a class as source and compiles it, in half a millisecond: that
was half of what importing this package took, and `run`, whose cost a program bears, uses few of its
classes. Of one that is used, `__init__` is written alone; comparing and telling, which few are
asked for, when they are.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

_COMPLETING = threading.RLock()
_OF_EACH_CLASS = ("__dict__", "__weakref__", "__setattr__", "__delattr__")
_TOLD, _COMPARED = ("__repr__",), ("__eq__", "__hash__")

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:
        """Make a class a dataclass, as the decorator of that name does, once it is used."""
        if cls is None:
            return lambda cls: dataclass(cls, **options)
        own = {name: value for name, value in vars(cls).items() if name not in _OF_EACH_CLASS}
        for name in _names(**options):
            if name not in own:
                setattr(cls, name, _Later(name, cls, own, options.get("frozen", False)))
        if options.get("frozen"):
            cls.__setattr__, cls.__delattr__ = _refuse_to_set, _refuse_to_delete
        return cls


def _names(repr: bool = True, eq: bool = True, frozen: bool = False) -> tuple[str, ...]:
    """Name the attributes by which a class is used that it has as a dataclass only."""
    added = ("__init__", "__dataclass_fields__", "__dataclass_params__", "__match_args__")
    return (*added, *(_TOLD if repr else ()), *(_COMPARED if eq else ()))


class _Later:
    """Stand for an attribute of a class until it is asked for; `own` is what is written in it."""

    def __init__(self, name: str, cls: type, own: Mapping[str, Any], is_frozen: bool) -> None:
        self.name, self.cls, self.own, self.is_frozen = name, cls, own, is_frozen

    def __get__(self, instance: object, owner: type) -> Any:
        with _COMPLETING:
            if isinstance(self.cls.__dict__[self.name], _Later):
                self._complete()
        attribute = self.cls.__dict__[self.name]
        bind = getattr(attribute, "__get__", None)
        return attribute if bind is None else bind(instance, owner)

    def _complete(self) -> None:
        """Give the class what its twin has as a dataclass; another thread may use it meanwhile."""
        if self.name in _TOLD:
            self._take(self._twin(repr=True), _TOLD)
        elif self.name in _COMPARED:
            self._take(self._twin(eq=True), _COMPARED)
        else:
            twin = self._twin(init=True)
            self._take(twin, [name for name in vars(twin) if name not in _OF_EACH_CLASS])
            for name in self.own.keys() - vars(twin).keys():
                delattr(self.cls, name)

    def _twin(self, **kinds: bool) -> type:
        """Make a dataclass of what is written in the class, with some of its methods alone."""
        made = type(self.cls)(self.cls.__name__, self.cls.__bases__, dict(self.own))
        wanted = {"init": False, "repr": False, "eq": False, "frozen": self.is_frozen, **kinds}
        twin: type = dataclasses.dataclass(made, **wanted)
        return twin

    def _take(self, twin: type, names: Iterable[str]) -> None:
        for name in names:
            value = vars(twin)[name]
            if name not in self.own or value is not self.own[name]:
                setattr(self.cls, name, value)


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
