"""Read the trace that an engine keeps with a variable: who wrote the code that made it."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from traceback import FrameSummary
from typing import Any, Literal

from xorexplain.engines.shared.common import plain
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import SourceLine

# As Python wrote them into tracebacks: links are not followed.
_ADAPTERS = str(Path(__file__).parents[1]) + os.sep
_RECURSION = f"{_ADAPTERS}shared{os.sep}recursion.py"
_PACKAGE = str(Path(__file__).parents[2]) + os.sep
_TUTORIAL = f"{_PACKAGE}models{os.sep}tutorial.py"
_TUTORIAL_NAME = "xorexplain/models/tutorial.py"
_STDLIB = str(Path(os.__file__).parent) + os.sep
_CELLS: dict[str, str] = {}
"""The files that stand for cells of a notebook, by what those are called."""
_TYPED = ("<string>", "<stdin>", "<ipython-input", "<doctest ", "<console>", "<input>", "<model>")

Whose = Literal["user", "library", "engine", "python", "package"]


@dataclass(frozen=True)
class Frame:
    """Hold one frame of a kept trace: the line that ran, in which function, and whose code it is.

    `engine` includes its adapter here, `package` is the rest of this one.
    """

    file: str
    line: int
    code: str
    function: str
    whose: Whose


def frames_of(variable: Any, engine_folder: str) -> Iterator[Frame]:
    """Yield the frames of a variable's kept trace, the innermost first.

    `engine_folder` is where the engine's own files lie, with a separator at its end. The tutorial's
    network counts as the user's, since it stands for one. A trace of another form, as a program may
    put there, has no frames.
    """
    trace = getattr(getattr(variable, "tag", None), "trace", None)
    if not isinstance(trace, (list, tuple)) or not trace or not isinstance(trace[0], (list, tuple)):
        return
    for frame in reversed(trace[0]):
        # As the engine keeps them, nothing is to be asked of the thousands of a model.
        entries = frame if type(frame) is tuple else _entries(frame)
        try:
            found = _frame(entries, engine_folder)
        except TypeError:  # it holds what has no hash, so no text or number
            continue
        if found is not None:
            yield found


def _entries(frame: Any) -> tuple[Any, ...]:
    return tuple(frame) if isinstance(frame, (list, tuple, FrameSummary)) else ()


@lru_cache(maxsize=16384)
def _frame(entries: tuple[Any, ...], engine_folder: str) -> Frame | None:
    """Describe a frame once: the variables that one call makes share all but their innermost."""
    if len(entries) != 4 or not isinstance(entries[0], str) or not isinstance(entries[1], int):
        return None
    file, line, function, code = entries
    return Frame(file, line, str(code or ""), str(function), whose(file, engine_folder))


def source_line(variable: Any, engine_folder: str) -> SourceLine | None:
    """Find the innermost frame of a variable's kept trace that belongs to the user's program.

    Frames of the engine, of its adapter here and of Python itself are passed over; those of an
    installed library count only where nothing of the user's was kept. A variable that another
    module of this package asked for, such as the gradient, has no line of the user's. Of an op of
    the user's own it is the line that applies it, where that was kept.
    """
    library = inside = None
    for frame in frames_of(variable, engine_folder):
        if frame.whose == "package":
            break
        if frame.whose == "user" and frame.function == "make_node":
            inside = inside or _written(frame)
        elif frame.whose == "user":
            return _written(frame)
        elif frame.whose == "library":
            library = library or _written(frame)
    return inside or library


def _written(frame: Frame) -> SourceLine:
    return line_of(frame.file, frame.line, frame.code)


def line_of(file: str, line: int, code: str = "") -> SourceLine:
    """Describe a line of a program, as it is written in messages."""
    text = code or linecache.getline(file, line)
    here = os.getcwd()  # noqa: PTH109 - a path each would take longer than all else here
    return SourceLine(cell_of(file) or _short_path(file, here), line, text.strip())


@lru_cache(maxsize=1024)
def whose(file: str, engine_folder: str) -> Whose:
    """Tell whose a file is.

    Code without a file is the user's where people type or run it, as a cell of a notebook; other
    code in angle brackets was generated.
    """
    if file == _TUTORIAL:
        return "user"
    if file.startswith((engine_folder, _ADAPTERS)) and file != _RECURSION:
        return "engine"
    if file.startswith(_PACKAGE):
        return "package"
    if file.startswith("<"):
        return "user" if file.startswith(_TYPED) else "python"
    if is_library(file):
        return "library"
    return "python" if file.startswith(_STDLIB) else "user"


def is_library(file: str) -> bool:
    """Tell whether a file belongs to an installed library."""
    return not {"site-packages", "dist-packages"}.isdisjoint(Path(file).parts)


def lines_of(file: str) -> list[str]:
    """Return the lines of the file that a `SourceLine` names, none where it is gone."""
    path = _TUTORIAL if file == _TUTORIAL_NAME else _CELLS.get(file, file)
    return [line.rstrip("\r\n") for line in linecache.getlines(path)]


@lru_cache(maxsize=1024)
def _short_path(file: str, working_directory: str) -> str:
    """Write a path relative to the working directory where it lies below it."""
    if file == _TUTORIAL:
        return _TUTORIAL_NAME
    try:
        return plain(Path(file).relative_to(working_directory))
    except ValueError:
        return plain(file)


def cell_of(file: str) -> str:
    """Return what IPython calls the cell that a file stands for, as `In [2]`; empty for others."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    named = getattr(getattr(shell, "compile", None), "format_code_name", None)
    told = None if named is None else named(file)
    if told is None:
        return ""
    cell = plain(told[1]).replace("In[", "In [")
    _CELLS[cell] = file
    return cell
