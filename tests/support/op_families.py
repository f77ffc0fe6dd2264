"""Pairs and more of computations on the same inputs that differ in a property of an op.

Each family is a function of the engine that returns variables which compute different things. A
reading that is the same for two of them is wrong, whatever it says.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy

from xorexplain.engines import Engine

Family = Callable[[Engine, Any], Mapping[str, Any]]


def reductions(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Sums, products, extremes over each choice of axes, in several types."""
    found = {}
    for name in ("sum", "prod", "max", "min"):
        for axis in (None, 0, 1, (0, 1)):
            # Over all axes by number is the same as over all.
            if axis != (0, 1):
                found[f"{name} {axis}"] = getattr(x, name)(axis=axis)
    for axis in (None, 0, 1):
        found[f"any {axis}"] = (x > 0).any(axis=axis)
        found[f"all {axis}"] = (x > 0).all(axis=axis)
    found["sum in float32"] = x.astype("float32").sum()
    found["sum of float32 in float64"] = x.astype("float32").sum(dtype="float64")
    found["sum of float32, added up in float32"] = x.astype("float32").sum(acc_dtype="float32")
    return found


def no_axis(engine: Engine, x: Any) -> Mapping[str, Any]:
    """A sum over no axis against the sum over all."""
    return {"none": engine.tensor.sum(x, axis=()), "all": engine.tensor.sum(x)}


def running(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Running sums and products along each axis."""
    T = engine.tensor
    made = {"sum": T.cumsum, "prod": T.cumprod}
    return {f"{n} {axis}": f(x, axis) for n, f in made.items() for axis in (None, 0, 1)}


def joins(engine: Engine, x: Any) -> Mapping[str, Any]:
    """The same parts joined along each axis, or in another order."""
    T = engine.tensor
    y = x * 2
    y.name = "y"
    return {
        "rows": T.concatenate([x, y], axis=0),
        "columns": T.concatenate([x, y], axis=1),
        "other order": T.concatenate([y, x], axis=0),
        "stacked 0": T.stack([x, y], axis=0),
        "stacked 1": T.stack([x, y], axis=1),
    }


def axes(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Axes that are moved, added and dropped."""
    T = engine.tensor
    cube = T.stack([x, x, x])
    return {
        "transposed": x.T,
        "new first": x.dimshuffle("x", 0, 1),
        "new middle": x.dimshuffle(0, "x", 1),
        "new last": x.dimshuffle(0, 1, "x"),
        "moved": cube.dimshuffle(0, 2, 1),
        "moved twice": cube.dimshuffle(1, 2, 0),
        "first column": x[:, :1].dimshuffle(0) if engine.name == "pytensor" else x[:, 0],
        "first row": x[:1].dimshuffle(1) if engine.name == "pytensor" else x[0],
    }


def lengths(engine: Engine, x: Any) -> Mapping[str, Any]:
    """The length of each axis, as the rewriters have it."""
    homes = {"theano": "theano.compile.ops", "pytensor": "pytensor.tensor.shape"}
    Shape_i = importlib.import_module(homes[engine.name]).Shape_i
    return {"rows": Shape_i(0)(x), "columns": Shape_i(1)(x)}


def indices(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Elements and slices at several places, taken, set and added to."""
    T = engine.tensor
    rows = T.as_tensor_variable(numpy.array([0, 1]))
    found = {
        "row": x[1],
        "column": x[:, 1],
        "rows from": x[1:],
        "rows up to": x[:1],
        "every other": x[::2],
        "columns from": x[:, 1:],
        "backwards": x[::-1],
        "picked": x[rows],
        "picked columns": x[:, rows],
        "picked pairs": x[rows, rows],
    }
    changed = {
        f"{name} {verb}": function(x[place], 1.0)
        for name, place in (("row", 1), ("rows", slice(1, None)), ("picked", rows))
        for verb, function in (("set", T.set_subtensor), ("inc", T.inc_subtensor))
    }
    return found | changed


def orders(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Sorting along each axis, by several methods."""
    T = engine.tensor
    found = {f"sort {axis}": T.sort(x, axis) for axis in (0, 1)}
    found |= {f"argsort {axis}": T.argsort(x, axis) for axis in (0, 1)}
    return found | {"stable": T.argsort(x, 1, kind="mergesort")}


def casts(engine: Engine, x: Any) -> Mapping[str, Any]:
    """One value in several types."""
    return {dtype: engine.tensor.cast(x, dtype) for dtype in ("float32", "int8", "int64", "bool")}


def creations(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Arrays of a length, in several types and on several diagonals."""
    T = engine.tensor
    n = x.shape[0]
    found = {f"eye {dtype}": T.eye(n, dtype=dtype) for dtype in ("float64", "float32", "int64")}
    found |= {f"eye {k}": T.eye(n, n, k) for k in (1, -1)}
    found |= {f"arange {d}": T.arange(n, dtype=d) for d in ("int64", "int32", "float64")}
    found |= {f"diagonal {k}": T.diagonal(x, k) for k in (0, 1, -1)}
    return found


def searches(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Positions in a sorted row from either side, and repetitions."""
    T = engine.tensor
    v = x[0]
    searchsorted = getattr(T, "searchsorted", None) or T.extra_ops.searchsorted
    sides = {side: searchsorted(v, v, side=side) for side in ("left", "right")}
    return sides | {f"repeat {axis}": T.repeat(x, 2, axis=axis) for axis in (0, 1)}


def draws(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Random draws from several distributions with the same parameters, in several types."""
    home = importlib.import_module(
        "pytensor.tensor.random.utils"
        if engine.name == "pytensor"
        else "theano.tensor.shared_randomstreams"
    )
    stream = getattr(home, "RandomStream", None) or home.RandomStreams

    def draw(name: str, **given: Any) -> Any:
        # A stream's generators are named alike, so that only the draw itself differs.
        made = getattr(stream(1), name)(size=(3,), **given)
        generator = next(v for v in made.owner.inputs if hasattr(v, "get_value"))
        generator.name = "generator"
        return made

    return {
        "normal": draw("normal"),
        "uniform": draw("uniform"),
        "normal float32": draw("normal", dtype="float32"),
    }


def softmaxes(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Softmax and its logarithm along each axis; Theano's go along rows alone."""
    if engine.name == "theano":
        nnet = importlib.import_module("theano.tensor.nnet")
        return {"softmax": nnet.softmax(x), "log": nnet.logsoftmax(x), "columns": nnet.softmax(x.T)}
    special = importlib.import_module("pytensor.tensor.special")
    return {
        f"{function.__name__} {axis}": function(x, axis)
        for function in (special.softmax, special.log_softmax)
        for axis in (None, 0, 1)
    }


def checks(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Checks that say different things, one of them beyond what is shown of it."""
    homes = {"theano": "theano.tensor.opt", "pytensor": "pytensor.raise_op"}
    Assert = importlib.import_module(homes[engine.name]).Assert
    long = "the rates of all the channels must be positive " * 5
    texts = ("rate", "scale", long, f"{long} and finite")
    return {text: Assert(text)(x, x.sum() > 0) for text in texts}


def graphs_of_ones_own(engine: Engine, x: Any) -> Mapping[str, Any]:
    """OpFromGraph with different graphs inside, with and without names."""
    T = engine.tensor
    a = T.dmatrix("a")
    make = engine.module.OpFromGraph
    if engine.name == "pytensor":
        make = importlib.import_module("pytensor.compile.builders").OpFromGraph
    return {
        "doubled": make([a], [a * 2])(x),
        "tripled": make([a], [a * 3])(x),
        "one": make([a], [a * 2], name="one")(x),
        "two": make([a], [a * 2], name="two")(x),
    }


def linear_algebra_theano(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Factorizations and solutions of Theano with each of their options."""
    slinalg = importlib.import_module("theano.tensor.slinalg")
    nlinalg = importlib.import_module("theano.tensor.nlinalg")
    solve = slinalg.Solve
    return {
        "lower": slinalg.Cholesky(lower=True)(x),
        "upper": slinalg.Cholesky(lower=False)(x),
        "nan": slinalg.Cholesky(lower=True, on_error="nan")(x),
        "solve": solve()(x, x),
        "solve lower": solve(A_structure="lower_triangular", lower=True)(x, x),
        "solve upper": solve(A_structure="upper_triangular")(x, x),
        "eigh lower": nlinalg.eigh(x, UPLO="L")[0],
        "eigh upper": nlinalg.eigh(x, UPLO="U")[0],
        "qr r": nlinalg.qr(x, mode="r"),
        "svd": nlinalg.svd(x)[1],
        "svd reduced": nlinalg.svd(x, full_matrices=False)[1],
        "inverse": nlinalg.matrix_inverse(x),
        "pseudo-inverse": nlinalg.pinv(x),
        "expm": slinalg.expm(x),
    }


def linear_algebra_pytensor(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Factorizations and solutions of PyTensor with each of their options."""
    linalg = engine.tensor.linalg
    solve = linalg.solve_triangular
    return {
        "lower": linalg.cholesky(x),
        "upper": linalg.cholesky(x, lower=False),
        "solve": linalg.solve(x, x),
        "solve positive": linalg.solve(x, x, assume_a="pos"),
        "solve symmetric": linalg.solve(x, x, assume_a="sym"),
        "triangular lower": solve(x, x, lower=True),
        "triangular upper": solve(x, x, lower=False),
        "triangular unit": solve(x, x, lower=True, unit_diagonal=True),
        "triangular transposed": solve(x, x, lower=True, trans=1),
        "cholesky_solve": linalg.cho_solve((x, True), x),
        "cholesky_solve upper": linalg.cho_solve((x, False), x),
        "eigh lower": linalg.eigh(x, UPLO="L")[0],
        "eigh upper": linalg.eigh(x, UPLO="U")[0],
        "qr r": linalg.qr(x, mode="r"),
        "svd": linalg.svd(x)[1],
        "svd reduced": linalg.svd(x, full_matrices=False)[1],
        "inverse": linalg.inv(x),
        "pseudo-inverse": linalg.pinv(x),
        "expm": linalg.expm(x),
        "norm 1": linalg.norm(x, ord=1),
        "norm inf": linalg.norm(x, ord=numpy.inf),
    }


def repeated_ops(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Ops repeated along leading axes, against the same ops on the whole array."""
    T = engine.tensor
    rows = T.lmatrix("rows")
    pick = T.vectorize(lambda v, i: v[i], signature="(a),(b)->(b)")
    cube = x.dimshuffle("x", 0, 1)
    return {
        "each row": pick(x, rows),
        "all": x[rows],
        "batched lower": T.linalg.cholesky(cube),
        "batched upper": T.linalg.cholesky(cube, lower=False),
        "batched inverse": T.linalg.inv(cube),
        "product": T.matmul(cube, cube),
    }


def padded(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Padding by several rules."""
    modes = ("constant", "edge", "reflect", "symmetric", "wrap")
    return {mode: engine.tensor.pad(x, 1, mode=mode) for mode in modes}


def named_dimensions(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Ops that go by the names of dimensions."""
    xtensor = importlib.import_module("pytensor.xtensor")
    array = xtensor.as_xtensor(x, dims=("a", "b"))
    return {
        "sum a": array.sum("a"),
        "sum b": array.sum("b"),
        "max a": array.max("a"),
        "transposed": array.transpose("b", "a"),
        "dot a": xtensor.dot(array, array, dim="a"),
        "dot b": xtensor.dot(array, array, dim="b"),
        "added": array + array,
        "multiplied": array * array,
        "renamed": array.rename(a="c"),
        "renamed otherwise": array.rename(a="d"),
    }


def products(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Products written in indices, and of blocks."""
    T = engine.tensor
    return {
        "ij,jk->ik": T.einsum("ij,jk->ik", x, x),
        "ij,kj->ik": T.einsum("ij,kj->ik", x, x),
        "kron": T.linalg.kron(x, x),
    }


def convolutions(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Convolutions with each of their options."""
    nnet = importlib.import_module("theano.tensor.nnet")
    images = x.dimshuffle("x", "x", 0, 1)
    options: Mapping[str, Mapping[str, Any]] = {
        "valid": {},
        "full": {"border_mode": "full"},
        "half": {"border_mode": "half"},
        "padded": {"border_mode": (1, 2)},
        "stride": {"subsample": (2, 2)},
        "correlation": {"filter_flip": False},
        "dilated": {"filter_dilation": (2, 2)},
    }
    return {name: nnet.conv2d(images, images, **given) for name, given in options.items()}


def pools(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Pooling by each rule, of several sizes."""
    pool = importlib.import_module("theano.tensor.signal.pool").pool_2d
    modes = ("max", "sum", "average_inc_pad", "average_exc_pad")
    found = {mode: pool(x, (2, 2), ignore_border=True, mode=mode) for mode in modes}
    return found | {
        "larger": pool(x, (3, 3), ignore_border=True),
        "stride": pool(x, (2, 2), ignore_border=True, stride=(1, 1)),
        "padded": pool(x, (2, 2), ignore_border=True, pad=(1, 1)),
        "border": pool(x, (2, 2), ignore_border=False),
    }


def loops(engine: Engine, x: Any) -> Mapping[str, Any]:
    """Loops that differ in what they compute, how often, and whether they may stop early."""
    T = engine.tensor
    scan = engine.module.scan
    until = importlib.import_module(
        "theano.scan_module.scan_utils" if engine.name == "theano" else "pytensor.scan.utils"
    ).until
    extra = {"return_updates": False} if engine.name == "pytensor" else {}

    def run(step: Callable[..., Any], rounds: int = 3, **options: Any) -> Any:
        made = scan(step, outputs_info=[x], n_steps=rounds, **options, **extra)
        return made if engine.name == "pytensor" else made[0]

    return {
        "doubled": run(lambda s: s * 2),
        "tripled": run(lambda s: s * 3),
        "longer": run(lambda s: s * 2, 4),
        "stops": run(lambda s: (s * 2, until(T.all(s > 9)))),
        "truncated": run(lambda s: s * 2, truncate_gradient=2),
    }


BOTH: Mapping[str, Family] = {
    f.__name__: f
    for f in (
        reductions,
        axes,
        joins,
        lengths,
        indices,
        orders,
        casts,
        creations,
        searches,
        draws,
        softmaxes,
        checks,
        graphs_of_ones_own,
        loops,
    )
}
THEANO: Mapping[str, Family] = {f.__name__: f for f in (linear_algebra_theano, convolutions, pools)}
PYTENSOR: Mapping[str, Family] = {
    f.__name__: f
    for f in (
        no_axis,
        running,
        linear_algebra_pytensor,
        repeated_ops,
        padded,
        named_dimensions,
        products,
    )
}
