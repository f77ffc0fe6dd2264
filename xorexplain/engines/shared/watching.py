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
from threading import get_ident
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from xorexplain.errors.records import dataclass

if TYPE_CHECKING:
    from xorexplain.engines.recorder import Recorder

_Sort: TypeAlias = Literal["rewriter", "holder", "mapping", "sequence", "other"]


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
def watched(root: Any, fgraph: Any, recorder: Recorder, kinds: Kinds) -> Iterator[None]:
    """Report to the recorder what every rewriter below `root` does while the block runs.

    What it does to another graph than `fgraph`, as to one inside of an op, is told apart; what it
    does in another thread, which may compile meanwhile, is not told.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_heard(kinds.logger, recorder))
        for rewriter in members(root, kinds):
            for name, method in _reporting(rewriter, fgraph, recorder, kinds, rewriter is root):
                stack.enter_context(_carrying(rewriter, name, method))
        yield


def members(root: Any, kinds: Kinds) -> list[Any]:
    """List the rewriters below `root`, itself first, each once."""
    # A sequence of rewriters may itself be a list: the outermost one is a rewriter all the same.
    found = {id(root): root} if isinstance(root, (kinds.node, kinds.graph)) else {}
    seen = {id(root)}
    stack = _inside(root)
    # Asked of classes, once each: asking instances of abstract classes takes most of the time.
    sorts: dict[type, _Sort] = {}
    while stack:
        value = stack.pop()
        cls = type(value)
        sort = sorts.get(cls)
        if sort is None:
            sort = sorts[cls] = _sort_of(cls, kinds)
        if sort == "mapping":
            stack += value.values()
        elif sort == "sequence":
            stack += value
        elif sort != "other" and id(value) not in seen:
            seen.add(id(value))
            if sort == "rewriter":
                found[id(value)] = value
            stack += _inside(value)
    return list(found.values())


def _inside(holder: Any) -> list[Any]:
    inside = list(holder) if isinstance(holder, Iterable) else []
    return [*inside, *getattr(holder, "__dict__", {}).values()]


def _sort_of(cls: type, kinds: Kinds) -> _Sort:
    if issubclass(cls, Mapping):
        return "mapping"
    if issubclass(cls, (list, tuple, set, frozenset)):
        return "sequence"
    if issubclass(cls, (kinds.node, kinds.graph)):
        return "rewriter"
    return "holder" if issubclass(cls, kinds.holders) else "other"


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
    rewriter: Any, fgraph: Any, recorder: Recorder, kinds: Kinds, is_root: bool
) -> Iterator[tuple[str, Any]]:
    if isinstance(rewriter, kinds.node):
        yield "transform", _transform(rewriter, fgraph, recorder, kinds)
    elif not is_root:
        yield "apply", _apply(rewriter, fgraph, recorder)
    if isinstance(rewriter, kinds.rounds):
        yield "attach_updater", _attach_updater(rewriter, fgraph, recorder)
    if getattr(rewriter, "failure_callback", None) is not None:
        yield "failure_callback", _failure_callback(rewriter, recorder, kinds)


def _transform(rewriter: Any, fgraph: Any, recorder: Recorder, kinds: Kinds) -> Any:
    original, thread = rewriter.transform, get_ident()
    attempts = recorder.attempts
    position, is_group = kinds.node_position, isinstance(rewriter, kinds.groups)
    clock = time.perf_counter

    def transform(*arguments: Any, **options: Any) -> Any:
        if get_ident() != thread:
            return original(*arguments, **options)
        attempts.begin()
        began = clock()
        hit = False
        try:
            result = original(*arguments, **options)
            hit = bool(result)
            return result
        finally:
            node = arguments[position]
            # PyTensor hands over the graph, Theano's nodes know it while they are in it.
            where = arguments[0] if position else getattr(node, "fgraph", fgraph)
            attempts.end(rewriter, node, hit, clock() - began, is_group, where is not fgraph)

    return transform


def _apply(rewriter: Any, fgraph: Any, recorder: Recorder) -> Any:
    original, thread = rewriter.apply, get_ident()

    def apply(*arguments: Any, **options: Any) -> Any:
        if get_ident() != thread:
            return original(*arguments, **options)
        before = len(recorder.firings)
        recorder.attempts.enter(rewriter)
        try:
            return original(*arguments, **options)
        finally:
            recorder.close()
            is_inside = arguments[0] is not fgraph
            recorder.attempts.leave(len(recorder.firings) > before, is_inside)

    return apply


def _attach_updater(rewriter: Any, fgraph: Any, recorder: Recorder) -> Any:
    original = rewriter.attach_updater

    def attach_updater(*arguments: Any, **options: Any) -> Any:
        if arguments[0] is fgraph:
            recorder.begin_round()
        return original(*arguments, **options)

    return attach_updater


def _failure_callback(rewriter: Any, recorder: Recorder, kinds: Kinds) -> Any:
    """Note a failure; what the engine would log is in the step, what it would raise it raises.

    A navigator calls back with the rewriter of nodes in fourth place, a sequence with the
    rewriter of graphs in third.
    """
    original, thread = rewriter.failure_callback, get_ident()

    def failure_callback(error: Exception, *arguments: Any) -> None:
        if get_ident() != thread:
            original(error, *arguments)
            return
        recorder.failed(arguments[2] if len(arguments) > 2 else arguments[1], error)
        if not kinds.catches():
            original(error, *arguments)

    return failure_callback


@contextlib.contextmanager
def _heard(name: str, recorder: Recorder) -> Iterator[None]:
    """Keep what the engine's rewriters log, such as that one was stopped, as remarks."""
    thread = get_ident()

    class Remarks(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
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
