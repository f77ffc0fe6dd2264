"""Functions that a user's own code compiles are recorded, whatever mode they ask for."""

from __future__ import annotations

import contextlib
import importlib
import threading
from types import SimpleNamespace
from typing import Any

import models
import numpy
import pytest

from xorexplain import record_rewrites
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.gradients.choose import differentiate
from xorexplain.models.loading import as_model
from xorexplain.models.stages import view
from xorexplain.models.tutorial import xor
from xorexplain.render.reports.gather import subject_of
from xorexplain.rewrites.record import record_rewriting


def labels(engine: Engine, function: object) -> list[str]:
    return sorted(
        label
        for apply in engine.source_of(function).applies or ()
        if "DeepCopy" not in (label := engine.op_of(apply).label)
    )


def test_a_real_compile_is_recorded_with_fusion_and_in_place(engine: Engine) -> None:
    # Its weights change when it is called, so it is no model that other tests share.
    made = xor(engine)
    with record_rewrites() as recorded:
        train = engine.compile([], made.cost, made.update_pairs)
    trace = recorded.trace(train)
    last = trace.last.graph

    assert sorted(a.op.label for a in last.applies) == labels(engine, train)
    phases = {step.phase for step in trace.steps}
    assert any("fusion" in phase for phase in phases)
    assert any("inplace" in phase for phase in phases)
    assert [s.rewrite for s in trace.steps] == [
        s.rewrite for s in record_rewriting(engine, made).steps
    ]
    assert numpy.isfinite(train())


def test_every_function_of_the_block_has_its_own_trace(engine: Engine) -> None:
    T = engine.tensor
    x = T.dvector("x")
    with record_rewrites(engine.name) as recorded:
        first = engine.module.function([x], T.exp(x) * 2 / 2)
        second = engine.module.function([x], x + 0)

    assert len(recorded) == 2
    for function in (first, second):
        trace = recorded.trace(function)
        last = trace.last.graph
        assert sorted(a.op.label for a in last.applies) == labels(engine, function)
    assert recorded.trace() == recorded.trace(second)


def test_functions_are_found_by_position_name_and_line(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    with record_rewrites() as recorded:
        double = engine.module.function([x], x * 2 / 1)
        others = [engine.module.function([x], x**n * 1) for n in (2, 3)]

    first, *rest = recorded
    assert (first.name, recorded[0], recorded["double"]) == ("double", first, first)
    assert first.line is not None
    assert recorded[f"test_listen.py:{first.line.line}"] == first
    assert "engine.module.function([x], x * 2 / 1)" in first.line.code
    assert [function.trace.steps for function in rest] == [
        recorded.trace(other).steps for other in others
    ]
    assert recorded.trace(double).start == first.trace.start
    with pytest.raises(XorexplainError, match="did you mean double"):
        recorded["doble"]


def test_a_function_in_an_object_that_calls_it_is_known(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    with record_rewrites() as recorded:
        function = engine.module.function([x], x * 2)
    wrapped = SimpleNamespace(f=function)

    assert wrapped in recorded
    assert recorded.trace(wrapped) == recorded.trace(function)


@pytest.mark.pytensor
def test_a_function_of_pymc_is_found_by_its_object_and_by_its_name(engine: Engine) -> None:
    pymc = pytest.importorskip("pymc")
    with pymc.Model() as model:
        pymc.Normal("y", pymc.Normal("mu"), 1.0, observed=numpy.ones(3))
    with record_rewrites() as recorded:
        logp = model.compile_logp(mode="FAST_COMPILE")

    (made,) = recorded
    assert logp in recorded
    assert recorded.trace(logp).steps == made.trace.steps
    assert recorded["logp"] == recorded["compile_logp"] == made


def test_a_scan_is_one_rewriting(engine: Engine) -> None:
    made = models.model(engine, "recurrent")
    with record_rewrites() as recorded:
        engine.compile(list(made.inputs), made.cost, made.update_pairs)

    assert len(recorded) == 1


def test_the_users_mode_holds(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    mode = importlib.import_module(f"{engine.name}.compile.mode").get_mode("FAST_RUN")
    without = mode.excluding("local_mul_canonizer")
    y = x * 2 * 3
    with record_rewrites() as recorded:
        engine.module.function([x], y, mode=mode)
        engine.module.function([x], y, mode=without)
    names = [{s.rewrite for s in recorded._found[n][1].firings} for n in range(2)]

    assert "local_mul_canonizer" in names[0]
    assert "local_mul_canonizer" not in names[1]


def test_a_mode_that_rewrites_nothing_has_no_steps(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    mode = importlib.import_module(f"{engine.name}.compile.mode").Mode("py", None)
    with record_rewrites() as recorded:
        function = engine.module.function([x], x * 1 * 1, mode=mode)
    trace = recorded.trace(function)

    assert [step for step in trace.steps if not step.is_noise] == []
    assert len(trace.start) == len(trace.end)


def test_outside_the_block_nothing_is_recorded(engine: Engine) -> None:
    x = engine.tensor.dvector("x")
    with record_rewrites() as recorded:
        pass
    function = engine.module.function([x], x + 1)

    assert len(recorded) == 0
    with pytest.raises(XorexplainError, match="no rewriting was recorded"):
        recorded.trace(function)


def test_functions_compiled_in_several_threads_are_recorded_each(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Theano's own store of compiled C is not safe between threads: one reads what another writes.
    # PyTensor changes its configuration while it compiles: the last thread may leave its mode.
    in_python = engine.module.compile.mode.Mode("py", "fast_run")
    monkeypatch.setattr(engine.module.config, "mode", engine.module.config.mode)

    def compiled(factor: float) -> None:
        x = engine.tensor.dscalar("x")
        engine.module.function([x], x * factor * 3.0 + 1.0, mode=in_python)

    config = engine.module.config
    is_flat = hasattr(config, "traceback__limit")
    holder, name = (config, "traceback__limit") if is_flat else (config.traceback, "limit")
    kept = getattr(holder, name)
    with record_rewrites(engine) as recorded:
        threads = [threading.Thread(target=compiled, args=[n + 5.0]) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(recorded) == 3
    assert len({len(recorder.firings) for _, recorder in recorded._found}) == 1
    # Threads that compile at once leave an engine with none.
    assert getattr(holder, name) == kept > 0


def hooks(engine: Engine) -> list[Any]:
    """Return what stands where blocks put functions of their own."""
    library = engine.library  # type: ignore[attr-defined]
    return [
        library.mode.optimizer,
        library.maker.create,
        library.function.__call__,
        getattr(library.kinds.graph, library.kinds.shortcut),
    ]


def test_blocks_that_overlap_leave_the_engine_its_own_functions(engine: Engine) -> None:
    in_python, before = engine.module.compile.mode.Mode("py", None), hooks(engine)
    x = engine.tensor.dscalar("x")
    first, second = contextlib.ExitStack(), contextlib.ExitStack()
    over = first.enter_context(record_rewrites(engine))
    recorded = second.enter_context(record_rewrites(engine))
    first.close()
    function = engine.module.function([x], x + 1, mode=in_python)
    second.close()

    assert (len(over), len(recorded), function in recorded) == (0, 1, True)
    assert hooks(engine) == before


def test_blocks_of_several_threads_record_each_its_own(engine: Engine) -> None:
    in_python, before = engine.module.compile.mode.Mode("py", None), hooks(engine)
    begun, goes_on = threading.Event(), threading.Event()
    found: list[tuple[Any, Any]] = []

    def compiled() -> Any:
        x = engine.tensor.dscalar("x")
        return engine.module.function([x], x + 1, mode=in_python)

    def other() -> None:
        with record_rewrites(engine) as recorded:
            begun.set()
            goes_on.wait(60)
            found.append((recorded, compiled()))

    thread = threading.Thread(target=other)
    with record_rewrites(engine) as recorded:
        thread.start()
        begun.wait(60)
        function = compiled()
    goes_on.set()
    thread.join(60)

    assert [made.function for made in recorded] == [function]
    ((theirs, made_there),) = found
    assert [made.function for made in theirs] == [made_there]
    assert hooks(engine) == before


def test_a_recorded_function_goes_wherever_a_model_goes(engine: Engine) -> None:
    written = xor(engine)
    with record_rewrites(engine) as recorded:
        train = engine.compile([], written.cost, written.update_pairs)
    (function,) = recorded

    assert function.function is train
    made = as_model(function)[1]
    assert made.function is train
    assert [v.name for v in made.parameters] == ["W1", "W2"]
    assert len(made.update_pairs) == 2
    assert as_model(recorded)[1].name == function.name
    subject = subject_of(function)
    assert subject.trace.steps == function.trace.steps
    assert differentiate(engine, subject.model).results


def test_a_function_that_only_updates_is_shown_as_it_was_written(engine: Engine) -> None:
    x, W = engine.tensor.dvector("x"), models.shared(engine, (3,), "W")
    with record_rewrites() as recorded:
        engine.module.function([x], [], updates=[(W, W - x)], mode="FAST_COMPILE")

    _, model = as_model(recorded)

    for stage in ("symbolic", "updates"):
        (output,) = view(engine, model, stage).graph().outputs
        assert output.label == "W (new)"


def test_of_several_functions_one_is_to_be_chosen(engine: Engine) -> None:
    x = engine.tensor.dscalar("x")
    with record_rewrites(engine) as recorded:
        first = engine.compile([x], x + 1, [])
        second = engine.compile([x], x * 2, [])

    with pytest.raises(XorexplainError, match=r"2 functions were recorded: choose one, as recor"):
        as_model(recorded)
    assert [f.function for f in recorded] == [first, second]


def test_nothing_recorded_is_no_model(engine: Engine) -> None:
    with record_rewrites(engine) as recorded:
        pass

    with pytest.raises(XorexplainError, match="no function was compiled in the block"):
        as_model(recorded)


def by_hand(engine: Engine) -> tuple[Any, Any, str]:
    """Return an engine's FunctionGraph, a rewriter of one rule, and how it is applied."""
    x = engine.tensor.dvector("x")
    y = x * 1.0 + 0.0
    if engine.name == "theano":
        opt = importlib.import_module("theano.gof.opt")
        rule = importlib.import_module("theano.tensor.opt").local_mul_canonizer
        # A constant that Theano keeps for the next graph may not be in one like this: it is copied.
        graph = importlib.import_module("theano.gof.fg").FunctionGraph([x], [y], clone=True)
        return graph, opt.in2out(rule, name="only_mul"), "optimize"
    basic = importlib.import_module("pytensor.graph.rewriting.basic")
    rule = importlib.import_module("pytensor.tensor.rewriting.math").local_mul_canonizer
    graph = importlib.import_module("pytensor.graph.fg").FunctionGraph([x], [y], clone=False)
    return graph, basic.in2out(rule, name="only_mul"), "rewrite"


def test_a_single_rewriter_applied_by_hand_is_heard(engine: Engine) -> None:
    graph, rewriter, name = by_hand(engine)
    before = getattr(type(rewriter), name)
    with record_rewrites() as recorded:
        getattr(rewriter, name)(graph)

    (made,) = recorded
    steps = [step.title for step in made.trace.steps]
    assert steps == ["local_mul_canonizer"]
    assert len(made.trace.end) == len(graph.apply_nodes) < len(made.trace.start)
    assert made.line is not None
    assert made.line.code == "getattr(rewriter, name)(graph)"
    assert graph in recorded
    assert recorded.trace(graph) == recorded.trace(graph.outputs[0]) == recorded.trace()
    assert getattr(type(rewriter), name) is before


def test_the_rewriter_of_a_mode_applied_by_hand_is_heard_by_phase(engine: Engine) -> None:
    graph, _, name = by_hand(engine)
    mode = importlib.import_module(f"{engine.name}.compile.mode").get_mode("FAST_RUN")
    with record_rewrites() as recorded:
        getattr(mode.optimizer, name)(graph)

    assert len(recorded) == 1
    assert "canonicalize" in [phase.name for phase in recorded.trace().phases]


@pytest.mark.pytensor
def test_rewrite_graph_is_heard(engine: Engine) -> None:
    rewrite_graph = importlib.import_module("pytensor.graph.rewriting.utils").rewrite_graph
    x = engine.tensor.dvector("x")
    with record_rewrites() as recorded:
        simple = rewrite_graph(x * 2 / 2, include=("canonicalize", "specialize"))
        function = engine.module.function([x], x + 0, mode="FAST_COMPILE")

    assert [made.name for made in recorded] == ["simple", "function"]
    assert recorded["simple"].trace.steps == recorded.trace(simple).steps
    assert any(step.title == "local_mul_canonizer" for step in recorded.trace(simple).steps)
    assert recorded.trace(function).steps == recorded[1].trace.steps
