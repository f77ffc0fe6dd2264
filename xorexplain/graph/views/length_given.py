"""Hold what a rule on shapes sees of an apply node."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.forms_of_length import Equations, Form
from xorexplain.graph.views.length_values import Shapes, Value

Lengths = tuple[Form | None, ...]
"""The length of each axis, None where the rule does not tell it."""


@dataclass(frozen=True)
class Given:
    """Hold what a rule sees: the apply node, what it reads, and what is known of lengths."""

    graph: Graph
    apply: Apply
    shapes: Shapes
    values: Sequence[Value | None]
    equations: Equations

    def repeats(self, position: int, axis: int) -> bool:
        """Tell whether the type of an input says that it may be repeated along an axis."""
        shape = self.shapes[position]
        pattern = self.graph.variable[self.apply.inputs[position]].broadcastable
        is_one = shape is not None and shape[axis].number == 1
        return pattern[axis] if pattern is not None else is_one
