"""Write DOT that Graphviz reads back as the graph that was meant."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import graphs
import models
import numpy
import pygraphviz
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.chains import MANY, fold_chains
from xorexplain.graph.views.inner import MAX_OPEN_NODES
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.render.look import Look
from xorexplain.render.pictures.carried import constants_given
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.dot_styles import ROOM_ABOVE, STRUT
from xorexplain.render.pictures.level import Level

RAW = Look(raw=True)
OPEN = Look(opened=("all",))


def read(graph: Graph, look: Look | None = None) -> pygraphviz.AGraph:
    """Write a graph and have Graphviz read it; labels of nodes and boxes must be HTML-like."""
    text = dot(graph, look or Look())
    plain = [line for line in text.splitlines() if 'label="' in line and " -> " not in line]
    assert plain == []
    return pygraphviz.AGraph(string=text)


def words(label: str) -> list[str]:
    """Return the lines of an HTML-like label; fail where it is none that Graphviz takes."""
    root = ElementTree.fromstring("<label>" + re.sub("(<br[^>]*/>)", r"\1\n", label) + "</label>")
    return "".join(root.itertext()).replace(STRUT, "").split("\n")


def labels(drawn: pygraphviz.AGraph) -> dict[str, list[str]]:
    return {node: words(node.attr["label"]) for node in drawn.nodes()}


def check(drawn: pygraphviz.AGraph) -> None:
    """Check that edges lead only to nodes that were written, all of which have a label."""
    assert [node for node in drawn.nodes() if not node.attr["label"]] == []
    labels(drawn)


@models.each_model
def test_a_raw_picture_has_a_node_for_each_node_and_variable(engine: Engine, name: str) -> None:
    for stage in models.stages(engine, name):
        graph = models.record(engine, name, stage)
        drawn = read(graph, RAW)

        check(drawn)
        assert {n for n in drawn.nodes() if "_" not in n} == {*graph.apply, *graph.variable}
        edges = {(str(a), str(b).partition("_")[0]) for a, b in drawn.edges() if "_" not in a}
        arguments = {(v, apply.id) for apply in graph.applies for v in apply.inputs}
        assert edges == arguments | {(a.id, v) for a in graph.applies for v in a.outputs}


@models.each_model
def test_pictures_of_real_graphs_hang_together(engine: Engine, name: str) -> None:
    for stage in models.stages(engine, name):
        graph = apply_views(models.record(engine, name, stage), DEFAULT_VIEWS)
        drawn = read(graph, Look(types=True, shapes=True))

        check(drawn)
        given = [v.id for v in graph.variables if v.owner is None and not v.folded]
        level = Level(graph, Look(), parts=set())
        shown = (apply.id for apply in graph.applies if level.is_drawn(apply))
        told = [*level.told_results.values()]
        results = [f"r{i}" for i, output in enumerate(graph.outputs) if output not in told]
        expected = {*given, *shown, *results}
        assert {node for node in drawn.nodes() if "_" not in node} == expected


def test_two_variables_of_one_name_stay_two(engine: Engine) -> None:
    graph = models.record(engine, "twins", "symbolic")
    named = labels(read(graph))

    assert sorted(lines for lines in named.values() if lines[1:] in (["input"], ["parameter"])) == [
        ["W", "parameter"],
        ["W_2", "parameter"],
        ["x", "input"],
        ["x_2", "input"],
    ]


@pytest.mark.parametrize("look", [Look(), RAW], ids=["simplified", "raw"])
def test_hostile_names_are_shown_as_they_are(engine: Engine, look: Look) -> None:
    graph = models.record(engine, "hostile_names", "symbolic")
    shown = {line for lines in labels(read(graph, look)).values() for line in lines}

    assert {
        "double \" and single ' quote",
        "<b>&amp;</b> <script>alert(1)</script>",
        "back\\slash \\n \\l \\N",
        "two⏎lines⏎and→a tab",
        "🧠 Σ ∂ кошка 猫",
        "${W} %s {0} $(ls) `ls`",
        f"{'x' * 47}…",
    } <= shown


def test_the_label_of_an_inner_graph_has_no_escapes() -> None:
    inner = graphs.graph("s = tanh(p)")
    graph = graphs.graph(r'y = op_from_graph[inner=0;name=\N \G "<b>"](x)', inner=[inner])

    drawn = read(graph, OPEN)
    (cluster,) = drawn.subgraphs()

    assert words(cluster.graph_attr["label"]) == [r'inside op from graph \N \G "<b>"']


def test_what_an_apply_node_says() -> None:
    graph = graphs.graph(
        "h = dot(x, W)", "s = tanh(h)", "y = mul(s, 2.0)", shapes={"h": (4, None)}, outputs="y"
    )
    folded = apply_views(graph, DEFAULT_VIEWS)

    assert labels(read(folded))["n0"] == ["dot", "h"]
    assert labels(read(folded, Look(shapes=True)))["n0"] == ["dot", "h", "4×?"]
    assert labels(read(folded, Look(types=True)))["n0"] == ["dot", "h", "float64"]
    assert labels(read(folded))["n2"] == ["_ × 2.0"]
    assert labels(read(folded))["r0"] == ["y", "output"]
    assert labels(read(graph, RAW))["n0"] == ["dot", "Dot"]


def test_nodes_tell_their_ids_where_they_are_asked_for() -> None:
    graph = graphs.graph("h = dot(x, W)", "y = tanh(h)")

    assert [text[-1] for text in labels(read(graph, Look(ids=True))).values()] == [
        *("v0", "v1", "n0", "n1", "output")
    ]
    assert not any("n0" in text for text in labels(read(graph)).values())


def test_arguments_are_numbered_only_where_their_order_counts() -> None:
    graph = graphs.graph("d = sub(x, y)", "p = mul(d, x)", "c = tanh(p)")
    drawn = read(graph)

    numbers = {(edge[0], edge[1]): edge.attr["headlabel"] or "" for edge in drawn.edges()}

    assert numbers[("v0", "n0")] == "0"
    assert numbers[("v1", "n0")] == "1"
    assert {numbers[("n0", "n1")], numbers[("v0", "n1")], numbers[("n1", "n2")]} == {""}


def test_edges_say_which_output_they_carry() -> None:
    graph = graphs.graph("high, low = divmod(x, y)", "z = tanh(low)", outputs=["z", "high"])
    drawn = read(graph)

    assert drawn.get_edge("n0", "n1").attr["taillabel"] == "out 1"
    assert drawn.get_edge("n0", "r1").attr["taillabel"] == "out 0"
    raw = read(graph, RAW)
    assert raw.get_edge("n0", "v2").attr["taillabel"] == "out 0"


def test_on_a_short_edge_the_two_labels_would_meet() -> None:
    graph = graphs.graph("high, low = divmod(x, y)", "z = sub(low, x)", outputs=["z", "high"])
    drawn = read(graph)
    edge = drawn.get_edge("n0", "n1").attr

    assert not edge["taillabel"]
    assert edge["headlabel"] == "out 1 → 0"


def test_a_placeholder_is_no_overline_of_what_is_below() -> None:
    """The bar of `1 − _` stood right above the length in the line below it."""
    graph = graphs.graph("a_b = sub(1, x)", "y = tanh(a_b)")
    graph = apply_views(graph, DEFAULT_VIEWS)
    drawn = read(graph)
    labels = [node.attr["label"] for node in drawn.nodes()]
    (below,) = [label for label in labels if "1 − _" in label]

    assert below.count(ROOM_ABOVE) == 1
    assert [label for label in labels if ROOM_ABOVE in label] == [below]


def test_work_in_place_and_shared_memory_are_marked() -> None:
    graph = graphs.graph("a = tanh(x)", "b = transpose(a)")
    first, second = graph.applies
    graph = replace(
        graph,
        applies=(
            replace(first, destroy_map=((0, (0,)),)),
            replace(second, view_map=((0, (0,)),)),
        ),
    )
    drawn = read(graph)

    assert drawn.get_edge("v0", "n0").attr["arrowhead"] == "box"
    assert float(drawn.get_edge("v0", "n0").attr["penwidth"]) > 2
    assert drawn.get_edge("n0", "n1").attr["style"] == "dashed"


def test_results_updates_and_roles_have_shapes_of_their_own(engine: Engine) -> None:
    graph = models.record(engine, "xor", "updates")
    drawn = read(graph)
    shapes = {tuple(words(node.attr["label"])): node.attr["shape"] for node in drawn.nodes()}

    assert shapes[("W1", "parameter")] == "cylinder"
    assert shapes[("X", "shared")] == "cylinder"
    assert shapes[("cost", "output")] == "box"
    assert shapes[("W1 (new)", "update")] == "house"
    assert shapes[("0.01", "constant")] == "note"


def test_a_loose_end_says_that_it_is_computed_elsewhere() -> None:
    from xorexplain.graph.views.select import select

    graph = graphs.graph("h = dot(x, W)", "s = tanh(h)", "y = sum(s)")
    drawn = read(select(graph, ["op:tanh"]))

    assert labels(drawn)["v2"] == ["h", "computed elsewhere"]
    assert drawn.get_node("v2").attr["shape"] == "octagon"


def nested(engine: Engine) -> Model:
    """One OpFromGraph inside another, used twice."""
    T = engine.tensor
    make = engine.module.OpFromGraph
    a, b, c, d = T.dmatrices("a", "b", "c", "d")
    inner = make([a, b], [T.tanh(a) + b, a * b], inline=False)
    total, product = inner(c, d)
    outer = make([c, d], [total.sum() + product], inline=False)
    x, y = T.dmatrices("x", "y")
    return Model({"out": outer(outer(x, y), y)}, inputs=[x, y], name="nested")


def fused_scan(engine: Engine) -> Model:
    """A Scan whose step is fused by the rewriter."""
    T = engine.tensor
    sequence = T.dvector("sequence")

    def step(x: Any, h: Any) -> Any:
        return T.tanh(x * h) * 2.0 + T.exp(-h) / 3.0

    states = models.scan(engine, step, [sequence], [T.as_tensor_variable(numpy.float64(0.5))], [])
    return Model({"states": states}, inputs=[sequence], name="fused scan")


@pytest.mark.parametrize("stage", ["symbolic", "optimized"])
@pytest.mark.parametrize("make", [nested, fused_scan])
def test_inner_graphs_inside_inner_graphs(engine: Engine, make: Any, stage: str) -> None:
    graph = view(engine, make(engine), stage, "output").graph()
    drawn = read(apply_views(graph, DEFAULT_VIEWS), OPEN)

    check(drawn)
    assert drawn.subgraphs()


def test_a_fused_op_inside_a_scan_shows_its_formula() -> None:
    fused = graphs.graph("s = sqr(p)", "d = sub(s, q)")
    step = graphs.graph("next = composite[inner=0](x, h)", inner=[fused])
    drawn = read(graphs.graph("states = scan[inner=0](xs, start)", inner=[step]))

    assert labels(drawn)["n0_n0"] == ["next = xs² − start", "fused"]
    assert ("v1", "n0_v1") in drawn.edges()
    assert ("n0_r0", "n0") in drawn.edges()


def test_a_formula_of_constants_alone_is_drawn_once_and_called_by_a_name() -> None:
    """PyMC's log densities hold such: they were drawn, and written out where they are read."""
    lines = ["g = gammaln(2.0)", "l = log(g)", "t = tanh(l)", "e = exp(t)", "c = sin(e)"]
    lines += ["m = mul(x, c)", "y = cos(m)"]
    many = [f"r{number} = sum(y)" for number in range(MANY)]
    graph = fold_chains(graphs.anonymous(graphs.graph(*lines, *many)))
    formulas = [told for told in labels(read(graph)).values() if "sin" in told[0]]

    assert formulas == [["sin1 = sin(exp(tanh(log(gammaln(2)))))"], ["cos(x × sin1)"]]


@pytest.mark.parametrize(
    ("value", "told"),
    [("0.0 in 3×n", "0.0"), ("log((1.0 everywhere in 2) ÷ 2)",) * 2, ("-1.5", "-1.5")],
)
def test_what_a_loop_begins_with_is_told_as_a_whole(value: str, told: str) -> None:
    """The lengths of a filled array were cut off inside of a formula too: `log((1.0`."""
    bare = graphs.graph("r = scan[inner=0](h)", inner=[graphs.graph("next = tanh(h)")])
    start = graphs.named(bare, "h")
    given = replace(start, name=None, role="constant", value=value, folded=True)
    graph = replace(bare, variables=(given, *(v for v in bare.variables if v is not start)))

    assert constants_given(graph, graph.applies[0]) == [f"begins with {told}"]


def test_an_argument_that_only_gives_a_shape_leads_to_its_name_inside() -> None:
    inner = graphs.graph("full = second(a, b)", "y = mul(full, c)")
    graph = graphs.graph("z = op_from_graph[inner=0](p, q, r)", inner=[inner])
    drawn = read(graph, OPEN)

    check(drawn)
    assert ("v0", "n0_v0") in drawn.edges()
    assert ("v1", "n0_v1") in drawn.edges()


def test_large_inner_graphs_stay_closed() -> None:
    inner = graphs.chain(MAX_OPEN_NODES + 1)
    graph = graphs.graph("z = op_from_graph[inner=0](p)", inner=[inner])

    drawn = read(graph, OPEN)

    assert drawn.subgraphs() == []
    assert (
        f"{MAX_OPEN_NODES + 1} apply nodes inside, not drawn" in drawn.get_node("n0").attr["label"]
    )


def test_what_is_not_asked_for_is_one_node_with_its_formula() -> None:
    inner = graphs.graph("s = tanh(p)", "t = mul(s, q)")
    graph = graphs.graph("z = op_from_graph[inner=0](x, y)", "r = exp(z)", inner=[inner])

    drawn = read(graph)

    assert drawn.subgraphs() == []
    assert labels(drawn)["n0"] == ["z = tanh(x) × y", "op from graph"]
    assert {(str(a), str(b)) for a, b in drawn.edges()} == {
        ("v0", "n0"),
        ("v1", "n0"),
        ("n0", "n1"),
        ("n1", "r0"),
    }


@pytest.mark.parametrize("asked", ["all", "op_from_graph", "n0", "z"])
def test_an_op_is_opened_by_kind_id_or_name(asked: str) -> None:
    inner = graphs.graph("s = tanh(p)", "t = mul(s, q)")
    graph = graphs.graph("z = op_from_graph[inner=0](x, y)", "r = exp(z)", inner=[inner])

    drawn = read(graph, Look(opened=(asked,)))

    (box,) = drawn.subgraphs()
    assert {labels(drawn)[node][0] for node in box.nodes()} == {"x", "y", "tanh", "multiply", "z"}


def test_the_head_says_what_is_drawn() -> None:
    graph = replace(graphs.graph("h = dot(x, W)", "s = tanh(h)"), whole=9)
    look = Look(notes=("around <h>\nradius 1",), direction="LR", theme="dark")
    drawn = read(graph, look)
    head = drawn.graph_attr

    text = "".join(words(head["label"]))
    assert "test · symbolic" in text
    assert "Theano 1.0.5 · 9 apply nodes, 2 shown" in text
    assert "around <h>⏎radius 1" in text
    assert "linear algebra" in text
    assert (head["rankdir"], head["bgcolor"]) == ("LR", "#15191e")
    assert "linear algebra" not in dot(graph, replace(look, legend=False))


def test_deep_graphs_need_no_recursion() -> None:
    drawn = dot(graphs.chain(10_000), Look())

    assert len(re.findall(r"^  n\d+ \[", drawn, flags=re.MULTILINE)) == 10_000
