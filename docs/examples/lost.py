"""Models in which something is no number, and the same models mended."""

import numpy

from xorexplain import Model

try:
    import pytensor as theano
    import pytensor.tensor as T
except ImportError:
    import theano
    import theano.tensor as T

q = theano.shared(numpy.array([0.5, 0.5, 0.0]), name="q")
ARROWS = numpy.array([[0.0, 0.0], [3.0, 4.0]])


def entropy():
    """Weigh the entropy of a distribution that has a zero in it."""
    w = theano.shared(0.5, name="w")
    logs = T.log(q)
    logs.name = "logs"
    terms = q * logs
    terms.name = "terms"
    cost = (w * T.sum(terms) + 1) ** 2
    return descending(cost, w)


def safe_entropy():
    """Take the logarithm of nothing that may be 0."""
    w = theano.shared(0.5, name="w")
    logs = T.log(T.switch(q > 0, q, 1.0))
    logs.name = "logs"
    terms = q * logs
    terms.name = "terms"
    cost = (w * T.sum(terms) + 1) ** 2
    return descending(cost, w)


def lengths():
    """Add up the lengths of arrows, of which one is 0."""
    v = theano.shared(ARROWS, name="v")
    square = T.sum(v**2, axis=1)
    cost = T.sum(T.sqrt(square))
    return descending(cost, v)


def late_lengths():
    """Take the root of 0, and throw it away."""
    v = theano.shared(ARROWS, name="v")
    square = T.sum(v**2, axis=1)
    cost = T.sum(T.switch(square > 0, T.sqrt(square), 0.0))
    return descending(cost, v)


def safe_lengths():
    """Take the root of nothing that may be 0."""
    v = theano.shared(ARROWS, name="v")
    square = T.sum(v**2, axis=1)
    inside = T.switch(square > 0, square, 1.0)
    cost = T.sum(T.switch(square > 0, T.sqrt(inside), 0.0))
    return descending(cost, v)


def growing(rate=0.1):
    """Fit a line through two points with steps that are too large."""
    w = theano.shared(0.0, name="w")
    x = theano.shared(numpy.array([1.0, 6.0]), name="x")
    wrong = x * w - 1
    wrong.name = "wrong"
    cost = T.sum(wrong**2)
    return descending(cost, w, rate)


def fitting():
    """Fit the same line with steps that are small enough."""
    return growing(rate=0.01)


def descending(cost, parameter, rate=0.1):
    """Descend along the gradient; `data` has what is checked be computed at the start."""
    cost.name = "cost"
    step = rate * T.grad(cost, parameter)
    return Model(
        cost=cost,
        parameters=[parameter],
        updates=[(parameter, parameter - step)],
        data={parameter.name: parameter.get_value()},
    )
