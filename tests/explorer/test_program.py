"""A graph as NumPy code computes what the engine computes."""

from __future__ import annotations

import re
from typing import Any

import gradient_models
import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.explorer.program import program
from xorexplain.graph.views.names import intermediate_names
from xorexplain.render.reports.gather import Subject


@pytest.mark.parametrize("stage", ["symbolic", "gradient"])
def test_what_one_call_gives_is_unpacked_from_it(engine: Engine, stage: str) -> None:
    model = gradient_models.GALLERY["joins"](engine)
    graph = Subject(engine, model).graph(stage)
    results = [model.cost]
    if stage == "gradient":
        results = engine.module.grad(model.cost, model.parameters)
    space: dict[str, Any] = {}

    written = program(graph, intermediate_names(graph), stage)
    exec(written, space)
    found = space["computed"](*(shared.get_value() for shared in model.parameters))

    assert re.findall(r"^    \w+, \w+, \w+ = numpy\.split\(", written, re.M) != []
    assert written.count("numpy.split(") == len(re.findall(r"^    \w+, .* = ", written, re.M))
    for one, wanted in zip(found, engine.evaluator(results, [])(), strict=True):
        numpy.testing.assert_allclose(one, wanted, rtol=1e-9)
