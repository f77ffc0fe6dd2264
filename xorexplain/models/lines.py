"""Find the line of the user's that led to the engine, and what a function is called there."""

from __future__ import annotations

import ast
import dis
import linecache
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from types import CodeType, FrameType
from typing import Any, TypeVar

from xorexplain.engines.shared.frames import cell_of, lines_of, whose
from xorexplain.errors import XorexplainError, did_you_mean
from xorexplain.errors.records import dataclass
from xorexplain.graph.records import SourceLine

_GENERAL = frozenset(
    {
        "<lambda>",
        "compile",
        "compile_fn",
        "compile_function",
        "compile_pymc",
        "function",
        "inner",
        "make_function",
        "wrapped",
        "wrapper",
    }
)
"""Names of functions of libraries that tell nothing of what is compiled."""
_COMPILING = frozenset({"eval", "multMatVect", "scan", "verify_grad"})
"""Functions of engines that compile another function for what they do."""

F = TypeVar("F")
_LINE = re.compile(r"^(.+\.\w+):(\d+)$")


@dataclass(frozen=True)
class Place:
    """Hold a line of a program, whose code it is, and the function it is in."""

    file: str
    line: int
    code: str = ""
    function: str = ""

    @property
    def source(self) -> SourceLine:
        """The same as graphs have it."""
        return SourceLine(self.file, self.line, self.code)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Way:
    """Hold how a program came to the engine: its own line, and the libraries' functions between.

    `via` begins with the function that the user's line called, where that is a library's or one of
    an engine that compiles by itself. `is_user` is False where no line of the user's was on the
    way, and `place` is a library's.
    """

    place: Place | None
    via: tuple[str, ...]
    is_user: bool


def stack(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and those around it."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def way_of(frame: FrameType | None, engine_folder: str) -> Way:
    """Find the innermost line of the user's program among a frame and those around it."""
    via: list[str] = []
    outer: FrameType | None = None
    for each in stack(frame):
        kind = whose(each.f_code.co_filename, engine_folder)
        if kind == "user":
            return Way(place_of(each), tuple(reversed(via)), True)
        if kind == "library":
            via.append(_function(each))
            outer = outer or each
        elif kind == "engine" and each.f_code.co_name in _COMPILING:
            via.append(each.f_code.co_name)
    return Way(None if outer is None else place_of(outer), tuple(reversed(via)), False)


def place_of(frame: FrameType) -> Place:
    """Describe the line that a frame is at."""
    file, line = frame.f_code.co_filename, frame.f_lineno or 0
    code = linecache.getline(file, line, frame.f_globals).strip()
    return Place(cell_of(file) or file, line, code, frame.f_code.co_name)


def _function(frame: FrameType) -> str:
    """Name the function of a frame; one that makes an object is called as the object's class."""
    name = frame.f_code.co_name
    if name in ("__init__", "__call__", "__new__") and frame.f_code.co_varnames[:1]:
        made = frame.f_locals.get(frame.f_code.co_varnames[0])
        return made.__name__ if isinstance(made, type) else type(made).__name__
    return name


def made_at(name: Any) -> Way:
    """Return the line that is the name of a function: Theano calls so what has no other."""
    found = _LINE.match(str(name))
    if found is None:
        return Way(None, (), False)
    code = linecache.getline(found[1], int(found[2])).strip()
    return Way(Place(cell_of(found[1]) or found[1], int(found[2]), code, "<module>"), (), True)


def name_of(way: Way, named: Any) -> str:
    """Name a function after the line that compiled it, else as it is called itself."""
    own = "" if not named or _LINE.match(str(named)) else str(named)
    special = [name for name in reversed(way.via) if name not in _GENERAL]
    if special:
        return " · ".join(dict.fromkeys([way.via[0], special[0]]))
    if way.place is None:
        return own or "function"
    assigned = assigned_at(way.place)
    around = way.place.function
    return assigned or own or ("function" if around.startswith("<") else around)


def assigned_at(place: Place) -> str:
    """Return what the statement in a line assigns to, empty where that is not one name."""
    return _assigned("\n".join(lines_of(place.file)), place.line)


@lru_cache(maxsize=256)
def _assigned(text: str, line: int) -> str:
    """Return what the statement in a line assigns to, empty where that is not one name."""
    tree = _parsed(text)
    if tree is None:
        # A page of documentation is no Python, but the line may be.
        lines = text.splitlines()
        tree = _parsed(lines[line - 1].strip()) if 0 < line <= len(lines) else None
        line = 1
    if tree is None:
        return ""
    found: ast.stmt | None = None
    for node in ast.walk(tree):
        is_there = isinstance(node, (ast.Assign, ast.AnnAssign)) and (
            node.lineno <= line <= (node.end_lineno or node.lineno)
        )
        if is_there and isinstance(node, ast.stmt):
            found = node
    if isinstance(found, ast.Assign):
        targets = found.targets
        return ast.unparse(targets[0]) if _is_name(targets[0]) else ""
    if isinstance(found, ast.AnnAssign):
        return ast.unparse(found.target) if _is_name(found.target) else ""
    return ""


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _is_name(node: ast.AST) -> bool:
    """Tell whether a target is short enough to name something: `f`, `self.f`, `fs["train"]`."""
    return (
        isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and len(ast.unparse(node)) < 40
    )


def picked(functions: Sequence[F], key: int | str, known: Callable[[F], tuple[str, ...]]) -> F:
    """Return the function at a position, or the first of a name, or of a line of the program.

    `known` gives for each the line that compiled it, its name, and other words that mean it.
    `net.py:12` is short for any path that ends so. Raise XorexplainError where there is none.
    """
    if isinstance(key, int):
        return functions[key]
    names = []
    for function in functions:
        line, *words = known(function)
        if key == line or key in words or (":" in key and line.endswith(f"/{key}")):
            return function
        names.append(words[0])
    raise XorexplainError(f"no function {key!r} was compiled: {did_you_mean(key, names)}")


def is_dropped(frame: FrameType) -> bool:
    """Tell whether the code of a frame drops what the call that it is at returns."""
    return frame.f_lasti in _dropping(frame.f_code)


@lru_cache(maxsize=256)
def _dropping(code: CodeType) -> frozenset[int]:
    """Return the offsets of instructions whose result the next one takes from the stack."""
    listed = [step for step in dis.get_instructions(code) if step.opname != "CACHE"]
    # Some releases of Python are at the cache behind the instruction while it calls.
    return frozenset(
        offset
        for step, following in pairwise(listed)
        if following.opname == "POP_TOP"
        for offset in range(step.offset, following.offset)
    )
