"""Choose lengths for what a graph is given, such that its inputs fit together."""

from __future__ import annotations

import math
from collections.abc import Mapping

from xorexplain.graph.records import Graph
from xorexplain.graph.views.forms_of_length import Form
from xorexplain.graph.views.measures import measure


def lengths(graph: Graph, otherwise: int = 3) -> Mapping[str, tuple[int, ...]]:
    """Return a shape for each given variable: known lengths, lengths they force, else `otherwise`.

    What forces lengths is what their names are told by: an op that takes only equal ones, in
    inner graphs too. An op not known there forces nothing.
    """
    measures = measure(graph)
    return {
        variable.id: tuple(_length(form, otherwise) for form in measures.shape(variable.id) or ())
        for variable in graph.variables
        if variable.owner is None and variable.shape is not None
    }


def _length(form: Form, otherwise: int) -> int:
    return max(0, sum(times * math.prod([otherwise] * len(of)) for of, times in form.terms))
