"""Tell ops on arrays whose dimensions have names by what they do to axes.

PyTensor's xtensors are matched by the names of their dimensions. Where the names put the axes as
the rules of plain arrays do, the op computes what its namesake there does, and is told as that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

from xorexplain.engines.shared.properties import is_of, properties
from xorexplain.graph.ops import NO_AXIS, OVER, REDUCTIONS, drawn_from
from xorexplain.graph.records import Op

Params = tuple[tuple[str, str], ...]
Told = tuple[str, Params]
"""A kind, and the parameters of an op of it."""

_RUNNING = {"add": "cumsum", "mul": "cumprod"}
_MATRIX = 2


def on_axes(op: Any, node: Any, scalar_kind: Callable[[Any], str]) -> Told | None:
    """Return the kind and parameters of the op on axes; None where only names say what it does."""
    if node is None or "xtensor" not in type(op).__module__.split("."):
        return None
    told = next((row for name, row in _ROWS.items() if is_of(op, name)), None)
    return None if told is None else told(op, node, scalar_kind)


def repeats_nothing(op: Any, node: Any) -> bool:
    """Tell whether an op that repeats another does it just once, on the same axes."""
    if is_of(op, "Blockwise"):
        return bool(op.batch_ndim(node) == 0)
    if not is_of(op, "XBlockwise"):
        return False
    given, made = op.core_dims
    named = [_dims(variable) for variable in (*node.inputs, *node.outputs)]
    return named == [tuple(map(str, dims)) for dims in (*given, *made)]


def by_dims(op: Any, core: str, inside: Op) -> Params:
    """Return the parameters of an op that repeats another along the dimensions it does not name.

    `core` is the op inside in words.
    """
    given, made = op.core_dims
    if is_of(op, "XRV"):
        told = [("name", drawn_from(inside))]
        if op.extra_dims:
            told.append(("dims", _listed(op.extra_dims)))
        made = [made]
    else:
        told = [("core", core)]
    if any(given) or any(made):
        sides = (", ".join(_listed(dims) for dims in side) for side in (given, made))
        told.append(("inside", " to ".join(sides)))
    return tuple(told)


def _listed(dims: Sequence[str]) -> str:
    return f"({', '.join(map(str, dims))})"


def _elementwise(op: Any, node: Any, scalar_kind: Callable[[Any], str]) -> Told:
    kind = scalar_kind(op.scalar_op)
    result = _dims(node.outputs[0])
    orders = [_order(_dims(variable), result) for variable in node.inputs]
    if all(_is_broadcast(order) for order in orders):
        return kind, properties(op, kind, node)
    return "x_elemwise", (("core", kind), ("orders", "; ".join(", ".join(o) for o in orders)))


def _order(dims: Sequence[str], result: Sequence[str]) -> list[str]:
    """Say where the axes of an input come in a result, with `x` for those it lacks."""
    return [str(dims.index(dim)) if dim in dims else "x" for dim in result]


def _is_broadcast(order: Sequence[str]) -> bool:
    """Tell whether NumPy would put the axes there: in their order, behind all that are added."""
    kept = [entry for entry in order if entry != "x"]
    in_order = [str(axis) for axis in range(len(kept))]
    return list(order) == ["x"] * (len(order) - len(kept)) + in_order


def _reduction(op: Any, node: Any, scalar_kind: Callable[[Any], str]) -> Told:
    folded = scalar_kind(op.binary_op)
    kind = REDUCTIONS.get(folded, f"reduce_{folded}")
    dims = _dims(node.inputs[0])
    if dims and set(dims) == set(op.dims):
        return kind, _over(op)
    return kind, (("axis", _axes(dims, op.dims) or NO_AXIS), *_over(op))


def _over(op: Any) -> Params:
    return ((OVER, ", ".join(map(str, op.dims))),) if op.dims else ()


def _running(op: Any, node: Any, scalar_kind: Callable[[Any], str]) -> Told:
    combined = scalar_kind(op.binary_op)
    if combined in _RUNNING and len(op.dims) == 1:
        return _RUNNING[combined], (("axis", _axes(_dims(node.inputs[0]), op.dims)), *_over(op))
    return "x_cum_reduce", (("by", combined), ("dims", _listed(op.dims)))


def _axes(dims: Sequence[str], named: Sequence[str]) -> str:
    return ", ".join(str(axis) for axis, dim in enumerate(dims) if dim in named)


def _product(op: Any, node: Any, _: Callable[[Any], str]) -> Told:
    left, right = (_dims(variable) for variable in node.inputs)
    both = [dim for dim in left if dim in right]
    is_plain = left[-1:] == right[:1] == tuple(op.dims) and len(both) == 1
    if is_plain and max(len(left), len(right)) <= _MATRIX:
        return "dot", ()
    letters = dict(zip(dict.fromkeys([*left, *right]), ascii_lowercase, strict=False))
    factors, result = (
        ["".join(letters[dim] for dim in _dims(variable)) for variable in variables]
        for variables in (node.inputs, node.outputs)
    )
    subscripts = f"{','.join(factors)}->{result[0]}"
    return "x_dot", (("dims", _listed(op.dims)), ("subscripts", subscripts))


def _moved(op: Any, node: Any, _: Callable[[Any], str]) -> Told:
    order = _order(_dims(node.inputs[0]), op.dims)
    is_same = order == sorted(order, key=int)
    return "view" if is_same else "transpose", (("order", ", ".join(order)),)


def _squeezed(op: Any, node: Any, _: Callable[[Any], str]) -> Told:
    kept = [str(axis) for axis, dim in enumerate(_dims(node.inputs[0])) if dim not in op.dims]
    return "squeeze", (("order", ", ".join(kept)),)


def _changed(op: Any, node: Any, _: Callable[[Any], str]) -> Told:
    return "x_set_at" if op.mode == "set" else "x_add_at", ()


def _stacked(op: Any, node: Any, _: Callable[[Any], str]) -> Told:
    return "x_stack", (("into", str(op.new_dim_name)), ("dims", _listed(op.stacked_dims)))


def _unstacked(op: Any, node: Any, _: Callable[[Any], str]) -> Told:
    return "x_un_stack", (("dim", str(op.old_dim_name)), ("into", _listed(op.unstacked_dims)))


def _dims(variable: Any) -> tuple[str, ...]:
    return tuple(map(str, variable.type.dims))


_ROWS: Mapping[str, Callable[[Any, Any, Callable[[Any], str]], Told]] = {
    "XElemwise": _elementwise,
    "XReduce": _reduction,
    "XCumReduce": _running,
    "Dot": _product,
    "Transpose": _moved,
    "Squeeze": _squeezed,
    "IndexUpdate": _changed,
    "Stack": _stacked,
    "UnStack": _unstacked,
}
"""What is read of an op, by its class."""
