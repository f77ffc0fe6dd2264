"""Watch every rewriter of a tree of rewriters: its tries, its failures, the rounds it makes.

Both engines build their rewriters alike: sequences hold rewriters of whole graphs, navigators hold
rewriters of nodes, and groups hold more of those. While they are watched, the instances carry a
method of the same name that reports and calls the real one; classes stay as they are.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder


@dataclass(frozen=True)
class Kinds:
    """Name an engine's classes: of rewriters of nodes, of graphs, and what else holds rewriters.

    `groups` are rewriters of nodes that answer what the first of their members answers,
    `rounds` are rewriters that go over the graph until nothing changes, `node_position` is where a
    `transform` takes its apply node, `logger` is where the engine reports failures, and `run` runs
    a rewriter on a graph, by its method `shortcut`.
    """

    node: type
    graph: type
    holders: tuple[type, ...]
    groups: tuple[type, ...]
    rounds: type
    node_position: int
    logger: str
    run: Callable[[Any, Any], Any]
    shortcut: str
    catches: Callable[[], bool]


@contextlib.contextmanager
def watched(root: Any, recorder: Recorder, kinds: Kinds) -> Iterator[None]:
    """Report to the recorder what every rewriter below `root` does while the block runs."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(_heard(kinds.logger, recorder))
        for rewriter in members(root, kinds):
            for name, method in _reporting(rewriter, recorder, kinds, rewriter is root):
                stack.enter_context(_carrying(rewriter, name, method))
        yield


def members(root: Any, kinds: Kinds) -> list[Any]:
    """List the rewriters below `root`, itself first, each once."""
    found: dict[int, Any] = {}
    stack = [root]
    seen: set[int] = set()
    # Asked of classes, once each: asking instances of abstract classes takes half the time.
    held = (kinds.node, kinds.graph, *kinds.holders)
    known: dict[type, bool] = {}
    while stack:
        holder = stack.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        if isinstance(holder, (kinds.node, kinds.graph)):
            found[id(holder)] = holder
        inside = list(holder) if isinstance(holder, Iterable) else []
        inside += list(getattr(holder, "__dict__", {}).values())
        for value in inside:
            for part in _parts(value):
                cls = type(part)
                if cls not in known:
                    known[cls] = issubclass(cls, held)
                if known[cls]:
                    stack.append(part)
    return list(found.values())


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _parts(part)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for part in value:
            yield from _parts(part)
    else:
        yield value


@contextlib.contextmanager
def _carrying(rewriter: Any, name: str, method: Any) -> Iterator[None]:
    """Put a method on one instance, and give back what it carried before."""
    own = vars(rewriter).get(name)
    had = name in vars(rewriter)
    setattr(rewriter, name, method)
    try:
        yield
    finally:
        if had:
            setattr(rewriter, name, own)
        else:
            delattr(rewriter, name)


def _reporting(
    rewriter: Any, recorder: Recorder, kinds: Kinds, is_root: bool
) -> Iterator[tuple[str, Any]]:
    if isinstance(rewriter, kinds.node):
        yield "transform", _transform(rewriter, recorder, kinds)
    elif not is_root:
        yield "apply", _apply(rewriter, recorder)
    if isinstance(rewriter, kinds.rounds):
        yield "attach_updater", _attach_updater(rewriter, recorder)
    if getattr(rewriter, "failure_callback", None) is not None:
        yield "failure_callback", _failure_callback(rewriter, recorder, kinds)


def _transform(rewriter: Any, recorder: Recorder, kinds: Kinds) -> Any:
    original = rewriter.transform
    attempts = recorder.attempts
    position, is_group = kinds.node_position, isinstance(rewriter, kinds.groups)
    clock = time.perf_counter

    def transform(*arguments: Any, **options: Any) -> Any:
        attempts.begin()
        began = clock()
        hit = False
        try:
            result = original(*arguments, **options)
            hit = bool(result)
            return result
        finally:
            attempts.end(rewriter, arguments[position], hit, clock() - began, is_group)

    return transform


def _apply(rewriter: Any, recorder: Recorder) -> Any:
    original = rewriter.apply

    def apply(*arguments: Any, **options: Any) -> Any:
        before = len(recorder.firings)
        recorder.attempts.enter(rewriter)
        try:
            return original(*arguments, **options)
        finally:
            recorder.close()
            recorder.attempts.leave(len(recorder.firings) > before)

    return apply


def _attach_updater(rewriter: Any, recorder: Recorder) -> Any:
    original = rewriter.attach_updater

    def attach_updater(*arguments: Any, **options: Any) -> Any:
        recorder.begin_round()
        return original(*arguments, **options)

    return attach_updater


def _failure_callback(rewriter: Any, recorder: Recorder, kinds: Kinds) -> Any:
    """Note a failure; what the engine would log is in the step, what it would raise it raises.

    A navigator calls back with the rewriter of nodes in fourth place, a sequence with the
    rewriter of graphs in third.
    """
    original = rewriter.failure_callback

    def failure_callback(error: Exception, *arguments: Any) -> None:
        recorder.failed(arguments[2] if len(arguments) > 2 else arguments[1], error)
        if not kinds.catches():
            original(error, *arguments)

    return failure_callback


@contextlib.contextmanager
def _heard(name: str, recorder: Recorder) -> Iterator[None]:
    """Keep what the engine's rewriters log, such as that one was stopped, as remarks."""

    class Remarks(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            recorder.remarks.append(record.getMessage().splitlines()[0])

    logger = logging.getLogger(name)
    handler = Remarks(logging.WARNING)
    propagate = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = propagate
        logger.removeHandler(handler)
