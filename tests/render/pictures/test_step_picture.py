"""A step's picture shows the changed part of the graph before and after, with marks."""

from __future__ import annotations

import pytest
from models import deep_chain, model

from xorexplain.engines import Engine
from xorexplain.render.limits import STEP_NODES
from xorexplain.render.look import Look
from xorexplain.render.pictures.step_picture import draw_step, regions, step_dot
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import ExplainedStep, explained_steps
from xorexplain.rewrites.trace import Trace


@pytest.fixture(scope="module")
def trace(engine: Engine) -> Trace:
    return record_rewriting(engine, model(engine, "xor"))


@pytest.fixture(scope="module")
def square(trace: Trace) -> ExplainedStep:
    return next(t for t in explained_steps(trace) if t.step.rewrite == "local_pow_specialize")


def test_both_sides_are_drawn_with_marks(trace: Trace, square: ExplainedStep) -> None:
    written = step_dot(trace, square.step, Look())

    assert "subgraph cluster_before" in written
    assert "subgraph cluster_after" in written
    assert "<b>+ square</b>" in written
    assert "<b>− " in written
    assert "− removed" in written


def test_where_it_is_narrow_the_second_side_is_below(trace: Trace, square: ExplainedStep) -> None:
    written = step_dot(trace, square.step, Look(), is_narrow=True)

    assert "rank=same" not in written
    assert "-> after_anchor [style=invis" in written
    assert "before_anchor ->" not in written
    assert "computed elsewhere" in step_dot(trace, square.step, Look())
    assert "computed<" in written
    assert "computed elsewhere" not in written


def test_every_step_can_be_drawn(trace: Trace) -> None:
    for step in trace.steps:
        assert step_dot(trace, step, Look()).startswith("digraph graph_of_ops {")


def test_loose_ends_without_a_name_are_told_by_what_they_are(trace: Trace) -> None:
    loose = [
        v
        for step in trace.steps
        for graph in regions(trace, step)
        for v in graph.variables
        if v.owner is None and v.role == "intermediate"
    ]

    assert [v for v in loose if not v.name] == []
    assert "2[None, None]" in {v.name for v in loose}


def test_loose_ends_carry_the_names_of_the_story(trace: Trace, square: ExplainedStep) -> None:
    before, after = regions(trace, square.step)

    assert "d1" in {v.name for v in before.variables}
    assert "d1" in {v.name for v in after.variables}


def test_a_large_change_is_cut(engine: Engine) -> None:
    deep = record_rewriting(engine, deep_chain(engine, 40), "gradient")
    largest = max(deep.steps, key=lambda step: len(step.added) + len(step.removed))

    assert all(len(part.applies) <= STEP_NODES for part in regions(deep, largest))


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_the_picture_says_what_it_shows(trace: Trace, square: ExplainedStep, theme: str) -> None:
    svg = draw_step(trace, square, "svg", theme).data.decode()

    assert 'role="img"' in svg
    assert f"step {square.step.number}: local_pow_specialize" in svg
    assert "q1 = d1²   op pow → sqr" in svg.lower()
