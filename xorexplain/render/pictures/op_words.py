"""Put what distinguishes an op from others of its kind into words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xorexplain.graph.ops import NO_AXIS, drawn_from, generator_at, row
from xorexplain.graph.records import Op

BLANK = "_"
"""Stands in a label for an input that is drawn as a node of its own."""
_ANY = ""
"""Stands for every kind that has no phrase of its own for a property."""
_TRANSPOSED = {"0": "_ᵀ · _", "1": "_ · _ᵀ", "0, 1": "_ᵀ · _ᵀ"}
"""Which factors of a product are transposed, by position."""
_PHRASES: Mapping[tuple[str, str], Callable[[str], str]] = {
    (_ANY, "axis"): lambda axis: " over no axis" if axis == NO_AXIS else f" over axis {axis}",
    ("lengths", "nodes"): lambda nodes: f", {nodes} nodes" if nodes != "1" else "",
    ("shape_i", "axis"): lambda axis: f" {axis}",
    (_ANY, "index"): lambda index: f" [{index}]",
    (_ANY, "order"): lambda order: f" ({order})" if order else "",
    ("transpose", "order"): lambda order: "" if order == "1, 0" else f" ({order})",
    (_ANY, "transposed"): lambda at: f" ({_TRANSPOSED[at]})",
    ("check_and_raise", "msg"): lambda message: f": {message}",
    ("cast", "dtype"): lambda dtype: f" to {dtype}",
    (_ANY, "name"): lambda name: f" {name}",
    ("scan", "until"): lambda _: " until its condition holds",
    ("blockwise", "core"): lambda _: "",  # its name has it: `batched cholesky`
    (_ANY, "batched"): lambda _: "",
    ("x_elemwise", "core"): lambda _: "",  # its name has it: `add by dims`
    ("x_tensor_from_tensor", "dims"): lambda dims: f" {_plain(dims)}",
    ("x_rename", "new_dims"): lambda dims: f" {_plain(dims)}",
    ("x_dot", "dims"): lambda dims: f" over {_plain(dims)}",
    ("x_reduce", "dims"): lambda dims: f" over {_plain(dims)}",
    ("x_reduce", "binary_op"): lambda op: f" by {op}",
    (_ANY, "signature"): lambda signature: f" {signature}",
}


def _plain(dims: str) -> str:
    """Write the names of dimensions without the brackets of a tuple."""
    return dims.removeprefix("(").removesuffix(")").removesuffix(",") or "()"


def properties_words(op: Op) -> tuple[str, str]:
    """Return phrases that follow the name of an op's kind, and its other properties in a row."""
    known = {*row(op.kind).implied, *(("name", "distribution") if drawn_from(op) else ())}
    phrases: list[str] = []
    others: list[str] = []
    for name, value in op.params:
        phrase = _PHRASES.get((op.kind, name)) or _PHRASES.get((_ANY, name))
        if name in known:
            continue
        if phrase is not None:
            phrases.append(phrase(value))
        else:
            others.append(f"{name}={value}")
    return "".join(phrases), ", ".join(others)


def of_the_draw(op: Op, inputs: Sequence[str]) -> list[str]:
    """Return what a distribution takes and its size; of another op, all its inputs.

    The generator is drawn beside it, and what it is told of lengths says nothing more.
    """
    generator = generator_at(op)
    if generator is None or len(inputs) < generator + 2:
        return list(inputs)
    size = inputs[generator + 1]
    is_given = size not in ("", BLANK, "None")
    return [*inputs[generator + 2 :], *([f"size={size}"] if is_given else [])]
