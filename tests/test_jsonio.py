"""The JSON form holds a whole graph, and docs/graph.schema.json describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import models
import pytest

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.jsonio import from_json, to_dict, to_json

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[1] / "docs" / "graph.schema.json").read_text("utf-8")
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
        ('{"format": "xorexplain-graph"}', "graph file of version None"),
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


def broken(data: dict[str, Any], how: str) -> None:
    first = data["applies"][0]
    match how:
        case "input":
            first["inputs"][0] = "v999"
        case "output":
            data["outputs"][0]["variable"] = "v999"
        case "owner":
            data["variables"][-1]["owner"] = "n999"
        case "inner":
            first["inner"] = 7
        case "key":
            data["variables"][0]["surprise"] = 1
        case "list":
            data["variables"] = 3


@pytest.mark.parametrize("how", ["input", "output", "owner", "inner", "key", "list"])
def test_a_broken_graph_is_refused(xor_data: dict[str, Any], how: str) -> None:
    broken(xor_data, how)

    with pytest.raises(XorexplainError, match="broken graph file"):
        from_json(json.dumps(xor_data))


def test_inner_graphs_are_nested(engine: Engine) -> None:
    graph = models.record(engine, "recurrent", "symbolic")

    assert to_dict(graph)["inner"][0]["applies"]
    assert from_json(to_json(graph)).inner == graph.inner
