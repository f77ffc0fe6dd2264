"""Write Mermaid flowcharts that use only a small, safe part of its syntax."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import graphs
import models
import pytest

from xorexplain.engines import Engine
from xorexplain.graph.records import Graph
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.render.look import Look
from xorexplain.render.pictures.level import Level
from xorexplain.render.pictures.mermaid import mermaid

NODE = re.compile(r' +(\w+)(?:\[\("|\(\["|\[\["|\[")([^"]*)(?:"\)\]|"\]\)|"\]\]|"\]):::(\w+)')
EDGE = re.compile(r' +(\w+) (?:-->|==>|-\.->)(?:\|"([^"]*)"\|)? (\w+)')
STYLE = re.compile(r"  classDef (\w+) fill:#\w{6},stroke:#\w{6},color:#\w{6}")


def read(text: str) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Return labels by node, and edges with their labels; fail at any line that is neither."""
    first, title, last, kind, *lines = text.splitlines()
    assert (first, last) == ("---", "---")
    assert json.loads(title.removeprefix("title: "))
    assert re.fullmatch("flowchart (TB|LR|BT|RL)", kind)
    nodes: dict[str, str] = {}
    edges, used, styled = [], set(), set()
    opened = 0
    for line in lines:
        if re.fullmatch(r' +subgraph \w+_inside\["[^"]*"\]', line):
            opened += 1
        elif line.strip() == "end":
            opened -= 1
        elif match := NODE.fullmatch(line):
            assert match[1] not in nodes
            nodes[match[1]] = match[2]
            used.add(match[3])
        elif match := EDGE.fullmatch(line):
            edges.append((match[1], match[2] or "", match[3]))
        else:
            match = STYLE.fullmatch(line)
            assert match is not None, line
            styled.add(match[1])
    assert opened == 0
    assert used <= styled
    assert {end for source, _, target in edges for end in (source, target)} <= nodes.keys()
    return nodes, edges


@pytest.mark.parametrize("raw", [False, True], ids=["simplified", "raw"])
@models.each_model
def test_real_graphs(engine: Engine, name: str, raw: bool) -> None:
    for stage in models.stages(engine, name):
        if stage == "compiled":
            continue
        whole = models.record(engine, name, stage)
        graph = whole if raw else apply_views(whole, DEFAULT_VIEWS)
        nodes, _ = read(mermaid(graph, Look(raw=raw, types=True)))

        given = [v.id for v in graph.variables if not v.folded and (raw or v.owner is None)]
        level = Level(graph, Look(raw=raw), parts=set())
        told = graph.outputs if raw else [*level.told_results.values()]
        results = [f"r{i}" for i, output in enumerate(graph.outputs) if output not in told]
        outside = [node for node in nodes if "_" not in node]
        shown = [apply.id for apply in graph.applies if level.is_drawn(apply)]
        assert sorted(outside) == sorted([*given, *shown, *results])


def test_a_small_flowchart() -> None:
    graph = graphs.graph("h = dot(x, W)", "y = mul(h, 2.0)", shared=["W"])
    folded = apply_views(graph, DEFAULT_VIEWS)

    assert mermaid(folded, Look(direction="LR")).splitlines()[:12] == [
        "---",
        'title: "test · symbolic — Theano 1.0.5 · 2 apply nodes"',
        "---",
        "flowchart LR",
        '  v0(["x<br>input"]):::plain',
        '  v1[("W<br>shared")]:::shared',
        '  n0["dot<br>h"]:::linear',
        '  n1["_ × 2.0"]:::elementwise',
        '  r0[["y<br>output"]]:::output',
        '  v0 -->|"0"| n0',
        '  v1 -->|"1"| n0',
        "  n0 --> n1",
    ]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ('"quoted"', "#34;quoted#34;"),
        ("<b>&amp;", "#60;b#62;#38;amp;"),
        ("#35;", "#35;35;"),
        (r"a\nb", "a#92;nb"),
        ("`code` *bold* ~gone~", "#96;code#96; #42;bold#42; #126;gone#126;"),
        ("__init__ _x a_b", "#95;#95;init#95;#95; #95;x a#95;b"),
        ("1. first", "1#46; first"),
        ("1) first", "1#41; first"),
        ("1.5", "1.5"),
        ("- item", "#45; item"),
        ("-2.0", "-2.0"),
        ("a\nb", "a⏎b"),
        ("end", "end"),
        ("🧠 שלום", "🧠 שלום"),
    ],
)
def test_names_are_escaped(name: str, label: str) -> None:
    graph = graphs.graph("y = tanh(x)")
    variables = tuple(replace(v, name=name) if v.name == "x" else v for v in graph.variables)
    nodes, _ = read(mermaid(replace(graph, variables=variables), Look()))

    assert nodes["v0"] == f"{label}<br>input"


def test_edges_say_what_they_carry() -> None:
    graph = graphs.graph("high, low = divmod(x, y)", "z = tanh(low)", "w = transpose(z)")
    split, work, view = graph.applies
    marked = replace(
        graph,
        applies=(
            split,
            replace(work, destroy_map=((0, (0,)),)),
            replace(view, view_map=((0, (0,)),)),
        ),
    )
    text = mermaid(marked, Look())

    assert '  n0 ==>|"out 1 in place"| n1' in text
    assert '  n1 -.->|"shares memory"| n2' in text
    assert '  n0 -->|"out 0"| v2' in mermaid(marked, Look(raw=True))


def test_the_title_holds_the_notes_as_yaml() -> None:
    text = mermaid(replace(graphs.chain(1), whole=3), Look(notes=('only "a\\b"\n',)))

    title = 'test · symbolic — Theano 1.0.5 · 3 apply nodes, 1 shown — only "a\\b"⏎'
    assert json.loads(text.splitlines()[1].removeprefix("title: ")) == title


def test_results_that_nothing_computes() -> None:
    nodes, edges = read(mermaid(graphs.graph(outputs=["x", "2.0"]), Look()))

    assert nodes.keys() == {"v0", "v1", "r0", "r1"}
    assert edges == [("v0", "", "r0"), ("v1", "", "r1")]


def test_deep_graphs_need_no_recursion() -> None:
    graph: Graph = graphs.chain(10_000)

    assert mermaid(graph, Look()).count(" --> ") == 10_001
