"""Claim no length that the engine does not then compute."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import graphs
import models
import numpy
import people
import pytest
import running

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.forms_of_length import Form, written
from xorexplain.graph.views.measures import measure, names_of
from xorexplain.graph.views.memory import destroyed_by, origins
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.model import Model
from xorexplain.models.stages import View, view

Lengths = tuple[int | None, ...]


@pytest.mark.parametrize(
    ("line", "shapes", "expected"),
    [
        ("y = add(a, b)", {"a": (3, 4), "b": (1, 4)}, (3, 4)),
        ("y = add(a, b)", {"a": (None, 4), "b": (3, 1)}, (3, 4)),
        ("y = add(a, b)", {"a": (None, 4), "b": (1, 4)}, (None, 4)),
        ("y = add(a, b)", {"a": (None, 4), "b": (None, 4)}, (None, 4)),
        ("y = add(a, b)", {"a": (2,), "b": (3,)}, (None,)),
        ("y = tanh(a)", {"a": (3, None)}, (3, None)),
        ("y = composite(a, b)", {"a": (3, 1), "b": (1, 4)}, (3, 4)),
        ("y = dot(a, b)", {"a": (3, 4), "b": (4, 5)}, (3, 5)),
        ("y = dot(a, b)", {"a": (3, 4), "b": (4,)}, (3,)),
        ("y = dot(a, b)", {"a": (4,), "b": (4, 5)}, (5,)),
        ("y = dot(a, b)", {"a": (4,), "b": (4,)}, ()),
        ("y = dot(a, b)", {"a": (4,), "b": (7, 4, 5)}, (7, 5)),
        ("y = matmul(a, b)", {"a": (2, 3, 4), "b": (2, 4, 5)}, (2, 3, 5)),
        ("y = matmul(a, b)", {"a": (2, None, 4), "b": (1, 4, 5)}, (2, None, 5)),
        ("y = matmul(a, b)", {"a": (2, 3, 4), "b": (4, 5)}, (None, None, None)),
        ("y = batched_dot(a, b)", {"a": (2, 3, 4), "b": (2, 4, 5)}, (2, 3, 5)),
        ("y = batched_dot(a, b)", {"a": (2, 3, 4), "b": (2, 4)}, (2, 3)),
        ("y = batched_dot(a, b)", {"a": (2, 4), "b": (None, 4, 5)}, (2, 5)),
        ("y = batched_dot(a, b)", {"a": (2, 4), "b": (2, 4)}, (2,)),
        ("y = sum(a)", {"a": (3, 4)}, ()),
        ("y = sum[axis=0](a)", {"a": (3, 4)}, (4,)),
        ("y = sum[axis=0, 2](a)", {"a": (3, 4, 5)}, (4,)),
        ("y = sum[axis=-1](a)", {"a": (3, 4)}, (3,)),
        ("y = expand_dims[order=x, 0, x](a)", {"a": (4,)}, (1, 4, 1)),
        ("y = transpose[order=1, 0](a)", {"a": (3, 4)}, (4, 3)),
        ("y = squeeze[order=1](a)", {"a": (1, 4)}, (4,)),
        ("y = squeeze[order=](a)", {"a": (1, 1)}, ()),
        ("y = second(a, b)", {"a": (3, 4), "b": (1, 1)}, (3, 4)),
        ("y = gemm(z, a, x, y1, b)", {"z": (3, 5)}, (3, 5)),
        ("y = set_subtensor(a, b)", {"a": (3, 4), "b": (4,)}, (3, 4)),
        ("y = subtensor(a, b)", {"a": (3, 4)}, (None,)),
        ("y = mystery(a)", {"a": (3, 4)}, (3, 4)),
        ("y = sparse_dot(a, b)", {"a": (None, 4), "b": (4, 5)}, (None, 5)),
        ("y = structured_dot(a, b)", {"a": (3, 4), "b": (4, 5)}, (3, 5)),
        ("y = true_dot(a, b)", {"a": (3, 4), "b": (4, 5)}, (3, 5)),
        ("y = sparse_transpose(a)", {"a": (3, None)}, (None, 3)),
        ("y = sp_sum[axis=0](a)", {"a": (3, 4)}, (4,)),
        ("y = dense_from_sparse(a)", {"a": (3, 4)}, (3, 4)),
        ("y = cholesky(a)", {"a": (3, None)}, (3, 3)),
        ("y = matrix_pinv(a)", {"a": (3, 4)}, (4, 3)),
        ("y = solve(a, b)", {"a": (None, 3), "b": (None, 2)}, (3, 2)),
        ("y = solve_triangular(a, b)", {"a": (3, 3), "b": (None,)}, (3,)),
        ("y = extract_diag(a)", {"a": (3, 3)}, (3,)),
        ("y = extract_diag(a)", {"a": (3, 4)}, (None,)),
        ("y = extract_diag[offset=1](a)", {"a": (3, 3)}, (None,)),
        ("y = extract_diag[axis1=1;axis2=-1](a)", {"a": (2, 3, 3)}, (2, 3)),
        ("y = alloc_diag(a)", {"a": (3,)}, (3, 3)),
        ("y = alloc_diag[offset=1](a)", {"a": (3,)}, (None, None)),
        ("y, at = max_and_argmax[axis=2](a)", {"a": (None, 2, 3)}, (None, 2)),
        ("y = mrg_uniform(state, size)", {"state": (7, 6), "size": (2,)}, (7, 6)),
        ("y = blockwise[signature=(m,m)->(m,m)](a)", {"a": (2, 3, 3)}, (2, 3, 3)),
        ("y = blockwise[signature=(m,m)->(m,m)](a)", {"a": (3,)}, (None,)),
    ],
)
def test_rules(line: str, shapes: Mapping[str, Lengths], expected: Lengths) -> None:
    graph = graphs.graph(line, shapes={**shapes, "y": (None,) * len(expected)})

    assert graphs.named(infer_shapes(graph), "y").shape == expected


def test_what_the_engine_knew_is_kept() -> None:
    graph = graphs.graph("y = add(a, b)", shapes={"a": (None,), "b": (None,), "y": (7,)})

    assert graphs.named(infer_shapes(graph), "y").shape == (7,)


def test_a_rank_that_does_not_fit_is_not_believed() -> None:
    graph = graphs.graph("y = sum(a)", shapes={"a": (3, 4), "y": (None, None)})

    assert graphs.named(infer_shapes(graph), "y").shape == (None, None)


def test_an_op_repeated_along_leading_axes_is_not_understood() -> None:
    graph = graphs.graph("y = blockwise[core=sort](a)", shapes={"a": (3, 4), "y": (None, None)})

    assert graphs.named(infer_shapes(graph), "y").shape == (None, None)


def test_a_sum_over_no_axis_keeps_its_shape() -> None:
    graph = graphs.graph("y = sum[axis=](a)", shapes={"a": (3, 4), "y": (None, None)})

    assert graphs.named(infer_shapes(graph), "y").shape == (3, 4)


def test_shapes_pass_through_op_from_graph() -> None:
    inner = graphs.graph("q = dot(p, r)", shapes=dict.fromkeys("pqr", (None, None)))
    graph = graphs.graph(
        "y = op_from_graph[inner=0](a, b)",
        shapes={"a": (3, 4), "b": (4, 5), "y": (None, None)},
        inner=[inner],
    )

    assert graphs.named(infer_shapes(graph), "y").shape == (3, 5)


def test_deep_graphs_need_no_recursion() -> None:
    graph = graphs.chain(10_000)

    assert len(infer_shapes(graph).variables) == len(graph.variables)


def wrong(built: View, values: Mapping[Any, Any]) -> list[tuple[object, Lengths, Lengths]]:
    """List the variables whose value has another shape than we claim."""
    graph = infer_shapes(built.graph())
    found: list[tuple[object, Lengths, Lengths]] = []
    for id_, variable in _engine_variables(graph, built).items():
        claimed, actual = graph.variable[id_].shape, getattr(values[variable], "shape", None)
        if claimed is None or actual is None:
            continue
        fits = len(claimed) == len(actual) and all(
            length in (None, real) for length, real in zip(claimed, actual, strict=True)
        )
        if not fits:
            found.append((graph.owner(id_), claimed, actual))
    return found


def _engine_variables(graph: Graph, built: View) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for apply, node in zip(graph.applies, running.nodes(built.source), strict=True):
        found |= zip(apply.inputs, node.inputs, strict=True)
        found |= zip(apply.outputs, node.outputs, strict=True)
    return found


@models.each_model
def test_claims_about_real_graphs_hold(engine: Engine, name: str) -> None:
    for stage in models.stages(engine, name):
        if stage == "compiled" or name == "convolution":
            continue
        built = view(engine, models.model(engine, name), stage)

        assert wrong(built, running.run_model(engine, built.source, name)) == []


@pytest.mark.theano
def test_claims_about_a_convolution_hold(engine: Engine) -> None:
    built = view(engine, models.model(engine, "convolution"), "symbolic")
    nodes = running.nodes(built.source)
    variables = [v for node in nodes for v in (*node.inputs, *node.outputs)]
    inputs = [v for v in variables if engine.role_of(v) == "input"]
    function = engine.compile(inputs, variables, [])

    values = function(numpy.zeros((2, 1, 8, 8)))

    assert wrong(built, dict(zip(variables, values, strict=True))) == []


def _softmax(engine: Engine, x: Any) -> Any:
    T = engine.tensor
    return T.nnet.softmax(x) if engine.name == "theano" else T.special.softmax(x, axis=-1)


def _batched_dot(engine: Engine) -> Callable[[Any, Any], Any]:
    return getattr(engine.tensor, "batched_dot" if engine.name == "theano" else "matmul")


def _grad(engine: Engine, of: Callable[[Any], Any], x: Any) -> Any:
    return engine.grad((of(x) ** 2).sum(), [x])[0]


def _algebra(engine: Engine, square: Any, v: Any) -> list[Any]:
    """Compute with a matrix that is positive definite."""
    T = engine.tensor
    if engine.name == "theano":
        names = ("theano.tensor.nlinalg", "theano.tensor.slinalg")
        nlinalg, slinalg = map(importlib.import_module, names)
        inverse, pinv, eigh = nlinalg.matrix_inverse, nlinalg.pinv, nlinalg.eigh
        cholesky, solve, expm = slinalg.cholesky, slinalg.solve, slinalg.expm
    else:
        algebra = T.linalg
        inverse, pinv, eigh = algebra.inv, algebra.pinv, algebra.eigh
        cholesky, solve, expm = algebra.cholesky, algebra.solve, algebra.expm
    return [
        *(inverse(square), pinv(square[:2]), *eigh(square), expm(square)),
        *(cholesky(square), solve(square, v), solve(square, square[:, :2])),
        *(T.diag(square), T.diag(v), T.tri(v.shape[0])),
        _grad(engine, cholesky, square),
    ]


# x is 4 x 3, v has 3 elements, t is 2 x 4 x 3, r is 1 x 3.
ZOO: dict[str, Callable[[Engine, Any, Any, Any, Any], Any]] = {
    "reductions": lambda e, x, v, t, r: [
        *(f(t, axis=axis) for f in (e.tensor.sum, e.tensor.prod) for axis in (0, 1, -1, None)),
        *(e.tensor.max(t, axis=axis) for axis in (0, -1, None)),
        *(e.tensor.argmax(t, axis=axis) for axis in (0, -1, None)),
        e.tensor.sum(t, axis=(0, 2)),
        e.tensor.any(x > 0, axis=0),
        e.tensor.all(x > 0),
        e.tensor.mean(x, axis=1, keepdims=True),
        x.var(axis=0),
    ],
    "gradients of reductions": lambda e, x, v, t, r: [
        _grad(e, lambda y: e.tensor.max(y, axis=1), x),
        _grad(e, lambda y: e.tensor.prod(y, axis=0), x),
        _grad(e, lambda y: y.mean(axis=0), t),
    ],
    "softmax": lambda e, x, v, t, r: [
        _softmax(e, x),
        _grad(e, lambda y: _softmax(e, y), x),
        e.tensor.log(_softmax(e, x)),
    ],
    "sorting": lambda e, x, v, t, r: [
        e.tensor.sort(x),
        e.tensor.sort(x, axis=0),
        e.tensor.sort(x, axis=None),
        e.tensor.sort(v, axis=None),
        e.tensor.argsort(x),
        e.tensor.argsort(x, axis=None),
        e.tensor.cumsum(x),
        e.tensor.cumsum(x, axis=1),
        e.tensor.cumprod(x, axis=0),
    ],
    "products": lambda e, x, v, t, r: [
        e.tensor.dot(x, v),
        e.tensor.dot(v, v),
        e.tensor.dot(v, x.T),
        e.tensor.dot(r, x.T),
        e.tensor.dot(x, r.T),
        e.tensor.outer(v, v),
        e.tensor.tensordot(t, t, axes=[[0], [0]]),
        _batched_dot(e)(t, t.dimshuffle(0, 2, 1)),
    ],
    "broadcasting": lambda e, x, v, t, r: [
        x + v,
        x * r,
        t - x,
        v.dimshuffle(0, "x") + v,
        e.tensor.switch(v > 0, x, 0.0),
        e.tensor.ones_like(t),
        e.tensor.maximum(r, x),
        e.tensor.clip(t, 0, 1),
        x.astype("float32"),
    ],
    "shapes": lambda e, x, v, t, r: [
        x.T,
        t.dimshuffle(2, "x", 0, 1),
        r.dimshuffle(1),
        e.tensor.sum(r).dimshuffle("x", "x"),
        x.flatten(),
        x.reshape((3, 4)),
        e.tensor.concatenate([x, x], axis=0),
        e.tensor.alloc(0.0, 2, x.shape[0]),
        e.tensor.zeros_like(x),
        e.tensor.stack([v, v]),
    ],
    "algebra": lambda e, x, v, t, r: _algebra(e, e.tensor.dot(x.T, x) + e.tensor.eye(3), v),
    "indexing": lambda e, x, v, t, r: [
        x[0],
        x[:, 1:],
        x[::-1, 0],
        t[1, :, 0],
        x[[0, 2]],
        e.tensor.set_subtensor(x[0], v),
        e.tensor.inc_subtensor(x[:, 0], 1.0),
        e.tensor.set_subtensor(x[[0, 1]], 0.0),
    ],
}


@pytest.mark.parametrize("stage", ["symbolic", "optimized"])
@pytest.mark.parametrize("name", ZOO)
def test_claims_about_many_ops_hold(engine: Engine, name: str, stage: str) -> None:
    shared = engine.module.shared
    x, v = shared(numpy.ones((4, 3)), name="x"), shared(numpy.ones(3), name="v")
    t, r = shared(numpy.ones((2, 4, 3)), name="t"), engine.tensor.row("r")
    made = ZOO[name](engine, x, v, t, r)
    outputs = {f"out {position}": variable for position, variable in enumerate(made)}
    built = view(engine, Model(outputs, inputs=[r]), stage, "output")

    values = running.run_model(engine, built.source, {"r": (1, 3)})

    assert wrong(built, values) == []


SIZES = (6, 5, 4, 3)
"""Lengths of the unknown axes of inputs, in the order of their names."""


def real(text: str, sizes: Mapping[str, int]) -> int:
    """Compute a length that is told as text."""
    product = re.sub(r"(?<=[0-9])(?=[A-Za-z])", "*", text.replace("·", "*").replace("−", "-"))
    return int(eval(product, {}, dict(sizes)))


def misjudged(
    graph: Graph, by_id: Mapping[str, Any], values: Mapping[Any, Any], sizes: Mapping[str, int]
) -> list[tuple[object, object, object]]:
    """List the lengths that are computed, and told, that a real value contradicts."""
    measures, found = measure(graph), []
    names = names_of(measures, graph)
    memory = origins(graph.applies)
    lost = {v for apply in graph.applies for v in destroyed_by(apply, memory)}
    lost |= {v for v, starts in memory.items() if not lost.isdisjoint(starts)}
    for id_, own in by_id.items():
        value = None if id_ in lost else measures.value(id_)
        forms = [value] if isinstance(value, Form) else list(value or ())
        told = [written(form, names) if form is not None else "" for form in forms]
        actual = numpy.ravel(numpy.asarray(values[own])) if value is not None else []
        for text, number in zip(told, actual, strict=True):
            if text and real(text, sizes) != number:
                found.append((graph.owner(id_), told, values[own]))
    return found


def misnamed(
    engine: Engine, built: View, lengths: Sequence[int] = SIZES
) -> tuple[int, list[tuple[object, object, object]]]:
    """Count the shapes told with names, and list those that a real one contradicts."""
    graph = infer_shapes(built.graph())
    by_id = _engine_variables(graph, built)
    letters = dict.fromkeys(
        text
        for id_ in graph.inputs
        for text in graph.variable[id_].lengths or ()
        if text.isalnum()
        if not text.isdigit()
    )
    sizes = dict(zip(letters, lengths, strict=False))
    assert len(sizes) == len(letters)
    shapes = {
        by_id[id_]: tuple(
            real(text, sizes) for text in variable.lengths or map(str, variable.shape or ())
        )
        for id_ in graph.inputs
        if id_ in by_id
        for variable in [graph.variable[id_]]
    }
    given = {v: running.value(engine, v, shapes.get(v)) for v in running.given(built.source)}
    values = running.run(running.nodes(built.source), given)
    count, wrong_ones = 0, misjudged(graph, by_id, values, sizes)
    for id_, own in by_id.items():
        lengths, actual = graph.variable[id_].lengths, getattr(values[own], "shape", None)
        if lengths is None or actual is None:
            continue
        count += 1
        told = [real(text, sizes) if text else None for text in lengths]
        if len(told) != len(actual) or any(
            length not in (None, real_one) for length, real_one in zip(told, actual, strict=True)
        ):
            wrong_ones.append((graph.owner(id_), lengths, actual))
    return count, wrong_ones


@models.each_model
def test_names_of_lengths_hold_in_the_gallery(engine: Engine, name: str) -> None:
    for stage in models.stages(engine, name):
        if name != "convolution" and stage != "compiled":
            assert misnamed(engine, view(engine, models.model(engine, name), stage))[1] == []


@pytest.mark.parametrize(
    ("name", "stage"),
    [*((name, "gradient") for name in people.MODELS), ("mlp", "optimized"), ("adam", "optimized")],
)
def test_names_of_lengths_hold_in_what_people_write(engine: Engine, name: str, stage: str) -> None:
    model = people.MODELS[name](engine)
    count, wrong_ones = misnamed(engine, view(engine, model, stage))
    assert wrong_ones == []
    assert count


def steps(engine: Engine, x: Any, y: Any) -> Any:
    """Hand one row after the other but the first to a loop that begins with the first."""
    options = {} if engine.name == "theano" else {"return_updates": False}
    made = engine.module.scan(
        lambda row, state: engine.tensor.tanh(row + state),
        sequences=x[1:],
        outputs_info=[x[0]],
        **options,
    )
    rounds = made[0] if engine.name == "theano" else made
    return engine.tensor.dot(rounds[-1], y)


SERIES: Mapping[str, tuple[Callable[[Engine, Any, Any], Any], set[tuple[str, ...]]]] = {
    "regression on two before": (
        lambda e, x, y: e.tensor.sum((x[2:] - x[1:-1] * y - x[:-2]) ** 2),
        {("n", "m"), ("n−2", "m"), ("m",)},
    ),
    "what is known of differences": (
        lambda e, x, y: e.tensor.sum(e.tensor.dot(x[1:].T - x[:-1].T, y)),
        {("n", "m"), ("n−1",), ("n−1", "m"), ("m", "n−1"), ("m",)},
    ),
    "shifted by one": (
        lambda e, x, y: e.tensor.sum(
            (x - e.tensor.concatenate([e.tensor.zeros((1, x.shape[1])), x[:-1]])) * y
        ),
        {("n", "m"), ("n−1", "m"), ("1", "m"), ("m",)},
    ),
    "a loop over the rest": (steps, {("n", "m"), ("n−1", "m"), ("m",)}),
}
"""What is made of rows x and a vector y, and the lengths that it has."""


@pytest.mark.parametrize("name", SERIES)
def test_what_slices_leave_is_told_by_the_whole(engine: Engine, name: str) -> None:
    build, expected = SERIES[name]
    x, y = engine.tensor.dmatrix("x"), engine.tensor.dvector("y")
    model = Model({}, build(engine, x, y), [], [], [x, y], "series")
    found = set()
    for stage in ("symbolic", "optimized"):
        built = view(engine, model, stage)
        assert misnamed(engine, built)[1] == []
        graph = infer_shapes(built.graph())
        found |= {v.lengths for v in graph.variables if v.lengths and v.role != "constant"}

    assert expected <= found


def test_no_length_of_a_loop_is_left_to_nodes(engine: Engine) -> None:
    """Theano computes how many rows to keep by hundreds of nodes; its loops run once at least."""
    built = view(engine, people.rnn(engine), "optimized")
    graph = apply_views(built.graph(), DEFAULT_VIEWS)
    loops = [apply for apply in graph.applies if apply.op.kind == "scan"]

    assert misnamed(engine, built)[1] == []
    assert misnamed(engine, built, (1, 1, 1))[1] == []
    assert sum(apply.op.kind == "lengths" for apply in graph.applies) <= 1
    assert all(graph.variable[loop.inputs[0]].value == "T" for loop in loops)
    for loop in loops:
        assert loop.inner is not None
        inner = graph.inner[loop.inner]
        unfed = {v for v, f in zip(inner.inputs, loop.inner_inputs, strict=True) if f is None}
        assert all(v in unfed or inner.clients[v] for v in inner.inputs)
    indices = [a.op.param("index") for a in graph.applies if a.op.kind == "subtensor"]
    assert "::·" in indices
    assert all(
        graph.variable[v].folded
        for a in graph.applies
        if a.op.kind == "subtensor"
        for v in a.inputs[1:]
    )


def test_numbers_put_together_into_a_vector_have_no_axis_to_join() -> None:
    joined = graphs.graph("c = join[axis=0](a, b)", shapes={"c": (None,)})

    assert graphs.named(infer_shapes(joined), "c").lengths in (None, ("",))


def test_a_native_scalar_stands_beside_an_array_without_its_axes() -> None:
    made = graphs.graph("c = mul(a, x)", shapes={"x": (None, 5), "c": (None, None)})

    assert graphs.named(infer_shapes(made), "c").lengths == ("n", "5")
