"""The classical programs of Theano's time, small: mini-batches, a machine, two players, noise.

Each function returns a `Model` on the engine that is installed, so that
`--model tests/support/classics.py:logistic` takes it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy

from xorexplain import Model
from xorexplain.engines import choose

BATCH, CASES, PIXELS, HIDDEN = 4, 12, 6, 3


def _pictures() -> Any:
    return (numpy.random.RandomState(5).uniform(size=(CASES, PIXELS)) > 0.5).astype("float64")


def _weights(name: str, *shape: int) -> Any:
    values = numpy.random.RandomState(len(name)).uniform(-0.5, 0.5, size=shape)
    return choose().module.shared(values, name=name)


def _descent(parameters: list[Any], slopes: list[Any]) -> list[tuple[Any, Any]]:
    return [(p, p - 0.1 * slope) for p, slope in zip(parameters, slopes, strict=True)]


class _Stream:
    """Draw zeros and ones of some chances, in the engine's own way."""

    def __init__(self) -> None:
        engine = choose()
        self.updates: list[tuple[Any, Any]] = []
        """Those of the streams, where a function is to be told of them."""
        self.theirs = None
        if engine.name == "theano":
            streams = import_module("theano.tensor.shared_randomstreams")
            self.theirs = streams.RandomStreams(7)

    def sample(self, p: Any) -> Any:
        if self.theirs is not None:
            return self.theirs.binomial(p.shape, n=1, p=p, dtype="float64")
        engine = choose()
        stream = engine.module.shared(numpy.random.default_rng(7))
        after, drawn = engine.tensor.random.bernoulli(p, rng=stream, return_next_rng=True)
        self.updates.append((stream, after))
        return drawn.astype("float64")


def logistic() -> Model:
    """Softmax regression over mini-batches that `givens` cut out of the training data."""
    engine = choose()
    T = engine.tensor
    softmax = T.nnet.softmax if engine.name == "theano" else T.special.softmax
    train_x = engine.module.shared(_pictures(), name="train_x")
    train_y = engine.module.shared(numpy.arange(CASES) % 2, name="train_y")
    index, x, y = T.lscalar("index"), T.dmatrix("x"), T.lvector("y")
    W, b = _weights("W", PIXELS, 2), _weights("b", 2)
    chances = softmax(T.dot(x, W) + b)
    cost = -T.mean(T.log(chances)[T.arange(y.shape[0]), y])
    cost.name = "cost"
    slopes = T.grad(cost, [W, b])
    batch = slice(index * BATCH, (index + 1) * BATCH)
    return Model(
        outputs={"chances": chances},
        cost=cost,
        parameters=[W, b],
        updates=_descent([W, b], slopes),
        inputs=[index],
        givens={x: train_x[batch], y: train_y[batch]},
    )


def rbm() -> Model:
    """A restricted Boltzmann machine: contrastive divergence, and what it reconstructs."""
    engine = choose()
    T = engine.tensor
    stream, sigmoid = _Stream(), engine.sigmoid
    softplus = T.nnet.softplus if engine.name == "theano" else T.softplus
    v = T.dmatrix("v")
    W, hbias, vbias = (
        _weights("W", PIXELS, HIDDEN),
        _weights("hbias", HIDDEN),
        _weights("vb", PIXELS),
    )

    def free_energy(visible: Any) -> Any:
        return -T.dot(visible, vbias) - softplus(T.dot(visible, W) + hbias).sum(axis=1)

    h = stream.sample(sigmoid(T.dot(v, W) + hbias))
    h.name = "h"
    back = sigmoid(T.dot(h, W.T) + vbias)
    back.name = "back"
    fantasy = stream.sample(back)
    fantasy.name = "fantasy"
    contrast = T.mean(free_energy(v)) - T.mean(free_energy(fantasy))
    contrast.name = "contrast"
    crossed = v * T.log(back) + (1 - v) * T.log(1 - back)
    reconstruction = -crossed.sum(axis=1).mean()
    reconstruction.name = "reconstruction"
    parameters = [W, hbias, vbias]
    slopes = T.grad(contrast, parameters, consider_constant=[fantasy])
    return Model(
        outputs={"fantasy": fantasy},
        parameters=parameters,
        costs={"contrast": contrast, "reconstruction": reconstruction},
        consider_constant=[fantasy],
        updates=[*_descent(parameters, slopes), *stream.updates],
        inputs=[v],
        data={"v": _pictures()[:BATCH]},
    )


def gan() -> Model:
    """A generator and a discriminator, each with a cost and updates of its own."""
    engine = choose()
    T = engine.tensor
    sigmoid = engine.sigmoid
    real, noise = T.dmatrix("real"), T.dmatrix("noise")
    G, D, d = _weights("G", 2, PIXELS), _weights("D", PIXELS, HIDDEN), _weights("d", HIDDEN)
    fake = sigmoid(T.dot(noise, G))
    fake.name = "fake"

    def verdict(pictures: Any) -> Any:
        return sigmoid(T.dot(T.tanh(T.dot(pictures, D)), d))

    discriminator = -T.mean(T.log(verdict(real)) + T.log(1 - verdict(fake)))
    discriminator.name = "discriminator"
    generator = -T.mean(T.log(verdict(fake)))
    generator.name = "generator"
    costs = {"discriminator": (discriminator, [D, d]), "generator": (generator, [G])}
    updates = [
        update for cost, own in costs.values() for update in _descent(own, T.grad(cost, own))
    ]
    return Model(
        outputs={"fake": fake},
        costs=costs,
        updates=updates,
        inputs=[real, noise],
        data={
            "real": _pictures()[:BATCH],
            "noise": numpy.random.RandomState(2).uniform(size=(BATCH, 2)),
        },
    )


def denoising() -> Model:
    """An autoencoder with tied weights that takes away the noise its input was given."""
    T = choose().tensor
    stream, sigmoid = _Stream(), choose().sigmoid
    x = T.dmatrix("x")
    W, b, back = _weights("W", PIXELS, HIDDEN), _weights("b", HIDDEN), _weights("back", PIXELS)
    noisy = x * stream.sample(0.7 * T.ones_like(x))
    noisy.name = "noisy"
    hidden = sigmoid(T.dot(noisy, W) + b)
    hidden.name = "hidden"
    output = sigmoid(T.dot(hidden, W.T) + back)
    output.name = "output"
    cost = -T.mean(T.sum(x * T.log(output) + (1 - x) * T.log(1 - output), axis=1))
    cost.name = "cost"
    parameters = [W, b, back]
    slopes = T.grad(cost, parameters)
    return Model(
        outputs={"output": output},
        cost=cost,
        parameters=parameters,
        updates=[*_descent(parameters, slopes), *stream.updates],
        inputs=[x],
        data={"x": _pictures()[:BATCH]},
    )


def dropout() -> Model:
    """One layer whose input is dropped at random: the least that has a stream and is trained."""
    T = choose().tensor
    stream = _Stream()
    x, W = T.dmatrix("x"), _weights("W", PIXELS)
    kept = x * stream.sample(0.7 * T.ones_like(x))
    kept.name = "kept"
    output = T.dot(kept, W)
    output.name = "output"
    cost = T.mean(output**2)
    cost.name = "cost"
    return Model(
        outputs={"output": output},
        cost=cost,
        parameters=[W],
        updates=[*_descent([W], [T.grad(cost, W)]), *stream.updates],
        inputs=[x],
        data={"x": _pictures()[:BATCH]},
    )


CLASSICS: dict[str, Callable[[], Model]] = {
    made.__name__: made for made in (logistic, rbm, gan, denoising)
}
