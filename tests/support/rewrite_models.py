"""Build small models that make the engines' rewriters use as many of their rewrites as can be.

Each function returns expressions that a rewrite is known to match, written against
`engine.module`; nobody would write them all in one model. `REWRITE_MODELS` holds those of both
engines, `OWN_MODELS` those that need ops of one of them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy
from models import descent, scan, shared

from xorexplain.engines import Engine
from xorexplain.models.model import Model

Build = Callable[[Engine], Model]


def outputs(inputs: list[Any], *results: Any) -> Model:
    """Make a model of nothing but results."""
    return Model({f"r{n}": result for n, result in enumerate(results)}, inputs=inputs)


def arithmetic(engine: Engine) -> Model:
    T = engine.tensor
    x, y, z = T.dvectors("x", "y", "z")
    n = T.lvector("n")
    return outputs(
        [x, y, z, n],
        (x * y) / x,
        x + y - x,
        (x / y + z) * y,
        2.0 * x / 4.0 + 0 * y,
        T.neg(T.neg(x)),
        -(-x / y),
        1 / (1 / x),
        0 / x,
        1.0 / y + 0.0,
        n // 1,
        x / 1,
        x - x,
        x - (-y),
        x + (-y),
        1 * x * -1.0,
        x * x,
        abs(x * y),
        abs(x) * abs(y),
        abs(x) / abs(y),
        x / abs(x),
        T.sqrt(x) ** 2,
        T.sqrt(x**2),
        T.maximum(x, x),
        T.eq(x, x),
        T.lt(x, x),
    )


def powers(engine: Engine) -> Model:
    T = engine.tensor
    x, y, n = T.dvector("x"), T.dvector("y"), T.dvector("n")
    exponents = (0, 1, 2, 3, -1, -2, 0.5, -0.5, 5, -3)
    return outputs([x, y, n], *(x**exponent for exponent in exponents), 1**y, n**x * n**y)


def logarithms(engine: Engine) -> Model:
    T = engine.tensor
    x, y = T.dvectors("x", "y")
    X = T.dmatrix("X")
    return outputs(
        [x, y, X],
        T.log(1 + x),
        T.log(1 - x),
        T.exp(x) - 1,
        T.log(T.exp(x)),
        T.exp(T.log(x)),
        T.log1p(T.expm1(x)),
        T.expm1(T.log1p(x)),
        T.log(T.exp(x) + T.exp(y)),
        T.log(T.exp(x) - T.exp(y)),
        T.log(T.exp(x).sum()),
        T.log(T.sum(T.exp(X), axis=1)),
        T.exp(x) * T.exp(y) * y,
        T.exp(x) / T.exp(y),
        y / T.exp(x),
        T.log(x / 2.0),
        T.log(1 / x),
        T.log(T.sqrt(x)),
        T.log(x**2),
        T.log(abs(T.prod(x))),
        T.log1p(-T.exp(x)),
        T.log(-T.expm1(x)),
        T.exp(T.log1p(T.exp(x))),
        T.sgn(T.prod(x)) if engine.name == "theano" else T.sign(T.prod(x)),
    )


def sigmoids(engine: Engine) -> Model:
    T = engine.tensor
    sigmoid = engine.sigmoid
    x, y = T.dvectors("x", "y")
    return outputs(
        [x, y],
        1 / (1 + T.exp(-x)),
        1 / (1 + T.exp(x)),
        T.exp(x) / (1 + T.exp(x)),
        y / (1 + T.exp(x)),
        T.exp(x) * sigmoid(-x) * y,
        1 - sigmoid(x),
        T.log(sigmoid(x)),
        T.log(1 - sigmoid(x)),
        T.log1p(-sigmoid(x)),
        T.log(1 + T.exp(x)),
        T.log1p(T.exp(y)),
        sigmoid(x) / (1 - sigmoid(x)),
        (1 - sigmoid(x)) / sigmoid(x),
        sigmoid(T.log(x / (1 - x))),
    )


def error_functions(engine: Engine) -> Model:
    T = engine.tensor
    x = T.dvector("x")
    erf, erfc = T.erf, T.erfc
    return outputs(
        [x],
        1 - erf(x),
        1 + erf(x),
        1 - erfc(x),
        erf(x) - 1,
        -1 + erfc(-x),
        T.log(erfc(x)),
        engine.grad(T.log(erfc(x)).sum(), [x])[0],
        T.cosh(T.arccosh(x)),
        T.arctanh(T.tanh(x)),
        T.sinh(T.arcsinh(x)),
    )


def choices(engine: Engine) -> Model:
    T = engine.tensor
    x, y = T.dvectors("x", "y")
    p = T.gt(x, 0)
    return outputs(
        [x, y],
        T.switch(p, 0, x) * y,
        T.switch(p, x, 0) / y,
        T.switch(p, x, y) + T.switch(p, y, x),
        T.switch(1, x, y),
        T.switch(p, x, x),
        engine.grad(T.switch(p, T.sqrt(x), -x).sum(), [x])[0],
    )


def casts(engine: Engine) -> Model:
    T = engine.tensor
    n, x = T.bvector("n"), T.fvector("x")
    return outputs(
        [n, x],
        T.cast(T.cast(n, "int32"), "int64"),
        T.cast(T.cast(x, "float64"), "float32"),
        n + 1.5,
    )


def reductions(engine: Engine) -> Model:
    T = engine.tensor
    X, a, v = T.dmatrix("X"), T.dscalar("a"), T.dvector("v")
    W, G = T.dmatrix("W"), T.dmatrix("G")
    row = T.row("row", dtype="float64")
    two = T.stack([a, a + 1])
    return outputs(
        [X, a, v, W, G, row],
        X.sum(axis=0).sum(),
        X.prod(axis=1).prod(axis=0),
        X.max(axis=0).max(),
        X.sum(axis=(0, 1)),
        (a * X).sum(),
        (a * X).prod(),
        (-X).sum(),
        (X / v.dimshuffle(0, "x")).sum(axis=1),
        (X * v.dimshuffle(0, "x")).sum(axis=1),
        row.sum(axis=0),
        T.alloc(2.0, X.shape[0], 3).sum(),
        T.alloc(2.0, X.shape[0], 3).prod(axis=0),
        T.alloc(v, 3, v.shape[0]).sum(axis=0),
        -T.max(-X, axis=1),
        T.argmax(X, axis=1),
        T.argmax(T.exp(X), axis=1),
        T.sum(two),
        T.sort(v).sum(),
        T.sqr(W.dimshuffle("x", 0, 1) * G.dimshuffle(0, "x", 1)).sum(axis=(1, 2)),
        T.join(0, v.dimshuffle("x", 0), (v * 2).dimshuffle("x", 0)).sum(axis=0),
    )


def shapes(engine: Engine) -> Model:
    T = engine.tensor
    X, v, a = T.dmatrix("X"), T.dvector("v"), T.dscalar("a")
    Z = T.dtensor3("Z")
    zeros = T.as_tensor_variable(numpy.zeros((0,)))
    return outputs(
        [X, v, a, Z],
        X.reshape((X.shape[1], X.shape[0])).reshape((-1,)),
        v.reshape(v.shape),
        v.dimshuffle("x", 0).reshape((v.shape[0],)),
        T.exp(X).reshape((-1,)),
        X.reshape((1, X.shape[0], X.shape[1])),
        v.dimshuffle("x", 0, "x").dimshuffle(1),
        (X + 1).T.T,
        T.exp(X.T),
        T.alloc(T.alloc(a, 2), 3, 2),
        T.alloc(v, 1, v.shape[0]) * 1.5,
        T.exp(T.alloc(a, 4)),
        T.alloc(a, v.shape[0]) + v,
        T.alloc(v.dimshuffle("x", 0), 3, v.shape[0]),
        T.alloc(v, 3, v.shape[0]).dimshuffle("x", 0, 1),
        T.ones_like(X) * 3 + T.zeros_like(X),
        T.fill(X, a) if engine.name == "theano" else T.second(X, a),
        T.join(0, v),
        T.join(0, v, zeros),
        T.join(0, T.stack([a, a]), T.stack([a])),
        T.join(0, v, v),
        T.join(0, v[:2], v[2:4]),
        X.shape,
        (X + 1).shape[0] + Z.shape[1],
        T.exp(Z).shape[2],
        T.tile(v, 1),
        X.T.reshape((X.shape[1], X.shape[0])).shape[0],
    )


def indexing(engine: Engine) -> Model:
    T = engine.tensor
    X, Y, v = T.dmatrix("X"), T.dmatrix("Y"), T.dvector("v")
    a, i = T.dscalar("a"), T.lvector("i")
    column = T.col("column", dtype="float64")
    k = T.lscalar("k")
    return outputs(
        [X, Y, v, a, i, column, k],
        X[1:][2:],
        X[1:][2],
        X[k:][1],
        v[2:][:k],
        v[:],
        X[0, :],
        v[0 : v.shape[0]],
        T.exp(X)[0],
        (X + Y)[1:],
        (X * a)[0],
        T.dot(X, Y)[0],
        T.dot(X, Y)[:, 1:],
        T.dot(X, Y)[i],
        T.stack([a, a + 1, a * 2])[1],
        T.stack([a, a + 1, a * 2])[0:2],
        T.alloc(a, 5)[1:3],
        T.alloc(v, 3, v.shape[0])[1],
        column[:, 0],
        column[:, 0:1].dimshuffle(0),
        X[:, 1:2],
        X.T[0],
        X.sum(axis=1)[1:],
        T.join(1, X, Y)[0],
        v.dimshuffle("x", 0)[0],
        v[T.arange(v.shape[0])],
        X[T.arange(X.shape[0]), T.arange(X.shape[0])],
        v[i],
        v[numpy.array([2, 0])],
        (X.dimshuffle(0, "x", 1) + 1)[1:, 0],
    )


def writing(engine: Engine) -> Model:
    T = engine.tensor
    X, v, w, a = T.dmatrix("X"), T.dvector("v"), T.dvector("w"), T.dscalar("a")
    i = T.lvector("i")
    put, add = T.set_subtensor, T.inc_subtensor
    zeros = T.zeros_like(v)
    rows = numpy.array([0, 2])
    return outputs(
        [X, v, w, a, i],
        put(v[1:], a)[1:],
        put(v[0], a)[0],
        put(v[:], w),
        add(zeros[:], w),
        add(v[1:], 0.0),
        add(T.as_tensor_variable(numpy.zeros(4))[1:], a),
        put(T.as_tensor_variable(numpy.zeros(4))[1:], 0.0),
        add(v[1:3], T.alloc(a, 2)),
        add(v[0], a) + add(w[1], a),
        put(put(v[1], a)[1], a + 1),
        add(add(v[1], a)[1], a + 1),
        put(v[rows], v[rows] + a),
        put(v[rows], w[:2])[rows],
        put(X[rows], X[rows] * 2)[rows],
        put(v[rows], w[rows])[numpy.array([1, 2])],
        put(v[rows], w[rows])[1:3],
        v + put(zeros[1], a),
        add(v[i], a),
        engine.grad((v[i] ** 2).sum() + v[0] * v[1], [v])[0],
    )


def products(engine: Engine) -> Model:
    T = engine.tensor
    X, Y, Z = T.dmatrices("X", "Y", "Z")
    v, w, a, b = T.dvector("v"), T.dvector("w"), T.dscalar("a"), T.dscalar("b")
    row, column = T.row("row", dtype="float64"), T.col("column", dtype="float64")
    return outputs(
        [X, Y, Z, v, w, a, b, row, column],
        T.dot(X, Y),
        a * T.dot(X, Y),
        Z - 0.1 * T.dot(X, Y),
        b * Z + a * T.dot(X, Y),
        T.dot(X, v),
        w + T.dot(X, v),
        T.dot(v, X),
        T.dot(v, w),
        Z + T.outer(v, w),
        T.dot(column, row),
        T.dot(row, X),
        T.dot(X, Y).T,
        T.dot(T.zeros_like(X), Y),
        T.dot(T.as_tensor_variable(numpy.zeros((2, 2))), X),
        T.dot(T.dot(X, Y), v),
    )


def train_linear(engine: Engine) -> Model:
    """A linear model, whose update adds an outer product and a product with a vector."""
    T = engine.tensor
    x, y = T.dvector("x"), T.dvector("y")
    W, b = shared(engine, (3, 2), "W"), shared(engine, (2,), "b", 1)
    cost = T.sqr(T.dot(x, W) + b - y).sum()
    return Model({}, cost, [W, b], descent(engine, cost, [W, b]), [x, y], "linear")


def loops(engine: Engine) -> Model:
    """Loops with work that does not depend on the round, last values only, and equal loops."""
    T = engine.tensor
    X, Y, v = T.dtensor3("X"), T.dtensor3("Y"), T.dvector("v")
    W, s = T.dmatrix("W"), T.dmatrix("s")

    def step(x: Any, h: Any, W: Any) -> Any:
        return T.tanh(x + T.dot(h, T.exp(W)) + T.sqr(x) * T.exp(W).sum())

    def another(x: Any, h: Any, W: Any) -> Any:
        return T.tanh(T.dot(h, W) * x)

    def added(x: Any, y: Any, total: Any) -> Any:
        return total + T.dot(x, y)

    first = scan(engine, step, [s], [T.zeros_like(v)], [W])
    second = scan(engine, another, [s], [T.ones_like(v)], [W])
    third = scan(engine, another, [s], [T.ones_like(v)], [W])
    total = scan(engine, added, [X, Y], [T.zeros_like(W)], [])
    constant = scan(engine, another, [s], [T.ones_like(v)], [T.as_tensor_variable(numpy.eye(3))])
    cost = (first[-1] ** 2).sum()
    return outputs(
        [X, Y, v, W, s],
        first[-1],
        second[-1] + third[-1],
        second.sum(),
        total[-1],
        constant[2],
        engine.grad(cost, [W])[0],
    )


def random_ops(engine: Engine) -> Model:
    T = engine.tensor
    x = T.dmatrix("x")
    if engine.name == "theano":
        streams = importlib.import_module("theano.tensor.shared_randomstreams")
        stream = streams.RandomStreams(seed=7)
        draws = [stream.normal((2, 3)), stream.uniform((2, 3)), stream.binomial((3,))]
        return outputs([x], *(draw * 2 for draw in draws), x + draws[0])
    state = T.random.shared_rng(seed=7)
    new, normal = state.normal(0, 1, size=(2, 3))
    newer, uniform = new.uniform(0, 1, size=(3,))
    _last, unused = newer.normal(0, 1, size=(2,))
    return outputs([x], normal + x, uniform * 2, unused.shape[0])


def conditional(engine: Engine) -> Model:
    T = engine.tensor
    path = "theano.ifelse" if engine.name == "theano" else "pytensor.conditional.op"
    module = importlib.import_module(path)
    x, y, p = T.dmatrix("x"), T.dmatrix("y"), T.lscalar("p")
    test = T.gt(p, 0)
    inner = module.ifelse(test, x + 1, y)
    return outputs(
        [x, y, p],
        module.ifelse(test, T.exp(x), y * 2),
        module.ifelse(test, inner, T.dot(x, y)),
        module.ifelse(test, x, y) + module.ifelse(test, y * 3, x),
        module.ifelse(test, x, module.ifelse(test, y, x * y)),
    )


def softmaxes(engine: Engine) -> Model:
    T = engine.tensor
    X, b, labels = T.dmatrix("X"), T.dvector("b"), T.lvector("labels")
    softmax = T.nnet.softmax if engine.name == "theano" else T.special.softmax
    options = {} if engine.name == "theano" else {"axis": 1}
    chances = softmax(X, **options)
    biased = softmax(X + b, **options)
    picked = T.log(biased)[T.arange(labels.shape[0]), labels]
    return outputs(
        [X, b, labels],
        T.log(chances),
        engine.grad(T.log(chances).sum(), [X])[0],
        chances[0],
        biased,
        -picked.mean(),
        *engine.grad(-picked.mean(), [X, b]),
        T.argmax(chances, axis=1),
        T.exp(X) / T.exp(X).sum(axis=1, keepdims=True),
    )


def networks(engine: Engine) -> Model:
    """Batch normalization, convolutions with their gradients, and cross-entropy (Theano)."""
    T = engine.tensor
    nnet = T.nnet
    images, X = T.dtensor4("images"), T.dmatrix("X")
    volumes = T.tensor5("volumes", dtype="float64")
    filters, cubes = (
        shared(engine, (2, 1, 3, 3), "filters"),
        shared(engine, (2, 1, 2, 2, 2), "cubes"),
    )
    scale, bias = T.dtensor4("scale"), T.dtensor4("bias")
    row, more = T.drow("row"), T.drow("more")
    axes = (0, 2, 3)
    small = {
        n: T.patternbroadcast(v, (True, False, True, True)) for n, v in (("s", scale), ("b", bias))
    }
    features = nnet.conv2d(images, filters, input_shape=(None, 1, 8, 8), filter_shape=(2, 1, 3, 3))
    volume = nnet.conv3d(volumes, cubes)
    normal = nnet.bn.batch_normalization_test(
        images, small["s"], small["b"], small["s"], small["b"], axes
    )
    trained = nnet.bn.batch_normalization_train(images, small["s"], small["b"], axes)[0]
    labels = T.lvector("labels")
    chances = nnet.softmax(X + row + more)
    entropy = nnet.categorical_crossentropy(chances, labels)
    return outputs(
        [images, volumes, X, scale, bias, row, more, labels],
        features,
        *engine.grad(features.sum(), [images, filters]),
        volume,
        *engine.grad(volume.sum(), [volumes, cubes]),
        normal,
        trained,
        engine.grad(T.sqr(trained).sum(), [images])[0],
        entropy,
        engine.grad(entropy.sum(), [X])[0],
        T.argmax(chances, axis=1),
    )


def theano_shapes(engine: Engine) -> Model:
    """Promises on types, tiles and the largest values (Theano)."""
    T = engine.tensor
    X, v = T.dmatrix("X"), T.dvector("v")
    one = T.patternbroadcast(T.exp(v), (True,))
    return outputs(
        [X, v],
        one,
        T.patternbroadcast(one, (True,)) * 2,
        T.addbroadcast(T.unbroadcast(one, 0), 0),
        T.tile(X, (1, 1)),
        T.topk(v, 2, sorted=False) + 1,
        T.argtopk(v, 2, sorted=False),
        T.max_and_argmax(X, axis=1)[0],
        engine.module.tensor.opt.assert_op(v, T.eq(T.as_tensor_variable(1), 1)),
        T.tensor_copy(v) + 1,
    )


def systems(engine: Engine) -> Model:
    """Inverses and systems of equations whose matrices have a structure (PyTensor)."""
    T = engine.tensor
    L = T.linalg
    assume = importlib.import_module("pytensor.assumptions").assume
    A, B, C, P, Q, S = T.dmatrices("A", "B", "C", "P", "Q", "S")
    v, w, x, y = T.dvectors("v", "w", "x", "y")
    b, M = T.dmatrix("b"), T.dmatrix("M")
    D, E = T.diag(v), T.diag(w)
    one = T.dmatrix("one", shape=(1, 1))
    fixed, other = T.dmatrix("fixed", shape=(2, 2)), T.dmatrix("other", shape=(2, 2))
    blocks = L.block_diag(fixed, other)
    positive, orthogonal = assume(P, positive_definite=True), assume(Q, orthogonal=True)
    lower, symmetric = assume(M, lower_triangular=True), assume(S, symmetric=True)
    return outputs(
        [A, B, C, P, Q, S, v, w, x, y, b, M, one, fixed, other],
        L.inv(L.inv(A)),
        L.inv(B).T,
        L.inv(C) @ b,
        b @ L.inv(A),
        L.solve(L.inv(A), b),
        L.inv(D),
        L.inv(orthogonal),
        L.inv(L.kron(A, B)),
        L.inv(L.block_diag(A, B)),
        L.solve(D, w),
        L.solve(one, one * 2),
        L.solve(lower, b),
        L.solve(symmetric, b),
        L.solve(positive, b),
        x @ L.solve(positive, x),
        L.solve(orthogonal, b),
        L.solve(blocks, x),
        L.solve(B, x) + L.solve(B, y),
        L.solve_sylvester(D, E, A),
        L.cholesky(lower @ lower.T),
        symmetric.T + 1,
        orthogonal @ orthogonal.T,
        D @ A,
        A @ E,
        blocks @ T.join(0, fixed, other),
    )


def factorizations(engine: Engine) -> Model:
    """Determinants, diagonals and factorizations of matrices with a structure (PyTensor)."""
    T = engine.tensor
    L = T.linalg
    assume = importlib.import_module("pytensor.assumptions").assume
    A, B, C, M, S = T.dmatrices("A", "B", "C", "M", "S")
    v, w = T.dvectors("v", "w")
    D, E = T.diag(v), T.diag(w)
    fixed, other = T.dmatrix("fixed", shape=(2, 2)), T.dmatrix("other", shape=(2, 2))
    blocks = L.block_diag(fixed, other)
    lower, symmetric = assume(M, lower_triangular=True), assume(S, symmetric=True)
    picked = T.eye(3)[:, T.as_tensor_variable(numpy.array([2, 0, 1]))]
    return outputs(
        [A, B, C, M, S, v, w, fixed, other],
        L.det(L.inv(A)),
        L.det(lower),
        L.det(blocks),
        L.det(L.kron(A, B)),
        L.det(picked),
        T.log(abs(L.det(B))) * T.sign(L.det(B)),
        L.det(C) + L.cholesky(C).sum(),
        L.det(L.cholesky(A)),
        T.diagonal(blocks),
        T.diagonal(L.kron(A, B)),
        T.diagonal(A.T),
        T.diagonal(T.exp(A)),
        T.diagonal(A @ B),
        T.diagonal(D),
        T.diagonal(T.eye(3)),
        L.kron(D, E),
        L.block_diag(L.block_diag(A, B), A),
        L.cholesky(D),
        L.expm(D),
        *L.eig(symmetric),
        *L.eigh(D),
        L.eigvalsh(E, None),
        *L.lu(D),
        *L.lu_factor(D),
        *L.qr(D),
        *L.schur(D),
        *L.qz(D, E),
        *L.svd(D),
        L.svd(B, compute_uv=False),
        L.svd(B)[0],
        picked @ B,
    )


def batches(engine: Engine) -> Model:
    """Matrix products and ops on batches, and einsum (PyTensor)."""
    T = engine.tensor
    X, Y, M = T.dtensor3("X"), T.dtensor3("Y"), T.dmatrix("M")
    N, v = T.dmatrix("N", shape=(3, 3)), T.dvector("v")
    vectorize = importlib.import_module("pytensor.graph.replace").vectorize_graph
    core, changed = T.dmatrix("core"), T.dvector("changed")
    one = T.dtensor3("one", shape=(1, None, None))
    return outputs(
        [X, Y, M, N, v, one],
        X @ Y,
        X @ M,
        M @ X,
        T.linalg.inv(X),
        T.linalg.inv(one),
        T.einsum("ij,jk->ik", N, N),
        (M @ N) @ v,
        vectorize(core[1:3], {core: X}),
        vectorize(core.reshape((-1,)), {core: X}),
        vectorize(T.set_subtensor(changed[0], 1.0), {changed: M}),
        T.linalg.solve(M, v),
        T.linalg.solve(M, X.sum(0), b_ndim=1),
    )


def pytensor_shapes(engine: Engine) -> Model:
    """Specified lengths, joined and split axes, masks, and special functions (PyTensor)."""
    T = engine.tensor
    X, v, a = T.dmatrix("X"), T.dvector("v"), T.dscalar("a")
    three = T.dvector("three", shape=(3,))
    x = T.dvector("x")
    i = T.lvector("i")
    known = T.specify_shape
    return outputs(
        [X, v, a, three, x, i],
        known(X, (2, None)).shape,
        known(known(X, (2, None)), (None, 3)),
        known(T.exp(X), (2, 3)) + 1,
        known(T.set_subtensor(X[0], 1.0), (2, 3)),
        known(T.alloc(a, v.shape[0]), (4,)),
        known(X, (2, 3))[0],
        known(three, (3,)) * 2,
        three.shape[0] + 1,
        three[-1],
        T.join_dims(X, 0, 2) if hasattr(T, "join_dims") else X,
        T.split_dims(v, shape=(2, 2), axis=0) if hasattr(T, "split_dims") else v,
        X.reshape((X.shape[0], 1, X.shape[1])),
        v.dimshuffle("x", 0, "x").reshape((2, 2)),
        v[v > 0],
        T.set_subtensor(v[v > 0], 0.0),
        T.unique(T.alloc(a, 3)),
        T.unique(a),
        T.join(0, T.alloc(a, 2, v.shape[0]), T.alloc(a + 1, 3, v.shape[0])),
        T.conj(v) * 2,
        T.sign(T.exp(v)),
        abs(T.exp(v)),
        T.sign(1 / v),
        T.polygamma(0, x),
        T.polygamma(1, x),
        T.log(T.ive(1, x) * T.exp(abs(x))),
        T.exp(T.special.log_softmax(v, axis=0)),
        T.second(X, 1.0)[0],
        1 / (1 / T.sinh(v)),
        T.arcsinh(T.sinh(v)),
        T.arccosh(T.cosh(v)),
        T.tanh(T.arctanh(v)),
        T.special.softmax(X, axis=1)[0],
        X[:, i][0],
        T.dot(X, X.T)[i, i],
        T.split(v, [v.shape[0]], n_splits=1, axis=0) * 2,
    )


REWRITE_MODELS: dict[str, Build] = {
    "arithmetic": arithmetic,
    "powers": powers,
    "logarithms": logarithms,
    "sigmoids": sigmoids,
    "error_functions": error_functions,
    "choices": choices,
    "casts": casts,
    "reductions": reductions,
    "shapes": shapes,
    "indexing": indexing,
    "writing": writing,
    "products": products,
    "train_linear": train_linear,
    "loops": loops,
    "random_ops": random_ops,
    "conditional": conditional,
    "softmaxes": softmaxes,
}
OWN_MODELS: dict[str, dict[str, Build]] = {
    "theano": {"networks": networks, "theano_shapes": theano_shapes},
    "pytensor": {
        "systems": systems,
        "factorizations": factorizations,
        "batches": batches,
        "pytensor_shapes": pytensor_shapes,
    },
}
