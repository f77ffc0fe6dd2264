"""Put what distinguishes an op from others of its kind into words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xorexplain.graph.ops import (
    NO_AXIS,
    OVER,
    drawn_from,
    generator_at,
    has,
    lengths_of_draw,
    row,
)
from xorexplain.graph.ops.operand_axes import ALONG, operand_axes
from xorexplain.graph.records import Apply, Graph, Op
from xorexplain.graph.views.parts import PART
from xorexplain.notation.formula import Term, constant
from xorexplain.notation.text import PLAIN, TEXT

BLANK = "_"
"""Stands in a label for an input that is drawn as a node of its own."""
_ANY = ""
"""Stands for every kind that has no phrase of its own for a property."""
_TRANSPOSED = {"0": "_ᵀ · _", "1": "_ · _ᵀ", "0, 1": "_ᵀ · _ᵀ"}
"""Which factors of a product are transposed, by position."""
_PHRASES: Mapping[tuple[str, str], Callable[[str], str]] = {
    (_ANY, "axis"): lambda axis: " over no axis" if axis == NO_AXIS else f" over axis {axis}",
    (_ANY, OVER): lambda dims: f" over {dims}",
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
    ("x_blockwise", "core"): lambda _: "",
    ("x_elemwise", "core"): lambda _: "",  # its name has it: `add by dims`
    ("x_blockwise", "inside"): lambda dims: f" over {dims}",
    ("x_expand_dims", "dim"): lambda dim: f" {dim}",
    ("x_concat", "dim"): lambda dim: f" along {dim}",
    ("x_stack", "dims"): lambda dims: f" {_plain(dims)}",
    ("x_stack", "into"): lambda dim: f" into {dim}:",
    ("x_un_stack", "dim"): lambda dim: f" {dim}",
    ("x_un_stack", "into"): lambda dims: f" into {_plain(dims)}",
    ("x_cum_reduce", "by"): lambda kind: f" by {kind}",
    ("x_cum_reduce", "dims"): lambda dims: f" over {_plain(dims)}",
    ("xrv", "dims"): lambda dims: f" for each {_plain(dims)}",
    ("xrv", "inside"): lambda dims: f" over {dims}",
    ("x_tensor_from_tensor", "dims"): lambda dims: f" {_plain(dims)}",
    ("x_rename", "new_dims"): lambda dims: f" {_plain(dims)}",
    ("x_dot", "dims"): lambda dims: f" over {_plain(dims)}",
    (_ANY, "signature"): lambda signature: f" {signature}",
}


def _plain(dims: str) -> str:
    """Write the names of dimensions without the brackets of a tuple."""
    return dims.removeprefix("(").removesuffix(")").removesuffix(",") or "()"


def properties_words(op: Op) -> tuple[str, str]:
    """Return phrases that follow the name of an op's kind, and its other properties in a row."""
    known = {ALONG, *row(op.kind).implied, *(("name", "distribution") if drawn_from(op) else ())}
    if op.param(OVER):
        known.add("axis")
    if has(op.kind, "wraps") and op.family == "indexing":
        # Its letters are the engine's, and say no more than that the op is batched.
        known.add("signature")
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


def result_words(graph: Graph, apply: Apply, position: int) -> str:
    """Say which of several results of an apply node one is: a draw's is the number drawn."""
    if len(apply.outputs) < 2:
        return ""
    state = _state_at(graph, apply)
    if state is None:
        return f"out {position}"
    return "next state" if position == state else ""


def told_output(graph: Graph, apply: Apply) -> str:
    """Return the output that a node tells of: of a draw what is drawn, of a part where it leads."""
    state = _state_at(graph, apply)
    if state is not None:
        return apply.outputs[1 - state]
    return apply.outputs[-1 if apply.op.kind == PART else 0]


def _state_at(graph: Graph, apply: Apply) -> int | None:
    """Return which of two results is the next state of a generator, the other being a draw."""
    if len(apply.outputs) != 2:
        return None
    if generator_at(apply.op) is not None:
        return 0
    found = [graph.variable[v] for v in apply.outputs]
    states = [at for at, v in enumerate(found) if v.dtype is None and v.type.startswith("Random")]
    return states[0] if len(states) == 1 else None


def placed_words(apply: Apply, values: Sequence[str]) -> str:
    """Say along which axes an op reads its operands, `_ + _[:, None]`; nothing where as NumPy.

    `values` are the constants that stand in it, empty for an operand drawn as a node of its own.
    """
    terms = [constant(value) if value else Term(BLANK) for value in values]
    axes = operand_axes(apply.op)
    for position, order in axes.items():
        placing = Op("expand_dims", "shape", "", (("order", order),))
        terms[position] = TEXT.term(placing, [terms[position]])
    return PLAIN.term(apply.op, terms).text if axes else ""


def of_the_draw(op: Op, inputs: Sequence[str]) -> list[str]:
    """Return what a distribution takes and its size; of another op, all its inputs.

    The generator is drawn beside it, and what it is told of lengths says nothing more.
    """
    generator, lengths = generator_at(op), lengths_of_draw(op)
    if generator is None or len(inputs) < generator + 1 + lengths:
        return list(inputs)
    sizes = inputs[generator + 1 : generator + 1 + lengths]
    given = [f"size={size}" for size in sizes if size not in ("", BLANK, "None")]
    return [*inputs[generator + 1 + lengths :], *given]
