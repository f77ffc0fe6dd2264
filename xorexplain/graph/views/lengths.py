"""Choose lengths for what a graph is given, such that its inputs fit together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xorexplain.graph.ops import has
from xorexplain.graph.records import Graph, Variable
from xorexplain.graph.views.measures import Measures, measure

IMAGES = (*range(3, 65), 96, 112, 128, 160, 192, 224, 227, 256, 299)
"""How large images are tried, where filters slide over them."""
MOST = 1000
"""How long a length is made at most for what is read of it."""


def lengths(graph: Graph, otherwise: int = 3) -> Mapping[str, tuple[int, ...]]:
    """Return a shape for each given variable: known lengths, lengths they force, else `otherwise`.

    What forces lengths is what their names are told by: an op that takes only equal ones, in
    inner graphs too. An op not known there forces nothing. What is read at a place is there, and
    slices leave more than one element. Images are as large as the filters that slide over them
    need, and as what reads the result takes, the smallest that fits.
    """
    measures = measure(graph)
    symbols = _of_images(graph, measures)
    chosen = {s: min(n, MOST) for s, n in measures.equations.fitting(otherwise).items()}
    chosen |= _chosen(graph, measures, symbols) if symbols else {}
    return {
        variable.id: tuple(
            measures.equations.size(form, chosen, otherwise)
            for form in measures.shape(variable.id) or ()
        )
        for variable in _given(graph)
    }


def _given(graph: Graph) -> list[Variable]:
    return [v for v in graph.variables if v.owner is None and v.shape is not None]


def _of_images(graph: Graph, measures: Measures) -> set[str]:
    """Return the unknown lengths of images that filters slide over."""
    images = [a.inputs[0] for a in graph.applies if has(a.op.kind, "slides filters") and a.inputs]
    shapes = [measures.shape(image) or () for image in images]
    found = (measures.equations.bases(form) for shape in shapes for form in shape[2:])
    return {symbol for bases in found for symbol in bases - measures.equations.cut.keys()}


def _chosen(graph: Graph, measures: Measures, symbols: set[str]) -> Mapping[str, int]:
    """Return the smallest sizes of images that no op is known to refuse, or to make nothing of."""
    refused, empty = measures.equations.contradictions, _empty(measures)
    for size in IMAGES:
        sizes = dict.fromkeys(symbols, size)
        told = {v.id: replace(v, shape=_sized(measures, v, sizes)) for v in _given(graph)}
        variables = tuple(told.get(v.id, v) for v in graph.variables)
        found = measure(replace(graph, variables=variables))
        if found.equations.contradictions <= refused and _empty(found) == empty:
            return sizes
    return {}


def _empty(measures: Measures) -> set[str]:
    """Return what has no elements."""
    forms = {id_: measures.shape(id_) or () for id_ in measures.shapes}
    return {id_ for id_, shape in forms.items() if any(form.number == 0 for form in shape)}


def _sized(
    measures: Measures, variable: Variable, sizes: Mapping[str, int]
) -> tuple[int | None, ...]:
    forms, equations = measures.shape(variable.id) or (), measures.equations
    known = sizes.keys() | equations.cut.keys()
    return tuple(
        equations.size(form, sizes, 0)
        if form.symbols and equations.bases(form) <= known
        else length
        for form, length in zip(forms, variable.shape or (), strict=True)
    )
