"""Say how wide listings are: as the terminal they go to, else as a page."""

from __future__ import annotations

import os
from typing import IO

WIDTH = 100
"""Columns of a line that goes into a pipe or a file; a terminal has its own."""
PROSE = 100
"""Columns of running text at most, on a wider terminal too: longer lines are hard to read."""


def columns_of(stream: IO[str]) -> int:
    """Return how many columns a line may have that goes to a stream."""
    if not stream.isatty():
        return WIDTH
    return int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size(stream.fileno())[0] or WIDTH
