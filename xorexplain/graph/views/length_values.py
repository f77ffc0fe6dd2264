"""Compute the whole numbers of a graph that are lengths, or made of lengths and constants."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from xorexplain.graph.ops import has
from xorexplain.graph.records import EVERYWHERE, Apply, Variable
from xorexplain.graph.views.forms_of_length import (
    Form,
    divided,
    is_at_least,
    known,
    minus,
    plus,
    quotient,
    times,
)

Value = Form | tuple[Form | None, ...]
"""A number, or a vector of them, None for those that are not known."""
Given = Sequence[Value | None]
Shapes = Sequence[tuple[Form, ...] | None]
_NUMBER = re.compile(r"-?\d+(\.0*)?")
_BETWEEN = re.compile(r"[,\s]+(?![^(]*\))")
"""What is between the entries of a vector, also where one is `min(n, m)`."""
_LARGE = ("int32", "int64", "uint32", "uint64", "float32", "float64")
_LOGICAL = {"True": 1, "False": 0}


def given_value(variable: Variable) -> Value | None:
    """Read a constant that is a whole number, or a short vector of them."""
    text, rank = variable.value, None if variable.shape is None else len(variable.shape)
    if variable.role != "constant" or text is None or rank is None or rank > 1:
        return None
    if rank == 0:
        return _read(text)
    if text.endswith(EVERYWHERE) and variable.shape and variable.shape[0] is not None:
        return (_read(text.removesuffix(EVERYWHERE)),) * variable.shape[0]
    if not (text.startswith("[") and text.endswith("]")):
        return None
    return tuple(_read(entry) for entry in _BETWEEN.split(text.strip("[] ")) if entry)


def _read(text: str) -> Form | None:
    if text in _LOGICAL:
        return known(_LOGICAL[text])
    return known(int(float(text))) if _NUMBER.fullmatch(text) else None


def value_of(apply: Apply, shapes: Shapes, values: Given) -> Value | None:
    """Return the length or lengths that an apply node gives, None where it gives something else."""
    try:
        return _computed(apply, shapes, values) if values else None
    except (IndexError, ValueError):
        # A graph from a file may have ops with other inputs or properties than engines give them.
        return None


def parts_of(apply: Apply, shapes: Shapes) -> Sequence[Value | None]:
    """Return the lengths that each result of an apply node gives, none for those with one result.

    The shape of a sparse matrix is the last of what it is made of.
    """
    is_whole = apply.op.kind == "csm_properties" and len(shapes) == 1
    return [None, None, None, shapes[0]] if is_whole else []


def _computed(apply: Apply, shapes: Shapes, values: Given) -> Value | None:
    kind = apply.op.kind
    if has(kind, "carries", "passes") or kind == "identity" or _is_exact_cast(apply):
        return values[0]
    if kind in _OF_LENGTHS:
        return _OF_LENGTHS[kind](apply, shapes, values)
    rule = _ARITHMETIC.get(kind)
    if rule is None:
        return None
    if any(value is None and shape != () for value, shape in zip(values, shapes, strict=True)):
        return None
    width = max((len(v) for v in values if isinstance(v, tuple)), default=0)
    if not width:
        return rule([v if isinstance(v, Form) else None for v in values])
    rows = [_row(v, width) for v in values]
    if any(len(row) != width for row in rows):
        return None
    return tuple(rule(list(column)) for column in zip(*rows, strict=True))


def is_exact(apply: Apply) -> bool:
    """Tell whether an op gives whole numbers, whatever their type, where it is given such."""
    return apply.op.kind in _ARITHMETIC or apply.op.kind in _OF_LENGTHS


def _is_exact_cast(apply: Apply) -> bool:
    """Tell whether a cast leaves a length as it is: its type is not one of small numbers."""
    return apply.op.kind == "cast" and apply.op.param("dtype") in _LARGE


def _row(value: Value | None, width: int) -> tuple[Form | None, ...]:
    if isinstance(value, tuple):
        return value * width if len(value) == 1 else value
    return (value,) * width


def _shape(apply: Apply, shapes: Shapes, values: Given) -> Value | None:
    return shapes[0]


def _length(apply: Apply, shapes: Shapes, values: Given) -> Value | None:
    axis, shape = int(apply.op.param("axis") or 0), shapes[0]
    return shape[axis] if shape is not None and axis < len(shape) else None


def _vector(apply: Apply, shapes: Shapes, values: Given) -> Value | None:
    return tuple(v if isinstance(v, Form) else None for v in values)


def _joined(apply: Apply, shapes: Shapes, values: Given) -> Value | None:
    parts = values if apply.op.param("axis") is not None else values[1:]
    if not all(isinstance(part, tuple) for part in parts):
        return None
    return tuple(entry for part in parts if isinstance(part, tuple) for entry in part)


def _chosen(apply: Apply, shapes: Shapes, values: Given) -> Value | None:
    condition = values[0].number if isinstance(values[0], Form) else None
    if len(values) != 3 or (condition is None and values[1] != values[2]):
        return None
    return values[2 if condition == 0 else 1]


def _element(apply: Apply, shapes: Shapes, values: Given) -> Value | None:
    """Take an element, or a slice, of a vector of lengths by constant numbers."""
    vector, text = values[0], apply.op.param("index") or ""
    if not isinstance(vector, tuple) or "," in text:
        return None
    numbers = iter(v.number if isinstance(v, Form) else None for v in values[1:])
    bounds = [next(numbers, None) if part == "·" else part or None for part in text.split(":")]
    if text.count("·") != sum(isinstance(b, int) for b in bounds):
        return None
    found = [int(b) if isinstance(b, str) else b for b in bounds]
    if ":" in text:
        return vector[slice(*found)]
    at = found[0]
    return vector[at] if at is not None and -len(vector) <= at < len(vector) else None


def _moved(apply: Apply, shapes: Shapes, values: Given) -> Value | None:
    """Make a vector of a number, or a number of a vector of one."""
    order, value = apply.op.param("order"), values[0]
    if order == "x" and shapes[0] == () and not isinstance(value, tuple):
        return (value,)
    if isinstance(value, tuple) and len(value) == 1 and not order:
        return value[0]
    return value if isinstance(value, tuple) and order == "0" else None


def _combined(
    values: list[Form | None], start: int, combine: Callable[[Form, Form], Form]
) -> Form | None:
    total = known(start)
    for value in values:
        if value is None:
            return None
        total = combine(total, value)
    return total


def _difference(values: list[Form | None]) -> Form | None:
    one, other = values
    return None if one is None or other is None else minus(one, other)


def _quotient(values: list[Form | None]) -> Form | None:
    one, other = values
    if one is None or other is None:
        return None
    by = other.number
    return divided(one, other) if by is None or by < 1 else quotient(one, by)


def _extreme(values: list[Form | None], is_largest: bool) -> Form | None:
    best = values[0]
    for value in values[1:]:
        if best is None or value is None:
            return None
        is_more = is_at_least(value, best)
        if is_more is None:
            is_less = is_at_least(best, value)
            is_more = None if is_less is None else not is_less
        if is_more is None:
            return None
        best = value if is_more == is_largest else best
    return best


def _all(values: list[Form | None]) -> Form | None:
    if known(0) in values:
        return known(0)
    return _any(values) and known(int(set(values) == {known(1)}))


def _any(values: list[Form | None]) -> Form | None:
    """Combine truths; those of other numbers, bit by bit, are not told."""
    return known(int(known(1) in values)) if {known(0), known(1)}.issuperset(values) else None


def _truth(answer: bool | None) -> Form | None:
    return None if answer is None else known(int(answer))


def _opposite(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _compared(kind: str, values: list[Form | None]) -> Form | None:
    one, other = values
    if one is None or other is None:
        return None
    more, less = is_at_least(one, other), is_at_least(other, one)
    if kind in ("eq", "neq"):
        is_equal = False if False in (more, less) else True if more and less else None
        return _truth(is_equal if kind == "eq" else _opposite(is_equal))
    answers = {"ge": more, "le": less, "lt": _opposite(more), "gt": _opposite(less)}
    return _truth(answers[kind])


def _size(values: list[Form | None]) -> Form | None:
    value = values[0]
    return value if value is not None and value.is_surely_no_less_than_0 else None


def _negative(values: list[Form | None]) -> Form | None:
    return None if values[0] is None else minus(known(0), values[0])


_ARITHMETIC: Mapping[str, Callable[[list[Form | None]], Form | None]] = {
    "abs": _size,
    "add": lambda values: _combined(values, 0, plus),
    "and": _all,
    "int_div": _quotient,
    "maximum": lambda values: _extreme(values, True),
    "minimum": lambda values: _extreme(values, False),
    "mul": lambda values: _combined(values, 1, times),
    "neg": _negative,
    "or": _any,
    "sub": _difference,
    "eq": lambda values: _compared("eq", values),
    "ge": lambda values: _compared("ge", values),
    "gt": lambda values: _compared("gt", values),
    "le": lambda values: _compared("le", values),
    "lt": lambda values: _compared("lt", values),
    "neq": lambda values: _compared("neq", values),
}


def _second(apply: Apply, shapes: Shapes, values: Given) -> Value | None:
    return values[1] if shapes[0] == () and len(values) == 2 else None


_OF_LENGTHS: Mapping[str, Callable[[Apply, Shapes, Given], Value | None]] = {
    "dimshuffle": _moved,
    "expand_dims": _moved,
    "join": _joined,
    "make_vector": _vector,
    "second": _second,
    "shape": _shape,
    "shape_i": _length,
    "squeeze": _moved,
    "subtensor": _element,
    "switch": _chosen,
}
