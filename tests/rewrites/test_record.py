"""Record rewritings and replay them: the last state is the graph the engine ends with."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

import pytest
from models import GALLERY, deep_chain, each_model, model

from xorexplain.engines import Engine
from xorexplain.engines.recorder import Recorder
from xorexplain.errors import XorexplainError
from xorexplain.graph.records import Graph
from xorexplain.graph.views.same import classes
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.rewrites.record import record, record_compiling, record_rewriting
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


def edits(trace: Trace) -> list[Any]:
    """Tell steps by what they do, but not by how long that took."""
    return [(step.rewrite, step.edits) for step in trace.steps]


def in_another_thread(call: Callable[[], Any]) -> Any:
    """Return what a call returns in a thread of its own, which ends before this does."""
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(call()))
    thread.start()
    thread.join(60)
    return made[0]


def test_what_another_thread_compiles_meanwhile_is_its_own(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, trace: Trace
) -> None:
    in_python, own = engine.module.compile.mode.Mode("py", None), engine.compile
    functions: list[Any] = []

    def compiled() -> Any:
        x = engine.tensor.dscalar("x")
        return engine.module.function([x], x + 1, mode=in_python)

    def compile_later(*arguments: Any) -> Any:
        functions.append(in_another_thread(compiled))
        made = own(*arguments)
        functions.append(in_another_thread(compiled))
        return made

    monkeypatch.setattr(engine, "compile", compile_later)
    recording, _ = record_compiling(engine, model(engine, "xor"), links=False)

    assert edits(recording.trace) == edits(trace)
    assert [function(2.0) for function in functions] == [3.0, 3.0]


class Interrupted(Recorder):
    """Have another thread do something at the beginning of each phase."""

    def __init__(self, call: Callable[[], Any]) -> None:
        super().__init__()
        self.call = call

    def begin_phase(self, name: str) -> None:
        super().begin_phase(name)
        in_another_thread(self.call)


def test_what_another_thread_rewrites_meanwhile_is_not_told(engine: Engine, trace: Trace) -> None:
    in_python = engine.module.compile.mode.Mode("py", "fast_run")
    functions: list[Any] = []

    def compiled() -> None:
        x = engine.tensor.dscalar("x")
        y = engine.tensor.exp(x) * 2.0 / 2.0 + 1.0 - x
        functions.append(engine.module.function([x], y, mode=in_python))

    recording = record(engine, model(engine, "xor"), recorder=Interrupted(compiled))

    assert len(functions) > 1
    assert edits(recording.trace) == edits(trace)


def test_threads_record_one_after_the_other(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, trace: Trace
) -> None:
    # PyTensor changes its configuration while it rewrites, and threads may leave it changed.
    monkeypatch.setattr(engine.module.config, "mode", engine.module.config.mode)
    made, starts = model(engine, "xor"), threading.Barrier(3)
    found: list[Any] = []

    def recorded() -> None:
        starts.wait(60)
        found.append(edits(record_rewriting(engine, made)))

    threads = [threading.Thread(target=recorded) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert found == [edits(trace)] * 3


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
