"""Meet a fault of this package's own: what else was asked for is still shown.

A section, a row or a picture is made inside `surviving`. A fault there is noted and told in one
line; the command ends with its own exit status. What a user can mend is no fault and passes.
"""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from xorexplain.errors import NotComputedError, XorexplainError
from xorexplain.errors.records import dataclass

TRACEBACK = "XOREXPLAIN_TRACEBACK"
"""The environment variable that shows the traceback of a fault."""
MAX_CHARACTERS = 300
T = TypeVar("T")
_PACKAGE = Path(__file__).parents[1]
_NOTED: ContextVar[MutableSequence[Fault] | None] = ContextVar("faults", default=None)


@dataclass(frozen=True)
class Fault:
    """Hold what went wrong, at which line of this package, and the whole traceback."""

    what: str
    error: str
    place: str
    details: str

    @property
    def line(self) -> str:
        """The fault in one line."""
        whole = f"{self.what}: " if self.what else ""
        return f"a fault of xorexplain: {whole}{self.error} ({self.place}): please report it"


def fault_of(error: BaseException, what: str = "") -> Fault:
    """Describe an exception as a fault of this package."""
    name = type(error).__name__
    try:
        words = " ".join(str(error).split())[:MAX_CHARACTERS]
    except Exception:  # noqa: BLE001 - an exception of a user's own may not be printable
        words = ""
    return Fault(
        what,
        f"{name}: {words}" if words else name,
        _place(error),
        "".join(traceback.format_exception(error)),
    )


def _place(error: BaseException) -> str:
    """Return the innermost line of this package that led to an exception."""
    frames = [f for f, _ in traceback.walk_tb(error.__traceback__)]
    lines = [line for _, line in traceback.walk_tb(error.__traceback__)]
    for frame, line in reversed(list(zip(frames, lines, strict=True))):
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(_PACKAGE):
            return f"{file.relative_to(_PACKAGE.parent)}:{line}"
    return "outside the package"


@contextlib.contextmanager
def noting() -> Iterator[MutableSequence[Fault]]:
    """Collect the faults that are met in this block."""
    found: MutableSequence[Fault] = []
    token = _NOTED.set(found)
    try:
        yield found
    finally:
        _NOTED.reset(token)


@contextlib.contextmanager
def surviving(what: str) -> Iterator[None]:
    """Note a fault in this block and go on after it; without `noting` around, it is raised."""
    try:
        yield
    except (XorexplainError, NotComputedError, OSError):
        raise
    except Exception as error:
        found = _NOTED.get()
        if found is None:
            raise
        found.append(fault_of(error, what))


def made_or(what: str, make: Callable[[], T], instead: Callable[[str], T]) -> T:
    """Return what `make` makes; where a fault is in the way, what `instead` makes of its words.

    The fault is noted as by `surviving`.
    """
    noted, kept = _NOTED.get(), list[T]()
    before = len(noted or ())
    with surviving(what):
        kept.append(make())
    if kept or noted is None:
        return kept[0]
    return instead(f"a fault of xorexplain: {noted[before].error}")


def each_or(
    what: str, makers: Sequence[tuple[str, Callable[[], T]]], missing: MutableSequence[str]
) -> tuple[T, ...]:
    """Make each of several named things; what a fault takes away is named in `missing`."""
    kept: list[T] = []
    for name, make in makers:
        before = len(kept)
        with surviving(f"{what} {name}"):
            kept.append(make())
        if len(kept) == before:
            missing.append(f"{what} {name}")
    return tuple(kept)


def shows_traceback() -> bool:
    """Tell whether the user asked for tracebacks."""
    return os.environ.get(TRACEBACK, "") not in ("", "0")
