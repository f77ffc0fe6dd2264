"""Rewriters that raise, loop, refuse or work in groups are recorded as what they are."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import models
import pytest
from rewriters import registered

from xorexplain import engines
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.model import Model
from xorexplain.rewrites.listen import record_rewrites
from xorexplain.rewrites.record import record, record_rewriting
from xorexplain.rewrites.replay import state_at
from xorexplain.rewrites.trace import Trace


def of(trace: Trace, name: str) -> list[Any]:
    return [step for step in trace.steps if step.rewrite == name]


def simple(engine: Engine) -> Model:
    x = engine.tensor.dvector("x")
    return Model({"y": engine.tensor.exp(x) + 1}, inputs=[x], name="simple")


def test_a_rewrite_that_raises_is_a_step(engine: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(node: Any) -> Any:
        raise ValueError("no such thing\nsecond line")

    with registered(engine, "local_broken", broken, "specialize"):
        trace = record_rewriting(engine, simple(engine))

    steps = of(trace, "local_broken")
    assert {(s.verdict, s.message) for s in steps} == {("failed", "ValueError: no such thing")}
    assert all(not step.edits for step in steps)
    assert trace.end == tuple(a.id for a in trace.last.graph.applies)
    assert capfd.readouterr() == ("", ""), "the step says it; the engine need not log it too"


def test_a_function_after_one_that_could_not_be_rewritten_is_recorded(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(node: Any) -> Any:
        raise ValueError("no such thing")

    x = engine.tensor.dvector("x")
    monkeypatch.setattr(engine.module.config, "on_opt_error", "raise")
    with record_rewrites(engine) as recorded:
        with (
            registered(engine, "local_broken", broken, "specialize"),
            pytest.raises(ValueError, match="no such thing"),
        ):
            engine.module.function([x], engine.tensor.exp(x) + 1)
        function = engine.module.function([x], x * 2 / 2)

    assert of(recorded.trace(function), "local_mul_canonizer")


def test_a_rewrite_that_loops_is_stopped_and_told(engine: Engine) -> None:
    T = engine.tensor

    def turn(node: Any) -> Any:
        kind = str(getattr(node.op, "scalar_op", "")).lower()
        if kind.startswith(("exp", "expm1")):
            x = node.inputs[0]
            return [T.expm1(x) + 1 if "expm1" not in kind else T.exp(x) - 1]
        return None

    with registered(engine, "local_turning", turn, "specialize"):
        trace = record_rewriting(engine, simple(engine))

    assert len(of(trace, "local_turning")) > 5
    assert trace.stopped or trace.remarks


def test_firings_without_end_are_stopped(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xorexplain.engines.recorder.LEAST_FIRINGS", 0)
    monkeypatch.setattr("xorexplain.engines.recorder.LEAST_GROWING", 0)
    monkeypatch.setattr("xorexplain.engines.recorder.FIRINGS_PER_NODE", 0)

    trace = record_rewriting(engine, models.model(engine, "xor"))

    assert "so it loops: the rewriter was stopped" in trace.stopped
    assert len(trace.steps) == 1
    assert trace.end == tuple(a.id for a in state_at(trace, 1).graph.applies)


def test_members_of_a_group_are_named(engine: Engine) -> None:
    trace = record_rewriting(engine, models.model(engine, "mlp"))
    groups = [s for s in trace.steps if "(" in s.rewrite]

    assert groups
    for step in groups:
        assert step.members
        assert all(member in step.rewrite for member in step.members)
        assert "(" not in step.title


def test_rewrites_are_described_as_registered(engine: Engine) -> None:
    trace = record_rewriting(engine, models.model(engine, "xor"))
    canonizer = trace.rewrite["local_mul_canonizer"]

    assert canonizer.where.startswith(f"{engine.name}/tensor/")
    assert "canonicalize" in canonizer.tags
    assert canonizer.tries > canonizer.hits > 0
    assert canonizer.seconds > 0
    whole = next(phase.seconds for phase in trace.phases if phase.name == "canonicalize")
    assert trace.rewrite["canonicalize"].seconds <= whole - canonizer.seconds
    assert trace.rewrite["constant_folding"].hits > 0
    single = {step.rewrite for step in trace.steps if "(" not in step.rewrite}
    places = [trace.rewrite[name].where for name in single]
    assert len(set(places)) == len(places), "two rewrites of one class are told apart by their line"


def test_a_pattern_is_where_it_is_made_not_where_all_patterns_are_tried(engine: Engine) -> None:
    entry = next(e for e in engine.registered() if e.name == "logsigm_to_softplus")

    file, _, number = engine.rewrite_code(entry.rewriter, entry.name)[0].partition(":")

    lines = (Path(engine.module.__file__).parents[1] / file).read_text("utf-8").splitlines()
    assert lines[int(number) - 1].startswith("logsigm_to_softplus = ")


def test_rounds_are_counted(engine: Engine) -> None:
    trace = record_rewriting(engine, models.model(engine, "xor"))
    canonicalize = [s.round for s in trace.steps if s.phase == "canonicalize"]

    assert canonicalize == sorted(canonicalize)
    assert max(canonicalize) > 1


def test_excluded_rewrites_do_not_fire(engine: Engine) -> None:
    made = models.model(engine, "xor")
    trace = record(engine, made, excluding=["local_mul_canonizer"]).trace

    assert of(record_rewriting(engine, made), "local_mul_canonizer")
    assert not of(trace, "local_mul_canonizer")


def test_watching_leaves_the_rewriters_as_they_were(engine: Engine) -> None:
    module = importlib.import_module(f"xorexplain.engines.{engine.name}.rewriting")
    watching = importlib.import_module("xorexplain.engines.shared.watching")
    phases = module.default_phases()
    before = [dict(vars(r)) for r in watching.members(phases, module.KINDS)]

    record_rewriting(engine, models.model(engine, "xor"))

    after = [dict(vars(r)) for r in watching.members(phases, module.KINDS)]
    assert [set(state) for state in after] == [set(state) for state in before]
    assert [s.get("transform") for s in after] == [s.get("transform") for s in before]


def test_recording_compares_with_a_rewriting_that_nobody_watches(engine: Engine) -> None:
    """Listening changes nothing: the graphs are those of the rewriter alone."""
    for name in ("xor", "mlp", "recurrent", "fused"):
        made = models.model(engine, name)
        trace = record_rewriting(engine, made)
        graph = models.record(engine, name, "optimized")
        ours = sorted(trace.universe.apply[id_].op.label for id_ in trace.end)
        theirs = sorted(a.op.label for a in graph.applies if "DeepCopy" not in a.op.label)
        assert ours == theirs


@pytest.mark.pytensor
def test_full_history_agrees_at_every_step(engine: Engine) -> None:
    """PyTensor's own FullHistory, listening to the same rewriting, replays the same states."""
    from pytensor.graph.features import FullHistory
    from pytensor.graph.fg import FunctionGraph

    from xorexplain.engines.pytensor import rewriting as pytensor_rewriting
    from xorexplain.engines.recorder import Recorder
    from xorexplain.graph.records import Origin
    from xorexplain.rewrites.build import recording_of

    for name in ("xor", "mlp", "fused"):
        made = models.model(engine, name)
        variables = [made.cost, *(new for _, new in made.update_pairs)]
        graph = FunctionGraph(outputs=variables, clone=True)
        history = FullHistory()
        graph.attach_feature(history)
        recorder = Recorder()
        phases = pytensor_rewriting.default_phases()
        pytensor_rewriting.Phases(phases, recorder).rewrite(graph)
        source = engines.Source(graph, graph.outputs, [None] * len(graph.outputs))
        trace = recording_of(engine, recorder, source, Origin("pytensor", "")).trace

        events = 0
        for number in range(len(trace.steps) + 1):
            if number:
                events += len(trace.step[number].edits)
            history.goto(events)
            labels = sorted(str(engine.op_of(node).label) for node in graph.apply_nodes)
            replayed = sorted(a.op.label for a in state_at(trace, number).graph.applies)
            assert replayed == labels, f"{name}: step {number}"
        assert events == len(history.fw)


def test_a_rewrite_that_brings_a_variable_from_elsewhere_is_named(engine: Engine) -> None:
    T = engine.tensor
    free = T.dvector("free")

    def bring(node: Any) -> Any:
        is_exp = str(getattr(node.op, "scalar_op", "")).lower().startswith("exp")
        return [free * 1.5] if is_exp else None

    with (
        registered(engine, "local_bring", bring, "specialize"),
        pytest.raises(XorexplainError, match="after local_bring failed"),
    ):
        record_rewriting(engine, simple(engine))


def test_what_the_engine_takes_back_is_rejected(engine: Engine) -> None:
    name = {"theano": "xor", "pytensor": "mlp"}[engine.name]
    trace = record_rewriting(engine, models.model(engine, name))
    rejected = [step for step in trace.steps if step.verdict == "rejected"]

    assert rejected
    for step in rejected:
        before, after = (state_at(trace, number).graph for number in (step.number - 1, step.number))
        assert [output.variable for output in after.outputs] == [
            output.variable for output in before.outputs
        ]
        assert {a.id for a in after.applies} == {a.id for a in before.applies}
