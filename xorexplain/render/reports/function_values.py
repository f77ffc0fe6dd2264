"""Say what every node of a compiled function holds, which is all that there is of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

import numpy

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Graph
from xorexplain.graph.views.names import intermediate_names
from xorexplain.models.capture import variable_ids
from xorexplain.models.given_arrays import check_given, check_row
from xorexplain.models.samples import given_values
from xorexplain.render.pictures.labels import MAX_NAME, clip
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.node_values import ROUNDS, Held, NodeValues, nodes_of
from xorexplain.render.reports.summaries import summarized
from xorexplain.runs.failing import explanation_of_graph
from xorexplain.runs.unwritten_memory import settled
from xorexplain.runs.walk import Ran
from xorexplain.runs.written import Written

MOMENT = "with the weights it has"
CALL = "one call"
MISFIT = "the function cannot be computed with these values ({}): give arrays that fit"


def function_values(
    subject: Subject, stage: str, data: Mapping[str, Any], where: str, row: int = 0, case: str = ""
) -> NodeValues:
    """Compute a function node by node, in an order of execution, as it is after its rewriting.

    An update is computed, and not made. `case` names the call that `data` were given to. What a
    function computes has no cost, and so no gradient but the one that is computed in it. Raise
    XorexplainError for data that misfit.
    """
    view = subject.view(stage)
    graph, engine = view.graph(), subject.engine
    variables = {id_: variable for variable, id_ in variable_ids(view.source).items()}
    names = {variable.name for variable in graph.variables if variable.name}
    check_given(graph, data, subject.model.data, where)
    known = {**subject.model.data, **data}
    known = {name: value for name, value in known.items() if name in names}
    chosen, drawn = given_values(engine, graph, variables, known)
    random = [clip(name, MAX_NAME) for name in drawn]
    if row:
        chosen = _row(graph, chosen, row)
    given = {variables[id_]: value for id_, value in chosen.items()}
    outputs = [variables[output.variable] for output in graph.outputs]
    values = _computed(engine, given, outputs)
    title = ", ".join(filter(None, (case or CALL, f"row {row}" if row else "")))
    held = {
        id_: Held(MOMENT, title, summarized(values[v]) if v in values else None)
        for id_, v in variables.items()
    }
    nodes, hidden = (
        tuple(replace(node, held=(held[node.id],)) for node in some)
        for some in nodes_of(graph, intermediate_names(graph))
    )
    notes = [f"The values of {', '.join(random[:6])} are drawn at random."] if random else []
    notes += [ROUNDS] if any(apply.op.kind == "scan" for apply in graph.applies) else []
    return NodeValues(graph.origin, " ".join(notes), nodes, (), hidden)


def _row(graph: Graph, chosen: Mapping[str, Any], row: int) -> dict[str, Any]:
    """Take one row of all arguments, counted from 1."""
    given = {id_: v for id_, v in chosen.items() if graph.variable[id_].role == "input"}
    lengths = {(numpy.shape(value) or (0,))[0] for value in given.values()}
    check_row(row, lengths.pop() if len(lengths) == 1 else 0)
    return {**chosen, **{id_: value[row - 1 : row] for id_, value in given.items()}}


def _computed(engine: Engine, given: Mapping[Any, Any], outputs: list[Any]) -> Mapping[Any, Any]:
    """Return values by variable; raise XorexplainError where the arguments do not fit."""

    def misfit(ran: Ran) -> NoReturn:
        written = Written(list(given), outputs, toposort(outputs), is_written=False)
        told = explanation_of_graph(ran.error, engine, written, given)
        why = told.sentence if told.found == "node" else str(ran.error).splitlines()[0][:200]
        raise XorexplainError(MISFIT.format(why)) from ran.error

    return settled(engine, given, outputs, misfit)
