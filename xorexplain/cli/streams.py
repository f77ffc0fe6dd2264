"""Keep stdout for what a command answers; what a model, an op or a compiler prints is on stderr.

All of a command runs with stdout turned to stderr, the file descriptor too, since C code knows
no other. The answer is written to the stdout there was before.
"""

from __future__ import annotations

import codecs
import contextlib
import functools
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TextIO

SPELLED = {
    "−": "-",
    "×": "*",
    "÷": "/",
    "·": ".",
    "→": "->",
    "←": "<-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "√": "sqrt ",
    "∞": "inf",
    "…": "...",
    "ᵀ": ".T",
    "π": "pi",
    "σ": "sigma",
    "δ": "delta ",
    "∂": "d",
    "Σ": "sum",
    "⌊": "floor(",
    "⌋": ")",
    "│": "|",
    "├": "|",
    "└": "`",
    "─": "-",
    **{sign: f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    "⁻": "^-",
}
"""What stands for a sign that an old encoding lacks."""
_HANDLER = "xorexplain.spelled"
_ANSWER: ContextVar[TextIO | None] = ContextVar("answer", default=None)


def answer() -> TextIO:
    """Return the stream that a command's answer goes to."""
    return _ANSWER.get() or sys.stdout


def keeping_stdout(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command with its stdout kept for the answer."""
    if hasattr(function, "__wrapped__"):
        return function

    @functools.wraps(function)
    def kept(*args: Any, **options: Any) -> Any:
        with _kept():
            return function(*args, **options)

    return kept


@contextlib.contextmanager
def _kept() -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(_own_descriptor(sys.stdout))
        token = _ANSWER.set(stream)
        stack.callback(_ANSWER.reset, token)
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        yield


@contextlib.contextmanager
def _own_descriptor(stdout: TextIO) -> Iterator[TextIO]:
    """Yield stdout, or where it is a file descriptor a copy of it, and turn that one to stderr."""
    if not (isinstance(stdout, io.TextIOWrapper) and _number(stdout) == 1):
        yield stdout
        return
    stdout.flush()
    before = os.dup(1)
    copy = os.fdopen(before, "w", encoding=stdout.encoding, errors=stdout.errors, closefd=False)
    copy.reconfigure(line_buffering=stdout.line_buffering)
    os.dup2(2, 1)
    try:
        yield copy
        copy.flush()
    finally:
        _flush_c()
        os.dup2(before, 1)
        with contextlib.suppress(OSError, ValueError):
            copy.detach()
        os.close(before)


def _flush_c() -> None:
    """Write out what C code printed and its library still holds, which would be at exit else."""
    import ctypes

    # Windows has no library of that name, and a library for each compiler.
    with contextlib.suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).fflush(None)


def _number(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None


def prepare() -> None:
    """Have a place to print to, and spell the signs that an old encoding lacks."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Else the next file that is opened, such as a worker's pipe, would be this one.
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by the shell's `>&-`: what would be printed is not wanted.
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115
    codecs.register_error(_HANDLER, _spell)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)
    columns = os.environ.get("COLUMNS", "1")
    if not columns.isdigit() or int(columns) == 0:
        del os.environ["COLUMNS"]


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(SPELLED.get(character, "?") for character in text), error.end


def let_go() -> None:
    """Have Python not complain again when it flushes stdout at exit."""
    number = _number(sys.stdout)
    if number is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
