"""A block is watched: what it compiles, from which lines, what it calls, and what fails."""

from __future__ import annotations

import contextlib
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest

import xorexplain
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.models.lines import Place
from xorexplain.render.reports.session import session_document
from xorexplain.render.writers.terminal import plain
from xorexplain.runs.session.findings import findings
from xorexplain.runs.session.reading import read
from xorexplain.runs.session.records import Failure, Inspected, Raised, Seen, SeenFunction
from xorexplain.runs.written import written_of

CALLS = 20


def make(engine: Engine, power: int, mode: Any = None) -> Any:
    x = engine.tensor.dvector("x")
    return engine.module.function([x], x**power * 2 / 2, mode=mode)


def line_of(text: str) -> int:
    """Return the line of this file that has a text first."""
    source = Path(__file__).read_text().splitlines()
    return next(n for n, line in enumerate(source, 1) if text in line and "line_of" not in line)


@pytest.fixture(scope="module")
def watched(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[xorexplain.Watched]:
    before = make(engine, 1, engine.module.compile.get_default_mode().excluding("fusion"))
    folder = tmp_path_factory.mktemp("watched") / "report"
    with xorexplain.session(folder) as watched:
        W = engine.module.shared(2.0, name="W")
        y = engine.tensor.dscalar("y")
        step = engine.module.function([y], W * y, updates=[(W, W - y)], name="train")
        for power in (2, 3, 4):
            again = make(engine, power)
        for _ in range(CALLS):
            step(1.0)
        # What is asked about the program is none of it.
        assert xorexplain.find_nan(step, 1.0) is None
        xorexplain.check_call(step, 1.0)
        value = again([1.0])
        before([1.0])
        with pytest.raises(TypeError):
            again([[1.0]])
    assert value == [1.0]
    return watched


def test_functions_have_the_name_and_the_line_that_compiled_them(
    watched: xorexplain.Watched,
) -> None:
    assert [f.name for f in watched] == ["step", "make (1)", "make (2)", "make (3)", "function"]
    step = watched["step"]
    assert step.place is not None
    assert (step.place.file, step.place.line) == (__file__, line_of('name="train"'))
    assert watched[f"{Path(__file__).name}:{step.place.line}"] == step == watched[0]
    with pytest.raises(XorexplainError, match="did you mean step"):
        watched["stp"]


def test_inputs_results_updates_and_nodes_are_told(watched: xorexplain.Watched) -> None:
    step = watched["step"]

    assert [given.name for given in step.inputs] == ["y"]
    assert len(step.results) == 1
    assert step.updates == ("W",)
    assert step.mode == "default"
    assert step.written == 2
    assert step.runs


def test_what_has_no_name_is_called_as_the_program_calls_it(engine: Engine, tmp_path: Path) -> None:
    with xorexplain.session(tmp_path / "report") as watched:
        row = engine.tensor.dscalar()
        cost = row**2 + 1
        engine.module.function([row], cost, mode="FAST_COMPILE")

    (function,) = watched
    assert [[v.name for v in told] for told in (function.inputs, function.results)] == [
        ["row"],
        ["cost"],
    ]
    trace = xorexplain.trace_from_json((watched.folder / function.trace).read_text())
    assert trace.first.graph.outputs[0].label == "cost"
    assert {"row", "cost"} <= {v.name for v in trace.first.graph.variables}


def test_the_rewriting_is_kept_as_a_trace(watched: xorexplain.Watched) -> None:
    function = watched["make (1)"]
    trace = xorexplain.trace_from_json((watched.folder / function.trace).read_text())

    assert [cost.name for cost in function.phases] == [phase.name for phase in trace.phases]
    assert len(trace.start) == function.written
    assert any(cost.fired for cost in function.rewrites)
    assert function.rewriting > sum(phase.seconds for phase in function.phases)
    assert function.linking > 0


def test_calls_are_counted_and_timed(watched: xorexplain.Watched) -> None:
    assert [f.calls for f in watched] == [CALLS, 0, 0, 2, 1]
    step = watched["step"]
    assert step.seconds >= step.first > 0
    assert step.inside is not None
    assert 0 < step.inside < 1
    assert [use.place.line for use in step.uses] == [line_of("step(1.0)")]
    assert step.uses[0].unused
    assert not watched["make (3)"].uses[0].unused


def test_a_function_made_before_has_its_calls_alone(watched: xorexplain.Watched) -> None:
    function = watched["function"]

    assert not function.is_known
    # Theano knows a function by its line.
    assert function.place is None or function.place.line == line_of("x**power")
    assert function.backend == watched["step"].backend
    assert function.mode == "own"


def test_nothing_went_wrong_with_watching(watched: xorexplain.Watched) -> None:
    assert watched.seen.notes == ()


def test_a_failure_has_its_call_its_line_and_the_engines_words(
    watched: xorexplain.Watched,
) -> None:
    (failure,) = watched["make (3)"].failures

    assert (failure.call, failure.error) == (2, "TypeError")
    assert "imensions" in failure.message
    assert failure.place is not None
    assert failure.place.line == line_of("again([[1.0]])")


def test_findings_name_what_to_change(watched: xorexplain.Watched) -> None:
    found = {(finding.kind, finding.about) for finding in watched.findings}

    assert {
        ("failure", "make (3)"),
        ("again", "make"),
        ("unused", "step"),
        ("never called", "make (1)"),
    } <= found
    assert ("unused", "make (3)") not in found


def test_slow_first_calls_are_found_the_slowest_first_those_of_one_call_too() -> None:
    functions = (
        SeenFunction("0", "often", 1, backend="Numba", calls=100, seconds=1.1, first=1.0),
        SeenFunction("1", "once", 1, backend="Numba", calls=1, seconds=9.0, first=9.0),
        SeenFunction("2", "in C", 1, backend="C", calls=1, seconds=9.0, first=9.0),
    )
    seen = Seen("fit.py", "PyTensor", "3", 0.0, 20.0, "", functions)

    found = [f for f in findings(seen) if f.kind == "first call"]

    assert [f.about for f in found] == ["once", "often"]
    assert found[0].words == "its only call took 9 s: Numba compiles in it"


def test_what_is_so_of_many_functions_of_a_line_is_found_once() -> None:
    line = Place("fit.py", 3)
    functions = tuple(
        SeenFunction(
            str(n), f"f ({n})", 1, line, backend="Numba", calls=1, seconds=n, first=n, inputs=()
        )
        for n in range(1, 5)
    )
    seen = Seen("fit.py", "PyTensor", "3", 0.0, 20.0, "", functions)

    (found,) = [f for f in findings(seen) if f.kind == "first call"]

    assert (found.about, found.keys, found.seconds) == ("f", ("4", "3", "2", "1"), 10.0)
    assert found.words == (
        "4 functions of this line, 10 s in all, of the first: its only call took 4 s: Numba "
        "compiles in it"
    )


def test_what_several_chains_find_alike_is_told_once_with_their_number() -> None:
    line = Place("fit.py", 3)
    nan = Inspected("nan", 1, "there is NaN", line, "node  log(x)")
    failed = Failure(2, "ValueError", "shapes", line)
    error = Raised("ValueError", "shapes", "shapes do not fit", line, "all of it")
    # A forked process calls the function of its parent, a spawned one makes one of its own.
    forked = SeenFunction("0", "logp", 1, inspected=(nan, nan, nan), failures=(failed, failed))
    spawned = [replace(forked, key=str(n), name=f"step ({n})") for n in (1, 2)]
    one = replace(forked, inspected=(nan,), failures=())
    seen = Seen("fit.py", "PyTensor", "3", 0.0, 20.0, "", (forked, *spawned), errors=(error,) * 2)

    told = {(f.kind, f.about): f for f in findings(seen)}
    text = plain(session_document(seen))

    assert next(f.words for f in findings(replace(seen, functions=(one,), errors=()))) == (
        "call 1 of 0: there is NaN"
    )
    assert told["nan", "logp"].words == "call 1 of 0: there is NaN (3 times)"
    assert told["nan", "step"].words == "call 1 of 0: there is NaN (in 2 functions)"
    assert told["nan", "step"].keys == ("1", "2")
    assert told["failure", "step"].words.endswith("; 1 more call failed (in 2 functions)")
    assert told["error", ""].words == "shapes do not fit (2 times)"
    assert (text.count("all of it"), text.count("node  log(x)")) == (1, 3)
    assert text.count("call 1 (fit.py:3) (3 times)") == 3


def test_the_report_tells_all_as_text_and_json(watched: xorexplain.Watched) -> None:
    text = str(watched)

    for words in ("4 functions compiled", f"{CALLS + 3} calls", "never called", "updates"):
        assert words in text
    assert "/test_session.py:" in text
    assert '"format": "xorexplain-session"' in watched.report.data()
    assert read(watched.folder) == watched.seen


def test_what_an_engine_compiles_by_itself_is_called_after_what_was_asked(engine: Engine) -> None:
    T, module = engine.tensor, engine.module
    x = T.dvector("x")
    with xorexplain.session() as watched:
        assert (x[0] * 1).eval({x: [1.0]}) == 1
        if engine.name == "theano":
            # It compiles a function to see what a round reads, and never calls it.
            module.scan(lambda row: row * 2, [x])
    told = [(f.name, f.via) for f in watched]

    assert told[0] == ("eval", ("eval",))
    assert told[1:] == ([("scan", ("scan",))] if engine.name == "theano" else [])
    assert "never called" not in {finding.kind for finding in watched.findings}


@pytest.mark.theano
def test_what_is_run_without_a_call_is_not_said_to_be_never_called(engine: Engine) -> None:
    """Theano's own streams do so: `f.fn()` spares the overhead of a call."""
    x = engine.tensor.dvector("x")
    with xorexplain.session() as watched:
        f = engine.module.function([x], (x * 2).sum())
        f.input_storage[0].storage[0] = numpy.ones(3)
        f.fn()
        importlib.import_module("theano.sandbox.rng_mrg").MRG_RandomStreams(1).uniform((2,))

    # Theano keeps what moves a stream ahead: it is compiled once in a process.
    assert {one.name for one in watched} <= {"f", "multMatVect"}
    assert all(one.is_run_bare for one in watched)
    assert "never called" not in {finding.kind for finding in watched.findings}
    assert "its fn was run without a call" in str(watched)


@pytest.mark.pytensor
def test_what_a_library_has_rewritten_and_runs_itself_is_no_function(engine: Engine) -> None:
    """PyMC does so for JAX; nutpie takes the compiled code out of a function, and runs that."""
    x = engine.tensor.dvector("x")
    with xorexplain.session() as watched:
        graph = importlib.import_module("pytensor.graph.fg").FunctionGraph([x], [(x * 2) / 2])
        engine.module.compile.get_default_mode().optimizer.rewrite(graph)
        # DebugMode rewrites several copies of a graph for one function.
        make(engine, 3, "DebugMode")

    assert [(one.name, one.is_made) for one in watched] == [("make", True)]
    taken = SeenFunction("0", "f", 1, via=("sample",), backend="Numba", linking=2.0)
    seen = replace(watched.seen, functions=(taken, replace(taken, via=())))
    assert [one.kind for one in findings(seen)] == ["never called"]


def test_how_an_error_ended_it_is_one_line(engine: Engine) -> None:
    with pytest.raises(ValueError, match="one"), xorexplain.session() as watched:
        raise ValueError("one\ntwo")

    assert watched.seen.ended == "ValueError: one"


def test_a_session_ends_and_leaves_the_engine_as_it_was(engine: Engine) -> None:
    function = make(engine, 2)
    call = type(function).__call__
    made = []
    with contextlib.suppress(ValueError), xorexplain.session(calls_only=True) as watched:
        function([1.0])
        made.append(make(engine, 3))
        raise ValueError("mine")
    made[0]([1.0])

    assert type(function).__call__ is call
    assert [f.calls for f in watched] == [1, 0]
    assert watched.seen.ended == "ValueError: mine"
    assert not watched.seen.rewrites_recorded
    assert watched[1].written
    assert not watched[1].phases
    assert written_of(engine, made[0]).is_written
    assert inspect.isclass(type(watched.report))


def test_the_oldest_rewritings_go_first(engine: Engine) -> None:
    with xorexplain.session(keep=1) as watched:
        functions = [make(engine, power) for power in (2, 3)]

    kept = [(watched.folder / function.trace).is_file() for function in watched]
    assert kept == [False, True]
    assert len(functions) == 2


def test_a_name_that_is_taken_is_numbered(tmp_path: Path) -> None:
    folders = []
    for _ in range(2):
        with xorexplain.session(tmp_path / "report") as watched:
            pass
        folders.append(watched.folder.name)

    assert folders == ["report", "report-2"]
    assert "neither" in str(watched) or len(watched) == 0
