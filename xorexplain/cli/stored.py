"""Read back what a command wrote as JSON; nothing of it is run, and no engine is needed."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from xorexplain.cli.options import given_options
from xorexplain.cli.output import STDOUT
from xorexplain.errors import XorexplainError
from xorexplain.render.files import parsed, read_bytes

if TYPE_CHECKING:
    from xorexplain.graph.records import Graph
    from xorexplain.rewrites.trace import Trace

T = TypeVar("T")
MODE_OPTIONS = ("mode", "backend", "including", "excluding")


def read_graph(path: Path) -> Graph:
    """Read a graph from a file; raise XorexplainError, naming the file, where it is broken."""
    from xorexplain.graph.json import from_json

    return _read(path, from_json)


def read_trace(path: Path) -> Trace:
    """Read a trace from a file; raise XorexplainError, naming the file, where it is broken."""
    from xorexplain.rewrites.json import from_json

    return _read(path, from_json)


def stored_or_model(
    option: str, stored: Path | None, model: str | None, *others: str
) -> tuple[Path | None, str | None]:
    """Tell a file that a command wrote, named by an option or as the model, from a model.

    Raise XorexplainError where an option says what such a file has said already.
    """
    if model is None or not _is_stored(model):
        if stored is not None:
            refuse_others(option, "model", *others)
        return stored, model
    if stored is not None:
        raise XorexplainError(f"two files are named, {stored} and {model}: leave one out")
    refuse_others(model, *others)
    return Path(model), None


def _is_stored(model: str) -> bool:
    if Path(model) != STDOUT:
        return Path(model).suffix == ".json"
    # JSON of a graph or a trace starts so, and no Python does that makes a model.
    stream = sys.stdin.buffer
    return isinstance(stream, io.BufferedReader) and stream.peek(64).lstrip().startswith(b"{")


def _read(path: Path, from_json: Callable[[str], T]) -> T:
    data = sys.stdin.buffer.read() if path == STDOUT else read_bytes(path)
    return parsed(path, data, from_json)


def refuse_others(option: str, *names: str) -> None:
    """Raise XorexplainError for an option that says what a file has said already."""
    if others := given_options(*names, *MODE_OPTIONS):
        file = f"the file of {option}" if option.startswith("--") else option
        raise XorexplainError(f"{file} says what {others[0]} does: leave one out")
