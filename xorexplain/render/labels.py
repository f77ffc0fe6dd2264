"""Say in words what a node is; every output format uses the same words."""

from __future__ import annotations

from xorexplain.formula import expression, formula
from xorexplain.graph import Apply, Graph, Output, Variable
from xorexplain.ops import COMMUTATIVE, INFIX

MAX_NAME = 48
MAX_VALUE = 24
MAX_FORMULA = 64
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
}


_KERNELS = {
    "gemm": "{4} × {0} + {1} × {2} · {3}",
    "gemv": "{4} × {0} + {1} × {2} · {3}",
    "ger": "{0} + {1} × {2} ⊗ {3}",
    "dot22_scalar": "{2} × {0} · {1}",
}
"""What the BLAS kernels compute, from their Theano docstrings; arguments by position."""


def clip(text: str, limit: int) -> str:
    """Shorten text to `limit` characters; line breaks and tabs become visible signs."""
    text = text.replace("\n", "⏎").replace("\t", "→").replace("\r", "")
    text = "".join(c if c.isprintable() else "�" for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def op_words(apply: Apply) -> str:
    """Name the op in a word or two, with what distinguishes it: `sum over axis 0`."""
    kind = apply.op.kind
    words = _WORDS.get(kind, kind.replace("_", " "))
    axis, index = apply.op.param("axis"), apply.op.param("index")
    name, dtype = apply.op.param("name"), apply.op.param("dtype")
    if axis:
        words += f" over axis {axis}"
    elif kind in ("subtensor", "inc_subtensor", "set_subtensor") and index is not None:
        words += f" [{index}]"
    elif kind == "dimshuffle":
        words += f" ({apply.op.param('order')})"
    elif dtype and kind == "cast":
        words += f" to {dtype}"
    elif name:
        words += f" {clip(name, MAX_NAME)}"
    return words


def op_heading(graph: Graph, apply: Apply) -> str:
    """Name the op with the constants folded into it: `_ ^ 2`, `0.01 × _`, `sum`."""
    folded = [graph.variable[v].folded for v in apply.inputs]
    if apply.inner is not None or apply.op.kind in _KERNELS or not any(folded):
        return op_words(apply)
    terms = [
        (clip(graph.variable[v].value or "", MAX_VALUE) if fold else BLANK, 100)
        for v, fold in zip(apply.inputs, folded, strict=True)
    ]
    if apply.op.kind in INFIX:
        return expression(apply, terms)[0]
    return f"{op_words(apply)}({', '.join(text for text, _ in terms)})"


def formula_lines(graph: Graph, apply: Apply) -> list[str]:
    """Write what a Composite or a BLAS kernel computes; its inputs are `i0`, `i1`, ..."""
    inputs = [_input_text(graph, v, position) for position, v in enumerate(apply.inputs)]
    if apply.op.kind in _KERNELS and len(inputs) == _KERNELS[apply.op.kind].count("{"):
        return [clip(_KERNELS[apply.op.kind].format(*inputs), MAX_FORMULA)]
    if apply.inner is None or apply.op.kind != "composite":
        return []
    inner = graph.inner[apply.inner]
    names = dict(zip(inner.inputs, inputs, strict=False))
    return [clip(line, MAX_FORMULA) for line in formula(inner, names).lines()]


def _input_text(graph: Graph, variable: str, position: int) -> str:
    """Write a short folded constant as its value, any other input as `i` and its position."""
    value = graph.variable[variable].value or ""
    short = graph.variable[variable].folded and len(value) <= MAX_VALUE
    return value if short else f"i{position}"


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


def title(graph: Graph) -> str:
    """Name model, stage and target: `xor · optimized · train`."""
    origin = graph.origin
    target = origin.target if origin.target != origin.stage else None
    parts = [origin.model or "graph", origin.stage, target]
    return " · ".join(clip(part, MAX_NAME) for part in parts if part)


def subtitle(graph: Graph, total: int | None = None) -> str:
    """Name the engine and how many apply nodes the graph has and the picture shows."""
    engine = {"theano": "Theano", "pytensor": "PyTensor"}.get(graph.origin.engine, "")
    drawn = len(graph.applies)
    total = drawn if total is None else total
    nodes = f"{total} apply node{'' if total == 1 else 's'}"
    shown_text = f", {drawn} shown" if drawn != total else ""
    return f"{engine} {graph.origin.version} · {nodes}{shown_text}"
