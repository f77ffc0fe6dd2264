"""Define dataclasses whose methods are written when one is first used, not when it is defined.

`dataclasses` writes the methods of a class as source and compiles it, in half a millisecond: that
was half of what importing this package took, and `run`, whose cost a program bears, uses few of its
classes. Of one that is used, `__init__` is written alone, as `dataclasses` does it; comparing and
telling, which few are asked for, when they are.
"""

from __future__ import annotations

import dataclasses
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
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
            hashes = self.is_frozen and not self.own.get("__hash__")
            self._take(self._twin(eq=True, unsafe_hash=hashes), _COMPARED)
        else:
            twin = self._twin()
            if "__init__" not in self.own:
                twin.__init__ = _init_of(twin, self.is_frozen)  # type: ignore[misc]
            self._take(twin, [name for name in vars(twin) if name not in _OF_EACH_CLASS])
            for name in self.own.keys() - vars(twin).keys():
                delattr(self.cls, name)

    def _twin(self, **kinds: bool) -> type:
        """Make a dataclass of what is written in the class, with some of its methods alone."""
        made = type(self.cls)(self.cls.__name__, self.cls.__bases__, dict(self.own))
        wanted = {"init": False, "repr": False, "eq": False, **kinds}
        twin: type = dataclasses.dataclass(made, **wanted)
        return twin

    def _take(self, twin: type, names: Iterable[str]) -> None:
        for name in names:
            value = vars(twin)[name]
            if name not in self.own or value is not self.own[name]:
                setattr(self.cls, name, value)


class _Made:
    """Stand in a signature for what is made anew for each object."""

    def __repr__(self) -> str:
        return "<factory>"


_MADE = _Made()


def _init_of(cls: type, is_frozen: bool) -> Callable[..., None]:
    """Write the `__init__` of a dataclass."""
    fields = dataclasses.fields(cls)
    known: dict[str, Any] = {"_set": object.__setattr__, "_MADE": _MADE}
    given: list[str] = []
    by_name: list[str] = []
    body: list[str] = []
    for field in fields:
        name, value, parameter = field.name, field.name, field.name
        if field.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = field.default_factory
            made = f"_make_{name}()"
            value = f"{made} if {name} is _MADE else {name}" if field.init else made
            parameter = f"{name}=_MADE"
        elif field.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = field.default
            parameter = f"{name}=_default_{name}"
            if not field.init:
                continue
        if field.init:
            (by_name if field.kw_only else given).append(parameter)
        body.append(f'_set(self, "{name}", {value})' if is_frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = ", ".join(["self", *given, *(["*", *by_name] if by_name else [])])
    lines = "\n  ".join(body or ["pass"])
    made = f"def __init__({parameters}):\n  {lines}"
    scope: dict[str, Any] = {}
    # Among the names of the module, as `dataclasses` does: what a type is called is known there.
    module = vars(sys.modules[cls.__module__]) if cls.__module__ in sys.modules else {}
    exec(f"def make({', '.join(known)}):\n {made}\n return __init__", module, scope)
    init: Callable[..., None] = scope["make"](**known)
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__annotations__ = {f.name: f.type for f in fields if f.init} | {"return": None}
    return init


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
