"""Hold what a rule found of an error while building, and what rules are given."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy

from xorexplain.engines import Engine
from xorexplain.errors.escaping import counted
from xorexplain.errors.records import dataclass
from xorexplain.runs.arrays import shape_words
from xorexplain.runs.building.operands import (
    Operands,
    given_in,
    is_variable,
    named_in,
    shape_of,
)
from xorexplain.runs.building.stack import Asked, Held
from xorexplain.runs.records import Problem


@dataclass(frozen=True)
class Fault:
    """Name the problem, say it, name the cure, and list what it is about, the guilty first."""

    problem: Problem
    sentence: str
    cure: str
    values: Sequence[Any] | None = None
    """What it is about; None where that was not found."""


@dataclass(frozen=True)
class Building:
    """Hold what was asked of an engine, with what it was asked of."""

    asked: Asked
    operands: Operands
    given: Sequence[Any]
    """The variables and arrays that the engine's function was given, in their order."""

    @property
    def engine(self) -> Engine:
        """The engine that was asked."""
        return self.asked.engine

    @property
    def error(self) -> BaseException:
        """What it raised."""
        return self.asked.error

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions of the engine that were busy, and the classes of the ops."""
        names = {frame.name for frame in self.asked.frames}
        ops = (f.values.get("self") for f in self.asked.frames)
        return frozenset(names | {type(op).__name__ for op in ops if hasattr(op, "make_node")})

    @property
    def words(self) -> str:
        """The engine's own message, on one line; without the lines of a variable that it quotes."""
        return " ".join(str(self.error).partition("Backtrace when")[0].split())

    @cached_property
    def tensor(self) -> str:
        """The name by which the user's line knows the engine's tensor functions, else `T`."""
        user = self.asked.user
        known = [*user.values.items(), *user.around.items()]
        return next((name for name, value in known if value is self.engine.tensor), "T")

    def name(self, value: Any) -> str:
        """Write a value as the user's program calls it."""
        return self.operands.expression(value)

    def dimensions(self, value: Any) -> int:
        """Count the dimensions of a variable or an array."""
        return len(self.shape(value) or ())

    def shape(self, value: Any) -> tuple[int | None, ...] | None:
        """Return the lengths that are known while the graph is built."""
        if is_variable(self.engine, value):
            return shape_of(self.engine, value)
        found = getattr(value, "shape", None)
        return tuple(found) if isinstance(found, tuple) else None

    def dtype(self, value: Any) -> str:
        """Return the dtype of a variable or an array."""
        if is_variable(self.engine, value):
            return self.engine.type_of(value).dtype or ""
        return str(getattr(value, "dtype", ""))

    def tensors(self, values: Sequence[Any]) -> list[Any]:
        """Return those of some values that are tensors, or arrays."""
        found = (v for v in values if is_variable(self.engine, v) or isinstance(v, numpy.ndarray))
        return [v for v in found if self.shape(v) is not None]

    def is_float(self, value: Any) -> bool:
        """Tell whether a value is of floats, where whole numbers are wanted."""
        if isinstance(value, (list, numpy.ndarray)):
            return bool(numpy.asarray(value).dtype.kind in "fc")
        if is_variable(self.engine, value):
            return self.dtype(value).startswith(("float", "complex"))
        return isinstance(value, (float, complex, numpy.floating))

    def kind(self, value: Any) -> str:
        """Say what kind of value it is: `a float64 vector`, `a float`."""
        if not is_variable(self.engine, value):
            return f"a {type(value).__name__}"
        names = ("scalar", "vector", "matrix")
        dtype, count = self.dtype(value), self.dimensions(value)
        article = "an" if dtype.startswith("int") else "a"
        if not count and self.engine.role_of(value) == "constant":
            return f"{article} {dtype}"
        return f"{article} {dtype} {names[count] if count < 3 else f'tensor of {count} axes'}"

    def has(self, value: Any) -> str:
        """Say how many dimensions a value has: `x has 1 dimension`."""
        return f"{self.name(value)} has {counted(self.dimensions(value), 'dimension')}"

    def sizes(self, values: Sequence[Any]) -> str:
        """Say how large values are: `W is 3 × 4, b has 5`."""
        told = []
        for value in values:
            shape = self.shape(value) or ()
            verb = "has" if len(shape) == 1 else "is"
            told.append(f"{self.name(value)} {verb} {shape_words(shape)}")
        return ", ".join(dict.fromkeys(told))


def building_of(asked: Asked) -> Building:
    """Gather what was asked of."""
    engine, frames = asked.engine, asked.frames
    first = frames[0] if frames else None
    given = list(named_in(engine, asked)) if first is None else list(given_in(engine, first))
    inner = [v for frame in frames for v in _held(engine, frame)]
    return Building(asked, Operands(asked, [*given, *inner]), given)


def _held(engine: Engine, frame: Held) -> list[Any]:
    """List the variables that a frame of the engine has at hand."""
    found: list[Any] = []
    for value in frame.values.values():
        parts = value if isinstance(value, (list, tuple)) else [value]
        if isinstance(value, dict):
            parts = [*value, *value.values()]
        found += [part for part in parts if is_variable(engine, part)]
    found += [v for v in _of_node(frame) if is_variable(engine, v)]
    return found


def node_in(frame: Held) -> Any:
    """Return the apply node that a frame is at, None without one."""
    for name in ("node", "apply_node"):
        node = frame.values.get(name)
        if hasattr(node, "op") and hasattr(node, "outputs"):
            return node
    return None


def _of_node(frame: Held) -> list[Any]:
    node = node_in(frame)
    return [] if node is None else [*node.inputs, *node.outputs]
