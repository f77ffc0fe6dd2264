"""Check arrays that somebody gives for the inputs of a graph, before anything is computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy

from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.graph.records import Graph, Variable


def check_given(graph: Graph, data: Mapping[str, Any], own: Collection[str], where: str) -> None:
    """Raise XorexplainError, naming the cure, for an array that does not fit, and for one missing.

    `own` are the names of inputs that have a value without it, `where` is what the arrays are in.
    """
    named = {v.name: v for v in graph.variables if v.name and v.role in ("input", "shared")}
    for name, value in data.items():
        if name not in named:
            raise XorexplainError(
                f"{where} names {name!r}, which the graph does not read: "
                f"{did_you_mean(name, list(named))}"
            )
        _check(named[name], numpy.asarray(value), where)
    missing = [
        name
        for name, variable in named.items()
        if variable.role == "input" and name not in data and name not in own
    ]
    if data and missing:
        raise XorexplainError(
            f"{where} has no values for {missing[0]!r}, which the graph reads: save them in it, "
            f"numpy.savez(..., {missing[0]}=array)"
        )


def check_row(row: int, count: int) -> None:
    """Raise XorexplainError for a row, from 1, that data of so many rows lack; 0 are no rows."""
    if not count:
        raise XorexplainError("the data are no rows of one length: leave --row out")
    if row > count:
        words = "is 1 row" if count == 1 else f"are {count} rows"
        raise XorexplainError(f"--row {row}: there {words}: give a number from 1 to {count}")


def _check(variable: Variable, array: Any, where: str) -> None:
    name, shape = variable.name, variable.shape
    if array.dtype.kind not in "biufc":
        raise XorexplainError(f"{name!r} in {where} holds {array.dtype}: save an array of numbers")
    if shape is not None and variable.dtype is not None and array.ndim != len(shape):
        raise XorexplainError(
            f"{name!r} in {where} has {_dimensions(array.ndim)} ({_shape(array.shape)}), and the "
            f"graph reads one of {len(shape)}: save it reshaped"
        )
    pairs = zip(array.shape, shape or (), strict=False)
    apart = [axis for axis, (n, m) in enumerate(pairs) if variable.role == "input" and m and n != m]
    if apart and shape is not None:
        wanted = "×".join("?" if n is None else str(n) for n in shape)
        raise XorexplainError(
            f"{name!r} in {where} is {_shape(array.shape)}, and the graph reads {wanted}: give "
            f"axis {apart[0]} the length {shape[apart[0]]}"
        )
    is_whole = numpy.dtype(variable.dtype).kind in "iub" if variable.dtype else False
    with numpy.errstate(all="ignore"):
        if is_whole and not numpy.array_equal(array.astype(variable.dtype), array):
            raise XorexplainError(
                f"{name!r} in {where} is {array.dtype} with numbers that {variable.dtype} cannot "
                f"hold: save whole numbers, {name}.astype({variable.dtype!r})"
            )


def _dimensions(count: int) -> str:
    return f"{count} dimension" + ("" if count == 1 else "s")


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "a scalar"
