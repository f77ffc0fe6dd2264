"""A mark in a picture means one thing, its legend says which, and what a Scan does is not left out.

Theano#4652 is the truncated gradient; loops that stop by themselves come from Theano's tutorial.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import models
import numpy
import pygraphviz
import pytest
from models import each_model
from public.conftest import Call

import xorexplain
from xorexplain.api import prepared
from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.graph.records import Graph
from xorexplain.graph.views.select import select
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.mermaid import mermaid
from xorexplain.render.pictures.step_picture import step_dot
from xorexplain.render.pictures.tree import tree
from xorexplain.render.pictures.twin import twin_dot
from xorexplain.rewrites.record import record_rewriting

WEB = Path(xorexplain.__file__).parent / "explorer" / "web"
DASHED = "dashed: shares memory"


def views(graph: Graph) -> int:
    """Count the arguments that are viewed and not overwritten, and have an edge of their own."""
    return sum(
        1
        for apply in graph.applies
        for position, variable in enumerate(apply.inputs)
        if any(position in positions for _, positions in apply.view_map)
        and not any(position in positions for _, positions in apply.destroy_map)
        and not graph.variable[variable].folded
    )


@each_model
def test_a_dash_is_memory_that_is_shared(engine: Engine, name: str) -> None:
    shown = prepared(models.record(engine, name, "symbolic"), Look())
    written = dot(shown, Look())
    drawn = pygraphviz.AGraph(written)
    dashed = [edge for edge in drawn.edges() if "dashed" in (edge.attr["style"] or "")]

    assert len(dashed) >= views(shown)
    assert not any("dashed" in (node.attr["style"] or "") for node in drawn.nodes())
    assert not any("dashed" in (g.graph_attr["style"] or "") for g in drawn.subgraphs())
    assert (DASHED in written) == bool(dashed)
    for line in mermaid(shown, Look()).splitlines():
        assert ("-.->" in line) == ("shares memory" in line)


def test_what_is_hidden_or_elsewhere_has_marks_of_its_own(engine: Engine) -> None:
    graph = models.record(engine, "few_layers", "symbolic")
    shown = select(prepared(graph, Look()), ["op:sigmoid"])
    written = dot(shown, Look())

    assert "dashed" not in written
    assert "arrowhead=empty" in written
    assert "hollow arrow: through what is hidden" in written
    assert "shape=octagon" in written
    assert "-.->" not in mermaid(shown, Look())


def test_a_forward_value_computed_again_has_cut_corners(engine: Engine) -> None:
    written = twin_dot(differentiate(engine, models.model(engine, "xor")), Look())

    assert "dashed" not in written
    assert "diagonals" in written
    assert "cut corners: a forward value computed again" in written


def test_the_picture_of_a_step_explains_its_dashes(engine: Engine) -> None:
    trace = record_rewriting(engine, models.model(engine, "xor"))
    written = [step_dot(trace, step, Look()) for step in trace.steps]

    assert any("style=dashed" in one for one in written)
    assert all((DASHED in one) == ("style=dashed" in one) for one in written)


def test_the_explorer_dashes_nothing_else() -> None:
    found = []
    for path in sorted((WEB / "css").glob("*.css")):
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", path.read_text()):
            for line in body.splitlines():
                is_dots = "dasharray: 0 " in line
                if ("dasharray" in line or "dashed" in line) and not is_dots:
                    found.append(" ".join(selector.split("*/")[-1].split()))

    assert found == [".edge.view .line", ".stroke.view"]
    assert '"shares memory"' in (WEB / "js" / "panels" / "legend.js").read_text()


def scanned(engine: Engine, step: Any, **options: Any) -> Any:
    if engine.name == "pytensor":
        return engine.module.scan(step, return_updates=False, **options)
    return engine.module.scan(step, **options)[0]


def stopping(engine: Engine) -> Model:
    """Theano's tutorial: powers of two until one is large enough."""
    T = engine.tensor
    home = {"theano": "theano.scan_module", "pytensor": "pytensor.scan"}[engine.name]
    until = importlib.import_module(home).until
    x, w = T.dscalar("x"), engine.module.shared(2.0, name="w")
    h = scanned(
        engine, lambda p: (p * w, until(p > 137.5)), outputs_info=[T.ones(()) * x], n_steps=50
    )
    return Model({"h": h}, h[-1] ** 2, [w], [], [x], data={"x": numpy.array(1.0)})


def truncated(engine: Engine) -> Model:
    """Theano#4652: truncate_gradient changes the gradient, not the value."""
    T = engine.tensor
    x, w = T.dmatrix("x"), engine.module.shared(numpy.eye(2) * 0.5, name="w")
    h = scanned(
        engine,
        lambda i, before: i + T.dot(before, w),
        sequences=[x],
        outputs_info=[T.zeros((2,))],
        truncate_gradient=2,
    )
    return Model({"h": h}, T.sum(h), [w], [], [x])


@pytest.mark.parametrize("stage", ["symbolic", "optimized"])
def test_the_condition_that_stops_a_loop_is_shown(engine: Engine, stage: str) -> None:
    graph = view(engine, stopping(engine), stage).graph()
    shown = prepared(graph, Look())
    for written in (tree(shown, Look()), dot(shown, Look()), mermaid(shown, Look())):
        assert "until its condition holds" in written
        assert "137.5" in written
    (loop,) = [a for a in graph.applies if a.op.kind == "scan"]
    assert loop.inner is not None
    condition = graph.inner[loop.inner].outputs[-1]
    assert condition.label == "until"
    assert graph.inner[loop.inner].variable[condition.variable].dtype in ("bool", "int8", "uint8")
    assert re.search(r"until.{0,40}output", tree(shown, Look()))


@pytest.mark.parametrize("stage", ["symbolic", "optimized"])
def test_a_truncated_gradient_is_shown(engine: Engine, stage: str) -> None:
    shown = prepared(view(engine, truncated(engine), stage).graph(), Look())
    for written in (tree(shown, Look()), dot(shown, Look()), mermaid(shown, Look())):
        assert re.search("truncate.{0,5}gradient=2", written)


def test_out_of_time_a_coarser_layout_is_drawn_and_told(call: Call) -> None:
    told = call("graph", "--time-limit", "0.001", "--out", "g.svg")

    assert told.status == 0, told.err
    assert Path("g.svg").read_text().startswith("<?xml")
    assert told.err.splitlines()[0] == (
        "note: layout: 0.001 s were not enough for Graphviz; nodes were placed by the built-in "
        "quick method"
    )
