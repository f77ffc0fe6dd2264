"""Hold a function while it is made."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.recorder import Recorder
from xorexplain.engines.shared.frames import whose
from xorexplain.errors.records import dataclass
from xorexplain.models.lines import Way, stack
from xorexplain.models.naming import tell_apart_in


@dataclass
class Making:
    """Hold a function while it is made; `frame` is where its rewriting was begun.

    `maker` makes it, which may rewrite several copies of its graph, as DebugMode's does.
    """

    number: int
    maker: Any
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


def maker_around(engine: Engine, frame: FrameType) -> Any:
    """Return the function maker that has a graph rewritten; `frame` is where that begins.

    None where a library has one rewritten that it compiles itself, as PyMC does with JAX.
    """
    for each in stack(frame):
        maker = engine.maker_in(each)
        if maker is not None:
            return maker
        if whose(each.f_code.co_filename, engine.folder) not in ("engine", "package"):
            return None
    return None


def recorder_of(engine: Engine, graph: Any) -> Recorder:
    """Name what a graph is made of, and return what records how it is rewritten."""
    tell_apart_in(engine, graph)
    return Recorder()
