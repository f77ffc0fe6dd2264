"""Read an engine's databases of rewrites: what is registered, under which tags, and where it is."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any


def tags_in(root: Any) -> Mapping[str, tuple[str, ...]]:
    """Return the tags of every rewrite below a database by the names it is registered under.

    A database holds one table for names, tags and classes: what it lists as a name is no tag.
    """
    found: dict[str, set[str]] = {}
    seen: set[int] = set()
    stack = [root]
    while stack:
        database = stack.pop()
        if id(database) in seen:
            continue
        seen.add(id(database))
        table = database.__db__
        for name in database._names:
            found.setdefault(name, set())
        for key, entries in table.items():
            for entry in entries:
                if hasattr(entry, "__db__"):
                    stack.append(entry)
                # Theano files some under their place in a sequence too.
                is_tag = isinstance(key, str) and key not in database._names
                if is_tag and key != type(entry).__name__:
                    found.setdefault(str(entry.name), set()).add(key)
    return {name: tuple(sorted(tags)) for name, tags in found.items()}


def code_of(rewriter: Any, folder: str) -> tuple[str, str]:
    """Return "file:line" and the docstring of a rewriter's code, empty where it has none.

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
