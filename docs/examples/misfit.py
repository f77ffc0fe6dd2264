"""Models whose shapes do not fit, or fit in another way than meant; and the same models mended."""

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


def product():
    """Multiply four rows of two numbers by a column of three."""
    W = theano.shared(numpy.ones((3, 1)), name="W")
    p = sigmoid(T.dot(X, W))
    p.name = "p"
    return Model(outputs={"p": p})


def fitting():
    """Multiply them by a column of two."""
    W = theano.shared(numpy.ones((2, 1)), name="W")
    p = sigmoid(T.dot(X, W))
    p.name = "p"
    return Model(outputs={"p": p})


def repeated():
    """Subtract a vector from a column."""
    W = theano.shared(numpy.zeros((2, 1)), name="W")
    p = sigmoid(T.dot(X, W))
    return trained(p, W)


def column():
    """Subtract a vector from a vector."""
    W = theano.shared(numpy.zeros((2, 1)), name="W")
    p = sigmoid(T.dot(X, W))[:, 0]
    return trained(p, W)


def trained(p, W):
    error = p - y
    cost = T.sum(error**2)
    p.name, error.name, cost.name = "p", "error", "cost"
    updates = [(W, W - 0.1 * T.grad(cost, W))]
    return Model(outputs={"p": p}, cost=cost, parameters=[W], updates=updates)


if __name__ == "__main__":
    print(product().outputs["p"].eval())
