"""Write constants of many elements in few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xorexplain.graph.records import Variable

MAX_ELEMENTS = 8
"""A picture shows how many elements a constant has that has more, and between what they lie."""


def brief(variable: Variable) -> Variable:
    """Write a constant of many elements by how many there are, and the least and the largest."""
    value = variable.value or ""
    entries = [entry.strip("[]") for entry in value.split(", ")]
    is_array = variable.role == "constant" and value.startswith("[")
    if not is_array or len(entries) <= MAX_ELEMENTS:
        return variable
    return replace(variable, value=f"{len(entries)} elements{_between(entries)}")


def _between(entries: Sequence[str]) -> str:
    try:
        numbers = [float(entry) for entry in entries]
    except ValueError:
        return f", {entries[0]} the first"
    return f" from {min(numbers):.4g} to {max(numbers):.4g}"
