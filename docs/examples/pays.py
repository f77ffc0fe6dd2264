"""Time a step of training by NumPy and by a compiled function, of few cases and of many."""

import time

import numpy

from xorexplain import engines

engine = engines.choose()
T, shared = engine.tensor, engine.module.shared
RATE = 1e-6
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
    return engine.module.function([], cost, updates=updates)


def sigmoid(z):
    return 1 / (1 + numpy.exp(-z))


def by_numpy(X, y, W1, W2):
    a1 = sigmoid(X @ W1)
    output = sigmoid(a1 @ W2)
    d1 = output - y
    δz2 = 2 * d1 * output * (1 - output)
    δz1 = δz2 @ W2.T * a1 * (1 - a1)
    W1 -= RATE * X.T @ δz1
    W2 -= RATE * a1.T @ δz2
    return (d1**2).sum()


def seconds(call, *arguments, times):
    """Return the seconds of one call: the best of five rounds."""
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(times):
            call(*arguments)
        rounds.append(time.perf_counter() - start)
    return min(rounds) / times


start = time.perf_counter()
train = build()
train()  # Numba compiles at the first call.
building = time.perf_counter() - start
print(f"building: {building:.2f} s")
for copies, times in ((1, 2000), (25_000, 5)):
    X.set_value(numpy.tile(cases, (copies, 1)))
    y.set_value(numpy.tile(answers, (copies, 1)))
    arrays = [one.get_value() for one in (X, y, W1, W2)]
    one, other = seconds(by_numpy, *arrays, times=times), seconds(train, times=times)
    print(
        f"{4 * copies:6} cases: NumPy {1e6 * one:6.0f} µs a step, compiled {1e6 * other:6.0f} µs; "
        f"building is paid back after about {float(f'{building / (one - other):.1g}'):.0f} steps"
        if one > other
        else f"{4 * copies:6} cases: NumPy {1e6 * one:.0f} µs, compiled {1e6 * other:.0f} µs"
    )
