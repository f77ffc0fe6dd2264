"""XOR with dropout: training leaves out hidden neurons at random, the test uses all of them."""

import numpy

from xorexplain import Model, engines

engine = engines.choose()
theano, T, sigmoid = engine.module, engine.tensor, engine.sigmoid
KEEP = 0.8
start = numpy.random.RandomState(1234)
X = theano.shared(numpy.array([[0.0, 1], [1, 0], [0, 0], [1, 1]]), name="X")
y = theano.shared(numpy.array([[1.0], [1], [0], [0]]), name="y")
W1 = theano.shared(start.uniform(-1, 1, (2, 5)), name="W1")
W2 = theano.shared(start.uniform(-1, 1, (5, 1)), name="W2")

if engine.name == "pytensor":
    rng = T.random.shared_rng(seed=7, name="rng")
    after, drawn = rng.uniform(size=(4, 5))
    draws = [(rng, after)]
    seeded = rng.set_value
else:
    from theano.tensor.shared_randomstreams import RandomStreams

    stream = RandomStreams(seed=7)
    drawn = stream.uniform(size=(4, 5))
    draws = []  # Theano adds this update by itself.
    seeded = stream.seed

drawn.name = "drawn"
a1 = sigmoid(T.dot(X, W1))
mask = drawn < KEEP
mask.name = "mask"
dropped = a1 * mask / KEEP
dropped.name = "dropped"
cost = T.sum((sigmoid(T.dot(dropped, W2)) - y) ** 2)
cost.name = "cost"
output = sigmoid(T.dot(a1, W2))
output.name = "output"

steps = [(W, W - 0.01 * T.grad(cost, W)) for W in (W1, W2)]


def model():
    return Model(
        outputs={"output": output}, cost=cost, parameters=[W1, W2], updates=[*steps, *draws]
    )


if __name__ == "__main__":
    ask = theano.function([], [cost, mask], updates=draws)
    stuck = theano.function([], cost, **({} if draws else {"no_default_updates": True}))
    test = theano.function([], output)
    for call in range(2):
        value, kept = ask()
        print(f"call {call + 1}: cost {value:.4f}, {int((kept == 0).sum())} of 20 left out")
    seeded(seed=7)
    print(f"started again: cost {ask()[0]:.4f}")
    print(f"without the update of the generator: {stuck():.4f}, {stuck():.4f}")
    print(f"answer for case 1 in a test, twice: {test()[0, 0]:.4f}, {test()[0, 0]:.4f}")
