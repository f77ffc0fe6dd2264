"""Name what the engines have alike: their modules, classes and words, one record an engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any

from xorexplain.engines.shared.keeping import QuickWalks
from xorexplain.engines.shared.watching import Kinds
from xorexplain.errors.records import dataclass

MADE_MODES = ("DEBUGMODE", "NANGUARDMODE")
"""Modes that are made once somebody asks for them by name."""


@dataclass(frozen=True)
class Library:
    """Hold an engine's own things under names that serve for all engines.

    `pattern` is the attribute of a tensor's type that another is made of, `pullback` the method of
    an op that hands adjoints on, `runner` the attribute of a function that computes, `options` what
    a function takes that updates nothing by itself, and `compilers` names linkers that need no C
    compiler.
    """

    module: Any
    variable: Any
    constant: Any
    shared: Any
    function: Any
    graph: Any
    scalar: Any
    disconnected: Any
    null: Any
    mode: Any
    maker: Any
    runner: str
    query: Any
    kinds: Kinds
    walks: QuickWalks
    """Have it walk the stack in less time, in a block."""
    default_mode: Callable[[], Any]
    mode_called: Callable[[str], Any]
    modes: Callable[[], tuple[str, ...]]
    """Name the modes that come with the engine."""
    backends: Mapping[str, Callable[[], Any]]
    """Make the mode of each backend that may run a function, by what its users call it."""
    database: Callable[[], Any]
    make_graph: Any
    """Make a FunctionGraph."""
    copy_given: Callable[[Any], Any]
    """Copy a variable that nothing computes, where a graph would claim it for itself."""
    change: Callable[[Any, Any, int, Any], None]
    """Change an input of an apply node, or for None a result, of a graph."""
    clients: Callable[[Any, Any], Iterable[tuple[Any, int]]]
    """Return the apply nodes that read a variable of a graph, each with the position."""
    transform: Callable[[Any, Any, Any], Any]
    """Try a rewriter on an apply node of a graph."""
    shape_feature: Callable[[], Any]
    python_mode: Callable[[], Any]
    """Return a mode that rewrites nothing and runs Python code."""
    pattern: str
    pullback: str
    options: Mapping[str, Any] = field(default_factory=dict)
    compilers: tuple[str, ...] = ()
    keeps_written: bool = False
    """Whether a function keeps what it was made of, beside what its rewriting left."""

    @cached_property
    def name(self) -> str:
        """The name of the package."""
        return str(self.module.__name__)

    @cached_property
    def folder(self) -> str:
        """Where its files lie, with a separator at the end."""
        return str(Path(self.module.__file__).parent) + os.sep

    @cached_property
    def site(self) -> str:
        """The folder it is installed in, with a separator at the end."""
        return str(Path(self.module.__file__).parent.parent) + os.sep


class Using:
    """Do something with a library."""

    library: Library
