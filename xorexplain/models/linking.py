"""Hear what a rewriting has left before a function is made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from xorexplain.errors.records import dataclass

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder


@dataclass(frozen=True)
class BeforeLinking:
    """Hand on the maker of the function whose rewriting a recorder has heard, and no other.

    While that goes on, an engine may make functions of its own.
    """

    heard: Recorder
    hand_on: Callable[[Any], None]

    def linking(self, maker: Any) -> None:
        """Hand the maker on."""
        if self.heard.is_over:
            self.hand_on(maker)

    def linked(self, maker: Any, function: Any, seconds: float) -> None:
        """Leave the function to who compiles it."""

    def unlinked(self, maker: Any, error: BaseException, seconds: float) -> None:
        """Leave the error to who compiles it."""

    def calling(self, call: Callable[..., Any], runner: str) -> Callable[..., Any]:
        """Leave calls as they are."""
        return call
