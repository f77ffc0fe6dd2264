"""A layer whose bias does not fit, and with the length 4 as argument one that does."""

import sys

import numpy

import xorexplain

try:
    import pytensor as theano
    import pytensor.tensor as T
except ImportError:
    import theano
    import theano.tensor as T

length = int(sys.argv[1]) if len(sys.argv) > 1 else 5

xorexplain.explain_errors()
x = T.dmatrix("x")
W = theano.shared(numpy.ones((3, 4)), name="W")
b = theano.shared(numpy.ones(length), name="b")
hidden = T.tanh(T.dot(x, W) + b)
f = theano.function([x], hidden)
print(f(numpy.ones((2, 3))).round(3))
