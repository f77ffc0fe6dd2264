"""Tell lengths, and constants that fill a shape, in the words of what reads them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Set
from dataclasses import replace

from xorexplain.graph.ops import has, row
from xorexplain.graph.records import Apply, Graph, Variable
from xorexplain.graph.views.fold import as_constant, is_brief
from xorexplain.graph.views.forms_of_length import Form, known, written, written_shape
from xorexplain.graph.views.length_values import given_value, is_exact
from xorexplain.graph.views.measures import Measures
from xorexplain.graph.views.subgraph import ends, needed

MAX_TOLD = 16
"""A length or a vector of lengths whose text is longer is computed by nodes."""
_COMPUTING = ("elementwise", "shape", "indexing", "control", "reduction")
_ENGINES = re.compile(r"mean|.*\[\d*:\d*\]|.*\.T")


def tell_lengths(
    graph: Graph, lengths: Set[str], measures: Measures, names: Mapping[str, str]
) -> Graph:
    """Have apply nodes read lengths, and constants that fill a shape, as constants told in words.

    `lengths` are what `lengths_of` finds in the graph.
    What only computed those falls away. One that has a name or is a result stays, and so does a
    named variable that nothing else reads: the cost of which a gradient needs only the shape.
    """
    pinned = graph.output_ids | {v for pair in graph.hidden for v in pair}
    told: dict[str, Variable] = {}
    for apply in graph.applies:
        for id_ in apply.outputs:
            if id_ in pinned or graph.variable[id_].name:
                continue
            found = told_fill(graph, apply, measures, names)
            found = found or (told_length(graph, id_, measures, names) if id_ in lengths else None)
            if found is not None:
                told[id_] = found
    return _told(graph, told)


def is_named(variable: Variable) -> bool:
    """Tell whether a variable has a name that is not the engine's own, as `mean` or `x[0:]`."""
    name = variable.name or ""
    return bool(name) and (variable.owner is None or not _ENGINES.fullmatch(name))


def _told(graph: Graph, told: Mapping[str, Variable]) -> Graph:
    """Replace what is told where it is read, and drop what is not needed then."""
    if not told:
        return graph
    applies = tuple(
        replace(apply, inputs=tuple(told[v].id if v in told else v for v in apply.inputs))
        for apply in graph.applies
    )
    read = {v for apply in applies for v in apply.inputs}
    fresh = tuple(variable for variable in told.values() if variable.id in read)
    changed = replace(graph, applies=applies, variables=(*graph.variables, *fresh))
    return needed(changed, ends(graph) | {v.id for v in graph.variables if is_named(v)})


def told_length(
    graph: Graph, id_: str, measures: Measures, names: Mapping[str, str]
) -> Variable | None:
    """Return the constant that tells a length, or a vector of lengths."""
    value, variable = measures.value(id_), graph.variable[id_]
    if value is None:
        return None
    entries = (value,) if isinstance(value, Form) else value
    texts = [
        "" if form is None else _number(form, variable) or written(form, names, " ")
        for form in entries
    ]
    text = texts[0] if isinstance(value, Form) else f"[{', '.join(texts)}]"
    if isinstance(value, Form) and value.number is not None and _is_float(variable):
        text += ".0"
    return _constant(graph, variable, text) if all(texts) and len(text) <= MAX_TOLD else None


def _number(form: Form, variable: Variable) -> str:
    """Write a number as constants of a type are written, with a hyphen for its minus."""
    if form.number is None:
        return ""
    return str(bool(form.number) if variable.dtype == "bool" else form.number)


def _is_float(variable: Variable) -> bool:
    return (variable.dtype or "").startswith("f")


def told_fill(
    graph: Graph, apply: Apply, measures: Measures, names: Mapping[str, str]
) -> Variable | None:
    """Return the constant that tells a fill by a constant, or whole numbers in a row."""
    variable, kind = graph.variable[apply.outputs[0]], apply.op.kind
    least = 3 if kind == "arange" else row(kind).least
    is_known = kind == "arange" or has(kind, "fills")
    if len(apply.outputs) > 1 or len(apply.inputs) < least or not is_known:
        return None
    shape = measures.shape(variable.id)
    lengths = tuple(written(form, names) for form in shape or ())
    if shape is None or not all(lengths):
        return None
    if kind == "arange":
        numbers = [measures.value(v) for v in (apply.inputs[0], apply.inputs[2])]
        found = _constant(graph, variable, f"arange({written(shape[0], names, ' ')})")
        return replace(found, lengths=lengths) if numbers == [known(0), known(1)] else None
    source = graph.variable[apply.inputs[1 if kind == "second" else 0]]
    if not is_brief(source) or source.filling is None:
        return None
    if not shape:
        return _constant(graph, variable, source.filling)
    found = _constant(graph, variable, f"{source.filling} in {written_shape(lengths)}")
    return replace(found, lengths=lengths)


def _constant(graph: Graph, variable: Variable, text: str) -> Variable:
    # An id that is not taken: those of a graph are `v` and a number.
    number = 10 ** len(str(len(graph.variables))) + int(variable.id[1:])
    id_ = f"v{number}"
    while id_ in graph.variable:
        id_ += "0"
    return replace(as_constant(variable, text), id=id_)


def lengths_of(graph: Graph, others: Collection[str] = ()) -> frozenset[str]:
    """Return what is computed from shapes and constants alone, as numbers or vectors of them.

    A constant that is only handed on counts too. `others` are read as constants are.
    """
    found: set[str] = set()
    fixed = {*(v.id for v in graph.variables if v.role == "constant" and _is_fixed(v)), *others}
    for apply in graph.applies:
        if not all(_may_be_length(graph.variable[v]) for v in apply.outputs):
            continue
        if has(apply.op.kind, "reads shape") and apply.op.kind != "second":
            found.update(apply.outputs)
        elif _may_compute(graph, apply):
            read = apply.inputs[1:] if apply.op.kind == "second" else apply.inputs
            is_of_lengths = not found.isdisjoint(read) or _hands_on(apply)
            if is_of_lengths and all(v in found or v in fixed for v in read):
                found.update(apply.outputs)
    return frozenset(found)


def of_shapes(graph: Graph, lengths: Set[str]) -> frozenset[str]:
    """Return those of `lengths` that a shape is read for.

    The others are computed of constants alone, as the number that a gradient begins with.
    """
    found: set[str] = set()
    for apply in graph.applies:
        reads = has(apply.op.kind, "reads shape") and apply.op.kind != "second"
        if reads or not found.isdisjoint(apply.inputs):
            found |= lengths & {*apply.outputs}
    return frozenset(found)


def _is_fixed(constant: Variable) -> bool:
    """Tell whether a constant may stand beside lengths: a number, or a vector of whole ones."""
    value = given_value(constant)
    is_vector = bool(constant.shape) or constant.shape is None
    return not is_vector or (isinstance(value, tuple) and None not in value)


def _may_compute(graph: Graph, apply: Apply) -> bool:
    """Tell whether an op may compute a length: a fraction is none, unless it is a whole number."""
    is_whole = not any((graph.variable[v].dtype or "f").startswith("f") for v in apply.outputs)
    is_fill = apply.op.kind == "second" and graph.variable[apply.outputs[0]].shape != ()
    is_of_kind = apply.op.family in _COMPUTING and apply.op.kind != "arange" and not is_fill
    return is_of_kind and bool(apply.inputs) and (is_whole or _hands_on(apply) or is_exact(apply))


def _hands_on(apply: Apply) -> bool:
    return has(apply.op.kind, "carries", "seeds") or apply.op.kind == "subtensor"


def _may_be_length(variable: Variable) -> bool:
    """Tell whether a variable is a number, or a vector of whole numbers."""
    if variable.shape is None or len(variable.shape) > 1:
        return False
    kind = variable.dtype or ""
    return not variable.shape or kind.startswith(("int", "uint", "bool", "float"))
