"""Formulas of nodes name nothing that is not there."""

from __future__ import annotations

import re

import models
import pytest

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.names import intermediate_names
from xorexplain.models.stages import view
from xorexplain.render.pictures import carried
from xorexplain.render.pictures.formulas import formula


def test_what_a_loop_reads_of_constants_is_written_in_its_place(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second derivative counts the elements of a first, and begins with zeros."""
    monkeypatch.setattr(carried, "LOOP_NODES", 0)
    T = engine.tensor
    X, w = T.dmatrix("X"), models.shared(engine, (3,), "w")
    cost = T.sum(T.exp(T.dot(X, w)))
    hessian = engine.module.gradient.hessian(cost, w)
    model = Model({"hessian": hessian}, None, [w], [], [X])
    graph = apply_views(view(engine, model, "optimized").graph(), DEFAULT_VIEWS)
    names = intermediate_names(graph)

    (scan,) = (apply for apply in graph.applies if apply.op.kind == "scan")
    found = formula(graph, scan, names, names)
    assert found is not None
    text = "\n".join(found.lines())
    given = set(graph.inner[scan.inner or 0].inputs)
    assert "[t], 1)" in text
    assert not given & set(re.findall(r"\w+", text)), text
