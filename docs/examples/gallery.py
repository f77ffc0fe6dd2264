"""Models of several kinds, for `xorexplain graph gallery.py:classifier` and the like.

They run on Theano and on PyTensor; the few differences between the two stand at the top.
"""

import numpy

try:
    import pytensor as theano
    import pytensor.tensor as T

    sigmoid = T.sigmoid

    def softmax(x):
        return T.special.softmax(x, axis=-1)

    def scan(*arguments):
        return theano.scan(*arguments, return_updates=False)

except ImportError:
    import theano
    import theano.tensor as T

    sigmoid, softmax = T.nnet.sigmoid, T.nnet.softmax

    def scan(*arguments):
        return theano.scan(*arguments)[0]


from xorexplain import Model

rng = numpy.random.RandomState(0)


def weights(name, *shape):
    return theano.shared(rng.uniform(-0.5, 0.5, size=shape), name=name)


def descent(cost, parameters, rate):
    gradients = T.grad(cost, parameters)
    return [(p, p - rate * g) for p, g in zip(parameters, gradients, strict=True)]


def regression():
    """A straight line through points, by least squares."""
    x, y = T.dvector("x"), T.dvector("y")
    slope, start = theano.shared(0.0, name="slope"), theano.shared(0.0, name="start")
    line = slope * x + start
    line.name = "line"
    cost = T.mean((line - y) ** 2)
    cost.name = "cost"
    points = numpy.linspace(0, 1, 8)
    return Model(
        outputs={"line": line},
        cost=cost,
        parameters=[slope, start],
        updates=descent(cost, [slope, start], 0.1),
        inputs=[x, y],
        data={"x": points, "y": 2 * points - 1},
    )


def classifier():
    """Points of three classes: one hidden layer with biases, softmax, cross-entropy."""
    x, label = T.dmatrix("x"), T.lvector("label")
    W1, b1 = weights("W1", 2, 8), theano.shared(numpy.zeros(8), name="b1")
    W2, b2 = weights("W2", 8, 3), theano.shared(numpy.zeros(3), name="b2")
    hidden = T.tanh(T.dot(x, W1) + b1)
    hidden.name = "hidden"
    chances = softmax(T.dot(hidden, W2) + b2)
    chances.name = "chances"
    cost = -T.mean(T.log(chances)[T.arange(label.shape[0]), label])
    cost.name = "cost"
    parameters = [W1, b1, W2, b2]
    labels = numpy.arange(9) % 3
    turns = 2 * numpy.pi * labels / 3
    points = numpy.stack([numpy.cos(turns), numpy.sin(turns)], axis=1)
    return Model(
        outputs={"chances": chances},
        cost=cost,
        parameters=parameters,
        updates=descent(cost, parameters, 0.5),
        inputs=[x, label],
        data={"x": points + 0.1 * rng.normal(size=(9, 2)), "label": labels},
    )


def autoencoder():
    """Four numbers through two and back, with one matrix for both ways."""
    x = T.dmatrix("x")
    W = weights("W", 4, 2)
    code = sigmoid(T.dot(x, W))
    code.name = "code"
    restored = sigmoid(T.dot(code, W.T))
    restored.name = "restored"
    cost = T.sum((restored - x) ** 2)
    cost.name = "cost"
    return Model(
        outputs={"restored": restored},
        cost=cost,
        parameters=[W],
        updates=descent(cost, [W], 0.1),
        inputs=[x],
        data={"x": numpy.eye(4)},
    )


def recurrent():
    """A state that a loop carries through a sequence: Scan, and its gradient through time."""
    sequence = T.dmatrix("sequence")
    W, U = weights("W", 2, 3), weights("U", 3, 3)
    states = scan(
        lambda x, state, W, U: T.tanh(T.dot(x, W) + T.dot(state, U)),
        [sequence],
        [T.zeros((3,))],
        [W, U],
    )
    states.name = "states"
    cost = T.sum(states[-1] ** 2)
    cost.name = "cost"
    return Model(
        outputs={"states": states},
        cost=cost,
        parameters=[W, U],
        inputs=[sequence],
        data={"sequence": rng.uniform(size=(5, 2))},
    )


def deep():
    """Eight layers of one kind, for the size of the graph and of its gradient."""
    hidden = theano.shared(rng.uniform(size=(4, 4)), name="x")
    layers = [weights(f"W{n}", 4, 4) for n in range(8)]
    for W in layers:
        hidden = sigmoid(T.dot(hidden, W))
    hidden.name = "output"
    cost = T.sum(hidden**2)
    cost.name = "cost"
    return Model(
        outputs={"output": hidden},
        cost=cost,
        parameters=layers,
        updates=descent(cost, layers, 0.01),
    )
