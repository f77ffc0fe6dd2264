"""Tell small graphs by what their ops really are: public reports, each with its right value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from models import shared
from stories import story

from xorexplain.engines import Engine
from xorexplain.explorer.glossary import glossary
from xorexplain.gradients.check import FORMULA, RULE, Row, check
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.graph.views.zeros import zeros
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.model import Model
from xorexplain.models.samples import sample_values
from xorexplain.models.stages import view
from xorexplain.notation.text import text
from xorexplain.render.look import Look
from xorexplain.render.pictures.labels import op_words
from xorexplain.render.pictures.tree import tree

Build = Callable[[Engine], Model]


def summed(outputs: dict[str, Any], y: Any, parameters: list[Any], **given: Any) -> Model:
    cost = (y**2).sum()
    cost.name = "cost"
    return Model(outputs, cost, parameters, **given)


def sum_over_no_axis(engine: Engine) -> Model:
    """A sum over no axis changes nothing: PyMC's logps hold one for each variable."""
    T = engine.tensor
    x = T.vector("x", dtype="float64")
    y = T.sum(x, axis=())
    y.name = "y"
    return summed({"y": y}, y, [x])


def alloc_of_the_same_shape(engine: Engine) -> Model:
    """The gradient of an alloc that repeats nothing sums over no axis (case sum_over_no_axis)."""
    T = engine.tensor
    x = T.vector("x", shape=(5,))
    y = T.alloc(x, 5)
    y.name = "y"
    return summed({"y": y}, y, [x])


def product_over_no_axis(engine: Engine) -> Model:
    """A product and a maximum over no axis hand on each element too."""
    T = engine.tensor
    x = T.vector("x", dtype="float64")
    y = T.prod(x, axis=()) + T.max(x, axis=())
    y.name = "y"
    return summed({"y": y}, y, [x])


def batched_index(engine: Engine) -> Model:
    """Each row of X is indexed by its own row of I (case batched_index)."""
    T = engine.tensor
    X, I = T.dmatrix("X"), T.lmatrix("I")  # noqa: E741 - the name of the case
    y = T.vectorize(lambda v, i: v[i], signature="(a),(b)->(b)")(X, I)
    y.name = "y"
    data = {"X": numpy.arange(6.0).reshape(2, 3), "I": numpy.array([[0, 2], [1, 1]])}
    return summed({"y": y}, y, [X], data=data)


def batched_cholesky(engine: Engine) -> Model:
    """A factor of each matrix of a stack."""
    T = engine.tensor
    X = T.dtensor3("X")
    y = T.linalg.cholesky(X)
    data = {"X": numpy.stack([numpy.eye(2) * 2, numpy.eye(2) * 3])}
    return summed({"y": y}, y, [X], data=data)


def joined(engine: Engine) -> Model:
    """PyTensor's axis is a property of the op, Theano's the first input (case joined)."""
    T = engine.tensor
    a, b = T.dvector("a"), T.dvector("b")
    u = T.concatenate([a, b])
    u.name = "u"
    return summed({"u": u}, u, [a, b])


def joined_columns(engine: Engine) -> Model:
    """Matrices joined along the other axis."""
    T = engine.tensor
    a, b = T.dmatrix("a"), T.dmatrix("b")
    u = T.concatenate([a, b], axis=1)
    u.name = "u"
    return summed({"u": u}, u, [a, b])


def padded(engine: Engine) -> Model:
    """A vector padded with zeros at its end (case padding, pytensor#1850 kin)."""
    T = engine.tensor
    w = shared(engine, (2,), "w")
    u = T.concatenate([w, T.zeros((2,))])
    u.name = "u"
    return summed({"u": u}, u, [w])


def padded_before(engine: Engine) -> Model:
    """A vector padded with zeros before its start: the first part of the join is a zero."""
    T = engine.tensor
    w = shared(engine, (2,), "w")
    u = T.concatenate([T.zeros((2,)), w])
    u.name = "u"
    return summed({"u": u}, u, [w])


def running_product(engine: Engine) -> Model:
    """A running product is no running sum (case running_product)."""
    T = engine.tensor
    a = T.dvector("a")
    y = T.extra_ops.cumprod(a)
    y.name = "y"
    return summed({"y": y}, y, [a], data={"a": numpy.array([1.0, 2.0, 3.0])})


def running_rows(engine: Engine) -> Model:
    """Running sums and products along an axis of a matrix."""
    T = engine.tensor
    a = T.dmatrix("a")
    y = T.extra_ops.cumprod(a, 1) + T.extra_ops.cumsum(a, 0)
    y.name = "y"
    return summed({"y": y}, y, [a], data={"a": numpy.array([[1.0, 2.0, 3.0], [0.5, 4.0, 0.25]])})


def along_both_axes(engine: Engine) -> Model:
    """Softmax of all elements of a matrix together."""
    special = pytest.importorskip("pytensor.tensor.special")
    a = engine.tensor.dmatrix("a")
    y = special.softmax(a, axis=None) + special.log_softmax(a, axis=None)
    y += special.softmax(a, axis=0)
    return summed({"y": y}, y, [a])


PYTENSOR = (
    sum_over_no_axis,
    alloc_of_the_same_shape,
    product_over_no_axis,
    batched_index,
    batched_cholesky,
    along_both_axes,
)
BOTH = (joined, joined_columns, padded, padded_before, running_product, running_rows)
each_case = pytest.mark.parametrize(
    "build",
    [*BOTH, *(pytest.param(build, marks=pytest.mark.pytensor) for build in PYTENSOR)],
)


def rows_of(engine: Engine, made: Model) -> tuple[Row, ...]:
    derivation = differentiate(engine, made)
    values = sample_values(engine, derivation.graph, derivation.variables, made.data)
    return check(engine, derivation, values)


def first(engine: Engine, made: Model, name: str = "") -> tuple[Graph, Any]:
    """Return the graph of a model's first output, and the apply node that computes it."""
    graph = view(engine, made, "symbolic").graph()
    output = next(iter(graph.outputs))
    return graph, graph.owner(output.variable)


def of_kind(graph: Graph, kind: str) -> Any:
    return next(apply for apply in graph.applies if apply.op.kind == kind)


@each_case
def test_every_formula_is_right(engine: Engine, build: Build) -> None:
    rows = rows_of(engine, build(engine))

    assert [row for row in rows if row.is_fine is False] == []
    assert {row.what for row in rows if row.is_fine} >= {FORMULA, RULE}


@pytest.mark.pytensor
def test_a_sum_over_no_axis_changes_nothing(engine: Engine) -> None:
    made = sum_over_no_axis(engine)
    graph = view(engine, made, "symbolic").graph()
    apply = graph.owner(next(v.id for v in graph.variables if v.name == "y"))
    assert apply is not None

    assert op_words(apply) == "sum over no axis"
    assert "sum over no axis" in tree(graph, Look())
    assert infer_shapes(graph).variable[apply.outputs[0]].shape == (None,)
    told = story(tell(differentiate(engine, made)))
    assert "y = x" in told
    assert "the value is passed on, and so is the adjoint" in told
    assert "δx = δy" in told


@pytest.mark.pytensor
def test_the_adjoint_of_an_alloc_that_repeats_nothing_is_passed_on(engine: Engine) -> None:
    told = tell(differentiate(engine, alloc_of_the_same_shape(engine)))

    (gradient,) = [f.gradient for f in told.finishes]
    assert gradient is not None
    assert (gradient.name, text(gradient.value)) == ("δx", "δy")


@pytest.mark.pytensor
def test_an_op_on_each_row_is_not_told_as_the_op(engine: Engine) -> None:
    told = story(tell(differentiate(engine, batched_index(engine))))

    assert "X[I]" not in told
    assert "take(X, I, batched)" in told
    assert "The rule of the op inside, once for each entry of the leading axes." in told


@pytest.mark.pytensor
def test_an_op_on_no_leading_axes_is_told_as_the_op(engine: Engine) -> None:
    """PyTensor wraps every factorization; of one matrix it is the factorization."""
    x = engine.tensor.dmatrix("x")
    found = {}
    for lower in (True, False):
        graph = capture(
            engine,
            outputs_source([engine.tensor.linalg.cholesky(x, lower=lower)], ["y"]),
            Origin(engine.name, engine.version),
        )
        found[lower] = [op_words(apply) for apply in graph.applies]

    assert found == {True: ["cholesky"], False: ["cholesky (lower=False)"]}


@pytest.mark.parametrize("build", [joined, padded, padded_before])
def test_the_axis_of_a_join_is_no_part_of_it(engine: Engine, build: Build) -> None:
    made = build(engine)
    derivation = differentiate(engine, made)

    told = story(tell(derivation))
    assert "axis 0)" in told
    graph = derivation.graph
    u = next(v.id for v in graph.variables if v.name == "u")
    assert u not in zeros(graph)


def test_the_axis_of_a_join_is_read_in_every_formula(engine: Engine) -> None:
    told = story(tell(differentiate(engine, joined_columns(engine))))

    assert "u = join(a, b, axis 1)" in told


def test_a_running_product_is_told_as_one(engine: Engine) -> None:
    derivation = differentiate(engine, running_product(engine))
    apply = of_kind(derivation.graph, "cumprod")

    told = story(tell(derivation))
    assert "y = cumprod(a)" in told
    assert "a factor of every later product" in told
    words = glossary([apply])["cumprod"]
    assert words["sentence"] == "Multiplies elements, keeping the products on the way."


def test_both_lengths_read_differently(engine: Engine) -> None:
    x = engine.tensor.dmatrix("x")
    made = Model({"rows": x.shape[0] * 1, "columns": x.shape[1] * 1}, inputs=[x])

    graph = view(engine, made, "optimized").graph()
    written = {op_words(a) for a in graph.applies if a.op.kind == "shape_i"}
    assert written == {"length of axis 0", "length of axis 1"}


def test_an_op_of_the_users_own_is_not_taken_for_the_engines(engine: Engine) -> None:
    """A class of one's own may be called Dot and do something else."""
    import importlib

    homes = {"theano": "theano", "pytensor": "pytensor.graph.op"}
    nodes = {"theano": "theano", "pytensor": "pytensor.graph.basic"}
    base = importlib.import_module(homes[engine.name]).Op
    node = importlib.import_module(nodes[engine.name]).Apply

    class Dot(base):  # type: ignore[misc, valid-type]
        def __init__(self, power: int) -> None:
            self.power = power

        def make_node(self, x: Any) -> Any:
            return node(self, [x], [x.type()])

        def perform(self, node: Any, inputs: Any, outputs: Any) -> None:
            outputs[0][0] = inputs[0] ** self.power

    x = engine.tensor.dmatrix("x")
    source = outputs_source([Dot(2)(x), Dot(3)(x)], ["a", "b"])
    graph = capture(engine, source, Origin(engine.name, engine.version))

    assert [op_words(a) for a in graph.applies] == ["own dot (power=2)", "own dot (power=3)"]
