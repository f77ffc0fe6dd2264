"""Hear what a rewriting has left before a function is made of it, and where that can wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from xorexplain.errors.records import dataclass
from xorexplain.graph.ops import has

if TYPE_CHECKING:
    from xorexplain.engines import Engine
    from xorexplain.engines.recorder import Recorder

COMPILED = ("C", "Numba")
"""Backends that have code for all of their engine's ops; those of others say what they lack."""


def is_told_by_maker(engine: Engine, maker: Any) -> bool:
    """Tell whether linking would neither change nor refuse what a maker has rewritten.

    It rewrites what is inside of loops and of other ops with a graph. Modes with makers of their
    own, and ops that are none of the engine's, may do anything.
    """
    backend = engine.mode_words(maker)[1]
    if type(maker.mode).__name__ != "Mode" or backend not in COMPILED:
        return False
    return all(
        type(apply.op).__module__.partition(".")[0] == engine.name
        and (engine.inner_of(apply) is None or has(engine.op_of(apply).kind, "fused"))
        for apply in maker.fgraph.apply_nodes
    )


@dataclass(frozen=True)
class BeforeLinking:
    """Hand on the maker of the function whose rewriting a recorder has heard, and no other.

    While that goes on, an engine may make functions of its own.
    """

    heard: Recorder
    hand_on: Callable[[Any], None]
    is_own: Callable[[], bool]
    """Whether the thread that runs is the one that compiles, not another of the program's."""

    def linking(self, maker: Any) -> None:
        """Hand the maker on."""
        if self.heard.is_over and self.is_own():
            self.hand_on(maker)

    def linked(self, maker: Any, function: Any, seconds: float) -> None:
        """Leave the function to who compiles it."""

    def unlinked(self, maker: Any, error: BaseException, seconds: float) -> None:
        """Leave the error to who compiles it."""

    def calling(self, call: Callable[..., Any], runner: str) -> Callable[..., Any]:
        """Leave calls as they are."""
        return call
