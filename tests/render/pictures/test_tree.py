"""Print graphs as trees: each node once, in as many lines as the graph has nodes and edges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import graphs
import models
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.render.lines import STYLES
from xorexplain.render.look import Look
from xorexplain.render.pictures.tree import MAX_DEPTH, lines, tree

OPEN = Look(opened=("all",))
NODE = re.compile(r"  (n\d+)(?:  [^↑↓]*)?(  ↑ above|  ↓ below)?$")


def body(graph: Graph, look: Look | None = None) -> list[str]:
    """Write a tree and leave out title, subtitle and the line between."""
    return tree(graph, look or Look()).splitlines()[3:]


def blocks(text: str) -> Iterator[list[str]]:
    """Yield the lines of the main graph and of each inner graph."""
    for block in re.split(r"^inside .*$", text, flags=re.MULTILINE):
        yield block.splitlines()


def test_a_small_tree() -> None:
    graph = graphs.graph(
        "h = dot(x, W)", "s = sigmoid(h)", "u = sub(1.0, s)", "d = mul(s, u)", shared=["W"]
    )

    assert tree(apply_views(graph, DEFAULT_VIEWS), Look()).splitlines() == [
        "test · symbolic",
        "Theano 1.0.5 · 4 apply nodes",
        "",
        "d  output",
        "multiply d  n3",
        "├─ sigmoid s  n1",
        "│  └─ dot h  n0",
        "│     ├─ 0: x  input",
        "│     └─ 1: W  shared",
        "└─ 1.0 − _ u  n2",
        "   └─ sigmoid s  n1  ↑ above",
    ]


def test_every_result_has_a_block_of_its_own() -> None:
    graph = graphs.graph("a = tanh(x)", "b = sqr(a)", outputs=["a", "b", "x"])

    assert body(graph) == [
        "a  output",
        "tanh a  n0",
        "└─ x  input",
        "",
        "b  output",
        "square b  n1",
        "└─ tanh a  n0  ↑ above",
        "",
        "x  output",
        "x  input",
    ]


def test_a_part_without_results_is_shown_all_the_same() -> None:
    graph = graphs.graph("a = tanh(x)", "b = sqr(y)", "c = exp(b)", outputs=[])

    assert body(graph) == [
        "no result",
        "exp c  n2",
        "└─ square b  n1",
        "   └─ y  input",
        "",
        "no result",
        "tanh a  n0",
        "└─ x  input",
    ]


def test_inputs_that_nothing_reads_are_listed() -> None:
    graph = graphs.graph("a = tanh(x)", outputs="a")
    spare = graphs.graph(outputs="spare").variables[0]
    graph = replace(graph, variables=(*graph.variables, replace(spare, id="v9")))

    assert body(graph)[-2:] == ["not read", "spare  input"]


def test_notes_and_the_size_of_the_whole_graph() -> None:
    look = Look(notes=("around h, radius 1\nand more",))

    assert tree(replace(graphs.chain(2), whole=9), look).splitlines()[:3] == [
        "test · symbolic",
        "Theano 1.0.5 · 9 apply nodes, 2 shown",
        "around h, radius 1⏎and more",
    ]


def test_types_and_shapes() -> None:
    graph = graphs.graph("y = dot(x, W)", shapes={"x": (4, 2), "y": (4, None)})

    assert body(graph, Look(types=True))[1] == "dot y  n0  float64"
    assert body(graph, Look(shapes=True))[1:3] == ["dot y  n0  4×?", "├─ 0: x  input  4×2"]
    assert body(graph, Look(types=True, shapes=True))[3] == "└─ 1: W  input  scalar float64"


def test_deep_chains_go_on_in_blocks() -> None:
    written = body(graphs.chain(2 * MAX_DEPTH + 5))

    assert written[MAX_DEPTH + 1].endswith(f"tanh x{MAX_DEPTH + 5}  n{MAX_DEPTH + 4}  ↓ below")
    assert written[MAX_DEPTH + 2 : MAX_DEPTH + 5] == [
        "",
        f"n{MAX_DEPTH + 4}  continued",
        f"tanh x{MAX_DEPTH + 5}  n{MAX_DEPTH + 4}",
    ]
    assert written[-1].strip() == "└─ x0  input"


def test_text_grows_linearly_with_depth() -> None:
    short, long = (len(tree(graphs.chain(length), Look())) for length in (1200, 12_000))

    assert long < 10.5 * short


def test_text_grows_linearly_with_sharing() -> None:
    short, long = (tree(graphs.fibonacci(length), Look()) for length in (300, 3000))

    assert len(long) < 11 * len(short)
    assert len(long.splitlines()) < 3 * 3000


def test_a_node_that_waits_below_may_be_written_before_its_turn() -> None:
    lines = [f"x{i + 1} = tanh(x{i})" for i in range(MAX_DEPTH + 2)]
    graph = graphs.graph(*lines, f"y = sub(x{MAX_DEPTH + 2}, x2)")

    check_references(tree(graph, Look()).splitlines(), graph)


@pytest.mark.parametrize("raw", [False, True], ids=["simplified", "raw"])
@models.each_model
def test_each_node_of_a_real_graph_is_written_once(engine: Engine, name: str, raw: bool) -> None:
    for stage in models.stages(engine, name):
        if stage == "compiled":
            continue
        whole = models.record(engine, name, stage)
        graph = whole if raw else apply_views(whole, DEFAULT_VIEWS)
        main, *_ = blocks(tree(graph, Look(raw=raw)))

        check_references(main, graph)


def check_references(written: list[str], graph: Graph) -> None:
    """Check that each node is written once, and that references point where it is."""
    found = [(i, *m.groups()) for i, line in enumerate(written) if (m := NODE.search(line))]
    full = {node: i for i, node, reference in found if reference is None}

    assert sorted(full) == sorted(graph.apply)
    assert len(full) == sum(1 for _, _, reference in found if reference is None)
    for i, node, reference in found:
        if reference is not None:
            assert (full[node] < i) == (reference == "  ↑ above")


def test_inner_graphs_of_scan_follow(engine: Engine) -> None:
    graph = apply_views(models.record(engine, "recurrent", "symbolic"), DEFAULT_VIEWS)
    main, inner = blocks(tree(graph, Look()))

    assert any("scan" in line for line in main)
    assert any("tanh" in line for line in inner)


def test_inner_graphs_inside_inner_graphs_follow() -> None:
    deepest = graphs.graph("s = tanh(p)")
    middle = graphs.graph("t = op_from_graph[inner=0](q)", inner=[deepest])
    graph = graphs.graph("y = op_from_graph[inner=0](x)", inner=[middle])

    headings = [line for line in tree(graph, OPEN).splitlines() if line.startswith("inside")]

    assert headings == ["inside op from graph n0", "inside op from graph n0 in n0"]


def test_a_fused_op_shows_its_formula_and_no_inner_graph() -> None:
    inner = graphs.graph("s = sqr(p)", "d = sub(s, q)")
    graph = graphs.graph("y = composite[inner=0](x, w)", inner=[inner])

    assert body(graph) == [
        "y  output",
        "fused y  n0",
        "│  x² − w",
        "├─ x  input",
        "└─ w  input",
    ]


def test_inner_graphs_that_nothing_shown_uses_are_left_out() -> None:
    inner = graphs.graph("s = tanh(p)")

    assert "inside" not in tree(graphs.graph("y = exp(x)", inner=[inner]), Look())


def test_hostile_names_stay_on_their_lines(engine: Engine) -> None:
    graph = models.record(engine, "hostile_names", "symbolic")
    text = tree(graph, Look())

    assert all(character.isprintable() for character in text.replace("\n", ""))
    check_references(text.splitlines(), graph)


@models.each_model
def test_every_segment_has_a_style(engine: Engine, name: str) -> None:
    graph = models.record(engine, name, "symbolic")

    assert {style for line in lines(graph, Look()) for _, style in line} <= STYLES.keys()
