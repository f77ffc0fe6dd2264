"""Provenance leads from every node of the rewritten graph to the expressions, and back."""

from __future__ import annotations

import pytest
from models import each_model, model

from xorexplain.engines import Engine
from xorexplain.graph.views.names import intermediate_names
from xorexplain.rewrites.questions.provenance import offspring, provenance
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.trace import Trace


@pytest.fixture(scope="module")
def trace(engine: Engine) -> Trace:
    return record_rewriting(engine, model(engine, "xor"))


def kinds(trace: Trace, variable: str) -> set[str]:
    """Return the kinds of ops a variable of the last graph comes from."""
    found = provenance(trace)[variable].sources
    return {owner.op.kind for v in found if (owner := trace.universe.owner(v)) is not None}


@each_model
def test_every_node_comes_from_the_graph_before(engine: Engine, name: str) -> None:
    made = model(engine, name)
    if made.function is not None:
        pytest.skip("a compiled function has no rewriting left to record")
    trace = record_rewriting(engine, made)
    start = {v.id for v in trace.first.graph.variables}
    found = provenance(trace)
    for apply in trace.last.graph.applies:
        for output in apply.outputs:
            assert found[output].sources, f"{apply.id} {apply.op.label} comes from nowhere"
            assert start.issuperset(found[output].sources)
            if output not in start:
                assert found[output].steps


def test_it_goes_through_fusion_and_in_place(engine: Engine, trace: Trace) -> None:
    last = trace.last.graph
    fused = [a for a in last.applies if a.op.kind in ("composite", "fused_elemwise")]

    assert fused
    for apply in fused:
        assert len({s for o in apply.outputs for s in provenance(trace)[o].sources}) > 1
    phases = {
        trace.step[number].phase
        for apply in last.applies
        for output in apply.outputs
        for number in provenance(trace)[output].steps
    }
    assert any("fusion" in phase for phase in phases)
    assert any("inplace" in phase for phase in phases)


def test_the_cost_comes_from_the_squared_error(trace: Trace) -> None:
    last = trace.last.graph

    assert "sum" in kinds(trace, last.outputs[0].variable)


def test_back_is_the_other_way_round(trace: Trace) -> None:
    found = provenance(trace)
    made = offspring(found)

    pairs = {(source, v) for v, entry in found.items() for source in entry.sources}
    assert {(source, v) for source, variables in made.items() for v in variables} == pairs


def test_the_first_product_stays_itself(trace: Trace) -> None:
    names = intermediate_names(trace.first.graph)
    first = next(v for v, name in names.items() if name == "z1")

    assert len(offspring(provenance(trace))[first]) == 1
