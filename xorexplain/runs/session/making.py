"""Hold a function while it is made."""

from __future__ import annotations

from types import FrameType
from typing import Any

from xorexplain.engines.recorder import Recorder
from xorexplain.errors.records import dataclass
from xorexplain.models.lines import Way


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
