"""Tell what the terminal of an answer is: how wide, whether it shows colours or progress."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from xorexplain.cli.streams import answer

if TYPE_CHECKING:
    from rich.console import Console


def shows_colours() -> bool:
    """Tell whether stdout is a terminal that shows colours, and the user does not mind them."""
    if os.environ.get("NO_COLOR"):
        return False
    is_able = answer().isatty() and os.environ.get("TERM") != "dumb"
    return is_able or bool(os.environ.get("FORCE_COLOR"))


def console(stderr: bool = False) -> Console:
    """Return a rich console that writes escape sequences only where colours are shown."""
    from rich.console import Console

    class Quiet(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Quiet(
        file=sys.stderr if stderr else answer(),
        highlight=False,
        soft_wrap=True,
        color_system="auto" if stderr or shows_colours() else None,
    )


def answer_width() -> int:
    """Return how wide the answer may be: as the terminal it goes to, else as a page."""
    from xorexplain.render.width import columns_of

    # Asked of the answer's own stream: stdout is turned to stderr meanwhile.
    return columns_of(answer())


def is_interactive() -> bool:
    """Tell whether progress may be shown: stderr is a terminal that can redraw a line."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
