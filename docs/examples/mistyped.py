"""A function whose update has another dtype than the weight, which the engine refuses."""

import numpy

import xorexplain
from xorexplain import engines

engine = engines.choose()
T, shared = engine.tensor, engine.module.shared  # theano or pytensor

xorexplain.explain_errors()
x, rate = T.fvector("x"), T.dscalar("rate")
w = shared(numpy.ones(3, "float32"), name="w")
cost = T.sqr(w * x).sum()
step = rate * engine.grad(cost, [w])[0]
train = engine.module.function([x, rate], cost, updates=[(w, w - step)])
