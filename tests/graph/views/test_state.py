"""Test what is told to be the state of an optimizer."""

from __future__ import annotations

import numpy
import pytest

from xorexplain import Model
from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views.state import OPTIMIZER_STATE
from xorexplain.models.stages import view


def trained(engine: Engine) -> Model:
    """A weight with momentum and a step count, a running mean, and a state that the cost reads."""
    x = engine.tensor.dvector("x")
    start = {"w": 1.0, "m": 0.0, "t": 0.0, "mean": 0.0, "h": 0.0}
    w, m, t, mean, h = (engine.module.shared(numpy.asarray(v), name=k) for k, v in start.items())
    state = engine.tensor.tanh(w * x.sum() + h)
    cost = state**2
    (slope,) = engine.grad(cost, [w])
    m_next = 0.9 * m + 0.1 * slope
    updates = [(m, m_next), (t, t + 1), (w, w - m_next / (1 - 0.9 ** (t + 1)))]
    updates += [(mean, 0.9 * mean + 0.1 * x.mean()), (h, state)]
    return Model({"y": state}, cost, [w], updates, [x])


def named(graph: Graph) -> set[str | None]:
    return {graph.variable[v].name for v, what in graph.kept.items() if what == OPTIMIZER_STATE}


@pytest.mark.parametrize("stage", ["updates", "optimized"])
def test_state_serves_new_values_of_parameters_and_no_result(engine: Engine, stage: str) -> None:
    assert named(view(engine, trained(engine), stage).graph()) == {"m", "t"}


def test_a_stage_without_updates_has_none(engine: Engine) -> None:
    assert named(view(engine, trained(engine), "gradient").graph()) == set()


@pytest.mark.parametrize("stage", ["gradient", "updates"])
def test_what_is_behind_the_cost_is_told(engine: Engine, stage: str) -> None:
    graph = view(engine, trained(engine), stage).graph()
    backward = set(graph.backward)
    tanh = next(apply for apply in graph.applies if apply.op.kind == "tanh")

    assert tanh.id not in backward
    assert 0 < len(backward) < len(graph.applies)
    for output in graph.outputs:
        owner = graph.owner(output.variable)
        is_state = output.updates is not None and graph.variable[output.updates].name == "h"
        if owner is not None and output.label != "cost" and not is_state:
            assert owner.id in backward


@pytest.mark.parametrize("stage", ["symbolic", "optimized"])
def test_other_stages_tell_of_no_gradient(engine: Engine, stage: str) -> None:
    assert view(engine, trained(engine), stage).graph().backward == ()
