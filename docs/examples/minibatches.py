"""Linear regression over mini-batches that the function cuts out of shared data."""

import numpy

try:
    import pytensor as theano
    import pytensor.tensor as T
except ImportError:
    import theano
    import theano.tensor as T

from xorexplain import Model

ROWS = numpy.random.RandomState(1).uniform(size=(12, 3))


def model():
    train_x = theano.shared(ROWS, name="train_x")
    train_y = theano.shared(ROWS.sum(axis=1), name="train_y")
    index, x, y = T.lscalar("index"), T.dmatrix("x"), T.dvector("y")
    w = theano.shared(numpy.zeros(3), name="w")

    p = T.dot(x, w)
    p.name = "p"
    cost = T.mean((p - y) ** 2)
    cost.name = "cost"
    batch = slice(4 * index, 4 * (index + 1))

    return Model(
        outputs={"p": p},
        cost=cost,
        parameters=[w],
        updates=[(w, w - 0.1 * T.grad(cost, w))],
        inputs=[index],
        givens={x: train_x[batch], y: train_y[batch]},
        data={"index": 0},
    )
