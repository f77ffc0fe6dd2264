"""Claim for each way to slide a window the shape that the engine computes."""

from __future__ import annotations

import importlib
from typing import Any

import numpy
import pytest

from xorexplain import snapshot
from xorexplain.engines import Engine
from xorexplain.graph.views.shapes import infer_shapes

FILTERS = {"valid": (3, 2, 3, 2), "grouped": (4, 1, 2, 2)}
CONVOLUTIONS: dict[str, dict[str, Any]] = {
    "valid": {},
    "full": {"border_mode": "full"},
    "half": {"border_mode": "half"},
    "padded": {"border_mode": (1, 2)},
    "padded alike": {"border_mode": 2},
    "padded on one side": {"border_mode": ((1, 0), (2, 1))},
    "stride": {"subsample": (2, 3)},
    "dilated": {"filter_dilation": (2, 3)},
    "all of it": {"border_mode": "half", "subsample": (3, 2), "filter_dilation": (2, 1)},
    "grouped": {"num_groups": 2},
}
POOLS: dict[str, dict[str, Any]] = {
    "plain": {"ws": (2, 3)},
    "stride": {"ws": (3, 2), "stride": (2, 1)},
    "padded": {"ws": (3, 3), "pad": (1, 1)},
    "sums": {"ws": (2, 2), "mode": "sum"},
}


def claimed(value: Any) -> tuple[tuple[int | None, ...] | None, tuple[str, ...] | None]:
    graph = infer_shapes(snapshot(value))
    found = graph.variable[graph.outputs[0].variable]
    return found.shape, found.lengths


def made(engine: Engine, images: Any) -> dict[str, Any]:
    conv2d = importlib.import_module("theano.tensor.nnet").conv2d
    pool = importlib.import_module("theano.tensor.signal.pool").pool_2d
    shared = engine.module.shared
    found = {
        name: conv2d(images, shared(numpy.ones(FILTERS.get(name, FILTERS["valid"]))), **options)
        for name, options in CONVOLUTIONS.items()
    }
    for name, options in POOLS.items():
        found[f"pool, {name}"] = pool(images, ignore_border=True, **options)
    return found


@pytest.fixture(scope="module")
def windows(engine: Engine) -> dict[str, tuple[Any, tuple[int, ...]]]:
    """Return, for images of a known shape, each result and the shape that it really has."""
    results = made(engine, engine.module.shared(numpy.zeros((5, 2, 9, 8))))
    shapes = engine.module.function([], [result.shape for result in results.values()])()
    told = [tuple(map(int, shape)) for shape in shapes]
    return dict(zip(results, zip(results.values(), told, strict=True), strict=True))


@pytest.mark.theano
@pytest.mark.parametrize("name", [*CONVOLUTIONS, *(f"pool, {name}" for name in POOLS)])
def test_known_lengths_give_the_lengths_that_are_computed(
    windows: dict[str, tuple[Any, tuple[int, ...]]], name: str
) -> None:
    result, expected = windows[name]

    assert claimed(result)[0] == expected


@pytest.mark.theano
def test_unknown_lengths_are_told_by_their_names(engine: Engine) -> None:
    found = made(engine, engine.tensor.dtensor4("images"))

    assert claimed(found["valid"])[1] == ("n", "3", "m−2", "k−1")
    assert claimed(found["full"])[1] == ("n", "3", "m+2", "k+1")
    assert claimed(found["pool, plain"])[1] == ("n", "m", "⌊k/2⌋", "⌊l/3⌋")
    assert claimed(found["pool, stride"])[1] == ("n", "m", "⌊(k+1)/2⌋−1", "l−1")
    assert claimed(found["stride"])[1] == ("n", "3", "⌊(m+1)/2⌋−1", "⌊(k+1)/3⌋")


@pytest.mark.theano
def test_what_the_user_told_a_convolution_is_known_of_its_images(engine: Engine) -> None:
    conv2d = importlib.import_module("theano.tensor.nnet").conv2d
    images = engine.tensor.dtensor4("images")
    filters = engine.module.shared(numpy.ones((8, 1, 5, 5)))
    graph = infer_shapes(snapshot(conv2d(images, filters, input_shape=(None, 1, 28, 28))))

    shapes = {v.name or v.owner: v.lengths for v in graph.variables if v.shape and None in v.shape}
    assert [*shapes.values()] == [("n", "1", "28", "28"), ("n", "8", "24", "24")]


@pytest.mark.theano
def test_a_gradient_has_the_shape_of_what_receives_it(engine: Engine) -> None:
    images, filters = (engine.module.shared(numpy.ones(shape)) for shape in FILTERS.values())
    conv2d = importlib.import_module("theano.tensor.nnet").conv2d
    cost = conv2d(images, filters, num_groups=2).sum()

    for wanted in (images, filters):
        assert claimed(engine.grad(cost, [wanted])[0])[0] == wanted.get_value().shape


@pytest.mark.pytensor
@pytest.mark.parametrize("mode", ["full", "valid"])
def test_signals_are_told_alike(engine: Engine, mode: str) -> None:
    signal, filters = (engine.module.shared(numpy.ones(shape)) for shape in ((9, 8), (2, 3)))
    result = engine.tensor.signal.convolve2d(signal, filters, mode=mode)

    assert claimed(result)[0] == tuple(result.shape.eval())
