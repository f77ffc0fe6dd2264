"""Hear which function became of a graph whose rewriting was recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xorexplain.errors.records import dataclass


@dataclass(frozen=True)
class Linked:
    """Hand on each function that is linked, with the engine's graph that it runs."""

    keep: Callable[[Any, Any], None]

    def linking(self, maker: Any) -> None:
        """Wait for the function."""

    def linked(self, maker: Any, function: Any, seconds: float) -> None:
        """Hand the function on."""
        self.keep(maker.fgraph, function)

    def unlinked(self, maker: Any, error: BaseException, seconds: float) -> None:
        """There is no function to hand on."""

    def calling(self, call: Callable[..., Any], runner: str) -> Callable[..., Any]:
        """Leave calls as they are."""
        return call
