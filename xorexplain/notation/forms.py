"""Read what the parameters of ops say, for every notation alike."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.notation.writing import Operation

OPEN = "·"
"""Stands in an index for a value that is given as an argument."""


def axes_of(operation: Operation) -> str:
    """Return the axes an op works along, `0` or `0, 1`; nothing where it takes in all."""
    return operation.param("axis") or ""


def axes_text(axes: str) -> str:
    """Say which axes in words."""
    return f"axes {axes}" if "," in axes else f"axis {axes}"


def is_matrix_transpose(operation: Operation) -> bool:
    """Tell whether a transpose is the one of a matrix."""
    return operation.param("order") in (None, "1, 0")


def new_axes(operation: Operation, new: str) -> str:
    """Write inserted axes as an index, as NumPy reads it: `:, None`."""
    order = (operation.param("order") or "").split(", ")
    return ", ".join(new if axis == "x" else ":" for axis in order)


def index_text(operation: Operation, indices: Sequence[str]) -> str:
    """Write an index with the given values in their places."""
    pattern = operation.param("index")
    if pattern is None or pattern.count(OPEN) != len(indices):
        return ", ".join(indices)
    places = pattern.split(OPEN)
    return "".join(
        place + index for place, index in zip(places, [*indices, ""], strict=True)
    )
