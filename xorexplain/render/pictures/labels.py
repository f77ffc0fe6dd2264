"""Say in words what a node is; every output format uses the same words."""

from __future__ import annotations

from struct import pack, unpack
from textwrap import wrap

from xorexplain.engines.names import TITLES
from xorexplain.errors.escaping import check_sum, with_signs
from xorexplain.graph.ops import (
    INFIX,
    KINDS,
    generator_at,
    has,
    indices_from,
    is_kernel,
    op_name,
    row,
    told_by_flag,
)
from xorexplain.graph.ops.operand_axes import operand_axes
from xorexplain.graph.records import EVERYWHERE, Apply, Graph, Op, Origin, Output, Variable
from xorexplain.graph.views.fold import MAX_INLINE, of_one
from xorexplain.graph.views.forms_of_length import written_shape
from xorexplain.graph.views.inner import loop_argument
from xorexplain.notation.formula import Term, constant, expression
from xorexplain.render.pictures.op_words import (
    BLANK,
    of_the_draw,
    placed_words,
    properties_words,
    result_words,
)
from xorexplain.render.pictures.windows import window_words

MAX_NAME = 48
MAX_FORMULA = 64
MAX_FORMULA_LINES = 12
"""A formula of more lines is cut."""
MAX_VALUE_LINES = 4
CUT = "  …"
"""Stands for the lines that are left out."""
MAX_NOTE = 160
_OPEN_INDEX = "·"
"""Stands in an op's index for a value that is given as an input."""


def clip(text: str, limit: int) -> str:
    """Shorten text to `limit` characters; line breaks and tabs become visible signs."""
    text = with_signs(text[: 2 * limit + 2])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def note(text: str) -> str:
    """Write a note of a picture on one line."""
    return clip(text, MAX_NOTE)


def op_words(apply: Apply) -> str:
    """Name the op in a word or two, with what distinguishes it: `sum over axis 0`."""
    op = apply.op
    if _is_foreign(op):
        return _foreign_words(op)
    phrases, others = properties_words(op)
    words = summed(op_name(op) + phrases, MAX_NAME + len(op.param("core") or ""))
    return f"{words} ({summed(others, MAX_NAME + MAX_INLINE)})" if others else words


def _is_foreign(op: Op) -> bool:
    """Tell whether nothing is known of an op but what its engine says of it.

    A label that is Python's `<... object>` says less than words; so does that of an op of the
    user's own that is called as the engine's.
    """
    is_told = op.kind in KINDS or op.kind.startswith("own_") or op.label[:1] in ("", "<")
    return not is_told and op.family not in ("elementwise", "reduction", "random")


def _foreign_words(op: Op) -> str:
    """Name an op by the engine's own label, with the properties that the label leaves out."""
    is_marked = op.kind.startswith("sparse_") and "sparse" not in op.label.casefold()
    words = f"sparse {op.label}" if is_marked else op.label
    others = (f"{name}={value}" for name, value in op.params if name != "label")
    unsaid = [other for other in others if other not in op.label.replace("'", "")]
    return summed(f"{words} ({', '.join(unsaid)})" if unsaid else words, 2 * MAX_NAME)


def summed(text: str, limit: int) -> str:
    """Shorten text; what is cut off leaves its check sum, so that two that differ read so."""
    shown = clip(text, limit)
    return f"{shown} {check_sum(text)}" if len(text) > limit else shown


def op_heading(graph: Graph, apply: Apply) -> str:
    """Name the op with the constants folded into it: `_ ^ 2`, `0.01 × _`, `sum`."""
    values = [folded_value(graph, apply, v) for v in apply.inputs]
    is_told = apply.inner is not None and generator_at(apply.op) is None
    is_told = is_told or is_kernel(apply.op.kind, len(values))
    if not is_told and (words := placed_words(apply, values) or window_words(apply, values)):
        return words
    if is_told or not any(values):
        return op_words(apply)
    flag = told_by_flag(apply.op, values[-1])
    if apply.op.kind in INFIX:
        terms = [constant(value) if value else Term(BLANK) for value in values]
        return expression(apply, terms).text
    words = f"{op_words(apply)} {flag[1]}" if flag else op_words(apply)
    values = values[:-1] if flag else values
    shown = [value or BLANK for value in values]
    values, shown = (of_the_draw(apply.op, each) for each in (values, shown))
    if has(apply.op.kind, "received by filters", "received by images"):
        values, shown = values[:2], shown[:2]  # the others are lengths, which stand below
    known = row(apply.op.kind)
    first = indices_from(known.name) if "index" in known.said else len(values)
    if words.count(_OPEN_INDEX) == len(values[first:]):
        for value in shown[first:]:
            words = words.replace(_OPEN_INDEX, value, 1)
        values, shown = values[:first], shown[:first]
    if len(shown) == 1 and any(values) and words.endswith((")", "]")):
        return f"{words} of {shown[0]}"
    return f"{words}({', '.join(shown)})" if any(values) else words


def folded_value(graph: Graph, apply: Apply, id_: str) -> str:
    """Write a constant that has no node of its own; of another precision, with its type."""
    variable = graph.variable[id_]
    if not variable.folded:
        return ""
    is_of_elements = apply.op.family == "elementwise"
    # One or two brackets say of how many axes the array is; more are in the way of its number.
    number = is_of_elements and (variable.value or "").startswith("[[[") and of_one(variable)
    value = clip(number or value_text(variable) or variable.type, 2 * MAX_INLINE)
    if not (is_of_elements and _is_inexact(variable)):
        return value
    others = {graph.variable[v].dtype for v in apply.inputs if _is_inexact(graph.variable[v])}
    is_other = others != {variable.dtype} and not _is_exact_float32(variable)
    return f"{variable.dtype}({value})" if is_other else value


def _is_inexact(variable: Variable) -> bool:
    return (variable.dtype or "").startswith(("float", "complex"))


def _is_exact_float32(variable: Variable) -> bool:
    """Tell whether a constant is a float32 that float64 would write in the same way."""
    try:
        number = float(variable.filling or "nan")
        return variable.dtype == "float32" and unpack("f", pack("f", number))[0] == number
    except (ValueError, OverflowError):
        return False


def value_text(variable: Variable) -> str:
    """Write the value of a constant, with the shape of one that is told as one number."""
    value = variable.value or ""
    return f"{value} in {shape_text(variable)}" if value.endswith(EVERYWHERE) else value


def wrapped(text: str, limit: int = MAX_FORMULA_LINES, width: int = MAX_FORMULA) -> list[str]:
    """Break a text over lines, and cut it where it would take more than `limit` of them."""
    whole = clip(text, (limit + 1) * width)
    lines = wrap(whole, width, subsequent_indent="  ", break_on_hyphens=False)
    return lines if len(lines) <= limit else [*lines[: limit - 1], CUT]


def variable_name(variable: Variable) -> str:
    """Name a variable: its own name, a constant's value, else its type."""
    if variable.role == "constant" and not variable.name:
        return clip(value_text(variable), MAX_NAME)
    return clip(variable.name or variable.type, MAX_NAME)


def given_words(variable: Variable) -> str:
    """Name a variable that nothing computes on one line, a constant by name and value."""
    if variable.role != "constant":
        return variable_name(variable)
    value = " ".join(line.strip() for line in value_lines(variable))
    return f"{clip(variable.name, MAX_NAME)} = {value}" if variable.name else value


def place(graph: Graph, id_: str) -> str:
    """Say in a word or two which variable it is: its name, else the apply node it comes from."""
    variable = graph.variable[id_]
    if variable.owner is None:
        return given_words(variable)
    words = " ".join(filter(None, [variable.owner, carried(graph, id_)]))
    return f"{clip(variable.name, MAX_NAME)} ({words})" if variable.name else words


def hidden_sources(graph: Graph, id_: str) -> list[str]:
    """Return what a loose end of a part of a graph is computed from, through what is left out."""
    return [v for v in graph.hidden_sources.get(id_, []) if not graph.variable[v].folded]


def value_lines(variable: Variable) -> list[str]:
    """Write the value of a constant on lines of its own, none of anything else."""
    if variable.role != "constant":
        return []
    lines = wrapped(value_text(variable), MAX_VALUE_LINES)
    return lines if lines[-1:] != [CUT] else [*lines[:-1], f"{CUT.strip()} {shape_text(variable)}"]


def name_lines(variable: Variable) -> list[str]:
    """Write what stands at the top of a node for a variable: its name, a constant's value too."""
    if variable.role == "constant" and not variable.name:
        return value_lines(variable)
    return [variable_name(variable), *value_lines(variable)]


def computed_names(graph: Graph, apply: Apply) -> list[str]:
    """Name the outputs of an apply node that have names, but for those a result is called by."""
    found = []
    for position, id_ in enumerate(apply.outputs):
        name = graph.variable[id_].name
        if name and name not in [output.label for output in graph.results.get(id_, ())]:
            which = result_words(graph, apply, position)
            found.append((f"{which}: " if which else "") + clip(name, MAX_NAME))
    return found


def output_words(output: Output) -> tuple[str, str]:
    """Return the name of a result and the word for it: output or update."""
    return clip(output.label or "result", MAX_NAME), "update" if output.updates else "output"


def shape_text(variable: Variable) -> str:
    """Write a shape as `4×n`, with `?` for a length without a name; `scalar` for no dimension."""
    if variable.shape is None:
        return ""
    if not variable.shape:
        return "scalar"
    if variable.lengths is not None:
        return written_shape(variable.lengths)
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

    Nor do those that an op reads along axes of their own.
    Inputs of a Composite or BLAS kernel are numbered as the formula names them.
    """
    if apply.op.kind == "composite" or has(apply.op.kind, "kernel"):
        return f"i{position}"
    if apply.op.kind == "scan":
        return loop_argument(graph, apply, position)
    drawn = [v for v in apply.inputs if not graph.variable[v].folded]
    if len(drawn) < 2 or (has(apply.op.kind, "commutes") and not operand_axes(apply.op)):
        return ""
    return str(position)


def carried(graph: Graph, variable: str) -> str:
    """Say which of several outputs of its apply node a variable is."""
    owner = graph.owner(variable)
    return "" if owner is None else result_words(graph, owner, owner.outputs.index(variable))


def title(origin: Origin) -> str:
    """Name model, stage and target, each once: `xor · optimized · train`."""
    target = origin.target if origin.target not in (origin.stage, origin.model) else None
    parts = (origin.model or "graph", origin.stage, target)
    return " · ".join(clip(part, MAX_NAME) for part in parts if part)


def engine_title(name: str) -> str:
    """Write the name of an engine as its makers do."""
    return TITLES.get(name, clip(name, MAX_NAME))


def counted(graph: Graph, unsaid: int = 0) -> str:
    """Say how many apply nodes the engine's graph has, and how many of them are shown.

    Of those that a picture could show, `unsaid` are told by others.
    """
    words = f"{graph.count} apply node{'' if graph.count == 1 else 's'}"
    drawn = len(graph.applies) - unsaid
    return words if drawn == graph.count else f"{words}, {drawn} shown"


def subtitle(graph: Graph, unsaid: int = 0) -> str:
    """Name the engine and count the apply nodes."""
    version = clip(graph.origin.version, MAX_NAME)
    mode = f" · {clip(graph.origin.mode, MAX_NAME)}" if graph.origin.mode else ""
    return f"{engine_title(graph.origin.engine)} {version}{mode} · {counted(graph, unsaid)}"
