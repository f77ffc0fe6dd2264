"""Build the deep networks of the benchmarks: an activation of h W, again and again, W of 4 x 4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from xorexplain import Model
from xorexplain.engines import Engine


def deep(engine: Engine, layers: int, activation: Callable[[Any], Any] | None = None) -> Model:
    """Return a network of `layers` layers without biases, its cost the sum of its output.

    The activation is the sigmoid, where none is given.
    """
    theano, T = engine.module, engine.tensor
    rng = numpy.random.RandomState(0)
    weights = [theano.shared(rng.uniform(-1, 1, (4, 4)), name=f"W{i}") for i in range(layers)]
    state = theano.shared(rng.uniform(-1, 1, (4, 4)), name="X")
    for weight in weights:
        state = (activation or engine.sigmoid)(T.dot(state, weight))
    cost = T.sum(state)
    cost.name = "cost"
    return Model(name="deep", outputs={"output": state}, cost=cost, parameters=weights)
