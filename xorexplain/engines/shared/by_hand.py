"""Hear the rewriters that a program applies to a graph itself, without compiling a function."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

from xorexplain.engines.shared.frames import whose
from xorexplain.engines.shared.standing import standing_in

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder
    from xorexplain.engines.shared.watching import Kinds

HELPERS = frozenset({"rewrite_graph", "rewrite", "optimize", "__call__"})
"""Functions of the engines that do nothing but apply a rewriter."""


@contextlib.contextmanager
def applied_by_hand(
    kinds: Kinds,
    folder: str,
    begin: Callable[[Any], Recorder | None],
    recorded: Callable[[Any, Recorder], Any],
    is_heard: Callable[[Any], bool],
) -> Iterator[None]:
    """Ask for a recorder where the user's own line applies a rewriter of graphs in a block.

    `recorded` makes of a rewriter and its recorder one that is listened to, and `is_heard` tells
    rewriters that ask for a recorder themselves, as those of a mode do. What an engine or a library
    applies on its way is a part of something else.
    """

    def applying(apply: Any) -> Any:
        @functools.wraps(apply)
        def applied(rewriter: Any, fgraph: Any, *arguments: Any, **options: Any) -> Any:
            is_own = not is_heard(rewriter) and _is_users(sys._getframe(1), folder)
            recorder = begin(fgraph) if is_own else None
            if recorder is None:
                return apply(rewriter, fgraph, *arguments, **options)
            return apply(recorded(rewriter, recorder), fgraph)

        return applied

    with standing_in(kinds.graph, kinds.shortcut, applying):
        yield


def _is_users(frame: FrameType | None, folder: str) -> bool:
    """Tell whether a line of the user's led here, by nothing but functions that apply rewriters."""
    while frame is not None:
        kind = whose(frame.f_code.co_filename, folder)
        if kind != "engine":
            return kind == "user"
        if frame.f_code.co_name not in HELPERS:
            return False
        frame = frame.f_back
    return False
