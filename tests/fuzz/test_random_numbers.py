"""Gradients and rewritings of random graphs agree with the engine by numbers."""

from __future__ import annotations

import pytest
from fuzz.campaign import below, bounded, each
from fuzz.graphs import models
from hypothesis import strategies as st

from xorexplain.differentiate import differentiate
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradcheck import check
from xorexplain.graph import Graph
from xorexplain.replay import state_at
from xorexplain.rewriting import record
from xorexplain.samples import sample_values
from xorexplain.stages import view
from xorexplain.stepcheck import check_steps

pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
]


@bounded
@each
def test_gradients_agree_with_engine_and_differences(engine: Engine, data: st.DataObject) -> None:
    made = data.draw(models(engine))
    if made.cost is None or not made.parameters:
        return
    try:
        derivation = differentiate(engine, made)
    except XorexplainError:
        # The engine itself cannot: hold us to that.
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the engine raises
            engine.grad(made.cost, list(made.parameters))
        return
    given_ = below(derivation.graph, made)
    values = sample_values(engine, derivation.graph, derivation.variables, given_)
    rows = check(engine, derivation, values)

    assert [row for row in rows if row.is_fine is False] == []
    assert all(result.is_same for result in derivation.results)


@bounded
@each
def test_every_state_of_a_rewriting_computes_the_same(engine: Engine, data: st.DataObject) -> None:
    """And the last one is the graph that the engine ends with."""
    made = data.draw(models(engine))
    recording = record(engine, made)
    checks = check_steps(recording, below(recording.trace.universe, made))
    steps = recording.trace.steps

    assert [
        (step.rewrite, check)
        for step, check in zip(steps, checks, strict=True)
        if check.is_fine is False
    ] == []
    last = state_at(recording.trace, len(steps)).graph
    assert computations(last) == computations(view(engine, made, "optimized").graph())


def computations(graph: Graph) -> list[tuple[str, ...]]:
    """Describe a graph by its ops and those each reads from, without the copies made at the end."""
    labels = {output: a.op.label for a in graph.applies for output in a.outputs}
    found = [(a.op.label, *(labels.get(v, "") for v in a.inputs)) for a in graph.applies]
    return sorted(entry for entry in found if "DeepCopyOp" not in entry[0])
