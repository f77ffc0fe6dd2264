"""Hold a function while it is made."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.recorder import Recorder
from xorexplain.errors.records import dataclass
from xorexplain.models.lines import Way
from xorexplain.models.naming import tell_apart_in


@dataclass
class Making:
    """Hold a function that is being made; `frame` is where its rewriting was begun."""

    number: int
    graph: Any
    way: Way
    recorder: Recorder | None
    frame: FrameType | None
    written: int
    began: float
    rewriting: float = 0.0

    @property
    def outputs(self) -> Sequence[Any]:
        """What the graph gave before it was rewritten, where that is recorded."""
        return () if self.recorder is None else self.recorder.outputs


def recorder_of(engine: Engine, graph: Any) -> Recorder:
    """Name what a graph is made of, and return what records how it is rewritten."""
    tell_apart_in(engine, graph)
    return Recorder()
