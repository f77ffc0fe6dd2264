"""Expressions of a graph have its values and shapes, without what only makes shapes fit."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import graphs
import models
import numpy
import pytest
import running

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views.broadcasts import hide_broadcasts
from xorexplain.models.stages import view
from xorexplain.notation.build import express
from xorexplain.notation.evaluate import NotComputableError, evaluate
from xorexplain.notation.expr import postorder
from xorexplain.notation.text import text

SHAPES: dict[str, tuple[int, ...]] = {
    "A": (2, 3),
    "B": (2, 3),
    "r": (1, 3),
    "v": (3,),
    "s": (),
    "W": (3, 2),
}


def build(*lines: str, engine: str = "theano", **shapes: graphs.Shape) -> Graph:
    """Build a graph on the variables above; `shapes` are those of what the lines compute."""
    made = graphs.graph(*lines, shapes=SHAPES | shapes)
    return dataclasses.replace(made, origin=dataclasses.replace(made.origin, engine=engine))


def names_of(graph: Graph) -> dict[str, str]:
    return {v.id: v.name for v in graph.variables if v.owner is None and v.name}


def written(graph: Graph, **options: bool) -> str:
    return text(express(graph, graph.outputs[0].variable, names_of(graph), **options))


@pytest.mark.parametrize(
    ("lines", "shapes", "expected"),
    [
        (["z = dot(A, W)"], {}, "A · W"),
        (["n = expand_dims[order=x, x](2)", "z = pow(A, n)"], {"n": (1, 1), "z": (2, 3)}, "A²"),
        (["n = expand_dims[order=x, 0](v)", "z = add(A, n)"], {"n": (1, 3), "z": (2, 3)}, "A + v"),
        (["f = second(A, s)", "z = mul(f, A)"], {"f": (2, 3), "z": (2, 3)}, "s × A"),
        # Nothing else has the length that the fill gives.
        (["f = second(A, s)", "z = mul(f, s)"], {"f": (2, 3), "z": (2, 3)}, "ones(A) × s × s"),
        (["f = second(A, s)", "z = tanh(f)"], {"f": (2, 3), "z": (2, 3)}, "tanh(ones(A) × s)"),
        (["f = second(A, s)", "z = dot(W, f)"], {"f": (2, 3), "z": (3, 3)}, "W · (ones(A) × s)"),
        (["z = second(A, B)"], {"z": (2, 3)}, "B"),
        (["c = second(s, 0)", "z = tanh(c)"], {}, "tanh(0)"),
        (["z = expand_dims[order=0, x](v)"], {"z": (3, 1)}, "v[:, None]"),
        (["n = expand_dims[order=0, x](v)", "z = mul(n, n)"], {"n": (3, 1), "z": (3, 1)},
         "v[:, None] × v[:, None]"),
        (["n = expand_dims[order=x, 0](v)", "z = tanh(n)"], {"n": (1, 3), "z": (1, 3)},
         "tanh(v[None, :])"),
        (["i = identity(A)", "z = tanh(i)"], {"i": (2, 3), "z": (2, 3)}, "tanh(A)"),
        (["z = specify_shape(A, 2, 3)"], {"z": (2, 3)}, "A"),
        (["z = sum[axis=-1](A)"], {"z": (2,)}, "sum(A, axis 1)"),
        (["z = sum[axis=1, 0](A)"], {}, "sum(A)"),
        (["z = sum(A)"], {}, "sum(A)"),
        (["z = softmax[axis=-1](A)"], {"z": (2, 3)}, "softmax(A, axis 1)"),
        (["m, i = max_and_argmax[axis=0](A)", "z = tanh(m)"], {"m": (3,), "z": (3,)},
         "tanh(max(A, axis 0))"),
        (["a, b = divmod(A, B)", "z = tanh(b)"], {"b": (2, 3), "z": (2, 3)},
         "tanh(divmod(A, B)[1])"),
    ],
)  # fmt: skip
def test_what_is_written(lines: list[str], shapes: dict[str, Any], expected: str) -> None:
    assert written(build(*lines, **shapes)) == expected


def test_broadcasts_are_shown_on_request() -> None:
    graph = build("f = second(A, s)", "z = mul(f, A)", f=(2, 3), z=(2, 3))

    assert written(graph, broadcasts=True) == "ones(A) × s × A"


def test_an_operand_may_lack_what_its_reader_repeats() -> None:
    graph = build("n = expand_dims[order=x, x](2)", "z = sub(n, n)", n=(1, 1), z=(1, 1))

    assert written(graph) == "2[None, None] − 2"
    assert written(graph, loose=True) == "2 − 2"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # The matrix has all dimensions of the result, so an axis before the row's says nothing.
        ("n = expand_dims[order=x, 0](v)", "tanh(A + v)"),
        ("n = alloc(s, 2, 3)", "tanh(A + s)"),
        ("n = expand_dims[order=0, x](w)", "tanh(A + w[:, None])"),
    ],
)
@pytest.mark.parametrize("results", [0, 1, 2])
def test_what_is_fused_reads_as_its_parts_do(results: int, row: str, expected: str) -> None:
    """Without `results` nothing is fused."""
    shape = {"n": (2, 1) if "0, x" in row else (2, 3) if "alloc" in row else (1, 3)}
    known = SHAPES | {"w": (2,)} | shape | dict.fromkeys("tz", (2, 3))
    names = ["z", "t"][:results]
    inside = graphs.graph("t = add(a, b)", "z = tanh(t)", outputs=names or None)
    fused = [f"{', '.join(names)} = composite[inner=0](A, n)"]
    last = fused if results else ["t = add(A, n)", "z = tanh(t)"]

    whole = graphs.graph(row, *last, shapes=known, inner=[inside])
    assert written(whole) == expected
    assert written(hide_broadcasts(graphs.anonymous(whole))) == expected


def test_what_is_fused_keeps_its_shape() -> None:
    """Nothing else has the axis that the row has of the two."""
    inside = graphs.graph("t = tanh(a)")
    row = "n = expand_dims[order=x, 0](v)"
    known = SHAPES | {"n": (1, 3), "z": (1, 3)}

    made = graphs.graph(row, "z = composite[inner=0](n)", shapes=known, inner=[inside])

    assert written(made) == "tanh(v[None, :])"


def test_softmax_says_its_axis_on_theano_alone() -> None:
    assert written(build("z = softmax(A)", z=(2, 3), engine="pytensor")) == "softmax(A)"


def test_names_are_where_it_stops() -> None:
    graph = build("h = tanh(A)", "z = mul(h, h)", h=(2, 3), z=(2, 3))
    hidden = graphs.named(graph, "h").id

    assert text(express(graph, graph.outputs[0].variable, {hidden: "hidden"})) == "hidden × hidden"
    names = names_of(graph) | {hidden: "hidden"}
    assert text(express(graph, hidden, names)) == "hidden"
    assert text(express(graph, hidden, names, (hidden,))) == "tanh(A)"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2.0", "tanh(2)"),
        ("-1e-05", "tanh(−1e-05)"),
        ("[1. 2.]", "tanh([1. 2.])"),
        ("0.5 everywhere", "tanh(ones(2, 1) × 0.5)"),
        ("True", "tanh(True)"),
    ],
)
def test_constants(value: str, expected: str) -> None:
    graph = graphs.graph("z = tanh(k)", shapes={"k": (2, 1), "z": (2, 1)})
    constants = [
        dataclasses.replace(v, name=None, value=value, role="constant") if v.name == "k" else v
        for v in graph.variables
    ]
    graph = dataclasses.replace(graph, variables=tuple(constants), inputs=())

    assert text(express(graph, graph.outputs[0].variable, {})) == expected


STEPS = ("mul", "add", "second", "second", "expand", "expand", "sum", "tanh")


def random_graph(chance: random.Random) -> Graph:
    """Make a graph of elementwise ops, fills, new axes and sums of many shapes."""
    shapes: dict[str, tuple[int, ...]] = {
        name: shape
        for name, shape in SHAPES.items()
        if None not in shape  # type: ignore[misc]
    }
    lines: list[str] = []

    def add(line: str, shape: tuple[int, ...]) -> None:
        lines.append(f"t{len(lines)} = {line}")
        shapes[f"t{len(lines) - 1}"] = shape

    while len(lines) < 8:
        one = chance.choice(list(shapes))
        shape = shapes[one]
        alike = [name for name, other in shapes.items() if fits(shape, other)]
        other = chance.choice(alike)
        wide = numpy.broadcast_shapes(shape, shapes[other])
        step = chance.choice(STEPS)
        if step in ("mul", "add"):
            add(f"{step}({one}, {other})", wide)
        elif step == "second":
            like = chance.choice([name for name in alike if shapes[name] == wide] or [one])
            if shapes[like] == wide:
                add(f"second({like}, {one})", wide)
        elif step == "expand" and len(shape) < 3:
            order = [*map(str, range(len(shape)))]
            place = chance.choice([0, 0, len(order)])
            order.insert(place, "x")
            add(
                f"expand_dims[order={', '.join(order)}]({one})", (*shape[:place], 1, *shape[place:])
            )
        elif step == "sum" and shape:
            axis = chance.randrange(len(shape))
            add(f"sum[axis={axis}]({one})", (*shape[:axis], *shape[axis + 1 :]))
        elif step == "tanh":
            add(f"tanh({one})", shape)
    return graphs.graph(*lines, shapes=shapes)


def fits(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Tell whether the engines broadcast two shapes: they have as many dimensions."""
    return len(one) == len(other) and all(
        a == b or 1 in (a, b) for a, b in zip(one, other, strict=True)
    )


def test_leaving_broadcasts_out_changes_no_value_and_no_shape() -> None:
    chance = random.Random(0)
    numbers = numpy.random.default_rng(0)
    values = {name: numbers.uniform(-1, 1, shape) for name, shape in SHAPES.items()}
    shorter = 0
    for _ in range(400):
        graph = random_graph(chance)
        (root,) = graph.output_ids
        names = names_of(graph)
        expected = evaluate(express(graph, root, names, broadcasts=True), values)
        found = evaluate(express(graph, root, names), values)
        loose = evaluate(express(graph, root, names, loose=True), values)

        shape = numpy.shape(expected)
        assert shape == graph.variable[root].shape
        assert numpy.shape(found) == shape
        numpy.testing.assert_allclose(found, expected, rtol=1e-12)
        numpy.testing.assert_allclose(numpy.broadcast_to(loose, shape), expected, rtol=1e-12)
        shorter += written(graph) != written(graph, broadcasts=True)

    assert shorter > 50


@pytest.mark.parametrize("name", ["mlp", "lstm", "fused"])
def test_expressions_compute_what_the_engine_computes(engine: Engine, name: str) -> None:
    built = view(engine, models.model(engine, name), "symbolic")
    graph = built.graph()
    nodes = running.nodes(built.source)
    computed = running.run_model(engine, built.source, name)
    values = {
        id_: computed[variable]
        for apply, node in zip(graph.applies, nodes, strict=True)
        for id_, variable in [
            *zip(apply.inputs, node.inputs, strict=True),
            *zip(apply.outputs, node.outputs, strict=True),
        ]
    }
    names = {v.id: v.id for v in graph.variables if v.owner is None and v.value is None}
    environment = {v.name or v.value or v.id: values[v.id] for v in graph.variables}
    environment |= {id_: values[id_] for id_ in names}
    checked = 0
    for apply in graph.applies:
        for output in apply.outputs:
            try:
                found = evaluate(express(graph, output, names), environment)
            except NotComputableError:
                continue
            checked += 1
            assert numpy.shape(found) == numpy.shape(values[output]), apply
            numpy.testing.assert_allclose(found, values[output], rtol=1e-9)

    assert checked >= len(graph.applies) // 2


def test_a_variable_keeps_one_record_however_often_it_is_used() -> None:
    graph = graphs.squares(500)

    root = express(graph, graph.outputs[0].variable, names_of(graph))

    assert sum(1 for _ in postorder([root])) == 501


def test_depth_is_no_matter_of_recursion() -> None:
    graph = graphs.chain(20_000)

    root = express(graph, graph.outputs[0].variable, names_of(graph))

    assert sum(1 for _ in postorder([root])) == 20_001
