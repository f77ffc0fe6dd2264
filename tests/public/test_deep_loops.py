"""A loop whose body is deeper than Python's recursion limit (faults B5)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module

import models
import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.engines.shared.recursion import DeepKey, call_deep
from xorexplain.gradients.choose import differentiate
from xorexplain.models.model import Model

DEPTH = 100


@pytest.fixture
def few_frames() -> Iterator[None]:
    """Leave 120 frames to what runs, so that a small model is a deep one."""
    before, used, frame = sys.getrecursionlimit(), 0, sys._getframe()
    while frame is not None:
        used, frame = used + 1, frame.f_back  # type: ignore[assignment]
    sys.setrecursionlimit(used + 120)
    yield
    sys.setrecursionlimit(before)


def deep_loop(engine: Engine) -> Model:
    """A Scan whose step is a chain of so many apply nodes that 120 frames do not do."""
    T = engine.tensor
    x, W = T.dmatrix("x"), engine.module.shared(numpy.array([0.1, 0.2]), name="W")

    def step(now: object, before: object, W: object) -> object:
        made = now * W  # type: ignore[operator]
        for _ in range(DEPTH):
            made = T.tanh(made)
        return made + before

    states = call_deep(lambda: models.scan(engine, step, [x], [T.zeros_like(W)], [W]))
    cost = T.sum(states[-1])
    cost.name = "cost"
    return Model({"states": states}, cost, [W], [], [x], "deep loop")


@pytest.mark.usefixtures("few_frames")
def test_a_loop_with_a_deep_body_is_derived(engine: Engine) -> None:
    """Theano compares the bodies of two loops by recursion: "cannot differentiate", it was told."""
    derivation = differentiate(engine, deep_loop(engine))

    (inside,) = derivation.inside.values()
    assert len(inside.steps) >= DEPTH
    assert [result.is_same for result in derivation.results] == [True]


@pytest.mark.usefixtures("usual_recursion_limit")
def test_ops_are_equal_as_their_engine_says() -> None:
    class Op:
        def __init__(self, depth: int, more: int) -> None:
            self.depth, self.more = depth, more

        def __eq__(self, other: object) -> bool:
            if not isinstance(other, Op):
                return NotImplemented
            if not self.depth or not other.depth:
                return (self.depth, self.more) == (other.depth, other.more)
            return Op(self.depth - 1, self.more) == Op(other.depth - 1, other.more)

        def __hash__(self) -> int:
            return 7

    assert DeepKey(Op(2_000, 1)) == DeepKey(Op(2_000, 1))
    assert DeepKey(Op(2_000, 1)) != DeepKey(Op(2_000, 2))
    assert DeepKey(Op(1, 1)) != Op(1, 1)
    assert len({DeepKey(Op(1, 1)), DeepKey(Op(1, 1))}) == 1


@pytest.mark.theano
@pytest.mark.usefixtures("few_frames")
def test_a_deep_formula_is_written_as_a_name(engine: Engine) -> None:
    """Theano writes by recursion what it names a fused op by."""
    scalar = import_module("theano.scalar.basic")
    made = start = scalar.float64("x")
    for _ in range(2 * DEPTH):
        made = scalar.tanh(made)

    assert scalar.pprint(made).count("tanh") == 2 * DEPTH
    assert scalar.pprint(start) == "x"
