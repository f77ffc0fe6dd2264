"""Ten networks as people built them with Lasagne 0.1, and how Lasagne is brought to import.

Lasagne 0.1 is of 2015 and imports `theano.tensor.signal.downsample`, which Theano 1.0 renamed.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy

from xorexplain import Model
from xorexplain.engines import choose


@cache
def load() -> Any:
    """Import Lasagne, with Theano's pooling under the name it had in 2015."""
    choose("theano")
    pool = importlib.import_module("theano.tensor.signal.pool")
    old = types.ModuleType("theano.tensor.signal.downsample")

    def max_pool_2d(input: Any, ds: Any, st: Any = None, padding: Any = (0, 0), **more: Any) -> Any:
        return pool.pool_2d(input, ds, stride=st, pad=padding, **more)

    old.max_pool_2d = max_pool_2d  # type: ignore[attr-defined]
    sys.modules["theano.tensor.signal.downsample"] = old
    importlib.import_module("theano.tensor.signal").downsample = old
    return importlib.import_module("lasagne")


def is_installed() -> bool:
    """Tell whether Lasagne and Theano are here."""
    return all(importlib.util.find_spec(name) is not None for name in ("theano", "lasagne"))


def _random(*shape: int) -> Any:
    return numpy.random.RandomState(len(shape)).uniform(-1, 1, size=shape)


def _classifier(
    network: Any, inputs: Any, data: Any, update: Callable[..., Any], regularized: bool = False
) -> Model:
    """Make a model of a network whose last layer gives the probabilities of 3 classes."""
    lasagne, T = load(), choose("theano").tensor
    labels = T.ivector("labels")
    output = lasagne.layers.get_output(network)
    output.name = "output"
    cost = lasagne.objectives.categorical_crossentropy(output, labels).mean()
    if regularized:
        l2 = lasagne.regularization.l2
        cost = cost + 0.01 * lasagne.regularization.regularize_network_params(network, l2)
    cost.name = "cost"
    parameters = lasagne.layers.get_all_params(network, trainable=True)
    return Model(
        outputs={"output": output},
        cost=cost,
        parameters=parameters,
        updates=update(cost, parameters),
        inputs=[inputs, labels],
        data={
            str(inputs.name): data,
            "labels": numpy.arange(len(data), dtype="int32") % 3,
        },
    )


def _begin(shape: tuple[int, ...]) -> tuple[Any, Any, Any, Any]:
    """Return Lasagne, its layers, an input variable and its layer; seeds make weights the same."""
    lasagne = load()
    lasagne.random.set_rng(numpy.random.RandomState(3))
    T = choose("theano").tensor
    x = {2: T.dmatrix, 3: T.dtensor3, 4: T.dtensor4}[len(shape)]("x")
    return lasagne, lasagne.layers, x, lasagne.layers.InputLayer(shape, x, name="in")


def _probabilities(lasagne: Any, below: Any) -> Any:
    softmax = lasagne.nonlinearities.softmax
    return lasagne.layers.DenseLayer(below, 3, nonlinearity=softmax, name="top")


def logistic() -> Model:
    """Softmax regression with stochastic gradient descent."""
    lasagne, _, x, below = _begin((4, 5))
    update = lambda cost, ps: lasagne.updates.sgd(cost, ps, 0.1)  # noqa: E731
    return _classifier(_probabilities(lasagne, below), x, _random(4, 5), update)


def dense() -> Model:
    """Two dense layers with tanh and rectifier, Nesterov momentum, an L2 penalty."""
    lasagne, layers, x, below = _begin((4, 5))
    below = layers.DenseLayer(below, 6, nonlinearity=lasagne.nonlinearities.tanh, name="one")
    below = layers.DenseLayer(below, 4, nonlinearity=lasagne.nonlinearities.rectify, name="two")
    update = lambda cost, ps: lasagne.updates.nesterov_momentum(cost, ps, 0.1, 0.9)  # noqa: E731
    return _classifier(_probabilities(lasagne, below), x, _random(4, 5), update, regularized=True)


def dropout() -> Model:
    """A dense layer after dropout, Adam."""
    lasagne, layers, x, below = _begin((4, 5))
    below = layers.DropoutLayer(below, p=0.5)
    below = layers.DenseLayer(below, 6, name="one")
    update = lambda cost, ps: lasagne.updates.adam(cost, ps, 0.01)  # noqa: E731
    return _classifier(_probabilities(lasagne, below), x, _random(4, 5), update)


def convolution() -> Model:
    """A convolution and a dense layer, Adagrad."""
    lasagne, layers, x, below = _begin((3, 1, 6, 6))
    below = layers.Conv2DLayer(below, 2, (3, 3), name="conv")
    update = lambda cost, ps: lasagne.updates.adagrad(cost, ps, 0.1)  # noqa: E731
    return _classifier(_probabilities(lasagne, below), x, _random(3, 1, 6, 6), update)


def pooling() -> Model:
    """A dense network on pooled pictures, RMSprop."""
    lasagne, layers, x, below = _begin((3, 1, 6, 6))
    below = layers.MaxPool2DLayer(below, (2, 2))
    below = layers.DenseLayer(below, 4, name="one")
    update = lambda cost, ps: lasagne.updates.rmsprop(cost, ps, 0.01)  # noqa: E731
    return _classifier(_probabilities(lasagne, below), x, _random(3, 1, 6, 6), update)


def recurrent() -> Model:
    """A vanilla recurrent layer, of which the last step is read, Adadelta."""
    lasagne, layers, x, below = _begin((2, 4, 3))
    below = layers.RecurrentLayer(below, 3, name="rnn")
    below = layers.SliceLayer(below, -1, axis=1)
    update = lambda cost, ps: lasagne.updates.adadelta(cost, ps)  # noqa: E731
    return _classifier(_probabilities(lasagne, below), x, _random(2, 4, 3), update)


def gru() -> Model:
    """A GRU layer with clipped gradients, SGD."""
    lasagne, layers, x, below = _begin((2, 4, 3))
    below = layers.GRULayer(below, 2, name="gru")
    below = layers.SliceLayer(below, -1, axis=1)
    update = lambda cost, ps: lasagne.updates.sgd(cost, ps, 0.1)  # noqa: E731
    return _classifier(_probabilities(lasagne, below), x, _random(2, 4, 3), update)


def lstm() -> Model:
    """An LSTM layer, momentum."""
    lasagne, layers, x, below = _begin((2, 3, 3))
    below = layers.LSTMLayer(below, 2, name="lstm")
    below = layers.SliceLayer(below, -1, axis=1)
    update = lambda cost, ps: lasagne.updates.momentum(cost, ps, 0.1)  # noqa: E731
    return _classifier(_probabilities(lasagne, below), x, _random(2, 3, 3), update)


def autoencoder() -> Model:
    """An autoencoder with tied weights in a layer of its own and a squared error."""
    lasagne, layers, x, below = _begin((4, 5))
    T, sigmoid = choose("theano").tensor, lasagne.nonlinearities.sigmoid
    hidden = layers.DenseLayer(below, 3, nonlinearity=sigmoid, name="code")

    class Tied(layers.Layer):  # type: ignore[name-defined, misc]
        def __init__(self, incoming: Any, of: Any) -> None:
            super().__init__(incoming, name="back")
            self.W = self.add_param(of.W, of.W.get_value().shape, name="W")
            self.b = self.add_param(lasagne.init.Constant(0), (5,), name="b")

        def get_output_for(self, input: Any, **_: Any) -> Any:
            return sigmoid(T.dot(input, self.W.T) + self.b)

    network = Tied(hidden, hidden)
    output = layers.get_output(network)
    output.name = "output"
    cost = lasagne.objectives.squared_error(output, x).mean()
    cost.name = "cost"
    parameters = layers.get_all_params(network, trainable=True)
    return Model(
        outputs={"output": output},
        cost=cost,
        parameters=parameters,
        updates=lasagne.updates.sgd(cost, parameters, 0.5),
        inputs=[x],
        data={"x": abs(_random(4, 5))},
    )


def embedding() -> Model:
    """Word vectors, their mean over a sentence, Adam with a norm constraint."""
    lasagne = load()
    lasagne.random.set_rng(numpy.random.RandomState(3))
    layers = lasagne.layers
    words = choose("theano").tensor.imatrix("words")
    below = layers.InputLayer((3, 4), words)
    below = layers.EmbeddingLayer(below, 7, 5, name="words")
    below = layers.GlobalPoolLayer(layers.DimshuffleLayer(below, (0, 2, 1)))
    network = _probabilities(lasagne, below)

    def update(cost: Any, parameters: Any) -> Any:
        updates = lasagne.updates.adam(cost, parameters, 0.01)
        updates[network.W] = lasagne.updates.norm_constraint(updates[network.W], 1.0)
        return updates

    data = numpy.arange(12, dtype="int32").reshape(3, 4) % 7
    return _classifier(network, words, data, update)


NETWORKS: dict[str, Callable[[], Model]] = {
    network.__name__: network
    for network in (
        logistic,
        dense,
        dropout,
        convolution,
        pooling,
        recurrent,
        gru,
        lstm,
        autoencoder,
        embedding,
    )
}
