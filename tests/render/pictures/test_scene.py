"""Hold every format that draws a scene to one contract: all that the graph has stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import complete
import graphs
import models
import pygraphviz
import pytest

from xorexplain.api.drawing import prepared
from xorexplain.engines import Engine
from xorexplain.explorer.folding import OUTSIDE
from xorexplain.explorer.layers import Layers
from xorexplain.explorer.pictures import Pictures
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.subgraph import keep
from xorexplain.render.layout.node_places import Placer
from xorexplain.render.look import Look
from xorexplain.render.pictures import labels
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.level import Level
from xorexplain.render.pictures.mermaid import mermaid
from xorexplain.render.pictures.records import Group, Scene
from xorexplain.render.pictures.scene import contents, scene

LOOK = Look(opened=("all",))
Edges = set[tuple[str, str, str]]
MODELS = ["xor", "mlp", "recurrent", "op_from_graph", "branching", "many_outputs", "constants"]


@dataclass
class Drawn:
    """Hold what is read in a picture: texts of nodes, edges with labels, members of groups.

    An edge into a group stands for one to the apply node whose inside the group is.
    """

    nodes: dict[str, str] = field(default_factory=dict)
    edges: Edges = field(default_factory=set)
    groups: dict[str, set[str]] = field(default_factory=dict)

    def lead(self, source: str, target: str, label: str) -> None:
        """Add an edge that is read in a picture."""
        into = [g for g, inside in self.groups.items() if target in inside and source not in inside]
        self.edges.add((source, into[0] if into else target, label.strip()))


def wanted(level: Level) -> Drawn:
    """Say what a picture has to hold, by the graph alone; texts are parts of what is told."""
    found, graph, prefix = Drawn(), level.graph, level.prefix
    for variable in graph.variables:
        if variable.owner is None and not variable.folded:
            found.nodes[prefix + variable.id] = labels.variable_name(variable)
    inners = {a.id: inner for a in graph.applies if (inner := level.drawn_inside(a)) is not None}
    insides = {id_: wanted(inner) for id_, inner in inners.items()}
    for apply in filter(level.is_drawn, graph.applies):
        told = "\n".join(level.formula_lines(apply)) or level.heading(apply)
        found.nodes[prefix + apply.id] = told
        if apply.id in insides:
            inside = insides[apply.id]
            found.nodes |= inside.nodes
            found.edges |= inside.edges
            found.groups |= {**inside.groups, prefix + apply.id: set(inside.nodes)}
        for position, id_ in enumerate(apply.inputs):
            variable = graph.variable[id_]
            carried = "" if level.names_outputs(apply, id_) else level.output_words(id_)
            ends = (carried, level.edge_words(apply, position))
            label = " → ".join(filter(None, ends))
            if any(position in positions for _, positions in apply.destroy_map):
                label = f"{label} in place".strip()
            if not variable.folded:
                found.edges.add((level.source(id_), prefix + apply.id, label))
    for position, output in enumerate(graph.outputs):
        found.nodes[f"{prefix}r{position}"] = labels.output_words(output)[0]
        variable = graph.variable[output.variable]
        if not variable.folded:
            label = level.output_words(variable.id)
            label = "" if label == output.label else label
            source = prefix + (variable.owner or variable.id)
            found.edges.add((source, f"{prefix}r{position}", label))
    return found


def read_dot(graph: Graph) -> Drawn:
    """Read a picture with Graphviz' own reader."""
    picture = pygraphviz.AGraph(string=dot(graph, LOOK))
    found = Drawn({str(n): complete.words_of_dot(n.attr["label"]) for n in picture.nodes()})
    waiting = list(picture.subgraphs())
    while waiting:
        box = waiting.pop()
        found.groups[box.name.removeprefix("cluster_")] = set(map(str, box.nodes()))
        waiting += box.subgraphs()
    _lead(found, ((*map(str, e), _told(e.attr)) for e in picture.edges(keys=False)))
    return found


def _told(edge: Mapping[str, str | None]) -> str:
    """Return what stands at the ends of an edge, and what its square head means."""
    ends = " → ".join(filter(None, [edge["taillabel"], edge["headlabel"]]))
    return f"{ends} in place".strip() if edge["arrowhead"] == "box" else ends


def read_mermaid(graph: Graph) -> Drawn:
    """Read a flowchart line by line."""
    found, open_ = Drawn(), [""]
    lines = mermaid(graph, LOOK).splitlines()[4:]
    edges = []
    for line in lines:
        if box := re.match(r" +subgraph (\w+)_inside\[", line):
            open_.append(box[1])
            found.groups[box[1]] = set()
        elif line.strip() == "end":
            open_.pop()
        elif edge := re.match(r'  (\w+) (?:-->|==>|-\.->)(?:\|"([^"]*)"\|)? (\w+)$', line):
            label = complete.words_of_mermaid(edge[2] or "")
            edges.append((edge[1], edge[3], label.replace("shares memory", "")))
        elif node := re.match(r' +(\w+)\W+"(.*)"\W+:::', line):
            found.nodes[node[1]] = complete.words_of_mermaid(node[2])
            for box_ in open_[1:]:
                found.groups[box_].add(node[1])
    _lead(found, iter(edges))
    return found


def read_explorer(graph: Graph) -> Drawn:
    """Read the data of the explorer's page, whose inner graphs are folds to be opened.

    What stands in a fold of equal parts is read as if it stood in the picture itself: there the
    fold is no node, and an edge leads to what lies outside.
    """
    with Placer() as placer:
        pictures = Pictures(placer, Layers((), {}))
        pictures.add("graph", graph, {}, {})
    found = Drawn()
    waiting = [("graph", "", ())]
    edges = []
    while waiting:
        key, prefix, boxes = waiting.pop()
        picture = pictures.graphs[key]
        equal = {node["id"] for node in picture["nodes"] if node["kind"] == "fold"}
        for node in picture["nodes"]:
            if node["id"] in equal or node["id"].startswith(OUTSIDE):
                continue
            found.nodes[prefix + node["id"]] = "\n".join(node["label"])
            for box in boxes:
                found.groups.setdefault(box, set()).add(prefix + node["id"])
        for edge in picture["edges"]:
            if equal.isdisjoint((edge["from"], edge["to"])):
                ends = [prefix + edge[end].removeprefix(OUTSIDE) for end in ("from", "to")]
                edges.append((*ends, edge["label"]))
        for id_, fold in picture["folds"].items():
            inside = (f"{prefix}{id_}_", (*boxes, prefix + id_))
            waiting.append((fold["graph"], *((prefix, boxes) if id_ in equal else inside)))
    _lead(found, iter(edges))
    return found


def _lead(found: Drawn, edges: Iterator[tuple[str, str, str]]) -> None:
    """Add the edges that are read, but for those from the results of a box to its apply node."""
    for source, target, label in edges:
        if source not in found.groups.get(target, ()):
            found.lead(source, target, label)


PART = re.compile(r"(?<![\w.])t[0-9]+")
READERS: dict[str, Callable[[Graph], Drawn]] = {
    "dot": read_dot,
    "mmd": read_mermaid,
    "explorer": read_explorer,
}
each_reader = pytest.mark.parametrize("read", READERS.values(), ids=READERS)


def assert_whole(read: Callable[[Graph], Drawn], graph: Graph) -> None:
    # In the explorer a node is told by itself, and the parts of its formula are counted anew.
    level = Level(graph, LOOK, parts=None if read is read_explorer else set())
    expected, found = wanted(level), read(graph)
    if read is read_explorer:
        # There, what is fused can be opened too, and what is too large to be drawn inside.
        found.nodes = {
            id_: PART.sub("t", text) for id_, text in found.nodes.items() if id_ in expected.nodes
        }
        expected.nodes = {id_: PART.sub("t", text) for id_, text in expected.nodes.items()}
        found.groups = {id_: found.groups[id_] & expected.nodes.keys() for id_ in expected.groups}
        found.edges = {e for e in found.edges if e[0] in found.nodes and e[1] in found.nodes}
    assert found.nodes.keys() == expected.nodes.keys()
    for id_, text in expected.nodes.items():
        # A picture breaks what is long over lines.
        told = "".join(found.nodes[id_].replace("<br>", "").split())
        assert "".join(text.split()) in told
    assert found.edges == expected.edges
    assert found.groups == expected.groups


@each_reader
@pytest.mark.parametrize("name", MODELS)
def test_all_of_a_graph_stands_in_every_format(
    engine: Engine, read: Callable[[Graph], Drawn], name: str
) -> None:
    for stage in ("symbolic", "optimized"):
        assert_whole(read, apply_views(models.record(engine, name, stage), DEFAULT_VIEWS))


@each_reader
def test_loose_ends_and_what_is_hidden(read: Callable[[Graph], Drawn]) -> None:
    whole = graphs.graph("a = dot(x, W)", "b = tanh(a)", "c = exp(b)", shared=["W"])
    found = read(keep(whole, ["n2"], ["v0"]))

    assert found.nodes.keys() == {"v0", "v3", "n2", "r0"}
    assert {edge[:2] for edge in found.edges} == {("v0", "v3"), ("v3", "n2"), ("n2", "r0")}


def test_an_edge_says_which_argument_of_what_it_is() -> None:
    graph = graphs.graph("h = dot(x, W)", "y = sub(h, x)", shared=["W"])

    found = [
        (edge.source, edge.target, edge.variable, edge.position)
        for edge in scene(graph, Look()).edges
    ]

    assert found == [
        ("v0", "n0", "v0", 0),
        ("v1", "n0", "v1", 1),
        ("n0", "n1", "v2", 0),
        ("v0", "n1", "v0", 1),
        ("n1", "r0", "v3", 0),
    ]


def test_no_two_formulas_of_a_picture_call_their_parts_alike() -> None:
    inside = graphs.graph("a = tanh(x)", "b = cosh(a)", "c = log(b)", "y = true_div(b, c)")
    inside = replace(inside, outputs=inside.outputs[-1:])
    graph = graphs.graph("p = composite[inner=0](x)", "q = composite[inner=0](p)", inner=[inside])
    graph = replace(graph, applies=tuple(replace(a, inner_inputs=(0,)) for a in graph.applies))

    drawn = scene(graph, Look())

    found = [line.text for node in drawn.nodes for line in node.lines if line.says == "formula"]
    parts = [text.partition(" = ")[0] for text in found if " = " in text]
    assert [part for part in parts if part.startswith("t")] == ["t1", "t2"]


def test_a_gradient_is_told_by_its_node_where_there_are_many(engine: Engine) -> None:
    for name, many in (("xor", False), ("few_layers", True)):
        graph = apply_views(models.record(engine, name, "gradient"), DEFAULT_VIEWS)
        drawn = scene(graph, Look())
        labels = [output.label for output in graph.outputs if output.label]
        told = [text for node in drawn.nodes for text in node.told("result")]
        boxes = [
            text for node in drawn.nodes if node.shape == "result" for text in node.told("heading")
        ]

        assert sorted([*told, *boxes]) == sorted(labels)
        assert bool(told) is many


def test_a_loop_without_a_formula_says_what_a_round_reads(engine: Engine) -> None:
    graph = models.record(engine, "recurrent", "gradient")
    drawn = scene(prepared(graph, Look(), folds=True), Look())

    headings = [text for node in drawn.nodes for text in node.told("heading")]
    assert "δstates[t], δstates[t−1]" in [edge.number for edge in drawn.edges]
    assert [text for text in headings if "[::-1]" in text or "into [1:]" in text] == []


def test_marks_are_those_of_the_outer_graph() -> None:
    inside = graphs.graph("y = exp(x)")
    graph = graphs.graph("a = tanh(x)", "b = op_from_graph[inner=0](a)", inner=[inside])
    inner = replace(graph.applies[1], inner_inputs=(0,))
    graph = replace(graph, applies=(graph.applies[0], inner))

    members, _ = contents(Level(graph, LOOK, marks={"n0": "added"}))

    marks = {node.id: node.mark for node in Scene("", (), members, ()).nodes}
    assert marks == {
        "v0": "",
        "n0": "added",
        "n1_v0": "",
        "n1_n0": "",
        "n1_r0": "",
        "n1": "",
        "r0": "",
    }
    assert [group.id for group in members if isinstance(group, Group)] == ["n1"]
