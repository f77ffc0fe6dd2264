"""Offer the values of nodes from Python, as a report that a notebook shows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

from xorexplain.api import everything
from xorexplain.api.drawing import picture_of
from xorexplain.api.report import Report
from xorexplain.models.loading import as_model
from xorexplain.models.stages import default_stage
from xorexplain.render.look import Look
from xorexplain.render.pictures.value_lines import look_with
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.node_values import NodeValues
from xorexplain.render.reports.values import node_report, values_json, values_report
from xorexplain.render.reports.values_asked import Asked, valued


def values(
    obj: Any,
    inputs: Mapping[str, Any] | None = None,
    *,
    stage: str | None = None,
    target: str | None = None,
    row: int | None = None,
    trained: int = 0,
    node: str | None = None,
    round: int | None = None,
) -> Report:
    """Compute every node of a stage, and tell its shape, its value and its gradient in a report.

    `obj` is what `draw` takes. `inputs` are arrays by name; what is not among them has the model's
    own data, or is drawn at random. `row` is one row of the data, from 1. `trained` trains the
    model for so many steps and tells the values before and after; its weights get their values
    back. `node` tells one node alone, with all its elements. A Scan is told round by round,
    `round` tells one of them, from 1. The
    report's picture is the graph with a value at each node.

    Raise XorexplainError for arrays that do not fit.
    """
    engine, model = as_model(obj)
    chosen = stage or default_stage(model)
    asked = Asked(dict(inputs or {}), "inputs", row or 0, trained)
    whole = target or everything(obj, chosen)
    found = valued(Subject(engine, model), chosen, whole, asked, lambda what: nullcontext())
    return report_of(*found, node, round)


def report_of(
    subject: Subject, found: NodeValues, node: str | None, number: int | None = None
) -> Report:
    """Hold the values of a subject's stage as a report, all of them or those of one node.

    `number` is the one round of its loops that is told.
    """
    found = found if number is None else found.round(number)
    told = found if node is None else found.only(node)
    document = values_report(told) if node is None else node_report(told)
    graph = subject.graph(found.origin.stage or default_stage(subject.model))
    picture = picture_of(graph, look_with(Look(shapes=True, fold=False), found))
    return Report(document, partial(values_json, told), picture)
