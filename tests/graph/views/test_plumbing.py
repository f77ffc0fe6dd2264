"""Fold plumbing where it is certain to be that, and nowhere else."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Mapping
from functools import reduce
from typing import Any

import classics
import folding
import graphs
import models
import people
import pytest

from xorexplain import Model
from xorexplain.api.drawing import prepared
from xorexplain.engines import Engine
from xorexplain.graph.records import Apply, Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views, condense
from xorexplain.graph.views.chains import MANY, MOST, fold_chains
from xorexplain.graph.views.condense import is_fold
from xorexplain.graph.views.order import followers
from xorexplain.graph.views.plumbing import fold_plumbing
from xorexplain.graph.views.select import around, select
from xorexplain.models.stages import view
from xorexplain.notation.build import express
from xorexplain.notation.text import text
from xorexplain.render.look import Look
from xorexplain.render.pictures.scene import scene

COUNTS = {"mlp": (12, 29, 41), "adam": (14, 27, 64), "rnn": (14, 37, 49)}
"""How many apply nodes are shown at most: symbolic, gradient, updates."""


def shown(engine: Engine, value: Any, inputs: list[Any]) -> Graph:
    model = Model({"value": value}, None, [], [], inputs, "made")
    return apply_views(view(engine, model, "symbolic", "output").graph(), DEFAULT_VIEWS)


def kinds(graph: Graph) -> list[str]:
    return [apply.op.kind for apply in graph.applies]


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_a_mean_is_one_node(engine: Engine, axis: int | None) -> None:
    T = engine.tensor
    x = T.dmatrix("x")
    graph = shown(engine, T.exp(T.mean(T.tanh(x), axis=axis)), [x])

    assert kinds(graph) == ["tanh", "mean", "exp"]
    assert graph.applies[1].op.param("axis") == (None if axis is None else str(axis))
    assert is_fold(graph.applies[1])


def test_a_mean_over_a_length_without_a_name_reads_what_it_adds_up_alone(engine: Engine) -> None:
    T = engine.tensor
    x, y, rows = T.dmatrix("x"), T.dvector("y"), T.lvector("rows")
    # Along what the index has to fit, either of the two lengths may be 1.
    picked = x[T.arange(y.shape[0]), rows]
    graph = shown(engine, T.exp(T.mean(picked)), [x, y, rows])
    beside = shown(engine, T.mean(picked) + picked.shape[0], [x, y, rows])

    assert kinds(graph) == ["advanced_subtensor", "mean", "exp"]
    (mean,) = (apply for apply in beside.applies if apply.op.kind == "mean")
    assert mean.inputs == beside.applies[0].outputs
    assert "lengths" in kinds(beside)


def test_a_number_that_a_gradient_begins_with_is_no_length(engine: Engine) -> None:
    T = engine.tensor
    x = T.dvector("x")
    cost = (x**2).sum()
    begins = T.fill(cost, 1.0) if engine.name == "theano" else T.second(cost, 1.0)
    begins.name = "begins"
    graph = shown(engine, x * (2.0 * (-0.5 * begins)), [x])

    assert "lengths" not in kinds(graph)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_mean_that_keeps_its_axis_is_one_node(engine: Engine, axis: int) -> None:
    T = engine.tensor
    x = T.dmatrix("x")
    graph = shown(engine, x - T.mean(T.tanh(x), axis=axis, keepdims=True), [x])

    assert kinds(graph) == ["tanh", "mean", "sub"]
    assert graph.variable[graph.applies[1].outputs[0]].broadcastable == (axis == 0, axis == 1)


def test_a_column_times_a_row_is_the_outer_product_of_vectors(engine: Engine) -> None:
    T = engine.tensor
    a, b = T.dvector("a"), T.dvector("b")
    graph = shown(engine, T.dot(a.dimshuffle(0, "x"), b.dimshuffle("x", 0)), [a, b])
    turned = T.dot(b.dimshuffle("x", 0).dimshuffle(1, 0), a.dimshuffle("x", 0))
    twice = shown(engine, turned, [a, b])
    same = shown(engine, T.dot(a.dimshuffle(0, "x"), a.dimshuffle("x", 0)), [a])

    assert kinds(graph) == ["outer"]
    assert [graph.variable[v].name for v in graph.applies[0].inputs] == ["a", "b"]
    assert [twice.variable[v].name for v in twice.applies[-1].inputs] == ["b", "a"]
    assert "outer" not in kinds(same)


def test_a_row_of_two_products_stays_for_the_other(engine: Engine) -> None:
    """It is a column's transpose: what makes the column stays, too."""
    T = engine.tensor
    a, b = T.dvector("a"), T.dvector("b")
    # In a list, it has no name.
    rows = [b.dimshuffle(0, "x").dimshuffle(1, 0)]
    sums = [T.sum(T.dot(a.dimshuffle(0, "x"), rows[0]))]
    graph = shown(engine, T.dot((a * sums[0]).dimshuffle(0, "x"), rows[0]), [a, b])

    assert kinds(graph) == ["expand_dims", "outer", "sum", "mul", "expand_dims", "dot"]


@pytest.mark.parametrize("name", ["undefined_grad", "zero_grad", "disconnected_grad"])
def test_what_is_said_of_the_gradient_of_a_constant_is_not_told(engine: Engine, name: str) -> None:
    """Theano's uniform draws say it of each bound: a mask of dropout was six nodes."""
    T = engine.tensor
    x, y = T.dmatrix("x"), T.dvector("y")
    said = getattr(importlib.import_module(f"{engine.module.__name__}.gradient"), name)
    graph = shown(engine, T.exp(x) < said(T.constant(0.8)), [x])
    of_a_variable = shown(engine, T.exp(x) < said(y), [x, y])

    assert kinds(graph) == ["exp", "lt"]
    assert kinds(of_a_variable)[1] == name
    model = Model({"value": T.exp(x) < said(T.constant(0.8))}, None, [], [], [x])
    bare = view(engine, model, "symbolic", "output").graph()
    assert text(express(bare, bare.outputs[0].variable, {bare.inputs[0]: "x"})) == "exp(x) < 0.8"


def test_a_sum_divided_by_another_length_is_none(engine: Engine) -> None:
    T = engine.tensor
    x, y = T.dmatrix("x"), T.dvector("y")
    other_axis = shown(engine, T.exp(x.sum(axis=0) / x.shape[1]), [x])
    other_array = shown(engine, T.exp(x.sum(axis=0) / y.shape[0]), [x, y])
    number = shown(engine, T.exp(x.sum() / 5.0), [x])

    for graph in (other_axis, other_array, number):
        assert kinds(graph) == ["sum", "true_div", "exp"]


def test_a_sum_that_is_read_elsewhere_stays(engine: Engine) -> None:
    T = engine.tensor
    x = T.dvector("x")
    total = x.sum()
    graph = shown(engine, total / x.shape[0] + total, [x])

    assert kinds(graph) == ["sum", "true_div", "add"]


def test_a_length_is_told_where_it_is_read(engine: Engine) -> None:
    T = engine.tensor
    x = T.dmatrix("x")
    graph = shown(engine, x * x.shape[0] + (x.shape[1] + 1), [x])

    told = [v.value for v in graph.variables if v.folded]
    assert kinds(graph) == ["mul", "add"]
    assert told == ["n", "m + 1"]


def test_a_length_is_told_of_a_vector_of_which_another_one_is_not_known(engine: Engine) -> None:
    """A vector of lengths is told entry by entry, and a fold of lengths by what it computes."""
    T = engine.tensor
    x, y = T.dmatrix("x"), T.dvector("y")

    def vector() -> Any:
        lengths = x.shape[0] % y.shape[0], x.shape[1] * 2
        return T.join(0, *[n.dimshuffle("x") for n in lengths])

    value = x.sum() * vector()[1] + vector()[0]
    model = Model({"value": value}, None, [], [], [x, y], "made")
    graph = fold_plumbing(view(engine, model, "symbolic", "output").graph(), tells_constants=False)

    assert "2m" in [v.value for v in graph.variables]
    (fold,) = [apply for apply in graph.applies if apply.op.kind == "lengths"]
    told = text(express(graph, fold.outputs[0], {}))
    assert "n mod k" in told
    assert "lengths" not in told


def test_a_length_that_has_a_name_or_is_a_result_stays(engine: Engine) -> None:
    x = engine.tensor.dmatrix("x")
    rows = x.shape[0] + 1
    rows.name = "rows"
    graph = shown(engine, x * rows, [x])

    assert "rows" in [v.name for v in graph.variables]
    assert len(shown(engine, x.shape[0] + 1, [x]).applies) > 0


def test_a_product_with_a_vector_is_one_node(engine: Engine) -> None:
    T = engine.tensor
    x, w = T.dmatrix("x"), T.dvector("w")
    graph = shown(engine, T.exp(T.dot(x, w)), [x, w])

    assert kinds(graph) == ["dot", "exp"]
    assert [graph.variable[v].name for v in graph.applies[0].inputs] == ["x", "w"]


def test_a_loop_reads_what_it_starts_from(engine: Engine) -> None:
    graph = apply_views(view(engine, people.rnn(engine), "symbolic").graph(), DEFAULT_VIEWS)
    (scan,) = (apply for apply in graph.applies if apply.op.kind == "scan")

    told = [graph.variable[v].value for v in scan.inputs if graph.variable[v].folded]
    assert told == ["T"]
    start = graph.owner(scan.inputs[2])
    assert start is not None
    assert (start.op.kind, graph.variable[scan.inputs[2]].name) == ("alloc", "start")
    assert graph.variable[scan.inputs[1]].name == "x"


@pytest.mark.parametrize("name", COUNTS)
def test_little_is_left_of_the_plumbing(engine: Engine, name: str) -> None:
    model = people.MODELS[name](engine)
    for stage, most in zip(("symbolic", "gradient", "updates"), COUNTS[name], strict=True):
        graph = apply_views(view(engine, model, stage).graph(), DEFAULT_VIEWS)

        assert len(graph.applies) <= most
        assert "shape" not in kinds(graph)


@pytest.fixture
def circles(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """Return the list in which members come that a path leads out of and back to."""
    found = []

    def told(graph: Graph, members: list[Apply], rank: Mapping[str, int]) -> frozenset[str] | None:
        after = followers(graph, members, rank)
        if after is None:
            found.append({apply.id for apply in members})
        return after

    monkeypatch.setattr(condense, "followers", told)
    return found


@pytest.mark.parametrize("name", classics.CLASSICS)
def test_no_fold_of_other_peoples_programs_is_given_up(
    engine: Engine, name: str, circles: list[set[str]]
) -> None:
    model = classics.CLASSICS[name]()
    assert apply_views(view(engine, model, "updates").graph(), DEFAULT_VIEWS).applies

    assert circles == []


@models.each_model
def test_folds_hold_what_they_stand_for(engine: Engine, name: str, circles: list[set[str]]) -> None:
    for stage in models.stages(engine, name):
        graph = models.record(engine, name, stage)
        folded = apply_views(graph, DEFAULT_VIEWS)
        whole = folding.inlined(folded)

        assert graphs.consistent(folded)
        assert folding.in_order(folded)
        assert whole.apply.keys() <= graph.apply.keys()
        assert all(folding.bare(a.op) == graph.apply[a.id].op for a in whole.applies)
        named = {v.id for v in graph.variables if v.name and v.owner is None}
        assert named <= whole.variable.keys()
        assert circles == []


def test_what_is_computed_of_constants_is_told(engine: Engine) -> None:
    T = engine.tensor
    x, ten = T.dvector("x"), T.constant(10.0)
    graph = shown(engine, x - T.log(T.sqrt(ten)), [x])

    assert kinds(graph) == ["sub"]
    assert [v.value for v in graph.variables if v.folded] == ["log(√10.0)"]
    density = T.log(T.sqrt(T.constant(2 * math.pi))) + T.constant(math.pi) / T.constant(2 * math.pi)
    graph = shown(engine, x - density, [x])
    assert [v.value for v in graph.variables if v.folded] == ["log(√(2π))", "π ÷ (2π)"]


def test_a_transpose_is_told_by_the_product_that_reads_it(engine: Engine) -> None:
    T = engine.tensor
    x, y = T.dmatrix("x"), T.dmatrix("y")
    alone = shown(engine, T.exp(T.dot(x.T, y)), [x, y])
    kept = shown(engine, T.dot(x.T, y) + x.T, [x, y])

    assert kinds(alone) == ["dot", "exp"]
    assert alone.applies[0].op.param("transposed") == "0"
    assert [alone.variable[v].name for v in alone.applies[0].inputs] == ["x", "y"]
    assert sorted(kinds(kept)) == ["add", "dot", "transpose"]


def test_what_is_folded_is_found(engine: Engine) -> None:
    T = engine.tensor
    x = T.dmatrix("x")
    graph = shown(engine, T.exp(T.mean(T.tanh(x), axis=0)), [x])
    mean = graph.applies[1]
    assert mean.inner is not None
    inside = graph.inner[mean.inner].applies[0]

    assert [apply.id for apply in select(graph, ["op:sum"]).applies] == [mean.id]
    for name in (inside.id, *inside.outputs):
        assert [apply.id for apply in around(graph, name, 0).applies] == [mean.id]


@pytest.mark.parametrize("kind", ["sub", "shape_i", "arange", "second", "alloc", "squeeze", "eq"])
@pytest.mark.parametrize("inputs", ["", "n", "n, n, n, n"])
def test_an_op_with_other_inputs_is_not_understood(kind: str, inputs: str) -> None:
    graph = graphs.graph("n = shape_i[axis=0](x)", f"y = {kind}({inputs})", "z = true_div(y)")

    assert graphs.consistent(apply_views(graph, DEFAULT_VIEWS))


def test_a_product_with_an_array_of_three_axes_is_one_node(engine: Engine) -> None:
    T = engine.tensor
    x, W = T.dtensor3("x"), models.shared(engine, (4, 5), "W")
    model = Model({}, T.sum(T.tanh(T.dot(x, W))), [W], [], [x], "rows")
    written, gradient = (
        apply_views(view(engine, model, stage).graph(), DEFAULT_VIEWS)
        for stage in ("symbolic", "gradient")
    )

    assert kinds(written) == ["dot", "tanh", "sum"]
    assert [written.variable[v].name for v in written.applies[0].inputs] == ["x", "W"]
    assert "reshape" not in kinds(gradient)
    products = [a.op.params for a in gradient.applies if a.op.kind == "dot"]
    assert (("transposed", "0"), ("axis", "0, 1")) in products


@pytest.mark.parametrize("order", [(1, 0, 2), (1, 2, 0)])
def test_a_product_adds_up_over_the_axes_in_front_of_which_one_was_put(
    engine: Engine, order: tuple[int, int, int]
) -> None:
    T = engine.tensor
    x = T.dtensor3("x")
    lengths = [x.shape[axis] for axis in order[1:]]
    product = T.dot(
        x.transpose(order).reshape((x.shape[1], lengths[0] * lengths[1])),
        T.exp(x).transpose((0, 2, 1)).reshape((x.shape[0] * x.shape[2], x.shape[1])),
    )

    graph = shown(engine, product, [x])

    is_same_order = order == (1, 0, 2)
    assert (kinds(graph) == ["exp", "transpose", "dot"]) is is_same_order
    if is_same_order:
        assert graph.applies[-1].op.params == (("axis", "0, 2 and 0, 1"),)
        names = {v.id: v.name for v in graph.variables if v.owner is None and v.name}
        told = text(express(graph, graph.outputs[0].variable, names))
        assert told.startswith("reshape(transpose(x, 1, 0, 2)")


def test_a_reshape_to_other_rows_stays(engine: Engine) -> None:
    T = engine.tensor
    x, W = T.dtensor3("x"), models.shared(engine, (4, 5), "W")
    rows = x.reshape((x.shape[1] * x.shape[0], 4))
    mixed = T.dot(rows, W).reshape((x.shape[1], x.shape[0], 5))

    assert kinds(shown(engine, mixed, [x])) == ["reshape", "dot", "reshape"]


def test_a_transpose_of_each_matrix_is_told_by_the_product(engine: Engine) -> None:
    T = engine.tensor
    x, y = T.dtensor3("x"), T.dtensor3("y")
    times = T.batched_dot if hasattr(T, "batched_dot") else T.matmul
    alone = shown(engine, times(x, y.dimshuffle(0, 2, 1)), [x, y])
    other = shown(engine, times(x, y.dimshuffle(1, 0, 2)), [x, y])

    assert [a.op.param("transposed") for a in alone.applies] == ["1"]
    assert "transpose" in kinds(other)


@pytest.mark.pytensor
def test_a_check_holds_what_decides_it(engine: Engine) -> None:
    T = engine.tensor
    x, sigma = T.dvector("x"), T.dscalar("sigma")
    check = engine.module.raise_op.CheckAndRaise(ValueError, "sigma > 0")
    folded = shown(engine, check(T.exp(x), T.all(sigma > 0)), [x, sigma])
    twice = shown(engine, check(x, T.all(sigma > 0)) * T.all(sigma > 0), [x, sigma])
    nested = (lambda holds: check(T.exp(check(x, holds)), holds))(T.all(sigma > 0))
    both = shown(engine, nested, [x, sigma])

    assert kinds(folded) == ["exp", "check_and_raise"]
    assert kinds(both) == ["check_and_raise", "exp", "check_and_raise"]
    assert [folded.variable[v].name for v in folded.applies[-1].inputs] == [None, "sigma"]
    assert "gt" in kinds(twice)


def test_a_wall_of_elementwise_ops_is_told_in_formulas(engine: Engine) -> None:
    """A value with a name ends a formula, and a small graph shows each op by itself."""
    T = engine.tensor
    x = T.dvector("x")
    few = shown(engine, T.exp(T.tanh(x) * 2.0), [x])
    y = reduce(lambda value, _: T.tanh(value) / 2.0, range(MANY), x)
    y.name = "y"
    many = shown(engine, T.exp(y), [x])
    folded = fold_chains(many)

    assert fold_chains(few) == few
    assert {a.op.kind for a in folded.applies} == {"formula", "exp"}
    assert max(len(inner.applies) for inner in folded.inner) == MOST
    assert "y" in [v.name for v in folded.variables]
    inlined = folding.inlined(folded)
    assert inlined.apply.keys() == many.apply.keys()


def test_an_adjoint_is_told_with_its_products_of_matrices(engine: Engine) -> None:
    graph = prepared(view(engine, people.vae(engine), "gradient").graph(), Look(), folds=True)

    told = [line for node in scene(graph, Look()).nodes for line in node.told("formula")]
    assert "(δmean · Wmᵀ + δlog_variance · Wsᵀ) × (1 − tanh(z2)²)" in told


def test_an_axis_is_told_with_the_op_that_it_is_added_for(engine: Engine) -> None:
    T = engine.tensor
    x, b = T.dvector("x"), T.dvector("b")
    y = reduce(lambda value, _: T.tanh(value) / 2.0, range(MANY), x)
    folded = fold_chains(shown(engine, T.exp(y) * T.tanh(b)[:, None], [x, b]))

    nodes = scene(folded, Look()).nodes
    told = [line for n in nodes for line in (*n.told("formula"), *n.told("heading"))]
    assert any(re.search(r" × \S+\[:, None\]", line) for line in told)
    assert "expand_dims" not in kinds(folded)


def test_no_formula_leaves_out_an_axis_that_an_operand_has_behind_others(engine: Engine) -> None:
    T = engine.tensor
    x, b = T.dmatrix("x"), T.dvector("b")
    spanned = T.tanh(x * b[:, None]) / T.sum(x, axis=1)[:, None]
    model = Model({}, T.sum(spanned * 2.0 + x), [], [], [x, b], "columns")
    y = reduce(lambda value, _: T.tanh(value) / 2.0, range(MANY), spanned * x)

    fused = apply_views(view(engine, model, "optimized").graph(), DEFAULT_VIEWS)
    folded = fold_chains(shown(engine, T.sum(y), [x, b]))

    for graph in (fused, folded):
        told = [line for node in scene(graph, Look()).nodes for line in node.told("formula")]
        assert any("b[:, None]" in line for line in told)
        assert any(re.search(r"÷ \w+\[:, None\]", line) for line in told)
        assert "expand_dims" not in kinds(graph)
