"""Read the traceback of an error: the line of the user's, and the engine's frames below it."""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import CodeType, FrameType
from typing import Any

from xorexplain.engines import Engine
from xorexplain.engines.shared.frames import Whose, line_of, whose
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import SourceLine
from xorexplain.models.lines import stack
from xorexplain.runs.calls import chain

MAX_CODE = 160
"""Letters of what the user wrote that are shown."""

_REWRITING = ("process_node", "transform", "add_requirements", "rewrite", "optimize", "apply")
"""Functions of both engines that call rewriters."""


@dataclass(frozen=True)
class Held:
    """Hold one frame of a traceback: a function, where it was, and the values it had by name."""

    name: str
    file: str
    line: int
    whose: Whose
    values: Mapping[str, Any]
    code: CodeType
    instruction: int
    around: Mapping[str, Any]
    """What is known by name in the module."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What the function was given, by name; `self` and the like too."""
        code = self.code
        count = code.co_argcount + code.co_kwonlyargcount
        count += bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
        return {n: self.values[n] for n in code.co_varnames[:count] if n in self.values}

    @property
    def op_name(self) -> str:
        """The class of the op whose method it is, empty for other functions."""
        first = next(iter(self.arguments.values()), None)
        return type(first).__name__ if hasattr(first, "make_node") else ""

    @property
    def source(self) -> SourceLine:
        """The line, as graphs have it."""
        return line_of(self.file, self.line)


@dataclass(frozen=True)
class Asked:
    """Hold what a line of the user's asked of the engine, and how far the engine came.

    `frames` are the engine's below the last line that is not its own, the outermost first; none
    where Python itself refused. `others` are the user's and the libraries' frames, the innermost
    first. `error` is what was raised there.
    """

    engine: Engine
    error: BaseException
    frames: Sequence[Held]
    others: Sequence[Held]

    @property
    def user(self) -> Held:
        """The innermost frame of the user's, or of a library where there is none."""
        own = (frame for frame in self.others if frame.whose == "user")
        return next(own, self.others[0])

    @property
    def code(self) -> str:
        """What the user wrote there, as far as Python knows which part of the line it was."""
        return _part(self.user) or self.user.source.code

    def of(self, *names: str) -> Held | None:
        """Return the innermost frame of the engine in a function of one of these names."""
        return next((f for f in reversed(self.frames) if f.name in names), None)

    def holding(self, *names: str) -> Held | None:
        """Return the innermost frame of the engine that has values of all these names."""
        held = (f for f in reversed(self.frames) if all(name in f.values for name in names))
        return next(held, None)


def asked_of(engine: Engine, error: BaseException) -> Asked | None:
    """Find what was asked of an engine when an error arose; None where it was not the engine's.

    Of an error and those it came from it is the first with a frame of the engine. What Python
    itself refuses to do with a variable, as `len(x)`, has none, and is asked all the same.
    """
    for current in chain(error):
        frames = list(_frames(engine, current))
        others = [frame for frame in frames if frame.whose in ("user", "library")]
        if not others:
            continue
        last = frames.index(others[-1])
        below = [frame for frame in frames[last + 1 :] if frame.whose == "engine"]
        if below or (isinstance(current, TypeError) and frames[-1] is others[-1]):
            return Asked(engine, current, below, others[::-1])
    return None


def _frames(engine: Engine, error: BaseException) -> Iterator[Held]:
    """Yield the frames of a traceback, the outermost first, with those around it.

    An error that was caught before it came to the user's line has that line around it still.
    """
    is_users = is_rewriting = False
    for frame, line, instruction in _entries(error):
        kind = whose(frame.f_code.co_filename, engine.folder)
        if kind == "user" and is_users and (is_rewriting or _is_of_an_op(frame)):
            # A rewriter, or an op, of the user's own, which the engine asked.
            kind = "engine"
        is_rewriting = is_rewriting or (kind == "engine" and frame.f_code.co_name in _REWRITING)
        is_users = is_users or kind == "user"
        code = frame.f_code
        values = dict(frame.f_locals)
        yield Held(
            code.co_name, code.co_filename, line, kind, values, code, instruction, frame.f_globals
        )


def _entries(error: BaseException) -> Iterator[tuple[FrameType, int, int]]:
    entry = error.__traceback__
    outer = [] if entry is None else list(stack(entry.tb_frame.f_back))
    for frame in reversed(outer):
        yield frame, frame.f_lineno or 0, frame.f_lasti
    while entry is not None:
        yield entry.tb_frame, entry.tb_lineno, entry.tb_lasti
        entry = entry.tb_next


def _is_of_an_op(frame: FrameType) -> bool:
    """Tell whether a frame is in a method of an op."""
    names = frame.f_code.co_varnames
    return bool(names) and hasattr(frame.f_locals.get(names[0]), "make_node")


def _part(frame: Held) -> str:
    """Return the part of the lines that an instruction is of, empty where Python kept none."""
    kept = getattr(frame.code, "co_positions", None)
    if kept is None or frame.instruction < 0:
        return ""
    start, end, left, right = next(islice(kept(), frame.instruction // 2, None), (None,) * 4)
    if start is None or end is None or left is None or right is None:
        return ""
    lines = [
        linecache.getline(frame.file, number, dict(frame.around)).rstrip("\n")
        for number in range(start, end + 1)
    ]
    # Columns count bytes.
    lines[-1] = lines[-1].encode()[:right].decode(errors="replace")
    lines[0] = lines[0].encode()[left:].decode(errors="replace")
    told = " ".join(line.strip() for line in lines)
    return told if len(told) <= MAX_CODE else told[: MAX_CODE - 1] + "…"
