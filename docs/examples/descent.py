"""Fit a line by gradient descent, with the engine that is installed."""

import importlib.util
import sys

import numpy

if importlib.util.find_spec("theano"):
    import theano as engine
    import theano.tensor as T
else:
    import pytensor as engine
    import pytensor.tensor as T

x = T.dvector("x")
y = T.dvector("y")
a = engine.shared(0.0, name="a")
b = engine.shared(0.0, name="b")
cost = T.mean((a * x + b - y) ** 2)
slopes = engine.grad(cost, [a, b])
updates = [(a, a - 0.1 * slopes[0]), (b, b - 0.1 * slopes[1])]
step = engine.function([x, y], cost, updates=updates)
predict = engine.function([x], a * x + b)

given = numpy.linspace(-1, 1, 20)
for _ in range(int(sys.argv[1])):
    step(given, 3 * given + 1)
sys.stdout.write(f"{predict(numpy.array([0.0, 1.0])).round(3)}\n")
