"""The JSON form holds a whole trace, and docs/trace.schema.json describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from graphs import graph
from hypothesis import given, settings
from hypothesis import strategies as st
from models import each_model, model
from mutations import as_json, cut, faults_by_schema, mutated, refusal
from referencing import Registry, Resource

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.graph import forms as graphforms
from xorexplain.graph.acyclic import Order
from xorexplain.models.model import Model
from xorexplain.render.look import Look
from xorexplain.render.pictures.step_picture import step_dot
from xorexplain.render.reports.rewrite_tables import usage, usage_document
from xorexplain.render.reports.steps import step, steps
from xorexplain.rewrites import forms as traceforms
from xorexplain.rewrites.json import from_json, to_json
from xorexplain.rewrites.questions.origins import with_ancestry
from xorexplain.rewrites.record import record_rewriting
from xorexplain.rewrites.steps import explained_steps

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = json.loads((DOCS / "trace.schema.json").read_text("utf-8"))
GRAPH = json.loads((DOCS / "graph.schema.json").read_text("utf-8"))
REGISTRY: Registry[Any] = Registry().with_resource(
    "graph.schema.json", Resource.from_contents(GRAPH)
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, registry=REGISTRY)


@pytest.fixture(scope="module")
def text(engine: Engine) -> str:
    return to_json(record_rewriting(engine, model(engine, "xor")))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@each_model
def test_every_trace_survives_a_round_trip(engine: Engine, name: str) -> None:
    made = model(engine, name)
    if made.function is not None:
        pytest.skip("a compiled function has no rewriting left to record")
    trace = record_rewriting(engine, made)
    text = to_json(trace)

    assert from_json(text) == trace
    assert to_json(from_json(text)) == text
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(text))] == []


def test_a_file_of_another_version_is_refused(text: str) -> None:
    with pytest.raises(XorexplainError, match="trace file of version 99, this is version 1"):
        from_json(text.replace('"version": 1', '"version": 99', 1))


def test_what_is_no_trace_is_refused(engine: Engine) -> None:
    for wrong in ("[]", "{}", '{"format": "xorexplain-graph", "version": 1}'):
        with pytest.raises(XorexplainError, match="not a trace file"):
            from_json(wrong)


def test_a_file_cut_short_is_refused(text: str) -> None:
    with pytest.raises(XorexplainError, match=r"not JSON \(line \d+\)"):
        from_json(text[: len(text) // 2])


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda data: data["steps"].pop(0), "numbered"),
        (lambda data: data["steps"][0].update(edits=[["n9999", 0, "v0", "v1"]]), "n9999"),
        (lambda data: data["steps"][0].update(edits=[[None, 99, "v0", "v1"]]), "position 99"),
        (lambda data: data["steps"][0].update(surprise=1), "surprise"),
        (lambda data: data.pop("universe"), "universe"),
        (lambda data: data.update(start=["n9999"]), "n9999"),
        (lambda data: data["universe"].update(applies=3), r"universe.applies: 3 is no list"),
        (lambda data: data["universe"].update(surprise=1), r"universe: unknown key"),
        (lambda data: data["steps"][0].update(number="1"), r"steps\[0\].number: .1. is no whole"),
        (
            lambda data: data["steps"][0].update(verdict="done"),
            r"steps\[0\].verdict: .done. is none",
        ),
        (lambda data: data["steps"][0].update(seconds=-1), r"steps\[0\].seconds: -1 is no number"),
        (lambda data: data["steps"][0].update(seconds=True), r"steps\[0\].seconds: true is no"),
        (lambda data: data["steps"][0].update(edits=[["n0", 0, "v0"]]), r"edits\[0\]: 3 entries"),
        (
            lambda data: data["steps"][0].update(edits=[["n0", True, "v0", "v1"]]),
            r"edits\[0\]\[1\]",
        ),
        (lambda data: data["steps"][0].update(edits=[[None, 0, "v0", "v1"]]), "is there, not v0"),
        (lambda data: data["rewrites"][0].update(tries=1.5), r"rewrites\[0\].tries: 1.5 is no"),
        (lambda data: data["outputs"][0].update(updates="v9999"), r"outputs\[0\].updates: unknown"),
        (lambda data: data.update(stopped=None), "stopped: null is no text"),
    ],
)
def test_broken_files_are_told_in_one_line(text: str, damage: Any, problem: str) -> None:
    data = json.loads(text)
    damage(data)

    with pytest.raises(XorexplainError, match=problem) as caught:
        from_json(json.dumps(data))
    assert "\n" not in str(caught.value)


def one_node(edits: list[Any]) -> str:
    """Write a trace of one apply node, n0 that makes v1 of v0, and of one step with some edits."""
    op = {"kind": "exp", "family": "elementwise", "label": "exp"}
    variable = {"name": None, "type": "scalar"}
    universe = {
        "origin": {"engine": "theano", "version": "1.0.5"},
        "inputs": ["v0"],
        "outputs": [],
        "parameters": [],
        "variables": [
            {"id": "v0", "role": "input", **variable},
            {"id": "v1", "role": "output", "owner": "n0", **variable},
            {"id": "v2", "role": "output", "owner": "n1", **variable},
        ],
        "applies": [
            {"id": "n0", "op": op, "inputs": ["v0"], "outputs": ["v1"]},
            {"id": "n1", "op": op, "inputs": ["v1"], "outputs": ["v2"]},
        ],
        "inner": [],
    }
    step = {"number": 1, "phase": "merge", "rewrite": "r", "verdict": "applied", "edits": edits}
    data = {
        "format": "xorexplain-trace",
        "version": 1,
        "start": ["n0", "n1"],
        "end": ["n0", "n1"],
        "outputs": [{"variable": "v2"}],
        "phases": [],
        "steps": [step],
        "rewrites": [],
        "stopped": "",
        "remarks": [],
        "universe": universe,
    }
    return json.dumps(data)


def test_a_node_that_would_read_its_own_result_is_refused() -> None:
    assert from_json(one_node([])).steps

    for edits in ([["n0", 0, "v0", "v1"]], [["n0", 0, "v0", "v2"]]):
        with pytest.raises(
            XorexplainError, match=r"steps\[0\].edits\[0\]: n0 is computed from its"
        ):
            from_json(one_node(edits))


def test_a_universe_that_goes_in_a_circle_is_refused() -> None:
    data = json.loads(one_node([]))
    data["universe"]["applies"][0]["inputs"] = ["v2"]

    with pytest.raises(XorexplainError, match=r"universe.applies: n. is computed from its own"):
        from_json(json.dumps(data))


@pytest.mark.neutral
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_an_order_finds_every_circle_and_no_other(data: st.DataObject) -> None:
    """Edit random graphs; whether there is a circle is found by looking at all of it anew."""
    size = data.draw(st.integers(2, 7))
    lines = [f"x{i + 1} = add(x{data.draw(st.integers(0, i))}, x{i})" for i in range(size)]
    made = graph(*lines)
    order, inputs = Order(made), {a.id: list(a.inputs) for a in made.applies}
    for _ in range(data.draw(st.integers(1, 12))):
        apply = f"n{data.draw(st.integers(0, size - 1))}"
        variable = data.draw(st.sampled_from(made.variables)).id
        position = data.draw(st.integers(0, 1))
        inputs[apply][position] = variable
        reads = {a: {made.variable[v].owner for v in vs} - {None} for a, vs in inputs.items()}
        has_circle = not is_acyclic(reads)
        if has_circle:
            with pytest.raises(ValueError, match="is computed from its own result"):
                order.edit(apply, position, variable)
            return
        order.edit(apply, position, variable)


def is_acyclic(reads: dict[str, set[str | None]]) -> bool:
    left = dict(reads)
    while left:
        free = [node for node, below in left.items() if not below & left.keys()]
        if not free:
            return False
        for node in free:
            del left[node]
    return True


@pytest.fixture(scope="module")
def small(engine: Engine) -> Any:
    """The data of a small trace that has a record of every kind."""
    x = engine.tensor.dscalar("x")
    made = Model({"y": engine.tensor.exp((x + 0.0) * 1.0) + engine.tensor.exp(x)}, inputs=[x])
    data = json.loads(to_json(record_rewriting(engine, made)))
    kept = {step["rewrite"] for step in data["steps"]}
    data["rewrites"] = [r for r in data["rewrites"] if r["name"] in kept][:2]
    data["steps"][-1].update(message="it is late", members=["one"], round=2)
    return data


@pytest.mark.neutral
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_reader_takes_what_the_schema_takes(small: Any, data: st.DataObject) -> None:
    text = as_json(data.draw(mutated(small)))

    with pytest.MonkeyPatch.context() as patch:
        for name in ("_check_variables", "_check_applies", "_check_ends"):
            patch.setattr(graphforms, name, lambda graph, *rest: None)
        for name in ("_check_ids", "_check_edits"):
            patch.setattr(traceforms, name, lambda trace: None)
        told = refusal(from_json, text)

    errors = faults_by_schema(text, VALIDATOR)
    assert bool(told) == bool(errors), (told, errors)


@pytest.mark.neutral
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_read_can_be_told_and_what_is_not_is_refused(
    small: Any, data: st.DataObject
) -> None:
    text = as_json(data.draw(mutated(small)))

    if not refusal(from_json, text):
        trace = from_json(text)
        assert from_json(to_json(trace)) == trace
        told = list(explained_steps(trace))
        assert [entry.step for entry in told] == list(trace.steps)
        assert steps(trace, told, 0).blocks
        for entry in told:
            assert step(trace, entry).blocks
            assert step_dot(trace, entry.step, Look())
        assert usage_document(usage(trace), True).blocks
        assert with_ancestry(trace, {}).ancestry is not None


@pytest.mark.neutral
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_files_of_any_bytes_are_read_or_told_of(small: Any, data: st.DataObject) -> None:
    refusal(from_json, data.draw(cut(as_json(small))).decode("utf-8", "replace"))
