"""The JSON form holds a whole graph, and docs/graph.schema.json describes it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import graphs
import jsonschema
import models
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import as_json, cut, faults_by_schema, mutated, refusal

from xorexplain.api import prepared
from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.graph import forms as graphforms
from xorexplain.graph.json import from_json, to_dict, to_json
from xorexplain.notation.build import express
from xorexplain.notation.simplify import simplify
from xorexplain.notation.text import text
from xorexplain.render import Layout, render
from xorexplain.render.look import Look
from xorexplain.render.pictures.tree import tree

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "graph.schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def is_valid(data: Any) -> bool:
    return bool(VALIDATOR.is_valid(data))


@pytest.fixture
def xor_data(engine: Engine) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(to_json(models.record(engine, "xor", "optimized")))
    return data


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@models.each_model
def test_every_stage_survives_a_round_trip(engine: Engine, name: str) -> None:
    for stage in models.stages(engine, name):
        graph = models.record(engine, name, stage)
        text = to_json(graph)

        assert from_json(text) == graph
        assert to_json(from_json(text)) == text


@models.each_model
def test_every_stage_fits_the_schema(engine: Engine, name: str) -> None:
    for stage in models.stages(engine, name):
        errors = VALIDATOR.iter_errors(json.loads(to_json(models.record(engine, name, stage))))

        assert [error.message for error in errors] == []


def test_names_of_any_characters_survive(engine: Engine) -> None:
    text = to_json(models.record(engine, "hostile_names", "symbolic"))
    names = {variable.name for variable in from_json(text.encode().decode()).variables}

    assert set(models.HOSTILE_NAMES) <= names


def test_one_record_a_line(engine: Engine) -> None:
    graph = models.record(engine, "xor", "symbolic")
    lines = [
        json.loads(line.strip().rstrip(","))
        for line in to_json(graph).splitlines()[1:-1]
        if line.strip().startswith('{"id"')
    ]

    assert [line["id"] for line in lines] == [r.id for r in (*graph.variables, *graph.applies)]


def test_what_is_unknown_is_left_out(engine: Engine, xor_data: dict[str, Any]) -> None:
    parameter = next(v for v in xor_data["variables"] if v["name"] == "W1")

    assert parameter["shape"] == [2, 5]
    assert "value" not in parameter
    assert "owner" not in parameter
    assert "folded" not in parameter


@pytest.mark.parametrize("key", ["format", "version", "origin", "variables", "applies", "inner"])
def test_the_schema_misses_what_is_missing(xor_data: dict[str, Any], key: str) -> None:
    assert is_valid(xor_data)

    del xor_data[key]

    assert not is_valid(xor_data)


def test_the_schema_knows_every_key(xor_data: dict[str, Any]) -> None:
    for place in (xor_data, xor_data["variables"][0], xor_data["applies"][0], xor_data["inner"][0]):
        place["surprise"] = 1
        assert not is_valid(xor_data)
        del place["surprise"]

    assert is_valid(xor_data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON (line 1)"),
        ('{\n"format": ', "not JSON (line 2)"),
        ("[]", "not a graph file"),
        ("3", "not a graph file"),
        ("{}", "not a graph file"),
        ('{"format": "xorexplain-graph"}', "graph file of version null"),
        ('{"format": "xorexplain-graph", "version": 99}', "graph file of version 99"),
        ('{"format": "xorexplain-graph", "version": 1}', "broken graph file"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_other_files_are_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(XorexplainError) as caught:
        from_json(text)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "input": (
        lambda d: d["applies"][0]["inputs"].__setitem__(0, "v999"),
        "applies[0].inputs[0]: unk",
    ),
    "output": (
        lambda d: d["outputs"][0].update(variable="v999"),
        "outputs[0].variable: unknown id",
    ),
    "owner": (lambda d: d["variables"][-1].update(owner="n999"), "owner: n999 does not compute v"),
    "inner": (
        lambda d: d["applies"][0].update(inner=7),
        "applies[0].inner: there is no inner graph 7",
    ),
    "key": (lambda d: d["variables"][0].update(surprise=1), 'variables[0]: unknown key "surprise"'),
    "list": (lambda d: d.update(variables=3), "variables: 3 is no list"),
    "missing": (lambda d: d["applies"][1].pop("op"), "applies[1]: op is missing"),
    "shape": (
        lambda d: d["variables"][3].update(shape=[2, "5"]),
        'variables[3].shape[1]: "5" is no',
    ),
    "negative": (
        lambda d: d["variables"][3].update(shape=[-1]),
        "variables[3].shape[0]: -1 is not",
    ),
    "bool": (lambda d: d["variables"][3].update(shape=[True]), "variables[3].shape[0]: true is no"),
    "twice": (lambda d: d["variables"][1].update(id="v0"), 'variables[1].id: "v0" is there twice'),
    "node twice": (lambda d: d["applies"][1].update(id="n0"), 'applies[1].id: "n0" is there twice'),
    "own result": (
        lambda d: d["applies"][0].update(inputs=d["applies"][0]["outputs"]),
        "applies[0].inputs[0]: v",
    ),
    "order": (lambda d: d["applies"].reverse(), "which is later"),
    "position": (
        lambda d: d["applies"][0].update(view_map=[[0, [9]]]),
        "applies[0].view_map[0]: there",
    ),
    "stage": (
        lambda d: d["origin"].update(stage="best"),
        'origin.stage: "best" is none of symbolic',
    ),
    "family": (lambda d: d["applies"][0]["op"].update(family="own"), 'applies[0].op.family: "own"'),
    "rewrites": (
        lambda d: d.update(ancestry=[{"apply": "n0", "ancestors": []}]),
        "ancestry[0]: rewrites is missing",
    ),
    "many digits": (lambda d: d["variables"][3].update(shape=[10**30]), "a number of many digits"),
    "infinite": (lambda d: d["variables"][3].update(shape=[float("inf")]), "Infinity is no JSON"),
}


@pytest.mark.neutral
@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_graph_is_refused_with_the_place(xor_data: dict[str, Any], how: str) -> None:
    damage, problem = BROKEN[how]
    damage(xor_data)

    with pytest.raises(XorexplainError, match="broken graph file") as caught:
        from_json(json.dumps(xor_data))

    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("version", ['"1"', "true", "1.0", "[1]", "null", "1" + "0" * 5000])
def test_a_version_is_the_number_alone(version: str) -> None:
    with pytest.raises(XorexplainError) as caught:
        from_json(f'{{"format": "xorexplain-graph", "version": {version}}}')

    assert "version" in str(caught.value) or "broken graph file" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_mark_at_the_start_is_read_over(engine: Engine) -> None:
    graph = models.record(engine, "xor", "symbolic")

    assert from_json("\ufeff" + to_json(graph)) == graph


def test_a_key_is_there_once() -> None:
    with pytest.raises(XorexplainError, match='key "version" is there twice'):
        from_json('{"format": "xorexplain-graph", "version": 1, "version": 1}')


def test_graphs_do_not_lie_in_one_another_without_end(xor_data: dict[str, Any]) -> None:
    for _ in range(60):
        xor_data = {**xor_data, "applies": [], "variables": [], "inner": [xor_data]}
        for key in ("inputs", "outputs", "parameters"):
            xor_data[key] = []
        for key in ("format", "version"):
            xor_data["inner"][0].pop(key)

    with pytest.raises(XorexplainError, match="more than 40 graphs lie in one another"):
        from_json(json.dumps(xor_data))


def small(engine: Engine) -> dict[str, Any]:
    """Return the data of a small graph that has a record of every kind."""
    data: dict[str, Any] = json.loads(to_json(models.record(engine, "fused", "compiled")))
    data["ancestry"] = [
        {
            "apply": "n0",
            "ancestors": [{"variable": "v0", "name": "x", "expression": "x + 1", "rule": "add"}],
            "rewrites": [[1, "fusion"]],
        }
    ]
    return data


FORMS = ("_check_variables", "_check_applies", "_check_ends")


@pytest.mark.neutral
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_the_reader_takes_what_the_schema_takes(engine: Engine, data: st.DataObject) -> None:
    broken = data.draw(mutated(small(engine)))
    text = as_json(broken)

    with pytest.MonkeyPatch.context() as patch:
        for name in FORMS:
            patch.setattr(graphforms, name, lambda graph, *rest: None)
        refused = refusal(from_json, text)

    errors = faults_by_schema(text, VALIDATOR)
    assert bool(refused) == bool(errors), (refused, errors)


@pytest.mark.neutral
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_is_read_can_be_drawn_and_what_is_not_is_told(
    engine: Engine, data: st.DataObject
) -> None:
    text = as_json(data.draw(mutated(small(engine))))

    if not refusal(from_json, text):
        graph = from_json(text)
        assert from_json(to_json(graph)) == graph
        for format_ in ("txt", "dot", "mmd"):
            assert render(graph, format_, Look(types=True, shapes=True), Layout()).data
        for raw in (True, False):
            assert tree(prepared(graph, Look(raw=raw, shapes=True)), Look(raw=raw, shapes=True))


@pytest.mark.neutral
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_files_of_any_bytes_are_read_or_told_of(engine: Engine, data: st.DataObject) -> None:
    broken = data.draw(cut(as_json(small(engine))))

    refusal(from_json, broken.decode("utf-8", "replace"))


def test_inner_graphs_are_nested(engine: Engine) -> None:
    graph = models.record(engine, "recurrent", "symbolic")

    assert to_dict(graph)["inner"][0]["applies"]
    assert from_json(to_json(graph)).inner == graph.inner


@pytest.mark.parametrize("inputs", [0, 1, 7])
@pytest.mark.parametrize(
    "kind",
    [
        *("pow", "true_div", "neg", "sqr", "sum", "join", "gemm", "ger", "dot22_scalar", "second"),
        *("subtensor", "set_subtensor", "alloc", "expand_dims", "max_and_argmax", "dimshuffle"),
    ],
)
def test_an_op_with_other_inputs_than_its_kind_has_is_written_all_the_same(
    kind: str, inputs: int
) -> None:
    """A file may hold it, and so may an op of a user's own that has the name of another."""
    odd = graphs.graph("h = add(x, y)", "z = add(h, x)")
    last = odd.applies[1]
    op = dataclasses.replace(last.op, kind=kind, label="odd", params=(("order", "v1"),))
    made = dataclasses.replace(
        last, op=op, inputs=("v2", "v0", "v1", "v2", "v0", "v1", "v0")[:inputs]
    )
    found = from_json(to_json(dataclasses.replace(odd, applies=(odd.applies[0], made))))

    for format_ in ("txt", "dot", "mmd"):
        shown = render(prepared(found, Look(shapes=True)), format_, Look(shapes=True), Layout())
        assert shown.data
    assert text(simplify(express(found, "v3", {}, ("v3",))))
