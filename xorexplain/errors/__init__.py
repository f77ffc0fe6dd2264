"""Define the exceptions for what a user can mend, and for what cannot be computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class XorexplainError(Exception):
    """Report a mistake the user can mend; its text is one line that names the cure.

    `details` may hold lines to show before it, such as the traceback of the user's own code.
    """

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details

    def _render_traceback_(self) -> list[str]:
        """Tell a notebook what went wrong: none of our own lines is at fault."""
        return [*self.details.splitlines(), f"{type(self).__name__}: {self}"]


class NotComputedError(Exception):
    """Tell that something cannot be computed here, and why, which is no fault of its values.

    `computed` holds, for each value that was asked for, the value or the error that tells why
    there is none.
    """

    def __init__(self, reason: str, computed: Sequence[Any] = ()) -> None:
        super().__init__(reason)
        self.computed = tuple(computed)


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Name the closest known names, or all of them where none is close."""
    import difflib

    known = list(dict.fromkeys(known))
    close = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(map(_on_one_line, close))}?"
    shown = ", ".join(map(_on_one_line, known[:12])) + (", ..." if len(known) > 12 else "")
    return f"choose from {shown}" if known else "there is none"


def _on_one_line(name: str) -> str:
    """Shorten a name for a message; a variable's name may be long and hold line breaks."""
    text = " ".join(name.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


class NotComputableError(Exception):
    """Tell that an expression holds an op that NumPy has no counterpart for here."""
