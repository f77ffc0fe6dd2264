"""Fill in the shapes that follow from those of the inputs, and name lengths that are not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xorexplain.graph.records import Graph, Variable
from xorexplain.graph.views.forms_of_length import Form, written
from xorexplain.graph.views.measures import Measures, measure, names_of

MAX_LENGTH = 11
"""A length whose form is longer is not told."""
Shape = tuple[int | None, ...]


def infer_shapes(graph: Graph) -> Graph:
    """Complete unknown lengths by NumPy's rules, inside inner graphs too, and name the rest.

    `lengths` of a variable are its lengths as text, where they follow from those of the inputs:
    `n` and `m` are the unknown ones of these. What the engine knew is kept.
    """
    measures = measure(graph)
    return with_shapes(graph, measures, names_of(measures, graph))


def with_shapes(graph: Graph, measures: Measures, names: Mapping[str, str]) -> Graph:
    """Fill in shapes that were worked out, unknown lengths by their names."""
    return _told(measures, names, graph, [""])


def _told(measures: Measures, names: Mapping[str, str], graph: Graph, prefixes: list[str]) -> Graph:
    """Tell what holds at all places of a graph, each with a prefix of ids."""
    inner = []
    for position, inside in enumerate(graph.inner):
        users = [apply.id for apply in graph.applies if apply.inner == position]
        below = [f"{prefix}{id_}/" for prefix in prefixes for id_ in users]
        inner.append(_told(measures, names, inside, below) if below else inside)
    return replace(
        graph,
        variables=tuple(_variable(measures, names, v, prefixes) for v in graph.variables),
        inner=tuple(inner),
    )


def _variable(
    measures: Measures, names: Mapping[str, str], variable: Variable, prefixes: list[str]
) -> Variable:
    if variable.shape is not None and None not in variable.shape:
        # There is nothing to tell, as of most variables, or a model's own names are told.
        return variable
    found = {measures.shape(prefix + variable.id) for prefix in prefixes}
    if variable.shape is None or None in found or not found:
        return variable
    columns = list(zip(*(shape for shape in found if shape is not None), strict=True))
    forms = [set(column) for column in columns]
    common = [form.pop() if len(form) == 1 else None for form in forms]
    lengths = [None if form is None else form.number for form in common]
    shape = tuple(
        known if known is not None else length
        for known, length in zip(variable.shape, lengths, strict=True)
    )
    own = variable.lengths or ("",) * len(common)
    texts = tuple(name or _text(form, names) for name, form in zip(own, common, strict=True))
    return replace(variable, shape=shape, lengths=texts if None in shape or any(own) else None)


def _text(form: Form | None, names: Mapping[str, str]) -> str:
    text = "" if form is None else written(form, names)
    return text if len(text) <= MAX_LENGTH else ""
