"""Tell what an engine made while it differentiated, and of which value it is the gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import has
from xorexplain.runs.finite import is_bad
from xorexplain.runs.walk import Ran
from xorexplain.runs.words import Words

MAX_CHOICE = 200
"""Apply nodes behind an operand in which a choice is looked for."""


@dataclass(frozen=True)
class Backward:
    """Look at the nodes of a graph that was computed, with all values of it."""

    words: Words
    known: Mapping[Any, Any]
    order: Sequence[Ran]

    def is_gradient(self, variable: Any) -> bool:
        """Tell whether the engine made a variable while it differentiated."""
        return any(
            frame.whose == "engine" and frame.file.endswith("gradient.py")
            for frame in self.words.engine.frames_of(variable)
        )

    def value_of(self, ran: Ran) -> Any:
        """Find the value of whose gradient a node is a part, None where it is not certain.

        That is the one computed value of the cost that it reads, or else the one that is not
        finite of those that are computed of what it reads.
        """
        read = [self._forward(v) for v in map(self.words.behind, ran.apply.inputs)]
        read = [v for v in read if not self.is_gradient(v)]
        own = [v for v in read if v.owner is not None]
        if not own:
            made = (one.apply for one in self.order if not set(read).isdisjoint(one.apply.inputs))
            own = [v for apply in made for v in apply.outputs if is_bad(self.known.get(v))]
            own = [v for v in own if not self.is_gradient(v)]
        return own[0] if len(own) == 1 else None

    def _forward(self, variable: Any) -> Any:
        """Return the value of the cost that the engine computes once more in the gradient."""
        apply = variable.owner
        if apply is None or not self.is_gradient(variable):
            return variable
        for one in self.order:
            other = one.apply
            is_same = other.op == apply.op and list(other.inputs) == list(apply.inputs)
            if is_same and not self.is_gradient(other.outputs[0]):
                return other.outputs[apply.outputs.index(variable)]
        return variable

    def is_from_choice(self, ran: Ran, at: tuple[int, ...]) -> bool:
        """Tell whether a 0 that meets an infinity, or another 0, comes from a choice."""
        if self.words.engine.op_of(ran.apply).family != "elementwise":
            return False
        shape = numpy.shape(ran.results[0])
        for variable, value in zip(ran.apply.inputs, ran.inputs, strict=False):
            array = numpy.asarray(value)
            if array.ndim > len(shape) or array.dtype.kind not in "biuf":
                continue
            if numpy.broadcast_to(array, shape)[at] == 0 and self._behind_choice(variable):
                return True
        return False

    def _behind_choice(self, variable: Any) -> bool:
        stack, seen = [variable], 0
        while stack and seen < MAX_CHOICE:
            owner = stack.pop().owner
            if owner is None:
                continue
            seen += 1
            op = self.words.engine.op_of(owner)
            if op.kind == "switch":
                return True
            if op.family in ("elementwise", "shape") or has(op.kind, "repeats"):
                stack += [v for v in owner.inputs if self.is_gradient(v)]
        return False
