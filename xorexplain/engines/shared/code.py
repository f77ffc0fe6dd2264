"""Find the code of a rewriter: its file and line, and its docstring."""

from __future__ import annotations

import functools
import inspect
from typing import Any


def code_of(rewriter: Any, folder: str) -> tuple[str, str]:
    """Return ``file:line`` and the docstring of a rewriter's code, empty where it has none.

    A file below `folder`, where the engine is installed, is written from there.
    """
    function = _function(rewriter)
    if function is None:
        return "", ""
    code = getattr(inspect.unwrap(function), "__code__", None)
    text = inspect.getdoc(function) or ""
    if code is None:
        return "", text
    file = str(code.co_filename)
    return f"{file.removeprefix(folder)}:{code.co_firstlineno}", text


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
