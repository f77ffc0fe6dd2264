"""Compute what is asked for of the values of a model: which stage, which data, which moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import Graph
from xorexplain.graph.stages import WRITTEN
from xorexplain.models.given_arrays import check_given, check_row
from xorexplain.models.stages import default_stage
from xorexplain.render.reports.computed import WHOLE, Case, Computing
from xorexplain.render.reports.function_values import function_values
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.node_values import NodeValues, node_values
from xorexplain.render.reports.numbering import Working, numbered

AROUND = {"optimized": ("symbolic", "updates"), "compiled": ("symbolic", "updates", "optimized")}
"""The stages that a rewritten one is numbered by."""


@dataclass(frozen=True)
class Asked:
    """Hold which values are asked for.

    `data` are arrays for inputs by name and `where` what they are in; `row` counts from 1, 0 is all
    of the data; `trained` is how many steps to train for, to show the values after them too.
    `call` is which call of a program was given them, of which the model may read a part.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    where: str = "inputs"
    row: int = 0
    trained: int = 0
    call: str = ""


def valued(
    subject: Subject, stage: str | None, target: str | None, asked: Asked, working: Working
) -> tuple[Subject, NodeValues]:
    """Compute the values of a stage; return the subject that has made it, too.

    Raise XorexplainError, naming the cure, for data that do not fit.
    """
    chosen = stage or default_stage(subject.model)
    is_written = chosen in WRITTEN and chosen != "updates"
    made = replace(
        subject,
        target=None if is_written else target,
        shown=target if is_written else None,
        data=asked.data,
        _made={},
    )
    if not made.is_recorded or (made.model.function is not None and not is_written):
        if asked.trained:
            raise XorexplainError(
                "a compiled function has no steps to train for: leave --trained out, or name its "
                "model"
            )
        data = _read(made, made.view(chosen).graph(), asked) if asked.call else asked.data
        case = f"call {asked.call}" if asked.call else ""
        return made, function_values(made, chosen, data, asked.where, asked.row, case)
    stages = {chosen, *AROUND.get(chosen, ()), *(["compiled"] if asked.trained else [])}
    material = numbered(made, stages, working=working)
    if chosen not in material.graphs:
        raise XorexplainError(material.missing[chosen])
    graph = material.together
    assert graph is not None
    if asked.call:
        material = replace(material, subject=replace(made, data=_read(made, graph, asked)))
    data = material.subject.data
    check_given(graph, data, made.model.data, asked.where)
    computing = Computing(material, f"call {asked.call}" if asked.call else WHOLE)
    with working("computing the values"):
        cases = [_case(computing, asked.row)]
        return made, node_values(computing, chosen, cases, computing.moments(asked.trained))


def _read(made: Subject, graph: Graph, asked: Asked) -> dict[str, Any]:
    """Return what a graph reads of what a call was given; raise XorexplainError for none of it."""
    names = {variable.name for variable in graph.variables if variable.owner is None}
    found = {name: value for name, value in asked.data.items() if name in names}
    if not found:
        given, read = ", ".join(asked.data), ", ".join(sorted(filter(None, names)))
        raise XorexplainError(
            f"call {asked.call} was given {given or 'nothing'}, and {made.model.name} reads "
            f"{read}: name the model that was called or another call, or give the inputs the same "
            "names"
        )
    return found


def _case(computing: Computing, row: int) -> Case:
    if not row:
        return computing.whole
    check_row(row, computing.row_count)
    return computing.row(row - 1)
