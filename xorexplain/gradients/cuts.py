"""Say in a sentence why an op cuts a path of the gradient, and in another what helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from xorexplain.graph.ops import has

CutKind = Literal["integer", "disconnected", "undefined", "refused", "stopped", "zero"]
"""Why a path ends: integers or booleans, an op that does not depend on the values it reads, one
whose gradient is undefined or not written, one that stops it on purpose, or a slope of zero."""

ON_PURPOSE: Mapping[str, str] = {
    "grad_clip": "grad_clip keeps the adjoint within bounds",
    "grad_scale": "grad_scale multiplies the adjoint",
    "zero_grad": "zero_grad sets the adjoint to zero",
    "disconnected_grad": "disconnected_grad lets no gradient through",
    "consider_constant": "consider_constant takes its input for a constant",
}
"""Ops that are there to change the gradient: what they do to it."""
OWN_GRADIENT = "its author gave the op a gradient of its own, not derived from its graph"
Words = tuple[str, str]
"""What happens, and the cure."""

_FACTOR: Words = ("the other factor is 0", "leave out the factor 0, or the term it is in")
_BY_OP: Mapping[str, Words] = {
    "argmax": (
        "argmax gives a position, an integer that stays or jumps",
        "replace argmax by softmax, whose weights change smoothly",
    ),
    "cast": (
        "the cast makes whole numbers, which a small change leaves as they are",
        "cast only for indexing, and differentiate the float",
    ),
    "mul": _FACTOR,
    "dot": _FACTOR,
}
_COMPARISON: Words = (
    "a comparison gives true or false, which a small change leaves as it is",
    "the mask is fine as a factor, but nothing flows through it: use a smooth step, such as "
    "sigmoid, where the parameter must learn from it",
)
_STEP: Words = (
    "the op is flat between its jumps, so its slope is 0",
    "leave the op out of the cost, or pass its adjoint straight through: "
    "x + disconnected_grad(op(x) - x)",
)
_SHAPE: Words = (
    "only the shape of this input is read, which does not depend on its values",
    "none is needed where the values reach the cost on another path, as in a mean; "
    "otherwise let the cost read them",
)
_BY_KIND: Mapping[CutKind, Words] = {
    "integer": (
        "the op gives integers, which a small change leaves as they are",
        "keep the value a float on its way to the cost",
    ),
    "disconnected": (
        "the op does not depend on the values of this input",
        "let the values reach the cost by another op",
    ),
    "undefined": (
        "the gradient of the op is undefined here",
        "replace the op, or wrap this input in disconnected_grad where it need not learn",
    ),
    "refused": (
        "the op has no gradient written",
        "write its gradient, or wrap this input in disconnected_grad where it need not learn",
    ),
    "stopped": (
        "the op is there to stop the gradient",
        "take the op away if the parameter is to learn through it",
    ),
    "zero": (
        "the rule of the op gives 0 here",
        "let the values reach the cost by another op",
    ),
}


def words(kind: CutKind, op: str) -> Words:
    """Return what a kind of op does to the gradient, and the cure."""
    if kind in ("undefined", "refused", "stopped"):
        return _BY_KIND[kind]
    if has(op, "truth"):
        return _COMPARISON
    if has(op, "step"):
        return _STEP
    if has(op, "reads shape"):
        return _SHAPE
    return _BY_OP.get(op, _BY_KIND[kind])


def integer_words(dtype: str) -> Words:
    """Return why a variable that holds no floats has no gradient, and the cure."""
    return (
        f"{dtype} holds no small changes, so there is nothing to differentiate",
        "make it a float if it is to learn, or leave it out of what is differentiated",
    )
