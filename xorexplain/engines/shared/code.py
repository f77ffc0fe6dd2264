"""Find the code of a rewriter: its file and line, and its docstring."""

from __future__ import annotations

import functools
import inspect
import linecache
import re
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from xorexplain.engines.attempts import name_of


def code_of(rewriter: Any, package: str, folder: str, name: str) -> tuple[str, str]:
    """Return ``file:line`` and the docstring of a rewriter's code, empty where it has none.

    A file below `folder`, where the package of the engine is installed, is written from there. A
    class may serve for many rewriters, as for all that are a pattern and what it becomes: of one
    that has a name of its own there it is the line that makes it. A rewriter of whole graphs may
    make changes under several names: of `name` it is the line that says it.
    """
    function = _function(rewriter)
    if function is None:
        return "", ""
    code = getattr(inspect.unwrap(function), "__code__", None)
    text = inspect.getdoc(function) or ""
    if code is None:
        return "", text
    file, line = str(code.co_filename), code.co_firstlineno
    if not _is_own(rewriter, function):
        known = (name_of(rewriter), type(rewriter).__name__)
        said = None if name in known else _said_at(file, name)
        file, line = said or _made_at(rewriter, package) or (file, line)
    return f"{file.removeprefix(folder)}:{line}", text


def _is_own(rewriter: Any, function: Any) -> bool:
    """Tell whether a rewriter was made of a function, rather than having it of its class."""
    held = [getattr(value, "func", value) for value in vars(rewriter).values()]
    return any(value is function for value in held)


def _made_at(rewriter: Any, package: str) -> tuple[str, int] | None:
    """Find the line that makes a rewriter and gives it to a name of a module of a package."""
    for module, called in _names(package, len(sys.modules)).get(id(rewriter), ()):
        held = sys.modules.get(module)
        # Another object may have the place in memory since the names were read.
        if getattr(held, called, None) is rewriter:
            file = str(getattr(held, "__file__", ""))
            line = _line(file, rf"{re.escape(called)}\s*(:[^=]*)?=[^=]")
            if line is not None:
                return line
    return None


@functools.lru_cache(maxsize=2)
def _names(package: str, modules: int) -> Mapping[int, Sequence[tuple[str, str]]]:
    """Return the modules and names in which a package has an object, by the object's `id`.

    `modules` is how many are imported: with another one, names are read anew.
    """
    names = defaultdict(list)
    for module, held in list(sys.modules.items()):
        if module.partition(".")[0] == package and held is not None:
            for called, value in list(vars(held).items()):  # other threads may import
                names[id(value)].append((module, called))
    return names


def _said_at(file: str, name: str) -> tuple[str, int] | None:
    """Find the line of a file that gives a name as the reason of a change."""
    return _line(file, rf""".*\breason=["']{re.escape(name)}["']""")


@functools.cache
def _line(file: str, pattern: str) -> tuple[str, int] | None:
    """Find the first line of a file that begins as a pattern says."""
    begins = re.compile(pattern)
    lines = enumerate(linecache.getlines(file), 1)
    return next(((file, number) for number, line in lines if begins.match(line)), None)


def _function(rewriter: Any) -> Any:
    """Find what a rewriter runs: the function it was made of, or the method of its class."""
    if rewriter is None or isinstance(rewriter, str):
        return None
    for owner in (vars(rewriter), vars(type(rewriter))):
        for name in ("fn", "transform", "apply"):
            found = owner.get(name)
            if isinstance(found, functools.partial):
                found = found.func
            if inspect.isfunction(found):
                return found
    for name in ("transform", "apply"):
        found = getattr(type(rewriter), name, None)
        if found is not None:
            return found
    return None
