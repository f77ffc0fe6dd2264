"""Say in words what nodes are, and keep any text on one short line."""

from __future__ import annotations

from dataclasses import replace

import graphs
import models
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph, Origin, Output
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.broadcasts import hide_broadcasts
from xorexplain.graph.views.fold import fold_constants
from xorexplain.graph.views.subgraph import keep
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels, roles
from xorexplain.render.pictures.level import Level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("a\nb\tc", "a⏎b→c"),
        ("a\r\nb\rc", "a⏎b⏎c"),
        ("a\x00b\x1b[31m\u202e\u2028", "a�b�[31m��"),
        ("1234567890", "1234567890"),
        ("12345678901", "123456789…"),
        ("x" * 10_000, "x" * 9 + "…"),
        ("\r\n" * 20, "⏎" * 9 + "…"),
        ("👩\u200d👧 שלום", "👩\u200d👧 שלום"),
        ("\ud800", "�"),
        ("é́́́", "é́́́"),
    ],
)
def test_clip(text: str, expected: str) -> None:
    assert labels.clip(text, 10) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("y = sum(x)", "sum"),
        ("y = sum[axis=0, 1](x)", "sum over axis 0, 1"),
        ("y = true_div(a, b)", "divide"),
        ("y = cast[dtype=float32](x)", "cast to float32"),
        ("y = dimshuffle[order=1, x](x)", "dimshuffle (1, x)"),
        ("y = subtensor[index=0:·](x, i)", "index [0:·]"),
        ("y = inc_subtensor[index=·](x, y, i)", "add into [·]"),
        ("y = scan[name=loop](x)", "scan loop"),
        ("y = advanced_inc_subtensor(x)", "add at"),
    ],
)
def test_op_words(line: str, words: str) -> None:
    assert labels.op_words(graphs.graph(line).applies[0]) == words


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("y = mul(x, 2.0)", "_ × 2.0"),
        ("y = mul(2.0, x)", "2.0 × _"),
        ("y = add(x, -2.0)", "_ − 2.0"),
        ("y = sub(x, -2.0)", "_ + 2.0"),
        ("y = pow(-2.0, x)", "(−2.0) ^ _"),
        ("y = pow(x, 2)", "_ ^ 2"),
        ("y = lt(x, 0)", "_ < 0"),
        ("y = switch(c, x, 0.0)", "switch(_, _, 0.0)"),
        ("y = tanh(0.5)", "tanh(0.5)"),
        ("y = sum(x)", "sum"),
        ("y = subtensor[index=·:·, 3](x, 1, 2)", "index [1:2, 3]"),
        ("y = subtensor[index=·:·](x, 1, n)", "index [1:_]"),
        ("y = subtensor[index=·](5, i)", "index [_] of 5"),
        ("y = inc_subtensor[index=·](0.0, y, 3)", "add into [3](0.0, _)"),
        ("y = set_subtensor[index=·](x, 1.0, i)", "set [_](_, 1.0)"),
        ("y = subtensor[index=1:2](x, 0, 4)", "index [1:2](_, 0, 4)"),
        ("y = gemm(z, 1.0, a, b, 0.5)", "gemm"),
        ("y = corr_mm_grad_weights(x, d, 5, 5)", "conv2d gradient of filters"),
    ],
)
def test_op_heading(line: str, heading: str) -> None:
    graph = fold_constants(graphs.graph(line))

    assert labels.op_heading(graph, graph.applies[0]) == heading


@pytest.mark.parametrize(
    ("line", "order", "heading"),
    [
        ("y = sub(x, v)", "0, x", "_ − _[:, None]"),
        ("y = mul(v, x)", "0, x", "_[:, None] × _"),
        ("y = maximum(x, v)", "0, x", "max(_, _[:, None])"),
        ("y = add(x, v, -2.0)", "0, x", "_ + _[:, None] − 2.0"),
        ("y = add(x, v)", "x, 0", "add"),
    ],
)
def test_a_heading_says_along_which_axes_an_operand_lies(
    line: str, order: str, heading: str
) -> None:
    column = (3, 1) if order == "0, x" else (1, 3)
    shapes = {"u": (3,), "v": column, "x": (3, 3), "y": (3, 3), "-2.0": (1, 1)}
    graph = graphs.graph(f"v = expand_dims[order={order}](u)", line, shapes=shapes)

    (shown,) = (hidden := fold_constants(hide_broadcasts(graphs.anonymous(graph)))).applies
    assert labels.op_heading(hidden, shown) == heading


def test_constants_that_are_not_folded_stay_out_of_the_heading() -> None:
    graph = graphs.graph("y = mul(x, 2.0)")

    assert labels.op_heading(graph, graph.applies[0]) == "multiply"


@pytest.mark.parametrize(
    ("line", "formula"),
    [
        ("y = gemm(z, a, x, w, b)", "b × z + a × x · w"),
        ("y = gemm(z, -0.01, x, w, 1.0)", "z − 0.01 × x · w"),
        ("y = gemm(z, 1.0, x, w, -1.0)", "−z + x · w"),
        ("y = gemv(z, 1.0, x, w, 0.0)", "x · w"),
        ("y = ger(z, -1.0, x, w)", "z − x ⊗ w"),
        ("y = dot22_scalar(x, w, 0.5)", "0.5 × x · w"),
    ],
)
def test_what_a_kernel_computes(line: str, formula: str) -> None:
    graph = fold_constants(graphs.graph(line))

    assert formula_lines(graph) == [formula]


def formula_lines(graph: Graph, raw: bool = False) -> list[str]:
    return Level(graph, Look(raw=raw)).formula_lines(graph.applies[-1])


def test_a_composite_is_written_in_the_names_outside_with_its_constants() -> None:
    inner = graphs.graph("s = sub(p, q)", "d = mul(s, r)")
    graph = fold_constants(graphs.graph("y = composite[inner=0](x, -2, w)", inner=[inner]))

    assert formula_lines(graph) == ["(x + 2) × w"]


def test_a_raw_picture_numbers_what_a_formula_reads() -> None:
    inner = graphs.graph("s = sub(p, q)", "d = mul(s, r)")
    graph = graphs.graph("y = composite[inner=0](x, z, w)", inner=[inner])

    assert formula_lines(graph, raw=True) == ["(i0 − i1) × i2"]


def test_results_and_shared_parts_of_a_formula_are_named_once() -> None:
    inner = graphs.graph(
        "p = mul(m, 0.9)",
        "n = add(p, c)",
        "e = exp(n)",
        "f = arctan(e)",
        "g = sqrt(f)",
        "q = mul(f, g)",
        outputs=["n", "q"],
    )
    graph = graphs.graph("y, step = composite[inner=0](m, c)", inner=[inner])
    apply = replace(graph.applies[0], inner_inputs=(0, 1))

    assert formula_lines(replace(graph, applies=(apply,))) == [
        "y = 0.9 × m + c",
        "t1 = arctan(exp(y))",
        "step = t1 × √t1",
    ]


def test_a_scan_has_no_formula() -> None:
    graph = graphs.graph("y = scan[inner=0](x)", inner=[graphs.graph("b = tanh(a)")])

    assert formula_lines(graph) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("y = sub(a, b)", ["0", "1"]),
        ("y = add(a, b)", ["", ""]),
        ("y = tanh(a)", [""]),
        ("y = sub(a, 1.0)", ["", ""]),
        ("y = switch(a, 0.0, b)", ["0", "1", "2"]),
        ("y = composite(a, b)", ["i0", "i1"]),
        ("y = gemm(a, b)", ["i0", "i1"]),
    ],
)
def test_edge_labels(line: str, expected: list[str]) -> None:
    graph = fold_constants(graphs.graph(line))
    apply = graph.applies[0]

    assert [labels.edge_label(graph, apply, p) for p, _ in enumerate(apply.inputs)] == expected


def test_a_scan_tells_what_its_arguments_are() -> None:
    inner = graphs.graph("b = add(x, y, z, w)")
    made = graphs.graph("r = scan[inner=0](n, s, h, k, u)", inner=[inner])
    rounds = ("rounds", "seq, 0@-2, 0@-1 → 0@0")
    apply = made.applies[0]
    apply = replace(apply, inner_inputs=(1, 2, 2, 3), op=replace(apply.op, params=(rounds,)))
    words = [labels.edge_label(made, apply, p) for p, _ in enumerate(apply.inputs)]

    assert words == ["n_steps", "sequence", "state t−2, t−1", "non-sequence", "4"]


def test_variable_words(engine: Engine) -> None:
    graph = models.record(engine, "xor", "updates")
    words = {v.name: roles.variable_words(graph, v) for v in graph.variables if v.name}

    assert words["W1"] == "parameter"
    assert words["X"] == "shared"
    assert words["output"] == "intermediate"
    assert words["cost"] == "output"


def test_loose_ends_are_computed_elsewhere() -> None:
    graph = graphs.graph("a = tanh(x)", "b = sqr(a)")
    part = keep(graph, ["n1"])

    assert roles.variable_words(part, graphs.named(part, "a")) == "computed elsewhere"


def test_variables_without_a_name_show_value_or_type() -> None:
    graph = graphs.graph("y = mul(x, 2.0)")
    nameless = replace(graphs.named(graph, "x"), name=None)

    assert labels.variable_name(graphs.named(graph, "2.0")) == "2.0"
    assert labels.variable_name(nameless) == "float64"


@pytest.mark.parametrize(
    ("shape", "types", "shapes", "expected"),
    [
        ((4, None), True, True, "4×? float64"),
        ((4, None), False, True, "4×?"),
        ((4, None), True, False, "TensorType"),
        ((4, None), False, False, ""),
        ((), False, True, "scalar"),
        (None, True, True, "float64"),
        (None, False, True, ""),
    ],
)
def test_details(
    shape: tuple[int | None, ...] | None, types: bool, shapes: bool, expected: str
) -> None:
    variable = replace(graphs.graph(outputs="x").variables[0], shape=shape, type="TensorType")

    assert labels.details(variable, types, shapes) == expected


def test_output_words() -> None:
    assert labels.output_words(Output("v0", "cost")) == ("cost", "output")
    assert labels.output_words(Output("v0")) == ("result", "output")
    assert labels.output_words(Output("v0", "W1 (new)", "v1")) == ("W1 (new)", "update")


@pytest.mark.parametrize(
    ("origin", "title"),
    [
        (Origin("theano", "1", "xor", "optimized", "train"), "xor · optimized · train"),
        (Origin("theano", "1", "xor", "gradient", "gradient"), "xor · gradient"),
        (Origin("theano", "1"), "graph"),
        (Origin("theano", "1", "a\nb", "symbolic"), "a⏎b · symbolic"),
    ],
)
def test_title(origin: Origin, title: str) -> None:
    assert labels.title(origin) == title


@pytest.mark.parametrize(
    ("length", "total", "subtitle"),
    [
        (1, None, "Theano 1.0.5 · 1 apply node"),
        (2, 2, "Theano 1.0.5 · 2 apply nodes"),
        (2, 7, "Theano 1.0.5 · 7 apply nodes, 2 shown"),
        (0, None, "Theano 1.0.5 · 0 apply nodes"),
    ],
)
def test_subtitle(length: int, total: int | None, subtitle: str) -> None:
    graph = graphs.chain(length) if length else graphs.graph(outputs="x")

    assert labels.subtitle(replace(graph, whole=total)) == subtitle


@pytest.fixture(params=["symbolic", "gradient", "optimized"])
def stage(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@models.each_model
def test_labels_of_real_graphs_are_short_lines(engine: Engine, name: str, stage: str) -> None:
    if stage not in models.stages(engine, name):
        return
    graph = apply_views(models.record(engine, name, stage), DEFAULT_VIEWS)

    for text in _all_labels(graph):
        assert text.replace("\u200d", "").isprintable()
        assert len(text) <= 2 * labels.MAX_FORMULA


def _all_labels(graph: Graph) -> list[str]:
    found, level = [labels.title(graph.origin), labels.subtitle(graph)], Level(graph, Look())
    for apply in graph.applies:
        found += [labels.op_words(apply), labels.op_heading(graph, apply)]
        found += level.formula_lines(apply)
    for variable in graph.variables:
        found += [labels.variable_name(variable), roles.variable_words(graph, variable)]
        found.append(labels.details(variable, True, True))
    return found
