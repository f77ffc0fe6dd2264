"""Graphs whose formula is exponential: x² + x, nested many times, alone, in a loop and in a box.

Written without sharing, the value of height 60 has more symbols than any memory holds. Every writer
is bounded (issue 10.7); where one is not, its test does not come to an end.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import models
import numpy
import pytest
import stories

from xorexplain.engines import Engine
from xorexplain.gradients.check import check
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.gradients.why import explain_why
from xorexplain.graph.json import to_json
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.models.stages import view
from xorexplain.render.look import Look
from xorexplain.render.pictures import twin
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.mermaid import mermaid
from xorexplain.render.pictures.tree import tree
from xorexplain.render.reports import rewrite_tables, steps
from xorexplain.render.reports.gradient import gradient_json
from xorexplain.render.reports.why import why
from xorexplain.render.writers import terminal
from xorexplain.rewrites.check import check_steps
from xorexplain.rewrites.json import to_json as trace_json
from xorexplain.rewrites.record import record
from xorexplain.rewrites.steps import explained_steps

MOST = 4_000_000
"""Characters of any text; graphs of some hundred apply nodes are shown whole."""
HIGH, LOW = 60, 20
"""Heights; what the engine rewrites is lower, since its own rewriters take long."""


def tower(x: Any, height: int) -> Any:
    for _ in range(height):
        x = x * x + x
    return x


@cache
def built(engine: Engine, form: str, height: int) -> Model:
    T = engine.tensor
    W = engine.module.shared(numpy.array([0.01, 0.02]), name="W")
    if form == "loop":
        x = T.dmatrix("x")
        step = lambda now, before, W: tower(now * W, height) + before  # noqa: E731
        made = models.scan(engine, step, [x], [T.zeros_like(W)], [W])
    elif form == "box":
        x, inside = T.dvector("x"), T.dvector("inside")
        made = engine.module.OpFromGraph([inside], [tower(inside, height)])(W * x)
    else:
        x = T.dvector("x")
        made = tower(W * x, height)
    cost = T.sum(made)
    cost.name = "cost"
    data = {"x": numpy.full((3, 2) if form == "loop" else 2, 1e-4)}
    updates = models.descent(engine, cost, [W])
    return Model({"made": made}, cost, [W], updates, [x], form, data=data)


FORMS = ("alone", "loop", "box")
forms = pytest.mark.parametrize("form", FORMS)


@forms
@pytest.mark.parametrize("stage", ["symbolic", "gradient", "updates"])
def test_graphs(form: str, stage: str, engine: Engine) -> None:
    graph = view(engine, built(engine, form, HIGH), stage).graph()
    shown = apply_views(graph, DEFAULT_VIEWS)
    written = [tree(shown, Look()), dot(shown, Look()), mermaid(shown, Look()), to_json(graph)]

    assert max(map(len, written)) < MOST


@forms
def test_derivations(form: str, engine: Engine) -> None:
    made = built(engine, form, HIGH)
    derivation = differentiate(engine, made)
    told = tell(derivation)
    written = [stories.story(told), gradient_json(told), stories.latex(told)]
    written += [twin.twin_dot(derivation, Look()), terminal.plain(why(explain_why(engine, made)))]

    assert max(map(len, written)) < MOST


def test_the_check_of_a_derivation(engine: Engine) -> None:
    """In a loop and in a box it is as well, after the engine has compiled what is inside."""
    made = built(engine, "alone", HIGH)
    derivation = differentiate(engine, made)
    values = sample_values(engine, derivation.graph, derivation.variables, made.data)
    rows = check(engine, derivation, values)

    assert len(rows) > 2 * HIGH
    assert [row for row in rows if row.is_fine is False] == []
    assert max(len(row.note) for row in rows) < 1_000


@forms
def test_rewritings(form: str, engine: Engine) -> None:
    made = built(engine, form, LOW)
    recording = record(engine, made)
    trace = recording.trace
    told = list(explained_steps(trace))
    # Computing the states of the others takes seconds.
    checks = check_steps(recording, made.data) if form == "box" else ()
    written = [
        terminal.plain(steps.steps(trace, told, 0, True)),
        steps.steps_json(trace, told),
        terminal.plain(rewrite_tables.check_document(trace, checks)),
        *(terminal.plain(steps.step(trace, entry)) for entry in told[::5]),
        trace_json(trace),
    ]

    assert max(map(len, written)) < MOST
    assert [c for c in checks if c.is_fine is False] == []
