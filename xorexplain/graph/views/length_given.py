"""Hold what a rule on shapes sees of an apply node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views.equations_of_length import Equations
from xorexplain.graph.views.forms_of_length import Form, known
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

    def whole(self, shapes: Mapping[int, Sequence[Form]], axes: int) -> Lengths:
        """Give the first axes the length of those inputs that are not repeated along each."""
        found = []
        for axis in range(axes):
            lengths = [s[axis] for i, s in shapes.items() if not self.repeats(i, axis)]
            found.append(self.equal(lengths))
        return tuple(found)

    def equal(self, lengths: Sequence[Form]) -> Form | None:
        """Take lengths for equal; None where they are known to differ, 1 where there is none."""
        if not lengths:
            return known(1)
        numbers = {length.number for length in lengths} - {None}
        if len(numbers) > 1:
            self.equations.contradictions += 1
            return None
        first = lengths[0]
        for other in lengths[1:]:
            first = self.equations.equate(first, other)
        return first
