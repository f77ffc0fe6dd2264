"""Draw forward and backward side by side, and look at where Graphviz puts them."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import models
import numpy
import pygraphviz
import pytest

from xorexplain import engines
from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.records import Derivation
from xorexplain.models.model import Model
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot_styles import STRUT
from xorexplain.render.pictures.twin import MAX_OPEN, draw_twin, twin_dot
from xorexplain.render.pictures.twin_plan import Plan, fold_fixed, plan
from xorexplain.render.theme import theme

GOLDEN = Path(__file__).with_name("twin_xor.dot")
LEARNING = ["xor", "mlp", "lstm", "embedding", "recurrent", "op_from_graph", "fused", "few_layers"]
each_learning = pytest.mark.parametrize("name", LEARNING)


@cache
def derived(engine: Engine, name: str) -> Derivation:
    return differentiate(engine, models.model(engine, name))


def deep(engine: Engine, layers: int) -> Derivation:
    return differentiate(engine, models.deep_chain(engine, layers))


def drawn(derivation: Derivation, look: Look | None = None) -> pygraphviz.AGraph:
    """Have Graphviz read the DOT text and place its nodes."""
    graph = pygraphviz.AGraph(string=twin_dot(derivation, look or Look()))
    graph.layout("dot")
    return graph


def words(label: str) -> list[str]:
    """Return the lines of an HTML-like label."""
    root = ElementTree.fromstring("<label>" + re.sub("(<br[^>]*/>)", r"\1\n", label) + "</label>")
    return "".join(root.itertext()).replace(STRUT, "").split("\n")


def place(node: pygraphviz.Node) -> tuple[float, float]:
    x, y = node.attr["pos"].split(",")
    return float(x), float(y)


def equations(graph: pygraphviz.AGraph, side: str) -> list[str]:
    nodes = graph.get_subgraph(f"cluster_{side}").nodes()
    return [line for node in nodes for line in words(node.attr["label"]) if " = " in line]


def dotted(graph: pygraphviz.AGraph) -> list[tuple[pygraphviz.Node, pygraphviz.Node]]:
    edges = [edge for edge in graph.edges() if edge.attr["style"] == "dotted"]
    return [(graph.get_node(edge[0]), graph.get_node(edge[1])) for edge in edges]


@each_learning
def test_the_forward_part_stands_left_of_the_backward_part(engine: Engine, name: str) -> None:
    graph = drawn(derived(engine, name))
    rows: defaultdict[float, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for side in ("forward", "backward"):
        for node in graph.get_subgraph(f"cluster_{side}").nodes():
            x, y = place(graph.get_node(node))
            rows[y][side].append(x)
    both = [row for row in rows.values() if len(row) == 2]

    assert both
    assert all(max(row["forward"]) < min(row["backward"]) for row in both)


@each_learning
def test_each_step_stands_beside_its_forward_node(engine: Engine, name: str) -> None:
    derivation = derived(engine, name)

    graph = drawn(derivation)
    links = dotted(graph)

    assert len(links) == len(derivation.steps) + 1
    assert {str(op) for op, _ in links} == {step.apply for step in derivation.steps} | {"cost"}
    assert all(place(op)[1] == place(foot)[1] for op, foot in links)


@each_learning
def test_backward_arrows_lead_up(engine: Engine, name: str) -> None:
    graph = drawn(derived(engine, name))
    arrows = [edge for edge in graph.edges() if edge.attr["dir"] == "back"]
    ranked = [edge for edge in arrows if edge.attr["constraint"] != "false"]

    # Such an edge is written from its head: from what reads to what is read.
    heights = [[place(graph.get_node(end))[1] for end in edge] for edge in ranked]
    assert heights
    assert all(reader > read for reader, read in heights)


@each_learning
@pytest.mark.parametrize("is_open", [True, False])
def test_arrows_lead_between_nodes_of_the_plan(engine: Engine, name: str, is_open: bool) -> None:
    arranged = plan(derived(engine, name), is_open)
    known = nodes(arranged)

    assert {arrow.source for arrow in arranged.arrows} <= known
    assert {arrow.target for arrow in arranged.arrows} <= known
    assert all(arrow.source != arrow.target for arrow in arranged.arrows)
    assert set(arranged.results) <= known


def nodes(arranged: Plan) -> set[str]:
    known = {"seed", *(f"sum_{v}" for v in arranged.sums)}
    for group in arranged.groups:
        known |= {*group.gives, *(made.id for made in group.made)}
        known |= {again.id for again in group.reused}
    return known


@each_learning
def test_every_node_that_computes_something_is_drawn_once(engine: Engine, name: str) -> None:
    derivation = derived(engine, name)
    _, fixed = fold_fixed(derivation.graph)
    emitted = {id_ for step in derivation.steps for id_ in step.emitted}
    carriers = {"expand_dims", "identity", "unbroadcast", "rebroadcast", "view", "deep_copy"}
    carriers |= {"tensor_from_scalar", "scalar_from_tensor", "specify_shape"}
    expected = {
        id_
        for id_ in emitted
        if not fixed.issuperset(derivation.graph.apply[id_].outputs)
        and derivation.graph.apply[id_].op.kind not in carriers
    }

    groups = plan(derivation).groups

    made = [made for group in groups for made in group.made]
    assert sum(m.times for m in made) == len(expected)
    assert {m.id for m in made} <= expected


def test_xor_tells_the_whole_derivation(engine: Engine) -> None:
    graph = drawn(derived(engine, "xor"))

    assert sorted(equations(graph, "forward")) == [
        "a1 = σ(z1)",
        "cost = sum(q1)",
        "d1 = output − y",
        "output = σ(z2)",
        "q1 = d1²",
        "z1 = X · W1",
        "z2 = a1 · W2",
    ]
    assert sorted(equations(graph, "backward")) == [
        "δW1 = Xᵀ · δz1",
        "δW2 = a1ᵀ · δz2",
        "δa1 = δz2 · W2ᵀ",
        "δcost = 1",
        "δd1 = 2 × δq1 × d1",
        "δoutput = δd1",
        "δq1 = ones(q1) × δcost",
        "δz1 = δa1 × a1 × (1 − a1)",
        "δz2 = δoutput × output × (1 − output)",
    ]


def test_xor_shows_what_is_used_again_and_computed_again(engine: Engine) -> None:
    graph = drawn(derived(engine, "xor"))
    labels = {node: words(node.attr["label"]) for node in graph.nodes()}
    highlighted = [lines[0] for lines in labels.values() if "used again" in lines]
    accent = theme("light").accent

    assert sorted(highlighted) == [
        "W2",
        "X",
        "a1 = σ(z1)",
        "d1 = output − y",
        "z1 = X · W1",
        "z2 = a1 · W2",
    ]
    assert all(n.attr["color"] == accent for n, lines in labels.items() if "used again" in lines)
    assert [lines for lines in labels.values() if "again" in lines[-1] and len(lines) == 2] == [
        ["sigmoid", "output again, made 2 times"],
        ["sigmoid", "a1 again, made 2 times"],
    ]


def test_xor_ends_in_the_gradients_and_the_updates(engine: Engine) -> None:
    graph = drawn(derived(engine, "xor"))
    finished = [words(n.attr["label"]) for n in graph.nodes() if n.attr["peripheries"] == "2"]

    assert sorted(finished) == [
        ["δW1 = Xᵀ · δz1", "finished: ∂cost/∂W1", "W1 ← W1 − 0.01 × δW1"],
        ["δW2 = a1ᵀ · δz2", "finished: ∂cost/∂W2", "W2 ← W2 − 0.01 × δW2"],
    ]


def neutral(engine: Engine) -> str:
    """Write the XOR network's picture without the engine's name and version."""
    text = twin_dot(derived(engine, "xor"), Look())
    return text.replace(f"{engine.title} {engine.version}", "ENGINE")


def test_xor_is_drawn_the_same_on_every_engine(engine: Engine) -> None:
    """Compare with the one file for all engines; running this file writes it."""
    assert neutral(engine) == GOLDEN.read_text(encoding="utf-8")


def test_contributions_of_several_nodes_are_added(engine: Engine) -> None:
    T = engine.tensor
    x, W = T.dvector("x"), engine.module.shared(numpy.ones(3), name="W")
    h = T.tanh(W * x)
    h.name = "h"
    cost = T.sum(T.exp(h) + T.sin(h))
    cost.name = "cost"
    derivation = differentiate(engine, Model({}, cost, [W]))

    graph = drawn(derivation)

    (total,) = [n for n in graph.nodes() if words(n.attr["label"])[0] == "+"]
    assert words(total.attr["label"]) == ["+", "δh"]
    below = [read for reader, read in graph.edges() if reader == total]
    given = [words(graph.get_node(read).attr["label"])[0] for read in below]
    assert sorted(given) == ["δh += δa1 × a1", "δh += δsin1 × cos(h)"]


def test_a_parameter_read_twice_is_finished_where_it_is_added(engine: Engine) -> None:
    derivation = derived(engine, "op_from_graph")

    graph = drawn(derivation)

    (total,) = [n for n in graph.nodes() if words(n.attr["label"])[0] == "+"]
    assert words(total.attr["label"]) == ["+", "δW", "finished: ∂cost/∂W"]


def test_deep_derivations_are_closed_and_still_placed_by_graphviz(engine: Engine) -> None:
    derivation = deep(engine, 100)

    rendering = draw_twin(derivation, "svg", "light")

    assert len(derivation.steps) > MAX_OPEN
    assert rendering.notes == ()
    assert rendering.data.count("finished: ∂cost/∂W".encode()) == 100


def test_a_closed_step_names_its_ops_and_what_it_uses(engine: Engine) -> None:
    derivation = deep(engine, MAX_OPEN)
    graph = pygraphviz.AGraph(string=twin_dot(derivation, Look()))

    (step,) = [
        words(n.attr["label"]) for n in graph.nodes() if "δz1 = " in words(n.attr["label"])[0]
    ]
    assert step == [
        "δz1 = δa1 × a1 × (1 − a1)",
        "sigmoid again, multiply, subtract, multiply",
        "uses z1 again",
    ]


def test_more_layers_than_python_recurses_are_drawn(engine: Engine) -> None:
    """Graphviz takes half of the time, and draws what both engines gave alike: one is enough."""
    format_ = "svg" if engine.name == "pytensor" else "dot"
    derivation = deep(engine, 400)
    rendering = draw_twin(derivation, format_, "light")

    assert len(derivation.graph.applies) > 1000
    assert rendering.data.count("finished: ∂cost/∂W".encode()) == 400


@pytest.mark.parametrize("format_", ["png", "svg", "pdf", "dot"])
@pytest.mark.parametrize("name", ["light", "dark", "print"])
def test_every_format_and_theme_is_drawn(engine: Engine, format_: str, name: str) -> None:
    rendering = draw_twin(derived(engine, "xor"), format_, name)
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "dot": b"digraph"}

    assert rendering.data.startswith(starts[format_])
    assert rendering.notes == ()
    if format_ == "dot":
        assert theme(name).background.encode() in rendering.data


def test_hostile_names_are_escaped(engine: Engine) -> None:
    T = engine.tensor
    parameters = [
        engine.module.shared(numpy.ones(2), name=name) for name in models.HOSTILE_NAMES[:-1]
    ]
    cost = T.sum(sum(T.tanh(W) for W in parameters))
    cost.name = 'co"st <b>'
    derivation = differentiate(engine, Model({}, cost, parameters))

    rendering = draw_twin(derivation, "svg", "light")

    ElementTree.fromstring(rendering.data)
    assert b"<script>" not in rendering.data


def test_a_second_derivative_is_drawn(engine: Engine) -> None:
    derivation = differentiate(engine, models.model(engine, "xor"), order=2)

    rendering = draw_twin(derivation, "svg", "light")

    assert "finished: ∂slope/∂W1".encode() in rendering.data


if __name__ == "__main__":
    GOLDEN.write_text(neutral(engines.choose()), encoding="utf-8")
