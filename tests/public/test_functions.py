"""A compiled function answers every question, by what was heard when its own code compiled it."""

from __future__ import annotations

from pathlib import Path

import numpy
import pytest
from models import model
from public.conftest import Call

from xorexplain.engines import Engine
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.rewrites.listen import load_heard
from xorexplain.rewrites.questions.origins import find_apply, result_names
from xorexplain.rewrites.record import record
from xorexplain.rewrites.steps import explained_steps, touches
from xorexplain.sphinxext.recording.graph import graph_entry
from xorexplain.sphinxext.recording.requests import ModelSource, Request

MODELS = """
import numpy
import {name} as module, {name}.tensor as T

def given():
    '''Theano#5482: what function(..., givens=) really substitutes.'''
    a = T.dscalar("a")
    b = a + 1
    c = b + 2
    d = b * 3
    b.name, c.name, d.name = "b", "c", "d"
    return module.function([a], [b, c, d, c + d], givens={{b: c}})

def minibatch():
    '''The minibatch function of Theano's tutorials.'''
    data = module.shared(numpy.random.RandomState(0).rand(20, 4), name="data")
    W = module.shared(numpy.ones((4, 2)), name="W")
    index, x = T.lscalar("index"), T.dmatrix("x")
    cost = T.sum(T.dot(x, W) ** 2)
    cost.name = "cost"
    updates = [(W, W - 0.1 * T.grad(cost, W))]
    slices = {{x: data[index * 5 : (index + 1) * 5]}}
    return module.function([index], cost, updates=updates, givens=slices)
"""


@pytest.fixture
def file(engine: Engine, tmp_path: Path) -> Path:
    path = tmp_path / "functions.py"
    path.write_text(MODELS.format(name=engine.name))
    return path


@pytest.mark.parametrize("name", ["given", "minibatch"])
@pytest.mark.parametrize("command", [("graph", "--out", "-", "--format", "txt"), ("print",)])
def test_a_function_is_shown_as_it_runs_where_no_stage_is_named(
    call: Call, file: Path, name: str, command: tuple[str, ...]
) -> None:
    usual = call(*command, "--model", f"{file}:{name}")
    asked = call(*command, "--model", f"{file}:{name}", "--stage", "compiled")

    assert (usual.status, usual.out) == (0, asked.out)
    assert usual.err.splitlines()[0] == (
        "note: the model is a compiled function: this is its compiled stage"
    )
    assert "note:" not in asked.err


def test_a_directive_shows_a_function_as_it_runs(engine: Engine, file: Path) -> None:
    request = Request("graph", ModelSource(f"{file}:given"), engine.name)
    entry, _ = graph_entry(request)

    assert " · compiled · function" in entry["title"]


def test_what_a_function_was_made_of_is_its_model(engine: Engine, file: Path) -> None:
    _, loaded, recording = load_heard(f"{file}:minibatch", engine.name)
    symbolic = view(engine, loaded, "symbolic").graph()

    assert recording is not None
    assert list(loaded.outputs) == ["cost"]
    assert [v.name for v in loaded.parameters] == ["W"]
    assert [v.name for v in loaded.inputs] == ["index"]
    assert {symbolic.variable[v].name for v in symbolic.inputs} == {"index", "data", "W"}
    assert {symbolic.variable[v].name for v in symbolic.parameters} == {"W"}
    assert view(engine, loaded, "updates").graph().outputs[-1].updates is not None


def test_results_of_one_name_are_all_there(engine: Engine, file: Path) -> None:
    _, loaded, _ = load_heard(f"{file}:given", engine.name)

    assert len(loaded.outputs) == 4
    assert loaded.cost is None


def test_the_gradient_of_a_function_is_checked(call: Call, file: Path) -> None:
    told = call("gradient", "--check", "--model", f"{file}:minibatch")

    assert told.status == 0, told.err
    assert "δW" in told.out
    assert "too far off" not in told.out


def test_a_function_has_the_pages_of_what_it_was_made_of(
    call: Call, file: Path, tmp_path: Path
) -> None:
    told = call("pages", "--out", "walk", "--model", f"{file}:minibatch")
    pages = {path.stem for path in (tmp_path / "walk").glob("*.rst")}

    assert told.status == 0, told.err
    assert {"network", "gradient", "updates", "rewrites", "compiled"} <= pages
    assert "whose rewriting is over" not in told.err


@pytest.mark.parametrize("name", ["cost", "data", "W (new)"])
def test_the_origin_of_every_result_is_told(call: Call, file: Path, name: str) -> None:
    told = call("rewrites", "origins", name, "--model", f"{file}:minibatch")

    assert told.status == 0, told.err
    assert ("data  given, read by 1 node" if name == "data" else "as it was written") in told.out


def tied(engine: Engine) -> Model:
    """torchinfo#176: one weight in several layers; the output `h` is the variable `h2`."""
    T = engine.tensor
    x, w = T.dmatrix("x"), engine.module.shared(numpy.eye(2) * 0.5, name="W")
    h = x
    for i in range(3):
        h = T.tanh(T.dot(h, w))
        h.name = f"h{i}"
    cost = T.mean(h**2)
    updates = [(w, w - 0.1 * engine.grad(cost, [w])[0])]
    return Model({"h": h, "unnamed": T.exp(cost)}, cost, [w], updates, [x])


def test_an_output_is_found_by_its_key(engine: Engine) -> None:
    made = tied(engine)
    trace = record(engine, made).trace
    results = result_names(engine, made, trace)

    assert find_apply(trace, "h", results) == find_apply(trace, "h2")
    assert find_apply(trace, "cost", results) in trace.end
    # The train function does not compute this one.
    assert "unnamed" not in results


@pytest.mark.parametrize("name", ["few_layers", "recurrent"])
def test_every_name_that_the_listing_prints_is_accepted(engine: Engine, name: str) -> None:
    made = model(engine, name)
    trace = record(engine, made).trace
    results = result_names(engine, made, trace)
    start = {v.id for v in trace.universe.variables if v.owner is not None}
    for told in explained_steps(trace):
        for replacement in told.replacements:
            if replacement.before_op:
                assert find_apply(trace, replacement.name, results) in trace.universe.apply
        for id_ in touches(trace, told) & (trace.universe.apply.keys() | start):
            assert find_apply(trace, id_, results) in trace.universe.apply


def test_what_came_and_went_is_told_with_its_steps(call: Call, file: Path, engine: Engine) -> None:
    _, _, recording = load_heard(f"{file}:minibatch", engine.name)
    assert recording is not None
    trace = recording.trace
    passing = next(
        id_
        for step in trace.steps
        if step.verdict == "applied"
        for id_ in step.added
        if id_ not in trace.end
    )
    told = call("rewrites", "origins", passing, "--model", f"{file}:minibatch")

    assert told.status == 0, told.err
    assert "made in step" in told.out.splitlines()[0]
    assert "removed in step" in told.out.splitlines()[0]


def free_parameter(engine: Engine) -> Model:
    """PyMC-like: the parameter is an input without a value, which Theano copies."""
    T = engine.tensor
    x, w = T.dvector("x"), T.dvector("w")
    return Model({"y": x * w}, T.sum((x * w - 1) ** 2), [w], inputs=[x, w])


@pytest.mark.parametrize("stage", ["symbolic", "optimized", "compiled"])
def test_a_free_parameter_keeps_its_role(engine: Engine, stage: str) -> None:
    graph = view(engine, free_parameter(engine), stage).graph()

    assert [graph.variable[v].name for v in graph.parameters] == ["w"]


def test_a_free_parameter_keeps_its_role_in_the_trace(engine: Engine) -> None:
    universe = record(engine, free_parameter(engine)).trace.universe

    assert [universe.variable[v].name for v in universe.parameters] == ["w"]
