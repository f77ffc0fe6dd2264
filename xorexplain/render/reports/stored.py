"""Stand in for the subject of a model where all that is left of it is the trace of a rewriting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any, TypeVar

from xorexplain.errors import XorexplainError
from xorexplain.errors.records import dataclass
from xorexplain.models.model import Model
from xorexplain.render.pictures.labels import engine_title
from xorexplain.render.reports.gather import Subject
from xorexplain.rewrites.trace import Trace

T = TypeVar("T")
WHY = "a stored trace holds the rewriting alone: name the model"


@dataclass(frozen=True)
class _NamedEngine:
    """Hold what a trace says of the engine that made it, which need not be here."""

    name: str
    title: str
    version: str


@dataclass(frozen=True)
class StoredSubject(Subject):
    """Hold a trace that was read from a file; whatever else is asked for raises XorexplainError."""

    stored: Trace = field(kw_only=True)

    def _once(self, what: str, make: Callable[[], T]) -> T:
        if what == "explained":
            return super()._once(what, make)
        raise XorexplainError(WHY)

    def compile_recorded(self, links: bool = True) -> None:
        """Make nothing: there is no function to compile."""

    @property
    def trace(self) -> Trace:
        """The trace that was read."""
        return self.stored


def stored_subject(trace: Trace) -> StoredSubject:
    """Return a subject that knows a trace alone."""
    origin = trace.universe.origin
    engine: Any = _NamedEngine(origin.engine, engine_title(origin.engine), origin.version)
    model = Model(name=origin.model, lacks=dict.fromkeys(("outputs", "cost"), WHY))
    return StoredSubject(engine, model, origin.target, stored=trace)
