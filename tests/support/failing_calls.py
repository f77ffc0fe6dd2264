"""Programs whose calls fail, as people write them: each says what an explanation must find.

`made` builds the graph and returns the inputs, the results and the arguments of the call that
fails. `line` is a part of the line that is to blame, `says` what the explanation must say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy
from failing_compiles import own_op

from xorexplain.engines import Engine

Made = tuple[list[Any], Any, list[Any]]


@dataclass(frozen=True)
class Case:
    """Hold a failing program and what is to be found of it."""

    made: Callable[[Engine], Made]
    problem: str
    says: tuple[str, ...]
    line: str
    raising: tuple[str, ...] = ("theano", "pytensor")
    """Engines that raise an error."""

    @property
    def name(self) -> str:
        """The name of the program."""
        return self.made.__name__


def bias_too_long(engine: Engine) -> Made:
    T, shared = engine.tensor, engine.module.shared
    x = T.dmatrix("x")
    W = shared(numpy.ones((3, 4)), name="W")
    b = shared(numpy.ones(5), name="b")
    hidden = T.tanh(T.dot(x, W) + b)
    return [x], hidden.sum(), [numpy.ones((2, 3))]


def weights_not_transposed(engine: Engine) -> Made:
    T, shared = engine.tensor, engine.module.shared
    X = T.dmatrix("X")
    W = shared(numpy.ones((4, 3)), name="W")
    y = T.dot(X * 2, W)
    return [X], y.mean(), [numpy.ones((5, 3))]


def vector_for_matrix(engine: Engine) -> Made:
    T = engine.tensor
    A, v = T.dmatrix("A"), T.dvector("v")
    y = T.dot(A, v) ** 2
    return [A, v], y, [numpy.ones((2, 3)), numpy.ones(4)]


def columns_of_batch(engine: Engine) -> Made:
    T = engine.tensor
    x, mask = T.dmatrix("x"), T.dmatrix("mask")
    kept = x * mask
    return [x, mask], kept.sum(axis=1), [numpy.ones((4, 3)), numpy.ones((4, 1))]


def in_the_gradient(engine: Engine) -> Made:
    T, shared = engine.tensor, engine.module.shared
    x, t = T.dvector("x"), T.dvector("t")
    w = shared(numpy.ones(3), name="w")
    cost = ((T.tanh(x * w) - t) ** 2).sum()
    return [x, t], engine.grad(cost, [w])[0], [numpy.ones(3), numpy.ones(2)]


def row_outside(engine: Engine) -> Made:
    T, shared = engine.tensor, engine.module.shared
    E = shared(numpy.arange(20.0).reshape(10, 2), name="E")
    i = T.lscalar("i")
    row = E[i]
    return [i], (row**2).sum(), [12]


def words_outside(engine: Engine) -> Made:
    T, shared = engine.tensor, engine.module.shared
    E = shared(numpy.arange(20.0).reshape(10, 2), name="E")
    words = T.lvector("words")
    picked = E[words]
    return [words], picked.sum(), [[3, 11, -14]]


def labels_of_another_batch(engine: Engine) -> Made:
    T, shared = engine.tensor, engine.module.shared
    rows, labels = T.lvector("rows"), T.lvector("labels")
    P = shared(numpy.ones((3, 4)), name="P")
    chosen = P[rows, labels]
    return [rows, labels], T.log(chosen).sum(), [numpy.arange(3), numpy.array([0, 1, 2, 3])]


def column_outside(engine: Engine) -> Made:
    T = engine.tensor
    P, labels = T.dmatrix("P"), T.lvector("labels")
    chosen = P[T.arange(3), labels]
    return [P, labels], chosen.sum(), [numpy.ones((3, 4)), [0, 4, 1]]


def written_outside(engine: Engine) -> Made:
    T = engine.tensor
    x, i = T.dvector("x"), T.lscalar("i")
    y = T.set_subtensor(x[i], 0.0)
    return [x, i], y.sum(), [numpy.ones(3), 3]


def part_too_long(engine: Engine) -> Made:
    T, shared = engine.tensor, engine.module.shared
    counts = shared(numpy.zeros((4, 3)), name="counts")
    d = T.dvector("d")
    y = T.inc_subtensor(counts[1], 2 * d)
    return [d], y.sum(), [numpy.ones(4)]


def filters_of_other_images(engine: Engine) -> Made:
    images, filters = engine.tensor.dtensor4("images"), engine.tensor.dtensor4("filters")
    conv2d = engine.tensor.nnet.conv2d
    y = conv2d(images, filters)
    return [images, filters], y.sum(), [numpy.ones((1, 3, 8, 8)), numpy.ones((4, 2, 3, 3))]


def no_inverse(engine: Engine) -> Made:
    A = engine.tensor.dmatrix("A")
    inverse = linalg(engine).matrix_inverse(A) if engine.name == "theano" else linalg(engine).inv(A)
    return [A], inverse, [numpy.array([[1.0, 2.0], [2.0, 4.0]])]


def not_definite(engine: Engine) -> Made:
    T = engine.tensor
    K = T.dmatrix("K")
    L = decompositions(engine).cholesky(K)
    return [K], L.sum(), [numpy.array([[1.0, 2.0], [2.0, 1.0]])]


def not_square(engine: Engine) -> Made:
    A = engine.tensor.dmatrix("A")
    d = linalg(engine).det(A)
    return [A], d, [numpy.ones((2, 3))]


def does_not_reshape(engine: Engine) -> Made:
    x = engine.tensor.dvector("x")
    square = (x + 1).reshape((3, 3))
    return [x], square.sum(), [numpy.ones(8)]


def does_not_join(engine: Engine) -> Made:
    T = engine.tensor
    a, b = T.dmatrix("a"), T.dmatrix("b")
    both = T.concatenate([a, b], axis=0)
    return [a, b], both.sum(), [numpy.ones((2, 3)), numpy.ones((2, 4))]


def asserted(engine: Engine) -> Made:
    x = engine.tensor.dvector("x")
    checked = assert_op(engine)("x must not be negative")(x, engine.tensor.all(x >= 0))
    return [x], checked.sum(), [numpy.array([1.0, -1.0])]


def too_few_dimensions(engine: Engine) -> Made:
    x = engine.tensor.dmatrix("x")
    return [x], x.sum(), [numpy.ones(3)]


def floats_for_integers(engine: Engine) -> Made:
    i = engine.tensor.lvector("i")
    return [i], i.sum(), [numpy.array([0.5, 1.0])]


def doubles_for_singles(engine: Engine) -> Made:
    x = engine.tensor.fvector("x")
    return [x], x.sum(), [numpy.array([0.1, 0.2])]


def one_too_few(engine: Engine) -> Made:
    T = engine.tensor
    x, y = T.dscalar("x"), T.dscalar("y")
    return [x, y], x + y, [1.0]


def one_too_many(engine: Engine) -> Made:
    x = engine.tensor.dscalar("x")
    return [x], x + 1, [1.0, 2.0]


def words_for_numbers(engine: Engine) -> Made:
    x = engine.tensor.dvector("x")
    return [x], x + 1, ["three"]


def nothing_for_numbers(engine: Engine) -> Made:
    x = engine.tensor.dvector("x")
    return [x], x.sum(), [None]


def negative_length(engine: Engine) -> Made:
    T = engine.tensor
    n = T.lscalar("n")
    padding = T.zeros((n - 4,))
    return [n], padding.sum(), [1]


def in_a_loop(engine: Engine) -> Made:
    T, shared = engine.tensor, engine.module.shared
    xs, h0 = T.dmatrix("xs"), T.dvector("h0")
    U = shared(numpy.ones((3, 3)), name="U")

    def step(x_t, h):  # type: ignore[no-untyped-def]
        # PyTensor shares what is alike inside of loops, and then no line and no name is certain.
        mixed = T.dot(h, T.sinh(U))
        return T.tanh(x_t + mixed)

    states, _ = scan(engine, step, xs, h0)
    return [xs, h0], states[-1].sum(), [numpy.ones((5, 4)), numpy.ones(3)]


def linalg(engine: Engine) -> Any:
    """Return the module of matrix functions."""
    return getattr(engine.tensor, "nlinalg" if engine.name == "theano" else "linalg")


def empty_at_the_end(engine: Engine) -> Made:
    T = engine.tensor
    x, start = T.dmatrix("x"), T.lscalar("start")
    batch = x[start : start + 2]
    best = T.max(batch, axis=0)
    return [x, start], best.sum(), [numpy.ones((4, 3)), 4]


def sequence_too_short(engine: Engine) -> Made:
    T = engine.tensor
    xs, h0 = T.dvector("xs"), T.dscalar("h0")
    states, _ = scan(engine, lambda x_t, h: h * 2 + x_t, xs, h0, n_steps=8)
    return [xs, h0], states.sum(), [numpy.ones(5), 0.0]


def parts_of_other_lengths(engine: Engine) -> Made:
    T = engine.tensor
    x, n = T.dvector("x"), T.lvector("n")
    again = T.extra_ops.repeat(x, n)
    return [x, n], again.sum(), [numpy.ones(3), [1, 2]]


def scale_below_zero(engine: Engine) -> Made:
    from importlib import import_module

    streams = import_module("theano.tensor.shared_randomstreams").RandomStreams(1)
    s = engine.tensor.dscalar("s")
    drawn = streams.normal((3,), 0.0, s)
    return [s], drawn * 2, [-1.0]


def class_outside(engine: Engine) -> Made:
    T = engine.tensor
    scores, t = T.dmatrix("scores"), T.lvector("t")
    picked = scores[T.arange(t.shape[0]), t]
    return [scores, t], picked.mean(), [numpy.ones((4, 3)), [0, 1, 2, 3]]


def means_of_another_length(engine: Engine) -> Made:
    from importlib import import_module

    streams = import_module("theano.tensor.shared_randomstreams").RandomStreams(1)
    means = engine.tensor.dvector("means")
    drawn = streams.normal((17,), means, 1.0)
    return [means], drawn * 2, [numpy.zeros(2)]


def total_as_vector(engine: Engine) -> Made:
    x = engine.tensor.dvector("x")
    total = own_op(engine, perform=numpy.sum)(x)
    return [x], total[:2] ** 2, [numpy.ones(3)]


def decompositions(engine: Engine) -> Any:
    """Return the module of decompositions of matrices."""
    from importlib import import_module

    return import_module(
        "theano.tensor.slinalg" if engine.name == "theano" else "pytensor.tensor.linalg"
    )


def assert_op(engine: Engine) -> Any:
    """Return the op that asserts."""
    from importlib import import_module

    home = "theano.tensor.opt" if engine.name == "theano" else "pytensor.raise_op"
    return import_module(home).Assert


def scan(engine: Engine, step: Any, sequence: Any, state: Any, **options: Any) -> Any:
    """Loop over the rows of a sequence; PyTensor returns the updates on request only."""
    options |= {"sequences": [sequence], "outputs_info": [state]}
    if engine.name == "theano":
        return engine.module.scan(step, **options)
    return engine.module.scan(step, return_updates=False, **options), {}


CASES = (
    Case(
        bias_too_long,
        "dimension mismatch",
        ("dot(x, W) is 2 × 4, b has 5", "4 and 5 do not fit"),
        "hidden = T.tanh(T.dot(x, W) + b)",
    ),
    Case(
        weights_not_transposed,
        "dimension mismatch",
        ("2 × X is 5 × 3, W is 4 × 3", "3 columns do not meet 4 rows"),
        "y = T.dot(X * 2, W)",
    ),
    Case(
        vector_for_matrix,
        "dimension mismatch",
        ("A is 2 × 3, v", "3 columns do not meet 4 "),
        "y = T.dot(A, v) ** 2",
    ),
    Case(
        columns_of_batch,
        "broadcasting forbidden",
        ("x is 4 × 3, mask is 4 × 1", "mask has length 1 along axis 1"),
        "kept = x * mask",
    ),
    Case(
        in_the_gradient,
        "dimension mismatch",
        ("has 3, t has 2",),
        "cost = ((T.tanh(x * w) - t) ** 2).sum()",
    ),
    Case(row_outside, "index out of bounds", ("i is 12, and E has 10 rows",), "row = E[i]"),
    Case(
        words_outside,
        "index out of bounds",
        ("words is 11, and 1 more are, and E has 10 rows",),
        "picked = E[words]",
    ),
    Case(
        labels_of_another_batch,
        "dimension mismatch",
        ("rows has 3, labels has 4",),
        "chosen = P[rows, labels]",
    ),
    Case(
        column_outside,
        "index out of bounds",
        ("labels is 4, and P has 4 elements along axis 1",),
        "chosen = P[T.arange(3), labels]",
    ),
    Case(
        written_outside,
        "index out of bounds",
        ("i is 3, and x has 3 elements",),
        "y = T.set_subtensor(x[i], 0.0)",
    ),
    Case(
        part_too_long,
        "dimension mismatch",
        ("2 × d has 4, and the part of counts that it goes into has 3",),
        "y = T.inc_subtensor(counts[1], 2 * d)",
    ),
    Case(
        filters_of_other_images,
        "dimension mismatch",
        ("images with 3 channels do not meet filters that read 2",),
        "y = conv2d(images, filters)",
        ("theano",),
    ),
    Case(
        no_inverse,
        "singular matrix",
        ("A is singular: its rank is 1, it has 2 rows",),
        "inverse = ",
    ),
    Case(
        not_definite,
        "not positive definite",
        ("K is not positive definite: its least eigenvalue is −1",),
        "L = decompositions",
        # PyTensor gives NaN in its place.
        ("theano",),
    ),
    Case(not_square, "dimension mismatch", ("A is 2 × 3, which is not square",), "d = linalg"),
    Case(
        does_not_reshape,
        "wrong length",
        ("x + 1 is 8, which is 8 elements: they do not make 3 × 3",),
        "square = (x + 1).reshape((3, 3))",
    ),
    Case(
        does_not_join,
        "dimension mismatch",
        ("a is 2 × 3, b is 2 × 4: they do not fit side by side along axis 0",),
        "both = T.concatenate([a, b], axis=0)",
    ),
    Case(
        asserted,
        "assertion failed",
        ("a condition does not hold: x must not be negative",),
        "checked = assert_op",
    ),
    Case(
        too_few_dimensions,
        "wrong number of dimensions",
        ("x has 2 dimensions, and gets 1: its value is 3",),
        'x = engine.tensor.dmatrix("x")',
    ),
    Case(
        floats_for_integers,
        "wrong dtype",
        ("i is int64, and gets float64",),
        'i = engine.tensor.lvector("i")',
    ),
    Case(
        doubles_for_singles,
        "wrong dtype",
        ("x is float32, and gets float64",),
        'x = engine.tensor.fvector("x")',
    ),
    Case(
        one_too_few,
        "missing input",
        ("there is no value for y: the inputs are x, y",),
        'x, y = T.dscalar("x"), T.dscalar("y")',
    ),
    Case(one_too_many, "wrong number of arguments", ("2 arguments for 1", "inputs are x"), ""),
    Case(
        words_for_numbers,
        "wrong type",
        ("x is ", "and gets a str"),
        'x = engine.tensor.dvector("x")',
    ),
    Case(
        nothing_for_numbers,
        "wrong type",
        ("x is ", "and gets a NoneType"),
        'x = engine.tensor.dvector("x")',
    ),
    Case(
        negative_length,
        "wrong length",
        ("a length cannot be negative, and the lengths are −3",),
        "padding = T.zeros((n - 4,))",
    ),
    Case(
        empty_at_the_end,
        "wrong length",
        ("batch is 0 × 3: of no elements there is no max",),
        "best = T.max(batch, axis=0)",
    ),
    Case(
        sequence_too_short,
        "wrong length",
        ("is 5, and the loop takes 8 rounds",),
        "return engine.module.scan(step, **options)",
        ("theano",),
    ),
    Case(
        parts_of_other_lengths,
        "wrong length",
        ("x is 3, and not as 1, 2 say",),
        "again = T.extra_ops.repeat(x, n)",
    ),
    Case(
        scale_below_zero,
        "parameter out of range",
        ("scale < 0, s is −1",),
        "drawn = streams.normal(",
        ("theano",),
    ),
    Case(
        total_as_vector,
        "wrong type",
        ("it gives float64 of 0 dimensions, and its type says float64 of 1 dimension",),
        "total = own_op(engine, perform=numpy.sum)(x)",
    ),
    Case(
        class_outside,
        "index out of bounds",
        ("t is 3, and scores has 3 elements along axis 1",),
        "picked = scores[T.arange(t.shape[0]), t]",
    ),
    Case(
        means_of_another_length,
        "dimension mismatch",
        ("means has 2, and 17 numbers are drawn",),
        "drawn = streams.normal(",
        ("theano",),
    ),
    Case(
        in_a_loop,
        "dimension mismatch",
        ("has 4", "has 3", "4 and 3 do not fit"),
        "return T.tanh(x_t + mixed)",
    ),
)
