"""Models in which something is wrong; each page of troubles mends them."""

import numpy

from xorexplain import Model, engines

engine = engines.choose()
theano, T = engine.module, engine.tensor

X = theano.shared(numpy.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0], [1.0, 1.0]]), name="X")
y = theano.shared(numpy.array([1.0, 1.0, 0.0, 1.0]), name="y")
q = theano.shared(numpy.array([0.5, 0.5, 0.0]), name="q")


def counted() -> Model:
    """Minimise how many answers are wrong."""
    w = theano.shared(numpy.array([0.1, -0.2]), name="w")
    p = engine.sigmoid(T.dot(X, w))
    p.name = "p"
    wrong = T.sum(T.neq(p > 0.5, y > 0.5))
    wrong.name = "wrong"
    return Model(outputs={"p": p}, cost=T.cast(wrong, "float64"), parameters=[w])


def entropy() -> Model:
    """Weigh the entropy of a distribution that has a zero in it."""
    w = theano.shared(0.5, name="w")
    cost = -w * T.sum(q * T.log(q))
    cost.name = "cost"
    return Model(cost=cost, parameters=[w])


def squared() -> Model:
    """Minimise how far the answers are off."""
    w = theano.shared(numpy.array([0.1, -0.2]), name="w")
    p = engine.sigmoid(T.dot(X, w))
    p.name = "p"
    cost = T.sum((p - y) ** 2)
    cost.name = "cost"
    return Model(outputs={"p": p}, cost=cost, parameters=[w], updates=[(w, w - T.grad(cost, w))])


def safe_entropy() -> Model:
    """Take the logarithm of nothing that may be 0."""
    w = theano.shared(0.5, name="w")
    cost = -w * T.sum(q * T.log(T.switch(q > 0, q, 1.0)))
    cost.name = "cost"
    return Model(cost=cost, parameters=[w])


def misfit() -> Model:
    """Multiply what does not fit."""
    W = theano.shared(numpy.ones((3, 1)), name="W")
    p = engine.sigmoid(T.dot(X, W))
    p.name = "p"
    return Model(outputs={"p": p})
