"""Ops of both engines have the same kinds, families and parameters."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any, get_args

import models
import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.engines.shared.kinds import _OP_NAMES, _SCALAR_NAMES, describe, snake_case
from xorexplain.graph.ops import KINDS
from xorexplain.graph.records import Family, Op

Build = Callable[[Any, Any], Any]


def last_op(engine: Engine, build: Build) -> Op:
    """Describe the op that computes what `build` makes of T and a matrix."""
    x = engine.tensor.dmatrix("x")
    return describe(build(engine.tensor, x).owner.op)


CASES: list[tuple[str, str, str, Build]] = [
    ("add", "elementwise", "", lambda T, x: x + x),
    ("sub", "elementwise", "", lambda T, x: x - x),
    ("mul", "elementwise", "", lambda T, x: x * x),
    ("true_div", "elementwise", "", lambda T, x: x / x),
    ("int_div", "elementwise", "", lambda T, x: x // x),
    ("mod", "elementwise", "", lambda T, x: x % x),
    ("pow", "elementwise", "", lambda T, x: x**x),
    ("neg", "elementwise", "", lambda T, x: -x),
    ("abs", "elementwise", "", lambda T, x: abs(x)),
    ("exp", "elementwise", "", lambda T, x: T.exp(x)),
    ("log1p", "elementwise", "", lambda T, x: T.log1p(x)),
    ("sqr", "elementwise", "", lambda T, x: T.sqr(x)),
    ("sqrt", "elementwise", "", lambda T, x: T.sqrt(x)),
    ("tanh", "elementwise", "", lambda T, x: T.tanh(x)),
    ("sign", "elementwise", "", lambda T, x: T.sign(x) if hasattr(T, "sign") else T.sgn(x)),
    (
        "reciprocal",
        "elementwise",
        "",
        lambda T, x: T.inv(x) if hasattr(T, "inv") else T.reciprocal(x),
    ),
    ("maximum", "elementwise", "", lambda T, x: T.maximum(x, 0.0)),
    ("minimum", "elementwise", "", lambda T, x: T.minimum(x, 0.0)),
    ("clip", "elementwise", "", lambda T, x: T.clip(x, 0.0, 1.0)),
    ("switch", "elementwise", "", lambda T, x: T.switch(x > 0.0, x, 0.0)),
    ("lt", "elementwise", "", lambda T, x: x < 0.0),
    ("le", "elementwise", "", lambda T, x: x <= 0.0),
    ("gt", "elementwise", "", lambda T, x: x > 0.0),
    ("ge", "elementwise", "", lambda T, x: x >= 0.0),
    ("eq", "elementwise", "", lambda T, x: T.eq(x, 0.0)),
    ("neq", "elementwise", "", lambda T, x: T.neq(x, 0.0)),
    ("and", "elementwise", "", lambda T, x: T.and_(x > 0.0, x < 1.0)),
    ("or", "elementwise", "", lambda T, x: T.or_(x > 0.0, x < 1.0)),
    ("cast", "elementwise", "dtype=float32", lambda T, x: T.cast(x, "float32")),
    ("second", "shape", "", lambda T, x: T.fill(x, 1.0)),
    ("dot", "linear algebra", "", lambda T, x: T.dot(x, x)),
    ("sum", "reduction", "", lambda T, x: x.sum()),
    ("sum", "reduction", "axis=0", lambda T, x: x.sum(axis=0)),
    ("sum", "reduction", "axis=0, 1", lambda T, x: x.sum(axis=(0, 1))),
    ("prod", "reduction", "axis=1", lambda T, x: x.prod(axis=1)),
    ("any", "reduction", "axis=0", lambda T, x: (x > 0.0).any(axis=0)),
    ("all", "reduction", "axis=0", lambda T, x: (x > 0.0).all(axis=0)),
    ("transpose", "shape", "order=1, 0", lambda T, x: x.T),
    ("expand_dims", "shape", "order=0, x, 1", lambda T, x: x.dimshuffle(0, "x", 1)),
    ("dimshuffle", "shape", "order=1, x, 0", lambda T, x: x.dimshuffle(1, "x", 0)),
    ("squeeze", "shape", "order=0", lambda T, x: T.sum(x, 1, keepdims=True).dimshuffle(0)),
    ("reshape", "shape", "ndim=1", lambda T, x: x.reshape((6,), ndim=1)),
    ("join", "shape", "", lambda T, x: T.concatenate([x, x])),
    ("shape", "shape", "", lambda T, x: x.shape),
    ("make_vector", "shape", "", lambda T, x: T.stack([x[0, 0], x[0, 1]])),
    ("alloc", "shape", "", lambda T, x: T.zeros((x.shape[0], 2))),
    ("arange", "shape", "", lambda T, x: T.arange(x.shape[0])),
    ("subtensor", "indexing", "index=·:", lambda T, x: x[1:]),
    ("subtensor", "indexing", "index=:, ::·", lambda T, x: x[:, ::2]),
    ("set_subtensor", "indexing", "mode=set", lambda T, x: T.set_subtensor(x[0], 0.0)),
    ("inc_subtensor", "indexing", "mode=inc", lambda T, x: T.inc_subtensor(x[0], 1.0)),
]


@pytest.mark.parametrize(
    ("kind", "family", "params", "build"), CASES, ids=[f"{c[0]}-{c[2]}" for c in CASES]
)
def test_both_engines_call_it_the_same(
    engine: Engine, kind: str, family: str, params: str, build: Build
) -> None:
    op = last_op(engine, build)

    assert (op.kind, op.family) == (kind, family)
    found = {f"{name}={text}" for name, text in op.params}
    assert not params or params in found
    assert op.label


def test_a_maximum_is_a_reduction(engine: Engine) -> None:
    """Theano takes maximum and argmax together until it rewrites."""
    for build in (lambda T, x: x.max(axis=1), lambda T, x: x.argmax(axis=1)):
        op = last_op(engine, build)

        assert op.kind in ("max", "argmax", "max_and_argmax")
        assert (op.family, op.param("axis")) == ("reduction", "1")


def test_the_logistic_function_is_a_sigmoid(engine: Engine) -> None:
    op = describe(engine.sigmoid(engine.tensor.dmatrix("x")).owner.op)

    assert (op.kind, op.family) == ("sigmoid", "elementwise")


def test_indexing_by_integers(engine: Engine) -> None:
    x, rows = engine.tensor.dmatrix("x"), engine.tensor.lvector("rows")

    op = describe(x[rows].owner.op)

    assert op.kind.startswith("advanced_subtensor")
    assert op.family == "indexing"


def test_an_index_given_as_an_input_is_a_dot(engine: Engine) -> None:
    x, row = engine.tensor.dmatrix("x"), engine.tensor.lscalar("row")

    assert describe(x[row].owner.op).param("index") == "·"


def test_a_conditional_is_control(engine: Engine) -> None:
    homes = {"theano": "theano.ifelse", "pytensor": "pytensor.conditional.op"}
    home = importlib.import_module(homes[engine.name])
    x = engine.tensor.dscalar("x")

    op = describe(home.ifelse(engine.tensor.gt(x, 0.0), x, -x).owner.op)

    assert (op.kind, op.family) == ("if_else", "control")


@models.each_model
def test_every_op_of_the_gallery_has_a_family(engine: Engine, name: str) -> None:
    for stage in models.stages(engine, name):
        waiting = [models.record(engine, name, stage)]
        while waiting:
            graph = waiting.pop()
            waiting += graph.inner
            unknown = {apply.op.kind for apply in graph.applies if apply.op.family == "other"}
            assert unknown == set()
            assert {apply.op.family for apply in graph.applies} <= set(get_args(Family))


def own_op(engine: Engine, **attributes: Any) -> Op:
    """Describe an op of the user's own, without a text, that copies a matrix."""
    modules = {
        "theano": ("theano", "theano"),
        "pytensor": ("pytensor.graph.op", "pytensor.graph.basic"),
    }
    ops, nodes = map(importlib.import_module, modules[engine.name])

    class MyOwnThing(ops.Op):  # type: ignore[misc, name-defined]
        def make_node(self, x: Any) -> Any:
            return nodes.Apply(self, [x], [x.type()])

        def perform(self, node: Any, inputs: Any, outputs: Any) -> None:
            outputs[0][0] = numpy.array(inputs[0])

    op = MyOwnThing()
    for name, value in attributes.items():
        setattr(op, name, value)
    (node,) = toposort([op(engine.tensor.dmatrix("x"))])
    return describe(node.op)


def test_an_op_of_the_users_own_has_its_class_as_kind(engine: Engine) -> None:
    op = own_op(engine)

    assert (op.kind, op.family) == ("my_own_thing", "other")
    assert "0x" not in op.label
    assert "MyOwnThing" in op.label


@pytest.mark.parametrize(
    ("axis", "text"),
    [
        (1, "1"),
        ((0, -1), "0, -1"),
        (numpy.int64(2), "2"),
        ([0], "0"),
        ((), ""),
        (None, None),
        ("rows", None),
        ({0: True}, None),
        (lambda: 0, None),
    ],
)
def test_only_numbers_are_an_axis(engine: Engine, axis: Any, text: str | None) -> None:
    assert own_op(engine, axis=axis).param("axis") == text


class Unreadable:
    """Raise whatever is asked of it."""

    def __str__(self) -> str:
        raise ZeroDivisionError

    def __eq__(self, other: object) -> bool:
        raise ZeroDivisionError

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("name", ["axis", "dtype", "idx_list", "new_order", "name", "i"])
def test_an_op_that_cannot_be_read_is_its_class(engine: Engine, name: str) -> None:
    op = own_op(engine, **{name: Unreadable()})

    assert op.kind in ("my_own_thing", "own_my_own_thing")
    assert "MyOwnThing" in op.label


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Dot", "dot"),
        ("Dot22", "dot22"),
        ("BatchedDot", "batched_dot"),
        ("AdvancedIncSubtensor1", "advanced_inc_subtensor1"),
        ("MaxAndArgmax", "max_and_argmax"),
        ("CrossentropySoftmax1HotWithBiasDx", "crossentropy_softmax1_hot_with_bias_dx"),
        ("BaseAbstractConv2dOp", "base_abstract_conv2d"),
        ("SVD", "svd"),
    ],
)
def test_class_names_become_kinds(name: str, kind: str) -> None:
    assert snake_case(name) == kind


LIBRARY = {
    "theano": """
        tensor.nnet.conv tensor.nnet.conv3d2d tensor.nnet.corr tensor.nnet.blocksparse
        tensor.nnet.neighbours tensor.nnet.ctc tensor.signal.pool tensor.nlinalg tensor.slinalg
        tensor.extra_ops scalar.basic_scipy sandbox.multinomial sandbox.rng_mrg sparse.basic
    """,
    "pytensor": """
        scalar.math scalar.loop tensor.extra_ops tensor.optimize sparse.basic sparse.math
        tensor.linalg.inverse tensor.linalg.solvers.lstsq tensor.linalg.solvers.tridiagonal
    """,
}
"""Modules of each engine, below its package, whose ops people write into their models."""
ONLY_BASES = re.compile(r"Base|base|Wrapper|Comparison|CumOp|^(Poisson|Stack)$")
RARE = """
    PoolGrad MaxPoolRop QRIncomplete Equal NotEqual Less Greater GetItemListGrad GetItem2ListsGrad
    ConstructSparseFromList MultinomialWOReplacementFromUniform Diag
"""


def test_what_an_engine_brings_is_named_in_words(engine: Engine) -> None:
    """A convolution of an older class once was a row of 20 properties, cut off in the middle."""
    package = engine.name.lower()
    modules = {f"{package}.{name}" for name in LIBRARY[package].split()}
    classes = [
        value
        for module in modules
        for name, value in vars(importlib.import_module(module)).items()
        if isinstance(value, type) and value.__module__ == module and hasattr(value, "make_node")
        if not ONLY_BASES.search(name) and not name.startswith(tuple(RARE.split()))
    ]
    kinds = {
        name: _OP_NAMES.get(name) or _SCALAR_NAMES.get(name) or snake_case(name)
        for name in (cls.__name__ for cls in classes)
    }

    assert len(classes) > 40
    assert {name for name, kind in kinds.items() if kind not in KINDS} == set()
