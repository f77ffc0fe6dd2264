"""Ops with graphs inside, and random draws."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from fuzz.building import Builder, Item


def scan(b: Builder) -> Item:
    """Loop over a sequence, with a state or without, a number of times, or until it is enough."""
    item = b.pick(lambda it: it.dtype == "float64" and it.ndim in (1, 2))
    T, x, n = b.T, item.variable, item.shape[0]
    how = b.choose(("map", "state", "steps", "until"))
    home = "theano.scan_module" if b.engine.name == "theano" else "pytensor.scan.utils"
    until = importlib.import_module(home).until
    start = T.zeros_like(x[0])
    if how == "map":
        return b.add(loop(b, lambda v: T.tanh(v) * 1.5, [x], []), item.shape)
    if how == "steps":
        made = loop(b, lambda h, v: T.sin(h) + v, [], [start], [x[0]], 3)
        return b.add(made, (3, *item.shape[1:]))

    def step(v: Any, h: Any) -> Any:
        new = T.tanh(v + 0.5 * h)
        return (new, until(T.gt(new.sum(), 1.137))) if how == "until" else new

    made = loop(b, step, [x], [start])
    return b.add(made[-1], item.shape[1:]) if how == "until" else b.add(made, (n, *item.shape[1:]))


def loop(
    b: Builder,
    step: Callable[..., Any],
    sequences: list[Any],
    start: list[Any],
    constant: list[Any] | None = None,
    times: int | None = None,
) -> Any:
    """Return the result of a Scan without updates."""
    options = {} if b.engine.name == "theano" else {"return_updates": False}
    made = b.engine.module.scan(step, sequences, start, constant, n_steps=times, **options)
    return made[0] if b.engine.name == "theano" else made


def box(b: Builder) -> Item:
    """Put a graph into an op of its own, once inside another or used twice."""
    item = b.real()
    make = b.engine.module.OpFromGraph
    if b.engine.name == "pytensor":
        make = importlib.import_module("pytensor.compile.builders").OpFromGraph
    inside = item.variable.type("inside")
    op = make([inside], [b.T.tanh(inside) * 0.75])
    if b.choose((True, False)):
        outside = item.variable.type("outside")
        op = make([outside], [op(outside) + outside**2])
    return b.add(op(op(item.variable)), item.shape)


def draw(b: Builder) -> Item:
    """Draw random numbers, of a generator that is updated."""
    shape = (2, 3)
    seed = b.choose(range(5))
    if b.engine.name == "theano":
        home = importlib.import_module("theano.tensor.shared_randomstreams")
        stream = home.RandomStreams(seed=seed)
        made = b.choose((stream.normal, stream.uniform))(shape)
        b.updates += stream.updates()
        return b.add(made, shape)
    state = b.T.random.shared_rng(seed=seed)
    name, *given = b.choose((("normal", 0, 1.25), ("uniform", -1, 2), ("gamma", 2.5, 0.75)))
    new, made = getattr(state, name)(*given, size=shape)
    b.updates.append((state, new))
    return b.add(made, shape)


FAMILIES: Mapping[str, Callable[[Builder], Item]] = {"scan": scan, "box": box, "draw": draw}
