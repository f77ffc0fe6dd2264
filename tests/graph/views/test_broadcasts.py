"""Hide broadcasts, and lose nothing that is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import folding
import graphs
import models
import numpy
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.ops import having
from xorexplain.graph.ops.operand_axes import operand_axes
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.broadcasts import hide_broadcasts
from xorexplain.graph.views.condense import is_fold
from xorexplain.models.capture import variable_ids
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.notation.build import express
from xorexplain.notation.evaluate import evaluate

MATRIX, ROW, COLUMN, VECTOR = (None, None), (1, None), (None, 1), (None,)


def test_a_broadcast_that_numpy_would_do_is_hidden() -> None:
    graph = graphs.graph(
        "row = expand_dims[order=x, 0](b)",
        "y = add(x, row)",
        shapes={"x": MATRIX, "row": ROW, "y": MATRIX, "b": VECTOR},
    )

    hidden = hide_broadcasts(graphs.anonymous(graph))

    assert graphs.kinds(hidden) == ["add"]
    assert hidden.applies[0].inputs == (graphs.named(graph, "x").id, graphs.named(graph, "b").id)
    assert hidden.applies[0].id == "n1"
    assert graphs.consistent(hidden)


def test_an_axis_that_says_along_which_a_value_lies_is_told_with_the_op() -> None:
    graph = graphs.graph(
        "down = expand_dims[order=0, x](a)",
        "across = expand_dims[order=x, 0](a)",
        "table = ge(down, across)",
        "y = mul(x, table)",
        shapes={
            "a": VECTOR,
            "x": MATRIX,
            "down": COLUMN,
            "across": ROW,
            "table": MATRIX,
            "y": MATRIX,
        },
    )

    hidden = hide_broadcasts(graphs.anonymous(graph))

    assert graphs.kinds(hidden) == ["ge", "mul"]
    assert [operand_axes(apply.op) for apply in hidden.applies] == [{0: "0, x"}, {}]
    assert graphs.consistent(hidden)


def test_two_axes_of_one_value_stay_apart_beside_a_matrix() -> None:
    """`m + q[:, None] + q` is no `m + q + q`: the squared distances of a Gaussian process."""
    graph = graphs.graph(
        "down = expand_dims[order=0, x](q)",
        "across = expand_dims[order=x, 0](q)",
        "y = add(m, down, across)",
        shapes={"m": MATRIX, "q": VECTOR, "down": COLUMN, "across": ROW, "y": MATRIX},
    )

    hidden = hide_broadcasts(graphs.anonymous(graph))

    assert graphs.kinds(hidden) == ["add"]
    assert operand_axes(hidden.applies[0].op) == {1: "0, x"}
    assert graphs.consistent(hidden)


@pytest.mark.parametrize(
    ("orders", "pattern", "told"),
    [
        (["0, x"], (None, None), "0, x"),
        (["x, 0, x, x"], (2, None, 4, 4), "0, x, x"),
        (["x, 0"], (None, None), ""),
        (["x, 0", "0, x, 1"], (3, None, None), ""),
        (["0, x", "0, x, 1"], (None, 3, 3), "0, x, x"),
        (["0, x", "x, 0, 1"], (3, None, 3), "0, x"),
    ],
)
def test_axes_are_told_where_numpy_would_have_others(
    orders: list[str], pattern: tuple[int | None, ...], told: str
) -> None:
    shapes: dict[str, tuple[int | None, ...]] = {"v0": VECTOR, "x": pattern, "y": pattern}
    for number, order in enumerate(orders):
        entries = order.split(", ")
        shape = shapes[f"v{number}"]
        shapes[f"v{number + 1}"] = tuple(1 if e == "x" else shape[int(e)] for e in entries)
    lines = [f"v{n + 1} = expand_dims[order={order}](v{n})" for n, order in enumerate(orders)]
    graph = graphs.graph(*lines, f"y = add(x, v{len(orders)})", shapes=shapes)

    hidden = hide_broadcasts(graphs.anonymous(graph))

    assert graphs.kinds(hidden) == ["add"]
    assert operand_axes(hidden.applies[0].op) == ({1: told} if told else {})


def test_a_chain_of_broadcasts_is_hidden_as_one() -> None:
    graph = graphs.graph(
        "one = expand_dims[order=x](a)",
        "two = expand_dims[order=x, 0](one)",
        "three = unbroadcast(two)",
        "y = mul(x, three)",
        shapes={"x": MATRIX, "one": (1,), "two": (1, 1), "three": (1, 1), "y": MATRIX},
    )

    hidden = hide_broadcasts(graphs.anonymous(graph))

    assert graphs.kinds(hidden) == ["mul"]
    assert hidden.applies[0].inputs[1] == graphs.named(graph, "a").id
    assert graphs.consistent(hidden)


def test_a_broadcast_that_is_a_result_stays() -> None:
    graph = graphs.graph(
        "one = expand_dims[order=x](a)",
        "two = expand_dims[order=x, 0](one)",
        "y = mul(x, two)",
        outputs=["two", "y"],
        shapes={"x": MATRIX, "one": (1,), "two": (1, 1), "y": MATRIX},
    )

    assert hide_broadcasts(graphs.anonymous(graph)) == graphs.anonymous(graph)


def test_only_the_last_of_a_chain_is_needed_for_its_shape() -> None:
    graph = graphs.graph(
        "filled = second(x, 1.0)",
        "scaled = mul(filled, x)",
        "y = expand_dims[order=0, x, 1](scaled)",
        shapes={"x": MATRIX, "filled": MATRIX, "scaled": MATRIX, "y": (None, 1, None)},
    )

    assert graphs.kinds(hide_broadcasts(graphs.anonymous(graph))) == ["mul", "expand_dims"]


@pytest.mark.parametrize("reader", ["sum", "dot", "inc_subtensor", "shape", "scan", "reshape"])
def test_a_broadcast_whose_shape_an_op_reads_stays(reader: str) -> None:
    graph = graphs.graph(
        "ones = second(x, 1.0)",
        f"y = {reader}(ones)",
        shapes={"x": MATRIX, "ones": MATRIX},
    )

    assert hide_broadcasts(graphs.anonymous(graph)) == graphs.anonymous(graph)


def test_a_fill_is_hidden_where_another_operand_has_the_shape() -> None:
    graph = graphs.graph(
        "cost = sum(x)",
        "seed = second(cost, 1.0)",
        "wide = expand_dims[order=x, x](seed)",
        "full = second(x, wide)",
        "dx = mul(full, x)",
        shapes={"x": MATRIX, "wide": (1, 1), "full": MATRIX, "dx": MATRIX},
    )

    hidden = hide_broadcasts(graphs.anonymous(graph))

    assert graphs.kinds(hidden) == ["mul"]
    assert [hidden.variable[v].value for v in hidden.applies[0].inputs] == ["1.0", None]
    assert graphs.consistent(hidden)


def test_a_fill_stays_where_no_operand_has_the_shape() -> None:
    graph = graphs.graph(
        "full = second(x, 1.0)",
        "half = mul(full, 0.5)",
        shapes={"x": MATRIX, "full": MATRIX, "half": MATRIX, "0.5": (1, 1)},
    )

    assert hide_broadcasts(graphs.anonymous(graph)) == graphs.anonymous(graph)


def test_a_row_and_a_column_span_a_matrix_together() -> None:
    graph = graphs.graph(
        "full = second(x, 1.0)",
        "y = add(full, row, column)",
        shapes={"x": MATRIX, "full": MATRIX, "row": ROW, "column": COLUMN, "y": MATRIX},
    )

    assert graphs.kinds(hide_broadcasts(graphs.anonymous(graph, given=True))) == ["add"]


def test_a_row_alone_spans_no_matrix() -> None:
    graph = graphs.graph(
        "full = second(x, 1.0)",
        "y = add(full, row)",
        shapes={"x": MATRIX, "full": MATRIX, "row": ROW, "y": MATRIX},
    )

    assert graphs.kinds(hide_broadcasts(graphs.anonymous(graph))) == ["second", "add"]


def test_alloc_is_no_noise() -> None:
    graph = graphs.graph("full = alloc(0.0, n)", "y = add(full, x)", shapes={"x": VECTOR})

    assert hide_broadcasts(graphs.anonymous(graph)) == graphs.anonymous(graph)


def test_what_was_unread_before_stays() -> None:
    graph = graphs.graph(
        "row = expand_dims[order=x, 0](b)",
        "unread = tanh(c)",
        "y = add(x, row)",
        shapes={"x": MATRIX, "row": ROW, "y": MATRIX, "b": VECTOR},
    )

    assert graphs.kinds(hide_broadcasts(graphs.anonymous(graph))) == ["tanh", "add"]


def test_a_part_without_results_keeps_its_ends() -> None:
    graph = graphs.graph(
        "row = expand_dims[order=x, 0](b)",
        "y = add(x, row)",
        outputs=[],
        shapes={"x": MATRIX, "row": ROW, "y": MATRIX, "b": VECTOR},
    )

    assert graphs.kinds(hide_broadcasts(graphs.anonymous(graph))) == ["add"]


def test_scalars_need_no_shape() -> None:
    graph = graphs.graph("full = second(x, 1.0)", "y = mul(full, 0.5)")

    assert graphs.kinds(hide_broadcasts(graphs.anonymous(graph, given=True))) == ["mul"]


def test_what_has_a_name_is_never_hidden() -> None:
    graph = graphs.graph("full = second(x, 1.0)", "y = mul(full, z)")

    shown = hide_broadcasts(graphs.anonymous(graph))

    assert hide_broadcasts(graph) == graph
    assert graphs.kinds(shown) == ["second", "mul"]
    assert {v.name for v in shown.variables} == {"x", "z", None}


def test_deep_chains_of_broadcasts() -> None:
    wide = {f"x{i}": (1,) * i for i in range(2001)}
    lines = [f"x{i + 1} = expand_dims(x{i})" for i in range(2000)]
    graph = graphs.graph(*lines, "y = sum(x2000)", shapes=wide)

    assert hide_broadcasts(graphs.anonymous(graph)) == graphs.anonymous(graph)


BROADCASTS: Mapping[str, Callable[[Any, Any, Any], Any]] = {
    "a column": lambda T, x, v: x - v[:, None],
    "a column and a row": lambda T, x, v: (v[:, None] - v) * x.T,
    "of a column": lambda T, x, v: x * T.tanh(v[:, None]) + 2.0 * v[:, None],
    "an axis that is kept": lambda T, x, v: T.exp(x - T.max(x, axis=1, keepdims=True)),
    "a sum over an axis": lambda T, x, v: T.exp(T.sum(T.tanh(x) * v, axis=1)) * v,
    "a mean": lambda T, x, v: T.log(1.0 + T.mean(x**2, axis=1)),
    "three axes": lambda T, x, v: x.dimshuffle(0, "x", 1) * v.dimshuffle("x", 0, "x"),
    "written into": lambda T, x, v: T.inc_subtensor((x * x)[:, :], v[:, None]),
}


@pytest.mark.parametrize("name", BROADCASTS)
def test_what_ops_are_told_to_read_gives_what_the_engine_gives(engine: Engine, name: str) -> None:
    x, v = models.shared(engine, (3, 3), "x"), models.shared(engine, (3,), "v", seed=1)
    made = engine.tensor.sum(BROADCASTS[name](engine.tensor, x, v) ** 2 + v.sum())
    built = view(engine, Model({}, made, [x, v]), "gradient")
    ids = variable_ids(built.source)
    values = dict(zip(ids.values(), engine.evaluator(list(ids), [])(), strict=True))

    shown = hide_broadcasts(graphs.anonymous(built.graph()))
    for apply in (a for a in shown.applies if a.op.family == "elementwise"):
        (output,) = apply.outputs
        written = express(shown, output, {id_: id_ for id_ in shown.variable}, (output,))
        found = evaluate(written, values)
        whole = numpy.broadcast_to(found, numpy.shape(values[output]))
        numpy.testing.assert_allclose(whole, values[output], err_msg=f"{apply.op}")


def recorded(engine: Engine, name: str) -> list[Graph]:
    """Return every stage of a model that needs no compiler."""
    stages = models.stages(engine, name)
    return [models.record(engine, name, stage) for stage in stages if stage != "compiled"]


@models.each_model
def test_real_graphs_stay_whole(engine: Engine, name: str) -> None:
    for graph in recorded(engine, name):
        hidden = apply_views(graph, DEFAULT_VIEWS)

        assert graphs.consistent(hidden)
        assert hidden.outputs == graph.outputs
        told = {v.id for v in hidden.variables if v.folded and v.owner is None}
        assert {v.id for v in hidden.variables} - told <= graph.variable.keys()
        engines = [apply for apply in hidden.applies if not is_fold(apply)]
        assert all(folding.bare(apply.op) == graph.apply[apply.id].op for apply in engines)


@models.each_model
def test_hiding_twice_hides_no_more(engine: Engine, name: str) -> None:
    for graph in recorded(engine, name):
        hidden = hide_broadcasts(graphs.anonymous(graph))

        assert hide_broadcasts(hidden) == hidden


@models.each_model
def test_real_graphs_lose_only_broadcasts_and_what_served_their_shapes(
    engine: Engine, name: str
) -> None:
    for graph in recorded(engine, name):
        served = _only_for_shapes(graph)
        hidden = hide_broadcasts(graphs.anonymous(graph))

        lost = [apply for apply in graph.applies if apply.id not in hidden.apply]

        assert all(a.op.kind in having("repeats") or a.id in served for a in lost)


def _only_for_shapes(graph: Graph) -> set[str]:
    """Find the apply nodes that are read by nothing but the first operand of a fill."""
    values = replace(
        graph,
        applies=tuple(
            replace(a, inputs=a.inputs[1:]) if a.op.kind == "second" else a for a in graph.applies
        ),
    )
    wanted = set(graph.output_ids)
    needed = set()
    for apply in reversed(values.applies):
        if not wanted.isdisjoint(apply.outputs):
            needed.add(apply.id)
            wanted.update(apply.inputs)
    return graph.apply.keys() - needed


def test_the_gradient_of_the_tutorial_gets_shorter(engine: Engine) -> None:
    graph = models.record(engine, "xor", "gradient")

    hidden = hide_broadcasts(graphs.anonymous(graph))

    assert not having("repeats") & set(graphs.kinds(hidden))
    assert len(hidden.applies) < 0.8 * len(graph.applies)
