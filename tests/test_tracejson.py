"""The JSON form holds a whole trace, and docs/trace.schema.json describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from models import each_model, model
from referencing import Registry, Resource

from xorexplain.engines import Engine
from xorexplain.errors import XorexplainError
from xorexplain.rewriting import record_rewriting
from xorexplain.tracejson import from_json, to_json

DOCS = Path(__file__).resolve().parents[1] / "docs"
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
        (lambda data: data["universe"].update(applies=3), "broken"),
    ],
)
def test_broken_files_are_told_in_one_line(text: str, damage: Any, problem: str) -> None:
    data = json.loads(text)
    damage(data)

    with pytest.raises(XorexplainError, match=problem) as caught:
        from_json(json.dumps(data))
    assert "\n" not in str(caught.value)
