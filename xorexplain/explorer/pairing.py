"""Make both sides of a pair from Python objects, and read sides that were written before."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from xorexplain.engines import Engine, engine_of, load
from xorexplain.engines.settings import Settings
from xorexplain.errors import XorexplainError
from xorexplain.explorer.against import Told, against, stored, told
from xorexplain.explorer.against_what import check_excluding, other_of
from xorexplain.graph.json import from_json as graph_from_json
from xorexplain.graph.records import Graph
from xorexplain.models.loading import as_model, load_model
from xorexplain.models.model import Model
from xorexplain.render.files import parsed, read_bytes
from xorexplain.render.reports.gather import Subject
from xorexplain.rewrites.comparison import Comparison
from xorexplain.rewrites.json import FORMAT
from xorexplain.rewrites.json import from_json as trace_from_json
from xorexplain.rewrites.trace import Trace

Json = dict[str, Any]
SAME_NAME = "the other"


def paired(
    obj: Any, other: Any, target: str | None, data: Mapping[str, Any], train_steps: int
) -> tuple[Comparison, Json]:
    """Explore one object against another, or against itself under other settings."""

    def side(made: Any, name: str) -> Told:
        if isinstance(made, (Graph, Trace)):
            return stored(made, name)
        engine, model = as_model(_built(made))
        return told(Subject(engine, model, target, data=data), name, train_steps=train_steps)

    words = [other] if isinstance(other, str) else other
    name = _name_of(obj)
    left = side(obj, name)
    if not (isinstance(words, (list, tuple)) and all(isinstance(w, str) for w in words)):
        named = _name_of(other)
        return against(left, side(other, SAME_NAME if named == name else named))
    asked = other_of(words)
    named = asked.named(name)
    if asked.spec is not None and asked.spec.endswith(".json"):
        return against(left, side(read_record(Path(asked.spec)), named))
    if asked.settings == Settings():
        return against(left, side(load_model(asked.spec)[1], named))
    if asked.spec is None and isinstance(obj, (Graph, Trace)):
        raise XorexplainError("what was recorded before follows no other settings: give the model")
    if asked.spec is None and asked.settings.float_type and not _is_builder(obj):
        raise XorexplainError(
            "floatX decides on types while a model is built: give a function that builds it"
        )
    origin = next(iter(left.side.stages.values())).origin
    with configured(load(origin.engine), asked.settings):
        made = obj if asked.spec is None else load_model(asked.spec)[1]
        return against(left, side(made, named))


def configured(engine: Engine, settings: Settings) -> AbstractContextManager[None]:
    """Have an engine follow settings in a block, once all that they name is known to it."""
    with engine.configured(Settings(settings.float_type, settings.mode)):
        check_excluding(engine, settings.excluding)
    return engine.configured(settings)


def read_record(path: Path) -> Graph | Trace:
    """Read a graph or a trace, whichever a file holds; raise XorexplainError where it is broken."""
    return parsed(path, read_bytes(path), _record)


def _record(text: str) -> Graph | Trace:
    return trace_from_json(text) if FORMAT in text[:200] else graph_from_json(text)


def _is_builder(obj: Any) -> bool:
    return callable(obj) and engine_of(obj) is None and not isinstance(obj, Model)


def _built(obj: Any) -> Any:
    return obj() if _is_builder(obj) else obj


def _name_of(obj: Any) -> str:
    """Name an object as its model does, or as it does itself."""
    if isinstance(obj, Trace):
        return obj.universe.origin.model or "the trace"
    if isinstance(obj, Graph):
        return obj.origin.model or "the graph"
    return str(getattr(obj, "name", None) or getattr(obj, "__name__", None) or "the model")
