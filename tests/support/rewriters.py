"""Register rewrites of the test's own in an engine's databases, and take them out again."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from typing import Any

from xorexplain.engines import Engine

Transform = Callable[[Any], Any]
"""Takes an apply node and returns new outputs, or False."""


def rewriting(engine: Engine) -> tuple[Any, Any]:
    """Return the engine's module of rewriters and its database."""
    rewriters = {"theano": "theano.gof.opt", "pytensor": "pytensor.graph.rewriting.basic"}
    mode = importlib.import_module(f"{engine.name}.compile.mode")
    return importlib.import_module(rewriters[engine.name]), mode.optdb


def made(engine: Engine, transform: Transform, tracks: list[Any] | None, inplace: bool) -> Any:
    """Make a rewriter of single apply nodes."""
    module, _ = rewriting(engine)
    if engine.name == "theano":
        return module.local_optimizer(tracks, inplace=inplace)(transform)

    def takes_graph(fgraph: Any, node: Any) -> Any:
        return transform(node)

    takes_graph.__name__ = transform.__name__
    return module.node_rewriter(tracks, inplace=inplace)(takes_graph)


@contextlib.contextmanager
def registered(
    engine: Engine,
    name: str,
    transform: Transform,
    phase: str,
    tracks: list[Any] | None = None,
    tags: tuple[str, ...] = ("fast_run",),
) -> Iterator[None]:
    """Have a rewrite in a phase's database while the block runs."""
    _, root = rewriting(engine)
    database = root[phase]
    database.register(name, made(engine, transform, tracks, False), *tags)
    try:
        yield
    finally:
        taken_out(database, name)


@contextlib.contextmanager
def registered_last(engine: Engine, name: str, transform: Transform) -> Iterator[None]:
    """Have a rewrite that works in place behind all others while the block runs."""
    module, root = rewriting(engine)
    walk = module.in2out(made(engine, transform, None, True), name=name)
    if engine.name == "theano":
        root.register(name, walk, 90, "fast_run")
    else:
        root.register(name, walk, "fast_run", position=90)
    try:
        yield
    finally:
        taken_out(root, name)


def taken_out(database: Any, name: str) -> None:
    """Forget a registered rewrite, and the tags that only it had."""
    (rewriter,) = database.__db__[name]
    for tag in [tag for tag, found in database.__db__.items() if rewriter in found]:
        database.__db__[tag].discard(rewriter)
        if not database.__db__[tag]:
            del database.__db__[tag]
    database._names.discard(name)
    for table in ("__position__", "__final__", "__cleanup__"):
        getattr(database, table, {}).pop(name, None)


def contents(engine: Engine) -> dict[tuple[str, ...], dict[str, list[str]]]:
    """List what every database holds, by place, by name and tag."""
    _, root = rewriting(engine)
    found: dict[tuple[str, ...], dict[str, list[str]]] = {}
    waiting: list[tuple[tuple[str, ...], Any]] = [((), root)]
    while waiting:
        place, database = waiting.pop()
        table = getattr(database, "__db__", {})
        found[place] = {str(tag): sorted(str(r.name) for r in rs) for tag, rs in table.items()}
        for name in getattr(database, "_names", ()):
            (inside,) = table[name]
            if hasattr(inside, "query"):
                waiting.append(((*place, name), inside))
        if hasattr(database, "db"):
            waiting.append(((*place, ""), database.db))
    return found


def op_of(engine: Engine, name: str) -> Any:
    """Return an elementwise op by the name both engines share."""
    T = engine.tensor
    homes = {"theano": T, "pytensor": getattr(T, "math", T)}
    return getattr(homes[engine.name], name)
