"""Programs that take longer than they have to, and the same programs mended."""

import time

import numpy

from xorexplain import Model

try:
    import pytensor as theano
    import pytensor.tensor as T
except ImportError:
    import theano
    import theano.tensor as T

rng = numpy.random.RandomState(0)
A = theano.shared(rng.normal(size=(600, 600)), name="A")
B = theano.shared(rng.normal(size=(600, 600)), name="B")
v = theano.shared(rng.normal(size=600), name="v")
x = theano.shared(rng.normal(size=300_000), name="x")


def left_first():
    """Multiply two matrices, and what comes out by a vector."""
    return Model(outputs={"u": T.dot(T.dot(A, B), v)})


def right_first():
    """Multiply a vector by a matrix, and what comes out by a matrix."""
    return Model(outputs={"u": T.dot(A, T.dot(B, v))})


def curve():
    """Bend many numbers by several elementwise ops."""
    bent = T.sqr(x) * 0.5 + x * 2.0 - 1.0
    return Model(outputs={"bent": T.maximum(bent, 0.0) * x + 3.0})


def show(words, function, *arguments):
    """Print what a call takes: the best of five."""
    function(*arguments)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        function(*arguments)
        taken.append(time.perf_counter() - start)
    print(f"{words:40}{1000 * min(taken):9.3f} ms")


def products():
    for model in (left_first, right_first):
        show(model.__name__, theano.function([], model().outputs["u"]))


def calls():
    rows, w = T.dmatrix("rows"), theano.shared(numpy.ones(20), name="w")
    answer = theano.function([rows], T.sum(T.dot(rows, w)))
    cases = rng.normal(size=(1000, 20))
    show("1000 calls of one row", lambda: [answer(case[None, :]) for case in cases])
    show("one call of 1000 rows", answer, cases)


def building():
    t = T.dvector("t")

    def compiled():
        return theano.function([t], T.sum(t**2))

    answer, numbers = compiled(), numpy.ones(3)
    show("build the function, and call it", lambda: compiled()(numbers))
    show("call the one that is there", answer, numbers)


if __name__ == "__main__":
    products()
    calls()
    building()
