"""Logistic regression, as a model for `xorexplain graph logistic.py`."""

import numpy

try:
    import pytensor as theano
    import pytensor.tensor as T
except ImportError:
    import theano
    import theano.tensor as T

from xorexplain import Model

SAMPLES = numpy.random.RandomState(0).normal(size=(20, 3))


def model():
    x = T.dmatrix("x")
    y = T.dvector("y")
    w = theano.shared(numpy.zeros(3), name="w")
    b = theano.shared(0.0, name="b")

    p = 1 / (1 + T.exp(-T.dot(x, w) - b))
    p.name = "p"
    cost = T.mean(-y * T.log(p) - (1 - y) * T.log(1 - p)) + 0.01 * T.sum(w**2)
    cost.name = "cost"
    gw, gb = T.grad(cost, [w, b])

    return Model(
        name="logistic",
        inputs=[x, y],
        outputs={"p": p},
        cost=cost,
        parameters=[w, b],
        updates=[(w, w - 0.1 * gw), (b, b - 0.1 * gb)],
        # Samples of the inputs: what is computed or trained is computed for these.
        data={"x": SAMPLES, "y": SAMPLES.sum(axis=1) > 0},
    )
