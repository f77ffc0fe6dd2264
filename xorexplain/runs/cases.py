"""Hold an apply node that failed, as rules that say why are given it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Op
from xorexplain.runs.arrays import shape_words
from xorexplain.runs.records import Problem, Value


@dataclass(frozen=True)
class Case:
    """Hold an apply node that failed: its op, what went in, and what the engine said.

    `values` are the inputs as the user knows them, `arrays` and `patterns` those that the op read:
    the arrays themselves, and which of their axes the engine may repeat.
    """

    op: Op
    values: Sequence[Value]
    arrays: Sequence[Any]
    patterns: Sequence[tuple[bool, ...] | None]
    error: Exception


@dataclass(frozen=True)
class Diagnosis:
    """Name the problem, say it with the numbers at hand, and name the cure."""

    problem: Problem
    sentence: str
    cure: str


def sizes(values: Sequence[Value]) -> str:
    """Say how large each value is: `dot(x, W) is 2 × 4, b has 5`."""
    told = []
    for value in values:
        shape = value.shape
        verb = "has" if shape is not None and len(shape) == 1 else "is"
        told.append(f"{value.expression} {verb} {shape_words(shape)}")
    return ", ".join(dict.fromkeys(told))


def axis_words(axis: int, dimensions: int) -> str:
    """Name an axis: the last one is that of the columns of a matrix."""
    if dimensions == 1:
        return "their axis"
    return f"axis {axis}" + (", the last one" if axis == dimensions - 1 else "")


def said(error: Exception) -> str:
    """Return what the op itself says, on one line."""
    words = " ".join(str(error).split())
    return words[:200] if words else type(error).__name__
