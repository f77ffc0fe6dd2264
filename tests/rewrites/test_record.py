"""Record rewritings and replay them: the last state is the graph the engine ends with."""

from __future__ import annotations

import dataclasses

import pytest
from models import GALLERY, deep_chain, each_model, model

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Graph
from xorexplain.graph.views.same import classes
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.replay import replay
from xorexplain.rewrites.steps import explained_steps
from xorexplain.rewrites.trace import Trace


@pytest.fixture(scope="module")
def trace(engine: Engine) -> Trace:
    return record_rewriting(engine, model(engine, "xor"))


def computations(graph: Graph) -> list[tuple[str, ...]]:
    """Describe a graph by its ops in order, with the ops each reads from."""
    labels = {output: a.op.label for a in graph.applies for output in a.outputs}
    return sorted((a.op.label, *(labels.get(v, "") for v in a.inputs)) for a in graph.applies)


def without_copies(graph: Graph) -> list[tuple[str, ...]]:
    """Leave out the copies that the engine adds after the rewriter has finished."""
    return [entry for entry in computations(graph) if "DeepCopyOp" not in entry[0]]


@each_model
def test_the_last_state_is_the_optimized_graph(engine: Engine, name: str) -> None:
    made = model(engine, name)
    if made.function is not None:
        pytest.skip("a compiled function has no rewriting left to record")
    recorded = record_rewriting(engine, made)
    *_, (_, last) = replay(recorded)

    assert {apply.id for apply in last.graph.applies} == set(recorded.end)
    assert computations(last.graph) == without_copies(view(engine, made, "optimized").graph())


def test_the_first_state_is_the_graph_before_rewriting(engine: Engine, trace: Trace) -> None:
    before = view(engine, model(engine, "xor"), "updates").graph()

    assert computations(trace.first.graph) == computations(before)


def test_every_state_is_whole(trace: Trace) -> None:
    for _, state in replay(trace):
        graph = state.graph
        known = {variable.id for variable in graph.variables}
        seen = {v.id for v in graph.variables if v.owner is None}
        for apply in graph.applies:
            assert known.issuperset([*apply.inputs, *apply.outputs])
            assert seen.issuperset(apply.inputs), "an apply node comes before what it reads"
            seen.update(apply.outputs)
        assert known.issuperset(output.variable for output in graph.outputs)


def test_rejected_steps_change_nothing(trace: Trace) -> None:
    before = trace.first
    for step, state in replay(trace):
        if step is not None and step.verdict == "rejected":
            assert classes(state.graph) == classes(before.graph)
        before = state


@pytest.mark.theano
def test_theano_rejects_one_in_place_replacement(trace: Trace) -> None:
    rejected = [step.rewrite for step in trace.steps if step.verdict == "rejected"]

    assert rejected == ["inplace_elemwise_optimizer"]


def test_phases_come_in_the_engines_order(trace: Trace) -> None:
    phases = list(dict.fromkeys(step.phase for step in trace.steps))

    assert phases == [phase.name for phase in trace.phases if phase.name in phases]
    assert phases.index("canonicalize") < phases.index("specialize")


def test_two_recordings_are_equal_but_for_time(engine: Engine, trace: Trace) -> None:
    def timeless(recorded: Trace) -> Trace:
        steps = tuple(dataclasses.replace(step, seconds=0.0) for step in recorded.steps)
        phases = tuple(dataclasses.replace(phase, seconds=0.0) for phase in recorded.phases)
        rewrites = tuple(dataclasses.replace(r, seconds=0.0) for r in recorded.rewrites)
        return dataclasses.replace(recorded, steps=steps, phases=phases, rewrites=rewrites)

    again = record_rewriting(engine, model(engine, "xor"))

    assert timeless(again) == timeless(trace)


def test_steps_keep_names_and_say_why(trace: Trace) -> None:
    told = list(explained_steps(trace))

    assert [entry.step for entry in told] == list(trace.steps)
    assert told[-1].nodes == len(trace.end)
    assert all(entry.law is not None for entry in told)
    names = {r.name for entry in told for r in entry.replacements}
    assert {"cost", "output", "z1"} & names


@pytest.mark.theano
def test_a_function_that_was_compiled_before_is_rewritten_again(engine: Engine) -> None:
    x, w = engine.tensor.dscalar("x"), pytest.importorskip("theano").shared(1.0, "w")
    function = engine.compile([x], [engine.tensor.log(1 + engine.tensor.exp(x * w))], [(w, w + x)])
    trace = record_rewriting(engine, Model(function=function))

    assert "local_log1p" in {step.rewrite for step in trace.steps}
    assert [output.updates is not None for output in trace.outputs] == [False, True]
    with pytest.raises(XorexplainError, match=r"before its rewriting.*record_rewrites"):
        record_rewriting(engine, Model(function=function.copy()))


@pytest.mark.pytensor
def test_a_function_that_was_compiled_before_says_how_to_record_it(engine: Engine) -> None:
    function = engine.compile([], engine.tensor.constant(1.0) * 2, [])

    with pytest.raises(XorexplainError, match=r"before its rewriting.*record_rewrites"):
        record_rewriting(engine, Model(function=function))


def test_memory_grows_with_steps_not_with_states(engine: Engine) -> None:
    recorded = record_rewriting(engine, deep_chain(engine, 20), "gradient")
    edits = sum(len(step.edits) for step in recorded.steps)

    assert edits < 20 * len(recorded.steps)
    assert len(recorded.universe.applies) < len(recorded.start) + 3 * edits


def test_the_gallery_has_models_to_record() -> None:
    assert len(GALLERY) > 10
