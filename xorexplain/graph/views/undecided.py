"""Remember what unknown lengths leave open, and decide by it what does not depend on it.

A loop's number of rows is the largest of many candidates, which another one may exceed, and a
switch may give the same by whatever its condition is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Apply
from xorexplain.graph.views.equations_of_length import Equations
from xorexplain.graph.views.forms_of_length import (
    LARGEST,
    LEAST,
    ZERO,
    Form,
    extreme,
    is_at_least,
    known,
    minus,
    plus,
)
from xorexplain.graph.views.length_values import Value

MAX_CANDIDATES = 8
MAX_TOLD = 3
"""The extreme of more numbers is no length that is told."""
_SIGNS = {"minimum": LEAST, "maximum": LARGEST}
_CONDITIONS: Mapping[str, Callable[[Form, Form], Form]] = {
    "ge": minus,
    "gt": lambda one, other: minus(minus(one, other), known(1)),
    "le": lambda one, other: minus(other, one),
    "lt": lambda one, other: minus(minus(other, one), known(1)),
}
"""What is not negative exactly where a comparison of two whole numbers holds."""
_EXCEEDS: Mapping[str, Callable[[Form, Form], bool | None]] = {
    "maximum": is_at_least,
    "minimum": lambda one, other: is_at_least(other, one),
}
"""Whether a candidate stands for another one, whatever the unknown lengths are."""


@dataclass
class Undecided:
    """Hold, by variable, what is open of it.

    `conditions` are not negative exactly where a comparison holds; `candidates` are the kind of an
    extreme and the numbers of which it is one.
    """

    conditions: dict[str, Form] = field(default_factory=dict)
    candidates: dict[str, tuple[str, tuple[Form, ...]]] = field(default_factory=dict)

    def decide(self, prefix: str, apply: Apply, values: Sequence[Value | None]) -> Form | None:
        """Return what an apply node gives that has no rule for it, or remember what is open of it.

        `prefix` stands before the ids of its variables here.
        """
        if not apply.inputs or len(apply.inputs) != len(values):
            return None
        condition = _CONDITIONS.get(apply.op.kind)
        if condition is not None:
            ends = [value for value in values if isinstance(value, Form)]
            if len(ends) == 2:
                self.conditions[prefix + apply.outputs[0]] = condition(*ends)
        elif apply.op.kind == "switch":
            known_then = self.conditions.get(prefix + apply.inputs[0])
            then, other = values[1:] if len(values) == 3 else (None, None)
            if known_then is None or not isinstance(then, Form) or not isinstance(other, Form):
                return None
            kind = _extreme_of(known_then, then, other)
            if kind is not None:
                self.candidates[prefix + apply.outputs[0]] = kind, (then, other)
                return extreme(_SIGNS[kind], (then, other))
            return _chosen(known_then, then, other)
        elif apply.op.kind in _EXCEEDS:
            return self._extreme(prefix, apply, values)
        return None

    def rest(
        self, prefix: str, apply: Apply, values: Sequence[Value | None], equations: Equations
    ) -> Form | None:
        """Return what is left of a number that the smaller of it and another one is taken from."""
        if apply.op.kind != "sub" or len(values) != 2:
            return None
        kind, candidates = self.candidates.get(prefix + apply.inputs[-1], ("", ()))
        whole = values[0]
        if kind != "minimum" or len(candidates) != 2 or whole not in candidates:
            return None
        one, other = candidates
        return equations.no_less_than_0(minus(one, other) if whole == one else minus(other, one))

    def _extreme(self, prefix: str, apply: Apply, values: Sequence[Value | None]) -> Form | None:
        """Keep the candidates that no other one stands for, and return the only one."""
        found: list[Form] = []
        for id_, value in zip(apply.inputs, values, strict=True):
            kind, candidates = self.candidates.get(prefix + id_, (apply.op.kind, ()))
            open_ = (value,) if isinstance(value, Form) else candidates
            if not open_ or kind != apply.op.kind:
                return None
            found += open_
        exceeds = _EXCEEDS[apply.op.kind]
        kept: list[Form] = []
        for form in found:
            if not any(exceeds(other, form) for other in kept):
                kept = [other for other in kept if not exceeds(form, other)]
                kept.append(form)
        if len(kept) <= MAX_CANDIDATES:
            self.candidates[prefix + apply.outputs[0]] = (apply.op.kind, tuple(kept))
        return extreme(_SIGNS[apply.op.kind], kept) if len(kept) <= MAX_TOLD else None


def _extreme_of(condition: Form, then: Form, other: Form) -> str | None:
    """Return the kind of extreme that a switch chooses by comparing the two it chooses from."""
    more = minus(other, then)
    for kind, edge in (("minimum", more), ("maximum", minus(ZERO, more))):
        if condition in (edge, minus(edge, known(1))):
            return kind
    return None


def _chosen(condition: Form, then: Form, other: Form) -> Form | None:
    """Return one of two numbers where the other is the same wherever it would be chosen.

    So is the least of 0 and a length 0, whatever the length is.
    """
    apart = minus(other, then)
    for edge, value in ((plus(condition, known(1)), then), (minus(ZERO, condition), other)):
        if edge.is_surely_no_less_than_0 and apart in (edge, minus(ZERO, edge)):
            return value
    return None
