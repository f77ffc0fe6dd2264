"""Describe what a graph was built of, in the names that the user's program has for it."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from inspect import signature
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import plain, toposort
from xorexplain.errors.escaping import with_signs
from xorexplain.runs.building.stack import Asked, Held
from xorexplain.runs.records import Operand
from xorexplain.runs.words import Words
from xorexplain.runs.written import Written

MAX_TEXT = 40
_PLAIN = (str, int, float, complex, bool)


class Operands:
    """Name variables and values as the user's frames know them.

    `tops` are the variables that are spoken of: expressions are written of what lies below them.
    """

    def __init__(self, asked: Asked, tops: Sequence[Any]) -> None:
        self.asked, self.engine = asked, asked.engine
        self.tops = list(dict.fromkeys(v for v in tops if is_variable(self.engine, v)))

    @cached_property
    def words(self) -> Words:
        """What writes variables as expressions."""
        applies = toposort(self.tops)
        given = dict.fromkeys(
            v
            for v in (*(v for apply in applies for v in apply.inputs), *self.tops)
            if v.owner is None and self.engine.role_of(v) in ("input", "shared")
        )
        written = Written(list(given), self.tops, applies)
        own = {
            **names_in_round(self.engine, self.asked),
            **names_in(self.engine, self.asked.others),
        }
        return Words(self.engine, written, own=own)

    def expression(self, value: Any) -> str:
        """Write a variable, or any other value, as the user's program calls it."""
        if is_variable(self.engine, value):
            return self.words.expression(value, opened=False)
        for frame in self.asked.others:
            if isinstance(value, _PLAIN) or value is None:
                break
            for name, other in frame.values.items():
                if other is value and not name.startswith("_"):
                    return name
        return with_signs(plain(repr(value)))[:MAX_TEXT]

    def operand(self, value: Any) -> Operand:
        """Describe a variable, or any other value that was given in the place of one."""
        if not is_variable(self.engine, value):
            dtype = getattr(value, "dtype", None)
            name = type(value).__name__
            shape = tuple(numpy.shape(value)) if dtype is not None else None
            told = plain(dtype) if dtype is not None else ""
            return Operand(self.expression(value), "constant", name, told, shape, "a value")
        variable = self.words.behind(value)
        info = self.engine.type_of(variable)
        return Operand(
            self.words.expression(variable, opened=False),
            self.engine.role_of(variable),
            info.text,
            info.dtype or "",
            shape_of(self.engine, variable),
            self.words.came(variable),
            self.words.source(variable),
        )

    def listed(self, values: Iterable[Any]) -> tuple[Operand, ...]:
        """Describe values, each once."""
        return tuple(dict.fromkeys(self.operand(value) for value in values))


def shape_of(engine: Engine, variable: Any) -> tuple[int | None, ...] | None:
    """Return the lengths that a type fixes, None for one that it leaves open."""
    info = engine.type_of(variable)
    if info.shape is not None or info.broadcastable is None:
        return info.shape
    return tuple(1 if is_one else None for is_one in info.broadcastable)


def is_variable(engine: Engine, value: Any) -> bool:
    """Tell whether a value is a variable of an engine; a class of them is none."""
    return not isinstance(value, type) and engine.is_variable(value)


def names_in(engine: Engine, frames: Sequence[Held]) -> dict[Any, str]:
    """Return the user's names for variables, those of inner frames first."""
    found: dict[Any, str] = {}
    for frame in frames:
        for name, value in {**frame.around, **frame.values}.items():
            if not name.startswith("_") and is_variable(engine, value):
                found.setdefault(value, name)
        for holder in ("self",):
            for name, value in vars_of(frame.values.get(holder)).items():
                if is_variable(engine, value):
                    found.setdefault(value, f"{holder}.{name}")
    return found


def names_in_round(engine: Engine, asked: Asked) -> dict[Any, str]:
    """Return what the user's function of a loop's round calls what the loop hands it."""
    held = asked.of("scan")
    if held is None or not callable(function := held.values.get("fn")):
        return {}
    given = held.values.get("args", ())
    with contextlib.suppress(TypeError, ValueError):
        names = list(signature(function).parameters)
        pairs = zip(given, names, strict=False)
        return {v: name for v, name in pairs if is_variable(engine, v) and v.owner is None}
    return {}


def vars_of(value: Any) -> Mapping[str, Any]:
    """Return the attributes of an object that has a dictionary of them."""
    found = getattr(value, "__dict__", None)
    return found if isinstance(found, dict) else {}


def given_in(engine: Engine, frame: Held) -> Iterator[Any]:
    """Yield the variables, and the arrays, that a function of the engine was given."""
    for value in frame.arguments.values():
        parts = value if isinstance(value, (list, tuple)) else [value]
        for part in parts:
            if is_variable(engine, part) or isinstance(part, numpy.ndarray):
                yield part


def named_in(engine: Engine, asked: Asked) -> Iterator[Any]:
    """Yield the values whose names stand in what the user wrote, as far as they are known."""
    frame = asked.user
    try:
        tree = ast.parse(asked.code.strip())
    except (SyntaxError, ValueError):
        return
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if node in called:
            continue
        if isinstance(node, ast.Constant):
            yield node.value
        known = {**frame.around, **frame.values}
        if isinstance(node, ast.Name) and node.id in known:
            value = known[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            value = vars_of(known.get(node.value.id)).get(node.attr)
        else:
            continue
        if is_variable(engine, value) or isinstance(value, (numpy.ndarray, *_PLAIN, type(None))):
            yield value
