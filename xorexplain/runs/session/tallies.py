"""Count calls in a file that the system keeps when a program is killed.

A slot a function, eight floats a slot. The file is mapped into memory, so counting writes nothing
and what was counted is there however the program ends.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from xorexplain.errors.records import dataclass

if TYPE_CHECKING:
    Floats: TypeAlias = memoryview[float]

WIDTH = 8
SLOTS = 4096
CALLS, SECONDS, FIRST, FAILED, SAMPLES, INSIDE, OUTSIDE, NOW = range(WIDTH)
"""What the floats of a slot are: calls, their seconds, those of the first call, calls that raised,
sampled calls, seconds in the engine's own code in those, and seconds of those in all; when a
sampled call began that has not ended, 0 where none runs."""
_SIZE = WIDTH * (SLOTS + 1) * 8


@dataclass(frozen=True)
class Tally:
    """Hold what was counted of one function."""

    calls: int
    seconds: float
    first: float
    failed: int
    samples: int
    inside: float
    outside: float
    now: float


class Tallies:
    """Count in a file of its own; all functions beyond `SLOTS` share the last slot."""

    def __init__(self, path: Path) -> None:
        with path.open("x+b") as file:
            file.truncate(_SIZE)
            self._map = mmap.mmap(file.fileno(), _SIZE)
        self.unread = SLOTS * WIDTH
        """Where calls are counted that nobody asks for."""
        self.floats: Floats = memoryview(self._map).cast("d")

    def slot(self, number: int) -> int:
        """Return where the floats of a function begin."""
        return min(number, SLOTS - 1) * WIDTH


def read(path: Path) -> list[Tally]:
    """Return what was counted, in the order of the slots, up to the last that was used."""
    data = path.read_bytes()[:_SIZE]
    data = data[: SLOTS * WIDTH * 8]
    rows = list(struct.iter_unpack(f"{WIDTH}d", data[: len(data) // (WIDTH * 8) * WIDTH * 8]))
    while rows and not any(rows[-1]):
        rows.pop()
    return [
        Tally(
            int(r[CALLS]),
            r[SECONDS],
            r[FIRST],
            int(r[FAILED]),
            int(r[SAMPLES]),
            r[INSIDE],
            r[OUTSIDE],
            r[NOW],
        )
        for r in rows
    ]
