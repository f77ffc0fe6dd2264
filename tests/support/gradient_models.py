"""Build models whose gradients exercise every rule, once for all engines.

Each model is a function of the engine that returns a `Model` with a scalar cost and parameters.
`GALLERY` holds the hand-written ones by name, `elementwise` makes one for each elementwise op.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy
from models import scan, shared

from xorexplain.engines import Engine
from xorexplain.models.model import Model

Build = Callable[[Engine], Model]
GALLERY: dict[str, Build] = {}


def gallery(build: Build) -> Build:
    """Add a model under its function's name, underscores as blanks."""
    GALLERY[build.__name__.replace("_", " ")] = build
    return build


def done(cost: Any, *parameters: Any, **data: Any) -> Model:
    """Return the model of a cost."""
    cost.name = "cost"
    return Model({}, cost, list(parameters), data=data)


def weighted(engine: Engine, value: Any) -> Any:
    """Reduce to a scalar with different weights, so that no two adjoints are the same."""
    T = engine.tensor
    flat = value.flatten()
    return T.sum(T.cos(T.arange(flat.shape[0]) * 1.0 + 0.5) * flat)


def function(engine: Engine, name: str) -> Any:
    """Find an elementwise function wherever the engine keeps it, None where it has none."""
    homes = {
        "theano": ["theano.tensor", "theano.tensor.nnet", "theano.tensor.xlogx"],
        "pytensor": ["pytensor.tensor", "pytensor.tensor.special", "pytensor.tensor.xlogx"],
    }
    for home in homes[engine.name]:
        found = getattr(importlib.import_module(home), name, None)
        if callable(found):
            return found
    return None


def words(text: str) -> list[str]:
    return text.split()


# Name, number of arguments, and the range their values are drawn from.
ELEMENTWISE: tuple[tuple[str, int, float, float], ...] = (
    *(
        (name, 1, -0.9, 0.9)
        for name in words("abs neg sqr exp exp2 expm1 sin cos tan arcsin arccos")
    ),
    *((name, 1, -0.9, 0.9) for name in words("arctan sinh cosh tanh arcsinh arctanh sigmoid")),
    *((name, 1, -0.9, 0.9) for name in words("softplus softsign erf erfc erfinv erfcx")),
    *((name, 1, -0.9, 0.9) for name in words("j0 j1 i0 i1 deg2rad rad2deg sgn sign square")),
    *(
        (name, 1, 0.2, 0.9)
        for name in words("log log2 log10 log1p sqrt reciprocal inv gammaln xlogx")
    ),
    *((name, 1, 0.2, 0.9) for name in words("gamma psi digamma erfcinv tri_gamma")),
    *((name, 1, -0.9, -0.2) for name in words("log1mexp ndtri_exp")),
    *((name, 1, 1.2, 1.9) for name in words("arccosh floor ceil trunc")),
    *((name, 1, 1.2, 1.4) for name in ("round_half_to_even", "round_half_away_from_zero")),
    *((name, 1, -5.0, 5.0) for name in words("ultra_fast_sigmoid hard_sigmoid relu elu")),
    *((name, 2, -0.9, 0.9) for name in words("add sub mul maximum minimum")),
    *((name, 2, 0.2, 0.9) for name in words("true_div pow arctan2 int_div mod xlogy0 logaddexp")),
    *((name, 2, 0.2, 0.9) for name in words("xlogy xlog1py")),
    *((name, 2, -0.9, 0.9) for name in words("lt le gt ge eq neq")),
    ("switch", 3, -0.9, 0.9),
    ("clip", 3, -0.9, 0.9),
)


def elementwise(engine: Engine, name: str, count: int, low: float, high: float) -> Model | None:
    """Apply one op to parameters of one shape; None where the engine has no such op."""
    op = function(engine, name)
    if op is None:
        return None
    random = numpy.random.RandomState(count)
    values = [random.uniform(low, high, size=(2, 3)) for _ in range(count)]
    parameters = [
        engine.module.shared(value, name=letter)
        for value, letter in zip(values, "xyz", strict=False)
    ]
    # The sum of the parameters keeps each of them connected to the cost.
    total = sum(parameters[1:], parameters[0])
    cost = weighted(engine, op(*parameters) + total)
    return done(cost, *parameters, **dict(zip("xyz", values, strict=False)))


@gallery
def cross_entropy_op(engine: Engine) -> Model:
    """Softmax with a bias and the engine's own cross-entropy of labels."""
    T = engine.tensor
    x, labels = T.dmatrix("x"), T.lvector("labels")
    W, b = shared(engine, (3, 4), "W"), shared(engine, (4,), "b", 1)
    if engine.name == "theano":
        chances = T.nnet.softmax(T.dot(x, W) + b)
        losses = T.nnet.categorical_crossentropy(chances, labels)
    else:
        logits = T.dot(x, W) + b
        losses = -T.special.log_softmax(logits, axis=-1)[T.arange(labels.shape[0]), labels]
    return done(losses.mean(), W, b)


@gallery
def cross_entropy_of_distributions(engine: Engine) -> Model:
    """Cross-entropy with a distribution for each row."""
    T = engine.tensor
    x, targets = T.dmatrix("x"), T.dmatrix("targets")
    W = shared(engine, (3, 4), "W")
    softmax = T.nnet.softmax if engine.name == "theano" else T.special.softmax
    options = {} if engine.name == "theano" else {"axis": -1}
    chances = softmax(T.dot(x, W), **options)
    return done(-(targets * T.log(chances)).sum(axis=1).mean(), W)


@gallery
def binary_cross_entropy(engine: Engine) -> Model:
    """Logistic regression, written out with logarithms."""
    T = engine.tensor
    x, y = T.dmatrix("x"), T.dvector("y")
    w, b = shared(engine, (3,), "w"), engine.module.shared(0.1, name="b")
    p = engine.sigmoid(T.dot(x, w) + b)
    return done(-T.mean(y * T.log(p) + (1 - y) * T.log(1 - p)) + 0.01 * (w**2).sum(), w, b)


@gallery
def crossentropy_softmax_1hot(engine: Engine) -> Model:
    """Theano's fused softmax and cross-entropy; PyTensor's log_softmax over all axes."""
    T = engine.tensor
    W, b = shared(engine, (3, 4), "W"), shared(engine, (4,), "b", 1)
    labels = T.lvector("labels")
    if engine.name == "theano":
        losses, chances = T.nnet.crossentropy_softmax_1hot_with_bias(W, b, labels)
        return done(weighted(engine, losses) + weighted(engine, chances), W, b)
    logs = T.special.log_softmax(W + b, axis=None)
    return done(weighted(engine, logs[T.arange(3), labels]), W, b)


@gallery
def softmaxes(engine: Engine) -> Model:
    """Softmax and log-softmax over the last axis of a matrix, and of a vector; log-sum-exp."""
    T = engine.tensor
    W, v = shared(engine, (3, 4), "W"), shared(engine, (4,), "v", 1)
    home = T.nnet if engine.name == "theano" else T.special
    options: dict[str, Any] = {} if engine.name == "theano" else {"axis": -1}
    log_softmax = home.logsoftmax if engine.name == "theano" else home.log_softmax
    parts = [home.softmax(W, **options), log_softmax(W, **options), home.softmax(v, **options)]
    if engine.name == "pytensor":
        parts += [T.logsumexp(W, axis=0), T.logsumexp(W, axis=-1, keepdims=True), T.logsumexp(v)]
    return done(sum(weighted(engine, part) for part in parts), W, v)


@gallery
def softmax_over_columns(engine: Engine) -> Model:
    """Softmax over the first axis; written out where the engine has it for the last only."""
    T = engine.tensor
    W = shared(engine, (3, 4), "W")
    if engine.name == "theano":
        powers = T.exp(W - W.max(axis=0, keepdims=True))
        return done(weighted(engine, powers / powers.sum(axis=0, keepdims=True)), W)
    return done(weighted(engine, T.special.softmax(W, axis=0)), W)


def reduction(name: str, **options: Any) -> Build:
    """Make a model of one reduction."""

    def build(engine: Engine) -> Model:
        W = shared(engine, (2, 3, 4), "W")
        return done(weighted(engine, getattr(engine.tensor, name)(W, **options)), W)

    return build


for _name in ("sum", "mean", "prod", "max", "min"):
    for _options in (
        {},
        {"axis": 0},
        {"axis": -1},
        {"axis": (0, 2)},
        {"axis": 1, "keepdims": True},
        {"axis": (1, 2), "keepdims": True},
    ):
        _label = " ".join(f"{key} {value}" for key, value in _options.items())
        GALLERY[f"{_name} {_label}".strip()] = reduction(_name, **_options)
GALLERY["var"] = reduction("var", axis=1)
GALLERY["std"] = reduction("std")
GALLERY["cumsum"] = reduction("cumsum", axis=1)
GALLERY["cumsum of all"] = reduction("cumsum")
GALLERY["cumprod"] = reduction("cumprod", axis=1)
GALLERY["sort"] = reduction("sort", axis=1)


@gallery
def norms(engine: Engine) -> Model:
    """The Euclidean norm, of all and of rows."""
    W = shared(engine, (3, 4), "W")
    if engine.name == "theano":
        return done(W.norm(2) + W.norm(2, axis=1).sum() + W.norm(1), W)
    norm = engine.tensor.linalg.norm
    return done(norm(W) + weighted(engine, norm(W, axis=1)), W)


@gallery
def max_and_argmax(engine: Engine) -> Model:
    """Both outputs of one op, one of which is a position."""
    T = engine.tensor
    W = shared(engine, (3, 4), "W")
    high, where = T.max_and_argmax(W, axis=1)
    return done(weighted(engine, high) + T.sum(high * where), W)


@gallery
def shapes(engine: Engine) -> Model:
    """Transposed, reshaped, flattened and broadcast."""
    T = engine.tensor
    W, v = shared(engine, (2, 6), "W"), shared(engine, (3,), "v", 1)
    parts = [
        W.T,
        W.reshape((3, 4)) * v.dimshuffle(0, "x"),
        W.flatten() * 2,
        W.reshape((2, 3, 2)).dimshuffle(2, 0, 1) * v,
        W.reshape((2, 3, 2)).flatten(2),
        W.reshape((W.shape[1], W.shape[0])),
        W.reshape((1, 12)).dimshuffle(1),
        T.swapaxes(W.reshape((2, 3, 2)), 0, 2),
    ]
    return done(sum(weighted(engine, part) for part in parts), W, v)


def split(engine: Engine, value: Any, sizes: list[int], axis: int) -> Any:
    """Split along an axis, as each engine wants it told."""
    T = engine.tensor
    if engine.name == "theano":
        return T.split(value, sizes, len(sizes), axis=axis)
    return T.split(value, sizes, axis=axis)


@gallery
def joins(engine: Engine) -> Model:
    """Join, stack, split and concatenate, along both axes."""
    T = engine.tensor
    W, V = shared(engine, (2, 3), "W"), shared(engine, (2, 3), "V", 1)
    first, second, third = split(engine, T.concatenate([W, V, W], axis=1), [2, 3, 4], 1)
    parts = [
        T.concatenate([W, V, W * V], axis=0),
        T.concatenate([W, V], axis=1),
        T.stack([W, V]),
        T.stack([W, V], axis=1),
        first * 2,
        second + third[:, 1:],
        T.stack([W.sum(), V.sum(), W[0, 0]]),
    ]
    return done(sum(weighted(engine, part) for part in parts), W, V)


@gallery
def one_piece_of_a_split(engine: Engine) -> Model:
    """Only the second output of a split is used."""
    W = shared(engine, (5, 3), "W")
    pieces = split(engine, W, [2, 3], 0)
    return done(weighted(engine, pieces[1]), W)


@gallery
def repeated(engine: Engine) -> Model:
    """Repeat, tile and alloc."""
    T = engine.tensor
    W, v = shared(engine, (2, 3), "W"), shared(engine, (3,), "v", 1)
    parts = [
        T.repeat(W, 2, axis=0),
        T.repeat(W, 2, axis=1),
        T.repeat(v, 3),
        T.tile(W, (2, 2)),
        T.alloc(v, 4, 3),
        T.alloc(v.sum(), 2),
        T.alloc(W.dimshuffle(0, "x", 1), 2, 5, 3),
    ]
    return done(sum(weighted(engine, part) for part in parts), W, v)


@gallery
def diagonals(engine: Engine) -> Model:
    """Read and make diagonals; trace, triangles."""
    T = engine.tensor
    W, v = shared(engine, (3, 3), "W"), shared(engine, (3,), "v", 1)
    trace = T.nlinalg.trace if engine.name == "theano" else T.linalg.trace
    parts = [T.diag(W), T.diag(v) * W, trace(W).dimshuffle("x"), T.tril(W), T.triu(W)]
    return done(sum(weighted(engine, part) for part in parts), W, v)


@gallery
def slices(engine: Engine) -> Model:
    """Integers, slices, negative steps and symbolic indices."""
    T = engine.tensor
    W, i = shared(engine, (4, 5), "W"), T.lscalar("i")
    parts = [
        W[1],
        W[-1, 2].dimshuffle("x"),
        W[1:3, ::2],
        W[::-1, ::-2],
        W[i],
        W[:, i + 1],
        W[i : i + 2],
        W[3:0:-1],
        W[:, None, 1:-1],
    ]
    return done(sum(weighted(engine, part) for part in parts), W)


@gallery
def picked(engine: Engine) -> Model:
    """Indexing with vectors, matrices, pairs of vectors and booleans."""
    T = engine.tensor
    W, v = shared(engine, (4, 5), "W"), shared(engine, (4,), "v", 1)
    rows, columns = T.lvector("rows"), T.lvector("columns")
    table = T.as_tensor_variable(numpy.array([[0, 2], [3, 3]]))
    mask = T.as_tensor_variable(numpy.array([True, False, True, True]))
    parts = [
        W[rows],
        W[rows, columns],
        W[:, columns],
        W[rows, 1],
        W[table],
        W[mask],
        v[mask],
        W[W > 0.1],
        W[[2, 0, 2]],
        v[rows].dimshuffle(0, "x") * W[rows],
    ]
    data = {"rows": [3, 0, 3], "columns": [1, 4, 1]}
    return done(sum(weighted(engine, part) for part in parts), W, v, **data)


@gallery
def written(engine: Engine) -> Model:
    """Set and increment parts: integers, slices, symbolic and advanced indices, scalars."""
    T = engine.tensor
    W, v, s = shared(engine, (4, 5), "W"), shared(engine, (5,), "v", 1), shared(engine, (), "s", 2)
    i, rows = T.lscalar("i"), T.lvector("rows")
    mask = T.as_tensor_variable(numpy.array([True, False, True, True]))
    parts = [
        T.set_subtensor(W[1], v),
        T.set_subtensor(W[i], v * 2),
        T.set_subtensor(W[1:3, ::-2], W[:2, 1:4]),
        T.set_subtensor(W[0], s),
        T.inc_subtensor(W[2], v),
        T.inc_subtensor(W[::-1, 0], W[:, 1]),
        T.inc_subtensor(W[i:, 1:], s),
        T.inc_subtensor(W[1:3], v),
        T.set_subtensor(W[rows], W[rows] * 2),
        T.inc_subtensor(W[rows], v),
        T.inc_subtensor(W[rows, rows], v[rows]),
        T.set_subtensor(W[rows, 1], v[rows]),
        T.inc_subtensor(W[mask], v),
        T.set_subtensor(W[mask], s),
        T.inc_subtensor(W[:, rows], s),
    ]
    return done(sum(weighted(engine, part) for part in parts), W, v, s, rows=[3, 0, 1])


@gallery
def products(engine: Engine) -> Model:
    """Dot in every combination of dimensions up to two, and with scalars."""
    T = engine.tensor
    A, B = shared(engine, (2, 3), "A"), shared(engine, (3, 4), "B", 1)
    u, w, s = (
        shared(engine, (2,), "u", 2),
        shared(engine, (3,), "w", 3),
        shared(engine, (), "s", 4),
    )
    parts = [T.dot(A, B), T.dot(A, w), T.dot(u, A), T.outer(u, w), s * A]
    cost = sum(weighted(engine, part) for part in parts) + T.dot(w, w) * s
    return done(cost, A, B, u, w, s)


@gallery
def tensor_products(engine: Engine) -> Model:
    """Products of three-dimensional arrays."""
    T = engine.tensor
    A, B = shared(engine, (2, 3, 4), "A"), shared(engine, (2, 4, 3), "B", 1)
    M, v = shared(engine, (4, 2), "M", 2), shared(engine, (4,), "v", 3)
    parts = [
        T.tensordot(A, M, axes=[[2], [0]]),
        T.tensordot(A, B, axes=[[0, 2], [0, 1]]),
    ]
    if engine.name == "theano":
        parts += [T.batched_dot(A, B), T.dot(A, M), T.dot(A, v)]
        # Entries of a batch may be vectors.
        parts += [T.batched_dot(A, B[:, :, 0]), T.batched_dot(A[:, 0], B)]
        parts += [T.blas.batched_dot(A[:, 0], B[:, :, 0])]
    else:
        parts += [T.matmul(A, B), T.matmul(A, M), T.matmul(A, v), T.dot(A, M)]
    return done(sum(weighted(engine, part) for part in parts), A, B, M, v)


@gallery
def linear_algebra(engine: Engine) -> Model:
    """Inverse, determinant and solving."""
    T = engine.tensor
    if engine.name == "theano":
        inverse, det = T.nlinalg.matrix_inverse, T.nlinalg.det
        solve = importlib.import_module("theano.tensor.slinalg").solve
    else:
        inverse, det, solve = T.linalg.inv, T.linalg.det, T.linalg.solve
    value = numpy.eye(3) * 2 + numpy.random.RandomState(0).uniform(-1, 1, (3, 3)) / 4
    A, b = engine.module.shared(value, name="A"), shared(engine, (3,), "b", 1)
    return done(weighted(engine, inverse(A)) + det(A) + weighted(engine, solve(A, b)), A, b)


@gallery
def clients(engine: Engine) -> Model:
    """Variables read more than once: twice by one op, by several ops, in diamonds."""
    T = engine.tensor
    x, W = shared(engine, (3, 3), "x"), shared(engine, (3, 3), "W", 1)
    square = x * x
    a = T.tanh(x + square)
    b = T.exp(a) * a + x / (2 + a)
    c = T.dot(b, b) + T.dot(b, W) - b * W - T.switch(b > 0, b, x)
    d = c + c
    e = T.maximum(d, c) + x - W
    return done(weighted(engine, e * d + a), x, W)


@gallery
def deep_sharing(engine: Engine) -> Model:
    """Twenty additions of a variable to itself: two to the power of twenty paths."""
    W = shared(engine, (2, 2), "W")
    h = W
    for _ in range(20):
        h = h + h * 0.1
    return done(weighted(engine, h), W)


@gallery
def five_clients(engine: Engine) -> Model:
    """A sum of five contributions of different kinds."""
    T = engine.tensor
    W = shared(engine, (3, 3), "W")
    h = T.sin(W)
    parts = [h.T, T.dot(h, h), h[1:], h.sum(axis=0), T.exp(h)]
    return done(sum(weighted(engine, part) for part in parts), W)


@gallery
def broadcasts(engine: Engine) -> Model:
    """Broadcast in every position of every binary operation, columns and rows and scalars."""
    T = engine.tensor
    A, row = shared(engine, (3, 4), "A"), shared(engine, (4,), "row", 1)
    column = engine.module.shared(
        numpy.linspace(-1, 1, 3).reshape(3, 1),
        name="column",
        **({"broadcastable": (False, True)} if engine.name == "theano" else {"shape": (3, 1)}),
    )
    s = engine.module.shared(0.7, name="s")
    cube = A.dimshuffle("x", 0, 1) + row.dimshuffle("x", "x", 0) * column.dimshuffle("x", 0, 1)
    parts = [
        A + row,
        row - A,
        A * column,
        column / (2 + A),
        s * A,
        A**2 - s,
        T.maximum(column, row),
        T.switch(A > 0, row, column),
        T.clip(A, s - 1, column + 2),
        column * row,
        cube,
        row.dimshuffle(0, "x") * A.T,
        T.arctan2(column, row + 2) + s,
    ]
    return done(sum(weighted(engine, part) for part in parts), A, row, column, s)


@gallery
def activations(engine: Engine) -> Model:
    """Rectifiers, absolute values, clips and comparisons that mask."""
    T = engine.tensor
    W, v = shared(engine, (3, 4), "W"), shared(engine, (4,), "v", 1)
    parts = [
        T.maximum(W, 0),
        T.maximum(W, v),
        T.minimum(0.5, W * v),
        T.switch(W > 0, W, 0.1 * W),
        (W > 0) * W,
        T.clip(W, -0.5, 0.5),
        abs(W - v),
        T.cast(v < W, "float64") * W,
    ]
    return done(sum(weighted(engine, part) for part in parts), W, v)


@gallery
def single_precision(engine: Engine) -> Model:
    """A float32 network with float32 and integer constants."""
    T = engine.tensor
    x = T.fmatrix("x")
    random = numpy.random.RandomState(0)
    W = engine.module.shared(random.uniform(-1, 1, (3, 4)).astype("float32"), name="W")
    b = engine.module.shared(random.uniform(-1, 1, (4,)).astype("float32"), name="b")
    h = T.tanh(T.dot(x, W) + b)
    rate = numpy.float32(0.1)
    return done((h**2).mean() + rate * T.sum(abs(W)), W, b)


@gallery
def mixed_precision(engine: Engine) -> Model:
    """Float32 parameters in a float64 computation, integers beside floats."""
    T = engine.tensor
    x, n = T.dmatrix("x"), T.lvector("n")
    W = engine.module.shared(numpy.ones((3, 4), dtype="float32") / 3, name="W")
    return done(T.sum(T.dot(x, W) * n), W)


@gallery
def constant_parts(engine: Engine) -> Model:
    """Large and small constants, and terms computed from constants alone."""
    T = engine.tensor
    W = shared(engine, (2, 2), "W")
    small = T.as_tensor_variable(numpy.array([[1.5, -2.0], [0.1, 3.0]]))
    one = T.as_tensor_variable(numpy.linspace(0, 1, 200).reshape(100, 2))
    two = T.as_tensor_variable(numpy.linspace(0, 1, 200)[::-1].reshape(100, 2).copy())
    fixed = T.exp(small) + 1
    h = T.dot(one, T.dot(W, small)) * two + T.dot(two, W * fixed)
    return done(weighted(engine, h), W)


@gallery
def names_twice(engine: Engine) -> Model:
    """Variables of one name, constants of one name, and a name that numbering would make."""
    T = engine.tensor
    W, V, taken = (shared(engine, (2, 2), name, k) for k, name in enumerate(("W", "W", "W_2")))
    one = T.constant(2.5, name="c")
    two = T.constant(numpy.array([[1.0, 2.0], [3.0, 5.0]]), name="c")
    h = T.dot(W, V * one)
    h.name = "h"
    g = h * taken + two
    g.name = "h"
    return done(weighted(engine, g * two), W, V, taken)


@gallery
def conditions(engine: Engine) -> Model:
    """A lazy condition chooses between two results."""
    T = engine.tensor
    W, V = shared(engine, (2, 3), "W"), shared(engine, (2, 3), "V", 1)
    ifelse = importlib.import_module(f"{engine.name}.ifelse").ifelse
    return done(weighted(engine, ifelse(T.gt(W.sum(), 0), W * 2, V * 3)), W, V)


@gallery
def scan_of_a_matrix(engine: Engine) -> Model:
    """A Scan with two states, one of which looks two steps back, and two weights."""
    T = engine.tensor
    sequence = T.dmatrix("sequence")
    W, U, b = shared(engine, (3, 2), "W"), shared(engine, (2, 2), "U", 1), shared(engine, (2,), "b")

    def step(x: Any, h: Any, W: Any, U: Any, b: Any) -> Any:
        return T.tanh(T.dot(x, W) + T.dot(h, U) + b)

    states = scan(engine, step, [sequence], [T.zeros((2,))], [W, U, b])
    return done(weighted(engine, states), W, U, b)


@gallery
def power_by_scan(engine: Engine) -> Model:
    """A Scan without sequences whose state is multiplied again and again."""
    T = engine.tensor
    A = shared(engine, (3,), "A")
    options = {} if engine.name == "theano" else {"return_updates": False}
    made = engine.module.scan(
        lambda before, A: before * A,
        outputs_info=T.ones_like(A),
        non_sequences=A,
        n_steps=4,
        **options,
    )
    powers = made[0] if engine.name == "theano" else made
    return done(weighted(engine, powers[-1]), A)


@gallery
def graph_in_a_graph(engine: Engine) -> Model:
    """An OpFromGraph of two inputs and two outputs, one of which is not used."""
    T = engine.tensor
    a, b = T.dmatrices("a", "b")
    op = engine.module.OpFromGraph([a, b], [T.tanh(T.dot(a, b)) * a, a - b])
    W, V = shared(engine, (2, 2), "W"), shared(engine, (2, 2), "V", 1)
    return done(weighted(engine, op(W, V)[0]), W, V)


@gallery
def noise(engine: Engine) -> Model:
    """Dropout and noise from a random stream."""
    T = engine.tensor
    W = shared(engine, (2, 3), "W")
    if engine.name == "theano":
        home = importlib.import_module("theano.tensor.shared_randomstreams")
        stream = home.RandomStreams(seed=7)
        kept, added = stream.binomial((2, 3), p=0.5), stream.normal((2, 3))
    else:
        stream = T.random.RandomStream(seed=7)
        kept, added = stream.binomial(1, 0.5, size=(2, 3)), stream.normal(0, 1, size=(2, 3))
    return done(weighted(engine, T.tanh(W * kept + added)), W)


@gallery
def stopped(engine: Engine) -> Model:
    """Gradients that are stopped, clipped or scaled on purpose."""
    home = importlib.import_module(f"{engine.name}.gradient")
    W = shared(engine, (2, 3), "W")
    parts = [
        home.disconnected_grad(W) * W,
        home.zero_grad(W) * W,
        home.grad_clip(W, -0.1, 0.1) * W,
        home.grad_scale(W, 3.0) * W,
    ]
    return done(sum(weighted(engine, part) for part in parts), W)


def _linear(engine: Engine) -> Any:
    """Return where an engine has its inverse and determinant."""
    return engine.tensor.nlinalg if engine.name == "theano" else engine.tensor.linalg


@gallery
def inverse(engine: Engine) -> Model:
    """An inverse alone: beside what has no rule, no rule of its argument is compared."""
    A = shared(engine, (3, 3), "A", 5)
    inv = getattr(_linear(engine), "matrix_inverse" if engine.name == "theano" else "inv")
    return done(weighted(engine, inv(A)), A)


@gallery
def determinant(engine: Engine) -> Model:
    """A determinant alone."""
    A = shared(engine, (3, 3), "A", 6)
    return done(_linear(engine).det(A) ** 2, A)


@gallery
def pseudo_inverse(engine: Engine) -> Model:
    """The pseudo-inverse of a matrix that has no inverse."""
    A = shared(engine, (3, 2), "A", 7)
    return done(weighted(engine, _linear(engine).pinv(A)), A)


@gallery
def systems(engine: Engine) -> Model:
    """A system of equations for a vector, and for the columns of a matrix."""
    home = importlib.import_module("theano.tensor.slinalg") if engine.name == "theano" else None
    solve = (home or engine.tensor.linalg).solve
    A, B, b = shared(engine, (3, 3), "A", 8), shared(engine, (3, 2), "B"), shared(engine, (3,), "b")
    return done(weighted(engine, solve(A, B)) + weighted(engine, solve(A, b)), A, B, b)


@gallery
def filled_diagonal(engine: Engine) -> Model:
    """A matrix whose diagonal is overwritten by a number."""
    W, s = shared(engine, (3, 4), "W"), shared(engine, (), "s", 1)
    return done(weighted(engine, engine.tensor.extra_ops.fill_diagonal(W, s)), W, s)
