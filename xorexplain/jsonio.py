"""Write a `Graph` as JSON and read it back; docs/graph.schema.json describes the form."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from xorexplain.errors import XorexplainError
from xorexplain.escaping import visible_json
from xorexplain.graph import (
    SCHEMA_VERSION,
    Ancestor,
    Ancestry,
    Apply,
    Graph,
    Op,
    Origin,
    Output,
    SourceLine,
    Variable,
)

FORMAT = "xorexplain-graph"
_encode = json.JSONEncoder(ensure_ascii=False).encode


def encode(value: Any) -> str:
    """Write a value as JSON text on one line."""
    return visible_json(_encode(value))


def to_json(graph: Graph) -> str:
    """Write a graph as JSON text, one record a line; equal graphs give equal bytes."""
    data = {"format": FORMAT, "version": SCHEMA_VERSION, **to_dict(graph)}
    return write_object(data, "") + "\n"


def write_object(data: dict[str, Any], margin: str) -> str:
    """Write a dict as JSON text, its lists of records one record a line."""
    entries = [f'{margin}  "{key}": {_value(data[key], margin)}' for key in data]
    return "{\n" + ",\n".join(entries) + f"\n{margin}}}"


def _value(value: Any, margin: str) -> str:
    """Write lists of records over several lines, all else on one."""
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return encode(value)
    deeper = f"{margin}    "
    write = partial(write_object, margin=deeper) if "applies" in value[0] else encode
    return "[\n" + ",\n".join(deeper + write(entry) for entry in value) + f"\n{margin}  ]"


@dataclasses.dataclass(frozen=True)
class Form:
    """Describe a form of file: what it is called, its mark and version, and how to get one.

    `again` tells what to do about a broken one.
    """

    what: str
    format: str
    version: int
    command: str
    again: str


FORM = Form("graph", FORMAT, SCHEMA_VERSION, "xorexplain graph --out g.json", "write it again")
T = TypeVar("T")


def from_json(text: str) -> Graph:
    """Read a graph from JSON text; raise XorexplainError for another format or version."""
    return read(text, FORM, from_dict)


def read(text: str, form: Form, build: Callable[[dict[str, Any]], T]) -> T:
    """Read JSON text of a form; raise XorexplainError where it is of another, or broken."""
    broken = f"broken {form.what} file"
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise XorexplainError(f"not JSON (line {error.lineno}): {error.msg}") from error
    except RecursionError as error:
        raise XorexplainError(f"{broken} (nested too deeply): {form.again}") from error
    if not isinstance(data, dict) or data.get("format") != form.format:
        raise XorexplainError(f"not a {form.what} file: write one with `{form.command}`")
    if data.get("version") != form.version:
        raise XorexplainError(
            f"{form.what} file of version {data.get('version')}, this is version {form.version}: "
            f"{form.again} with this xorexplain"
        )
    try:
        return build(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise XorexplainError(f"{broken} ({error!r}): {form.again}") from error


def to_dict(graph: Graph) -> dict[str, Any]:
    """Turn a graph into plain lists and dicts, leaving out what is None or empty."""
    data = {
        "origin": lean(graph.origin),
        "inputs": list(graph.inputs),
        "outputs": [lean(output) for output in graph.outputs],
        "parameters": list(graph.parameters),
        "variables": [lean(variable) for variable in graph.variables],
        "applies": [lean(apply) for apply in graph.applies],
        "inner": [to_dict(inner) for inner in graph.inner],
    }
    if graph.ancestry:
        data["ancestry"] = [_ancestry_dict(entry) for entry in graph.ancestry]
    return data


def _ancestry_dict(entry: Ancestry) -> dict[str, Any]:
    return {
        "apply": entry.apply,
        "ancestors": [lean(ancestor) for ancestor in entry.ancestors],
        "rewrites": [list(pair) for pair in entry.rewrites],
    }


def from_dict(data: dict[str, Any]) -> Graph:
    """Build a graph from what `to_dict` returns; raise ValueError where an id leads nowhere."""
    graph = Graph(
        origin=Origin(**data["origin"]),
        variables=tuple(_variable(entry) for entry in data["variables"]),
        applies=tuple(_apply(entry) for entry in data["applies"]),
        inputs=tuple(data["inputs"]),
        outputs=tuple(Output(**entry) for entry in data["outputs"]),
        parameters=tuple(data["parameters"]),
        inner=tuple(from_dict(entry) for entry in data["inner"]),
        ancestry=tuple(_ancestry(entry) for entry in data.get("ancestry", ())),
    )
    _check_references(graph)
    return graph


def _check_references(graph: Graph) -> None:
    variables = [*graph.inputs, *graph.parameters]
    for output in graph.outputs:
        variables += [output.variable, *([] if output.updates is None else [output.updates])]
    for apply in graph.applies:
        variables += [*apply.inputs, *apply.outputs]
        if apply.inner is not None and not 0 <= apply.inner < len(graph.inner):
            raise ValueError(f"{apply.id} has no inner graph {apply.inner}")
    for entry in graph.ancestry:
        if entry.apply not in graph.apply:
            raise ValueError(f"ancestry of an unknown node {entry.apply}")
    owners = {v.owner for v in graph.variables if v.owner is not None}
    unknown = (set(variables) - set(graph.variable)) | (owners - set(graph.apply))
    if unknown:
        raise ValueError(f"unknown id {min(unknown)}")


def lean(record: Any) -> dict[str, Any]:
    """Turn a record into a dict without the fields that hold their default."""
    entries: dict[str, Any] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if value == field.default:
            continue
        entries[field.name] = lean(value) if isinstance(value, (Op, SourceLine)) else value
    return entries


def _variable(entry: dict[str, Any]) -> Variable:
    fields = {key: entry[key] for key in entry if key not in ("shape", "broadcastable", "source")}
    return Variable(
        **fields,
        shape=_optional_tuple(entry.get("shape")),
        broadcastable=_optional_tuple(entry.get("broadcastable")),
        source=_source(entry.get("source")),
    )


def _apply(entry: dict[str, Any]) -> Apply:
    op = entry["op"]
    return Apply(
        id=entry["id"],
        op=Op(op["kind"], op["family"], op["label"], _pairs(op.get("params", ()))),
        inputs=tuple(entry["inputs"]),
        outputs=tuple(entry["outputs"]),
        destroy_map=_aliases(entry.get("destroy_map", ())),
        view_map=_aliases(entry.get("view_map", ())),
        inner=entry.get("inner"),
        inner_inputs=tuple(entry.get("inner_inputs", ())),
        source=_source(entry.get("source")),
    )


def _ancestry(entry: dict[str, Any]) -> Ancestry:
    return Ancestry(
        apply=entry["apply"],
        ancestors=tuple(
            Ancestor(**{**ancestor, "source": _source(ancestor.get("source"))})
            for ancestor in entry["ancestors"]
        ),
        rewrites=tuple((int(number), str(name)) for number, name in entry["rewrites"]),
    )


def _optional_tuple(value: Any) -> tuple[Any, ...] | None:
    return None if value is None else tuple(value)


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(text)) for key, text in value)


def _aliases(value: Any) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple((int(output), tuple(positions)) for output, positions in value)


def _source(value: Any) -> SourceLine | None:
    return None if value is None else SourceLine(**value)
