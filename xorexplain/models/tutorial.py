"""Build the tutorial's network: XOR learned by two layers of sigmoid neurons.

Read it beside the blog post "A quick introduction to using Theano for deep learning, from the
bare-bones to a full neural network". `engine.module` is `theano` (or `pytensor`), and
`engine.tensor` its tensor namespace `T`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xorexplain.models.model import Model

if TYPE_CHECKING:
    from xorexplain.engines import Engine

HIDDEN = 5
LEARNING_RATE = 0.01
STEPS = 60000
SEED = 1234

INPUTS = [[0, 1], [1, 0], [0, 0], [1, 1]]
TARGETS = [[1], [1], [0], [0]]


class Tutorial(Model):
    """Mark the tutorial's own network, about which more can be said than about others."""


def start_weights(hidden: int = HIDDEN, seed: int = SEED) -> tuple[Any, Any]:
    """Draw the weights of both layers that training starts from, W1 first."""
    import numpy

    rng = numpy.random.RandomState(seed)
    first = rng.uniform(-1.0, 1.0, size=(2, hidden))
    return first, rng.uniform(-1.0, 1.0, size=(hidden, 1))


def xor(
    engine: Engine,
    hidden: int = HIDDEN,
    learning_rate: float = LEARNING_RATE,
    seed: int = SEED,
) -> Model:
    """Return the XOR network with `hidden` neurons: float64, X 4 x 2, y 4 x 1, no biases."""
    import numpy

    theano, T = engine.module, engine.tensor
    first, second = start_weights(hidden, seed)

    X = theano.shared(numpy.array(INPUTS, dtype="float64"), name="X")
    y = theano.shared(numpy.array(TARGETS, dtype="float64"), name="y")

    W1 = theano.shared(first, name="W1")
    W2 = theano.shared(second, name="W2")

    output = engine.sigmoid(T.dot(engine.sigmoid(T.dot(X, W1)), W2))
    output.name = "output"

    cost = T.sum((output - y) ** 2)
    cost.name = "cost"

    gradients = T.grad(cost, [W1, W2])
    updates = [(W, W - learning_rate * dW) for W, dW in zip([W1, W2], gradients, strict=True)]

    return Tutorial(
        name="xor",
        outputs={"output": output},
        cost=cost,
        parameters=[W1, W2],
        updates=updates,
    )
