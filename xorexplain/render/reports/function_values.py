"""Say what every node of a compiled function holds, which is all that there is of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy

from xorexplain.errors import XorexplainError
from xorexplain.graph.views.names import intermediate_names
from xorexplain.models.capture import variable_ids
from xorexplain.models.given import check_given
from xorexplain.models.samples import sample_values
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.node_values import Held, NodeValues, nodes_of
from xorexplain.render.reports.summaries import summarized
from xorexplain.runs.walk import Walk

MOMENT = "with the weights it has"


def function_values(
    subject: Subject, stage: str, data: Mapping[str, Any], where: str, row: int = 0
) -> NodeValues:
    """Compute a function node by node, as it runs; raise XorexplainError for data that misfit."""
    view = subject.view(stage)
    graph, engine = view.graph(), subject.engine
    if row:
        raise XorexplainError("a compiled function has no rows of data: leave --row out")
    variables = {id_: variable for variable, id_ in variable_ids(view.source).items()}
    known = {**subject.model.data, **data}
    check_given(graph, data, subject.model.data, where)
    known = {name: value for name, value in known.items() if name in _names(graph)}
    chosen = sample_values(engine, graph, variables, known)
    random = []
    for id_ in chosen:
        variable = graph.variable[id_]
        if variable.name not in known and variable.role == "shared":
            chosen[id_] = numpy.array(engine.value_of(variables[id_]))
        elif variable.name not in known:
            random.append(clip(variable.name or id_, 48))
    walk = Walk(engine, {variables[id_]: value for id_, value in chosen.items()})
    for _ in walk.run([variables[output.variable] for output in graph.outputs]):
        pass
    names = intermediate_names(graph)
    held = {
        id_: Held(MOMENT, "one call", summarized(walk.known[v]) if v in walk.known else None)
        for id_, v in variables.items()
    }
    nodes = [replace(node, held=(held[node.id],)) for node in nodes_of(graph, names)]
    drawn = f"The values of {', '.join(random[:6])} are drawn at random." if random else ""
    return NodeValues(graph.origin, drawn, tuple(nodes))


def _names(graph: Any) -> set[str]:
    return {variable.name for variable in graph.variables if variable.name}
