"""Say how an op treats the memory of its arguments; every picture marks the same edges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from xorexplain.graph.records import Apply, Graph

Treatment = Literal["in place", "view", ""]


def treatment(apply: Apply, position: int) -> Treatment:
    """Tell whether an op overwrites an argument, or gives a view of it."""
    if any(position in positions for _, positions in apply.destroy_map):
        return "in place"
    return "view" if any(position in positions for _, positions in apply.view_map) else ""


def treatments(graph: Graph) -> Iterator[Treatment]:
    """Yield how each argument is treated that an edge is drawn for: a folded constant has none."""
    for apply in graph.applies:
        for position, variable in enumerate(apply.inputs):
            if not graph.variable[variable].folded:
                yield treatment(apply, position)
