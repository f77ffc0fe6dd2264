"""Time NumPy against a compiled function: a step of training, and what a step is made of."""

import statistics
import time
from functools import partial

import numpy

from xorexplain import engines

engine = engines.choose()
T, shared, function = engine.tensor, engine.module.shared, engine.module.function
RATE = 1e-6
POST = 60000
cases = numpy.array([[0, 1], [1, 0], [0, 0], [1, 1]], dtype="float64")
answers = numpy.array([[1], [1], [0], [0]], dtype="float64")
rng = numpy.random.RandomState(1234)
X, y = shared(cases), shared(answers)
W1, W2 = shared(rng.uniform(-1, 1, (2, 5))), shared(rng.uniform(-1, 1, (5, 1)))


def build():
    output = engine.sigmoid(T.dot(engine.sigmoid(T.dot(X, W1)), W2))
    cost = T.sum((output - y) ** 2)
    gradients = T.grad(cost, [W1, W2])
    updates = [(W, W - RATE * δW) for W, δW in zip([W1, W2], gradients, strict=True)]
    return function([], cost, updates=updates)


def sigmoid(z):
    return 1 / (1 + numpy.exp(-z))


def by_numpy(X, y, W1, W2):
    a1 = sigmoid(X @ W1)
    output = sigmoid(a1 @ W2)
    d1 = output - y
    δz2 = 2 * d1 * output * (1 - output)
    δz1 = δz2 @ W2.T * a1 * (1 - a1)
    W1 -= RATE * (X.T @ δz1)
    W2 -= RATE * (a1.T @ δz2)
    return (d1**2).sum()


def polynomial(x):
    return (2 * x + 1) ** 2 - 3 * x**2 + x / 7


def medians(calls, rounds):
    """Return the median microseconds of each call; they take turns, in the same moments."""
    times = [[] for _ in calls]
    for _ in range(rounds):
        for call, taken in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            taken.append(1e6 * (time.perf_counter() - start))
    return [statistics.median(taken) for taken in times]


def compared(what, calls, rounds):
    one, other = medians(calls, rounds)
    ratio = max(one, other) / min(one, other)
    winner = "compiled" if other < one else "NumPy"
    verdict = f"{winner}, {ratio:.1f} times" if ratio > 1.05 else "neither"
    print(f"{what:12}{verdict:20}{one:8.1f} µs {other:8.1f} µs")
    # What is printed, so that a reader who divides comes to the same number of steps.
    return round(one, 1) - round(other, 1)


print(f"{'':12}{'faster':20}{'NumPy':>11} {'compiled':>11}")
start = time.perf_counter()
train = build()
train()  # Numba compiles at the first call.
building = time.perf_counter() - start
saved = []
for copies, rounds in ((1, 2000), (25, 2000), (250, 1000), (2_500, 300)):
    X.set_value(numpy.tile(cases, (copies, 1)))
    y.set_value(numpy.tile(answers, (copies, 1)))
    arrays = [one.get_value() for one in (X, y, W1, W2)]
    calls = [partial(by_numpy, *arrays), train]
    saved.append(compared(f"{4 * copies} cases", calls, rounds))
x = rng.uniform(-1, 1, 200_000)
v = shared(x)
exp, chain = function([], T.exp(v)), function([], polynomial(v))
exp(), chain()
compared("exp(x)", [partial(numpy.exp, x), exp], 50)
compared("polynomial", [partial(polynomial, x), chain], 50)
print(f"{'building':12}{building:.2f} s")
if saved[0] > 0:
    steps = float(f"{1e6 * round(building, 2) / saved[0]:.3g}")
    verdict = "paid back" if steps <= POST else "not paid back"
    print(f"{'saved':12}{saved[0]:.1f} µs in a step of 4 cases")
    print(f"{'paid back':12}after about {steps:.0f} steps\n{'the post':12}{POST} steps: {verdict}")
