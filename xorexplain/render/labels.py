"""Say in words what a node is; every output format uses the same words."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from xorexplain.escaping import visible
from xorexplain.formula import Term, constant, expression, formula, infix, negated
from xorexplain.graph import Apply, Graph, Output, Variable
from xorexplain.ops import COMMUTATIVE, INFIX, PRECEDENCE
from xorexplain.render.op_words import properties_words

MAX_NAME = 48
MAX_VALUE = 24
MAX_FORMULA = 64
MAX_NOTE = 160
MAX_ANCESTORS = 3
BLANK = "_"
"""Stands in a label for an input that is drawn as a node of its own."""

_WORDS = {
    "sub": "subtract",
    "mul": "multiply",
    "true_div": "divide",
    "int_div": "divide, rounded down",
    "pow": "power",
    "neg": "negate",
    "sqr": "square",
    "expand_dims": "expand dims",
    "second": "fill",
    "dot22": "dot22",
    "inc_subtensor": "add into",
    "set_subtensor": "set",
    "subtensor": "index",
    "op_from_graph": "op from graph",
    "composite": "fused",
    "fused_elemwise": "fused",
    "if_else": "if else",
    "shape_i": "length of axis",
    "blockwise": "batched op",
}


_KERNELS = {"gemm": 5, "gemv": 5, "ger": 4, "dot22_scalar": 3}
"""Products of BLAS, and how many inputs each has."""
_FIRST_INDEX = {"subtensor": 1, "inc_subtensor": 2, "set_subtensor": 2}
"""How many inputs of an indexing op come before its indices."""
_OPEN_INDEX = "·"
"""Stands in an op's index for a value that is given as an input."""
_VISIBLE = str.maketrans({"\n": "⏎", "\r": "⏎", "\t": "→"})


def clip(text: str, limit: int) -> str:
    """Shorten text to `limit` characters; line breaks and tabs become visible signs."""
    text = visible(text[: 2 * limit + 2].replace("\r\n", "\n").translate(_VISIBLE))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def ancestry_words(graph: Graph, apply: Apply) -> str:
    """Say which expressions of the graph before rewriting an apply node was made from, and where.

    Constants spread to a shape are left out beside anything else.
    """
    entry = graph.ancestry_of.get(apply.id)
    if entry is None:
        return ""
    named = [a.name for a in entry.ancestors if a.name != a.variable]
    names = [clip(name, MAX_NAME // 2) for name in named or (a.name for a in entry.ancestors)]
    shown = ", ".join(names[:MAX_ANCESTORS])
    more = f" and {len(names) - MAX_ANCESTORS} more" if len(names) > MAX_ANCESTORS else ""
    lines = sorted({a.source.line for a in entry.ancestors if a.source is not None})
    at = f" · line {', '.join(map(str, lines[:MAX_ANCESTORS]))}" if lines else ""
    return f"from {shown}{more}{at}" if names else ""


def note(text: str) -> str:
    """Write a note of a picture on one line."""
    return clip(text, MAX_NOTE)


def kind_words(kind: str) -> str:
    """Name a kind of op in a word or two."""
    return _WORDS.get(kind, kind.replace("_", " "))


def op_words(apply: Apply) -> str:
    """Name the op in a word or two, with what distinguishes it: `sum over axis 0`.

    What is cut off a long property leaves its check sum, so that two that differ read differently.
    """
    phrases, others = properties_words(apply.op)
    told = clip(others, MAX_NAME + MAX_VALUE)
    if told != others:
        told = f"{told} #{crc32(others.encode(errors='backslashreplace')):08x}"
    return clip(kind_words(apply.op.kind) + phrases, MAX_NAME) + (f" ({told})" if told else "")


def op_heading(graph: Graph, apply: Apply) -> str:
    """Name the op with the constants folded into it: `_ ^ 2`, `0.01 × _`, `sum`."""
    values = [_folded_value(graph, v) for v in apply.inputs]
    if apply.inner is not None or apply.op.kind in _KERNELS or not any(values):
        return op_words(apply)
    if apply.op.kind in INFIX:
        terms = [constant(value) if value else Term(BLANK) for value in values]
        return expression(apply, terms).text
    words, shown = op_words(apply), [value or BLANK for value in values]
    first = _FIRST_INDEX.get(apply.op.kind, len(values))
    if words.count(_OPEN_INDEX) == len(values[first:]):
        for value in shown[first:]:
            words = words.replace(_OPEN_INDEX, value, 1)
        values, shown = values[:first], shown[:first]
    return f"{words}({', '.join(shown)})" if any(values) else words


def _folded_value(graph: Graph, id_: str) -> str:
    variable = graph.variable[id_]
    return clip(variable.value or variable.type, MAX_VALUE) if variable.folded else ""


def formula_lines(graph: Graph, apply: Apply) -> list[str]:
    """Write what a Composite or a BLAS kernel computes; its inputs are `i0`, `i1`, ..."""
    terms = [_input_term(graph, v, position) for position, v in enumerate(apply.inputs)]
    if apply.op.kind in _KERNELS and _KERNELS[apply.op.kind] == len(terms):
        return [clip(_kernel(apply.op.kind, terms).text, MAX_FORMULA)]
    if apply.inner is None or apply.op.kind != "composite":
        return []
    inner = graph.inner[apply.inner]
    given = dict(zip(inner.inputs, terms, strict=False))
    return [clip(line, MAX_FORMULA) for line in formula(inner, given).lines()]


def _input_term(graph: Graph, id_: str, position: int) -> Term:
    """Write a short folded constant as its value, any other input as `i` and its position."""
    value = graph.variable[id_].value or ""
    is_short = graph.variable[id_].folded and 0 < len(value) <= MAX_VALUE
    return constant(value) if is_short else Term(f"i{position}")


def _kernel(kind: str, inputs: Sequence[Term]) -> Term:
    """Write what a BLAS kernel computes, from its Theano docstring."""
    if kind == "dot22_scalar":
        left, right, factor = inputs
        return _scaled(factor, infix("dot", [left, right]))
    if kind == "ger":
        start, factor, left, right = inputs
        return infix("add", [start, _scaled(factor, Term(f"{left.text} ⊗ {right.text}"))])
    start, factor, left, right, kept = inputs
    product = _scaled(factor, infix("dot", [left, right]))
    return product if kept.text == "0.0" else infix("add", [_scaled(kept, start), product])


def _scaled(factor: Term, value: Term) -> Term:
    """Multiply by a number, which needs no parentheses around a product."""
    if factor.text in ("1.0", "−1.0"):
        return value if factor.text == "1.0" else negated(value)
    opposite = None if factor.opposite is None else _scaled(factor.opposite, value)
    return Term(f"{factor.text} × {value.text}", PRECEDENCE["mul"], "mul", opposite)


def variable_words(graph: Graph, variable: Variable) -> str:
    """Say what a variable is to the model: parameter, data, input, constant, result."""
    if variable.id in graph.parameters:
        return "parameter"
    if variable.role == "shared":
        return "shared"
    if variable.role == "intermediate" and variable.owner is None:
        return "computed elsewhere"
    return variable.role


def variable_name(variable: Variable) -> str:
    """Name a variable: its own name, a constant's value, else its type."""
    if variable.role == "constant" and not variable.name:
        return clip(variable.value or "", MAX_NAME)
    return clip(variable.name or variable.type, MAX_NAME)


def output_words(output: Output) -> tuple[str, str]:
    """Return the name of a result and the word for it: output or update."""
    return clip(output.label or "result", MAX_NAME), "update" if output.updates else "output"


def shape_text(variable: Variable) -> str:
    """Write a shape as `4×5`, with `?` for an unknown length; `scalar` for no dimension."""
    if variable.shape is None:
        return ""
    if not variable.shape:
        return "scalar"
    return "×".join("?" if length is None else str(length) for length in variable.shape)


def details(variable: Variable, types: bool, shapes: bool) -> str:
    """Write type and shape as asked for, `4×5 float64`, or nothing."""
    parts = []
    if shapes:
        parts.append(shape_text(variable))
    if types:
        parts.append((variable.dtype or variable.type) if shapes else variable.type)
    return clip(" ".join(part for part in parts if part), MAX_NAME)


def edge_label(graph: Graph, apply: Apply, position: int) -> str:
    """Number an argument where its position matters: the op has several and they do not commute.

    Inputs of a Composite or BLAS kernel are numbered as the formula names them.
    """
    if apply.op.kind == "composite" or apply.op.kind in _KERNELS:
        return f"i{position}"
    drawn = [v for v in apply.inputs if not graph.variable[v].folded]
    if len(drawn) < 2 or apply.op.kind in COMMUTATIVE:
        return ""
    return str(position)


def carried(graph: Graph, variable: str) -> str:
    """Say which of several outputs of its apply node a variable is."""
    owner = graph.owner(variable)
    if owner is None or len(owner.outputs) < 2:
        return ""
    return f"out {owner.outputs.index(variable)}"


def title(graph: Graph) -> str:
    """Name model, stage and target: `xor · optimized · train`."""
    origin = graph.origin
    target = origin.target if origin.target != origin.stage else None
    parts = [origin.model or "graph", origin.stage, target]
    return " · ".join(clip(part, MAX_NAME) for part in parts if part)


def engine_title(name: str) -> str:
    """Write the name of an engine as its makers do."""
    return {"theano": "Theano", "pytensor": "PyTensor"}.get(name, clip(name, MAX_NAME))


def subtitle(graph: Graph, total: int | None = None) -> str:
    """Name the engine and how many apply nodes the graph has and the picture shows."""
    engine = engine_title(graph.origin.engine)
    drawn = len(graph.applies)
    total = drawn if total is None else total
    nodes = f"{total} apply node{'' if total == 1 else 's'}"
    shown_text = f", {drawn} shown" if drawn != total else ""
    return f"{engine} {clip(graph.origin.version, MAX_NAME)} · {nodes}{shown_text}"
