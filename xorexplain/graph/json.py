"""Write a `Graph` as JSON and read it back; docs/graph.schema.json describes the form."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from xorexplain.errors import XorexplainError
from xorexplain.errors.escaping import visible_json
from xorexplain.errors.records import dataclass
from xorexplain.graph import forms as graphforms
from xorexplain.graph.reading import loads, shown
from xorexplain.graph.records import SCHEMA_VERSION, Graph

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


@dataclass(frozen=True)
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
    """Read a graph from JSON text; raise XorexplainError, naming the place, for what is none."""
    return read(text, FORM, graphforms.graph)


def read(text: str, form: Form, build: Callable[[Any, str], T]) -> T:
    """Read JSON text of a form; raise XorexplainError where it is of another, or broken.

    `build` makes the record of what stands beside mark and version.
    """
    try:
        data = loads(text.removeprefix("\ufeff"))
        if not isinstance(data, dict) or data.get("format") != form.format:
            raise XorexplainError(f"not a {form.what} file: write one with `{form.command}`")
        version = data.get("version")
        if type(version) is not int or version != form.version:
            raise XorexplainError(
                f"{form.what} file of version {shown(version)}, this is version {form.version}: "
                f"{form.again} with this xorexplain"
            )
        rest = {key: data[key] for key in data if key not in ("format", "version")}
        return build(rest, "")
    except json.JSONDecodeError as error:
        raise XorexplainError(f"not JSON (line {error.lineno}): {error.msg}") from error
    except RecursionError as error:
        problem = f"broken {form.what} file (nested too deeply)"
        raise XorexplainError(f"{problem}: {form.again}") from error
    except ValueError as error:
        raise XorexplainError(f"broken {form.what} file: {error}: {form.again}") from error


def to_dict(graph: Graph) -> dict[str, Any]:
    """Turn a graph into plain lists and dicts, leaving out what is None or empty."""
    data: dict[str, Any] = graphforms.GRAPH.plain(graph)
    return data
