"""Say which calls of a program are looked into, and what for."""

from __future__ import annotations

from xorexplain.errors.records import dataclass

FIRST = 3
"""The first calls of each function that are looked into node by node."""
EVERY = 1000
"""Of the later ones each so-and-so-manieth is."""


@dataclass(frozen=True)
class Inspection:
    """Say what calls are looked into for; `every` is which of the later ones, besides the first."""

    nan: bool = False
    check: bool = False
    every: int = EVERY
    keep: bool = False
    """Whether what the calls are given is kept."""

    @property
    def is_any(self) -> bool:
        """Tell whether calls are looked into at all."""
        return self.nan or self.check or self.keep

    def chooses(self, call: int) -> bool:
        """Tell whether a call is looked into node by node."""
        return call <= FIRST or call % self.every == 0
