"""Write constants of many elements in few words."""

from __future__ import annotations

from dataclasses import replace

from xorexplain.graph.records import Variable

MAX_ELEMENTS = 8
"""A picture shows the first element alone of a constant that has more."""


def brief(variable: Variable) -> Variable:
    """Write a constant of many elements by the first and how many there are."""
    entries = (variable.value or "").split(", ")
    is_array = variable.role == "constant" and entries[0].startswith("[")
    if not is_array or len(entries) <= MAX_ELEMENTS:
        return variable
    return replace(variable, value=f"{entries[0].lstrip('[')}, … {len(entries)} elements")
