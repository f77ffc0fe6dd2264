"""Say what does not fit when an op cannot be applied, by the types of what it was given."""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable, Sequence

from xorexplain.runs.arrays import shape_words
from xorexplain.runs.building.faults import Building, Fault

_PRODUCTS = frozenset(
    {"dot", "matmul", "tensordot", "batched_dot", "vecdot", "Dot", "BatchedDot", "__matmul__"}
)
_JOINS = frozenset({"join", "concatenate", "stack", "vertical_stack", "horizontal_stack", "Join"})
_AXIS = re.compile(r"\baxis\b|new_order|[Nn]ot enough dimensions|out of range")


def _elementwise(built: Building) -> Fault | None:
    """Compare the lengths that types fix, along each axis, from the last one."""
    if "Elemwise" not in built.functions:
        return None
    values = built.tensors(built.given)
    shapes = [built.shape(v) or () for v in values]
    for back in range(1, max(map(len, shapes), default=0) + 1):
        here = {v: s[-back] for v, s in zip(values, shapes, strict=True) if len(s) >= back}
        long = {v: n for v, n in here.items() if n not in (None, 1)}
        if len(set(long.values())) > 1:
            told = " and ".join(str(n) for n in dict.fromkeys(long.values()))
            where = "the last axis" if back == 1 else f"axis {-back}".replace("-", "−")
            return Fault(
                "dimension mismatch",
                f"{built.sizes(values)}: {told} do not fit along {where}",
                "give them the same length there, or one of them length 1",
                values,
            )
    return None


def _product(built: Building) -> Fault | None:
    """Look at the dimensions of two factors, and at their inner lengths."""
    if built.functions.isdisjoint(_PRODUCTS):
        return None
    values = built.tensors(built.given)[:2]
    if len(values) < 2:
        return None
    left, right = values
    one, other = built.shape(left) or (), built.shape(right) or ()
    inner = other[-2] if len(other) > 1 else other[0] if other else None
    if one and None not in (one[-1], inner) and one[-1] != inner:
        return Fault(
            "dimension mismatch",
            f"{built.name(left)} is {shape_words(one)}, {built.name(right)} is "
            f"{shape_words(other)}: {one[-1]} and {inner} do not meet",
            "the inner lengths of a product must be equal: transpose one of them",
            values,
        )
    wide = [v for v in values if built.dimensions(v) > 2]
    flat = [v for v in values if built.dimensions(v) == 0]
    if wide:
        return Fault(
            "wrong number of dimensions",
            f"{built.has(wide[0])}: this product is of vectors and matrices",
            "use matmul or batched_dot for stacks of matrices, tensordot to name the axes, or "
            "flatten it to a matrix first",
            values,
        )
    if flat:
        return Fault(
            "wrong number of dimensions",
            f"{built.has(flat[0])}: a product of matrices takes none",
            "multiply by a scalar with *",
            values,
        )
    return None


def _joined(built: Building) -> Fault | None:
    """Compare the dimensions of what is joined."""
    if built.functions.isdisjoint(_JOINS):
        return None
    values = built.tensors(built.given)
    if len({built.dimensions(v) for v in values}) > 1:
        return Fault(
            "wrong number of dimensions",
            f"{', '.join(dict.fromkeys(map(built.has, values)))}: what is joined must have as many",
            "give the smaller one the missing axis: v[None, :], v[:, None] or dimshuffle('x', 0); "
            "stack adds an axis to all",
            values,
        )
    if _is_axis(built) and values:
        return Fault(
            "wrong axis",
            f"{built.has(values[0])}, so there is no axis {_axis(built)} to join along",
            "name an axis that they have, or use stack, which makes one",
            values,
        )
    return None


def _reshaped(built: Building) -> Fault | None:
    """Tell a shape that is no list of whole numbers, or of which nobody knows how many."""
    if "reshape" not in built.functions or not built.given:
        return None
    held = built.asked.frames[0]
    wanted = held.values.get("shape", held.values.get("newshape", built.given[-1]))
    parts = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    wrong = [v for v in parts if built.is_float(v)]
    value = built.given[0]
    if wrong:
        return Fault(
            "wrong dtype",
            f"{built.name(wrong[0])} is {built.kind(wrong[0])}, and a length is a whole number",
            f"convert it: n.astype('int64'), or declare it so: {built.tensor}.lscalar",
            [value, *wrong],
        )
    if "ndim" in built.words:
        name = built.name(parts[0])
        return Fault(
            "wrong number of dimensions",
            f"{name} is a variable of unknown length: how many dimensions {built.name(value)} "
            "gets is not known while the graph is built",
            f"say how many: reshape({name}, ndim=2)",
            [value, *parts],
        )
    return None


def _axes(built: Building) -> Fault | None:
    """Tell an axis that a value does not have, or may not lose."""
    values = built.tensors(built.given)
    if not values:
        return None
    if "drop" in built.words and "dimshuffle" in built.functions:
        held = built.asked.of("dimshuffle")
        pattern: Sequence[object] = held.values.get("pattern", ()) if held is not None else ()
        kept = (
            pattern[0] if len(pattern) == 1 and isinstance(pattern[0], (list, tuple)) else pattern
        )
        lost = [n for n in range(built.dimensions(values[0])) if n not in kept]
        return Fault(
            "broadcasting forbidden",
            f"{built.has(values[0])}, and axis {', '.join(map(str, lost))} is left out, whose "
            "length need not be 1",
            "index or sum over the axis that shall go, or declare that its length is 1",
            values[:1],
        )
    if _is_axis(built) and not isinstance(built.error, AssertionError):
        return Fault(
            "wrong axis",
            f"{built.has(values[0])}: {built.words}",
            "axes count from 0: name one that it has",
            values[:1],
        )
    return None


def _core(built: Building) -> Fault | None:
    """Tell an operand of too few dimensions, by the engine's signature or its assertion."""
    values = built.tensors(built.given)
    if "core dimensions" in built.words and values:
        return Fault(
            "wrong number of dimensions",
            f"{built.has(values[0])}: {built.words.partition(' has ')[2]}",
            "give it a matrix: M[None, :] and v[:, None] add an axis",
            values,
        )
    if not isinstance(built.error, AssertionError) or not built.asked.frames or not values:
        return None
    frame = built.asked.frames[-1]
    condition = linecache.getline(frame.file, frame.line).strip().removeprefix("assert ")
    named = [v for n, v in frame.values.items() if re.search(rf"\b{n}\b", condition)]
    guilty = built.tensors(named) or values
    if "ndim" in condition:
        return Fault(
            "wrong number of dimensions",
            f"{built.has(guilty[0])}, and {frame.op_name or 'the engine'} asks for "
            f"{condition.partition(',')[0]}",
            "give it as many dimensions as that says",
            guilty,
        )
    return None


def rules() -> Sequence[Callable[[Building], Fault | None]]:
    """List the rules, in the order in which they are asked."""
    return (
        _joined,
        _reshaped,
        _product,
        _core,
        _elementwise,
        _axes,
    )


def _is_axis(built: Building) -> bool:
    return isinstance(built.error, (ValueError, IndexError)) and bool(_AXIS.search(built.words))


def _axis(built: Building) -> str:
    held = built.asked.holding("axis")
    return str(held.values["axis"]) if held is not None else "of that number"
