"""Models that do not learn, and the same models mended."""

import numpy

from xorexplain import Model

try:
    import pytensor as theano
    import pytensor.tensor as T

    sigmoid = T.sigmoid
except ImportError:
    import theano
    import theano.tensor as T

    sigmoid = T.nnet.sigmoid

X = theano.shared(numpy.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0], [1.0, 1.0]]), name="X")
y = theano.shared(numpy.array([1.0, 1.0, 0.0, 1.0]), name="y")
pixels = numpy.array([[152.0, 201.0], [190.0, 130.0], [10.0, 20.0], [240.0, 250.0]])
grey = theano.shared(pixels, name="grey")
is_dark = theano.shared(numpy.array([0.0, 0.0, 1.0, 0.0]), name="is_dark")


def trained(p, cost, w, rate):
    p.name, cost.name = "p", "cost"
    updates = [(w, w - rate * T.grad(cost, w))]
    return Model(outputs={"p": p}, cost=cost, parameters=[w], updates=updates)


def counted():
    """Minimise how many answers are wrong."""
    w = theano.shared(numpy.array([0.1, -0.2]), name="w")
    p = sigmoid(T.dot(X, w))
    cost = T.sum(abs((p > 0.5) - y))
    return trained(p, cost, w, rate=1.0)


def squared():
    """Minimise how far the answers are off."""
    w = theano.shared(numpy.array([0.1, -0.2]), name="w")
    p = sigmoid(T.dot(X, w))
    cost = T.sum((p - y) ** 2)
    return trained(p, cost, w, rate=1.0)


def saturated():
    """Tell dark pixels from their grey values, 0 to 255."""
    w = theano.shared(numpy.array([0.3, 0.4]), name="w")
    p = sigmoid(T.dot(grey, w))
    cost = T.sum((p - is_dark) ** 2)
    return trained(p, cost, w, rate=1.0)


def scaled():
    """Tell them from grey values around 0, -0.5 to 0.5."""
    w = theano.shared(numpy.array([0.3, 0.4]), name="w")
    p = sigmoid(T.dot(grey / 255 - 0.5, w))
    cost = T.sum((p - is_dark) ** 2)
    return trained(p, cost, w, rate=1.0)


def off():
    """Answer by a ReLU that is off in every case."""
    w = theano.shared(numpy.array([-0.5, -0.2]), name="w")
    p = T.maximum(T.dot(X, w), 0.0)
    return trained(p, T.sum((p - y) ** 2), w, rate=0.1)


def blank():
    """Learn from an input that is 0 in every case."""
    w = theano.shared(numpy.array([0.1, -0.2]), name="w")
    unlit = theano.shared(numpy.zeros((4, 2)), name="unlit")
    p = sigmoid(T.dot(unlit, w))
    return trained(p, T.sum((p - y) ** 2), w, rate=1.0)


def shaped():
    """Read no value of the weight, only its shape."""
    w = theano.shared(numpy.array([0.1, -0.2]), name="w")
    return Model(cost=T.sum((T.ones_like(w) - 2.0) ** 2), parameters=[w])


def two_layers(W1, W2):
    """Compute XOR's answers with two layers, and minimise how far they are off."""
    W1, W2 = theano.shared(W1, name="W1"), theano.shared(W2, name="W2")
    target = numpy.array([[1.0], [1.0], [0.0], [0.0]])
    p = sigmoid(T.dot(sigmoid(T.dot(X, W1)), W2))
    cost = T.sum((p - target) ** 2)
    p.name, cost.name = "p", "cost"
    updates = [(W, W - T.grad(cost, W)) for W in (W1, W2)]
    return Model(outputs={"p": p}, cost=cost, parameters=[W1, W2], updates=updates)


def zeros():
    """Start with zeros."""
    return two_layers(numpy.zeros((2, 5)), numpy.zeros((5, 1)))


def random():
    """Start with random numbers."""
    rng = numpy.random.RandomState(1234)
    return two_layers(rng.uniform(-1, 1, (2, 5)), rng.uniform(-1, 1, (5, 1)))


if __name__ == "__main__":
    model = saturated()
    p = model.outputs["p"].eval()
    print("p        ", p)
    print("p (1 - p)", p * (1 - p))
    print("gradient ", T.grad(model.cost, model.parameters[0]).eval())
