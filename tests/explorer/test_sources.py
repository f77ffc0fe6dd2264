"""Lines and nodes belong together, what was written with its line, what was made with many."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from xorexplain.engines import choose
from xorexplain.engines.shared.keeping import keep_frames
from xorexplain.explorer.bundle import bundle, graph_story
from xorexplain.explorer.sources import AROUND, MAX_LETTERS, shown_lines
from xorexplain.graph.records import Apply, Graph, Op, Origin, Output, SourceLine, Variable
from xorexplain.models.tutorial import xor
from xorexplain.render.reports.gather import Subject

Json = dict[str, Any]


@cache
def told() -> Json:
    """Make the bundle of the XOR network, keeping the frames that a run of the user's keeps."""
    parts = ("symbolic", "gradient", "updates", "optimized", "adjoints", "rewrites")
    engine = choose()
    keep_frames(engine.module.config)
    return bundle(Subject(engine, xor(engine)), parts=parts)


def lines_of(stage: str, node: Json) -> list[str]:
    """Return the lines of a node, as the page finds them."""
    derived: list[str] = told()["sources"]["from"].get(stage, {}).get(node["id"], [])
    return derived or ([f"0:{node['source']['line']}"] if "source" in node else [])


def test_every_apply_node_of_every_stage_and_state_has_lines_that_are_there() -> None:
    (file,) = told()["sources"]["files"]
    there = {f"0:{number}" for number, _ in file["lines"]}
    drawn = {view["key"]: view["graph"] for view in told()["views"] if view["graph"]}
    graphs = [(stage, told()["graphs"][key]) for stage, key in drawn.items()]
    graphs += [("trace", told()["graphs"][s["graph"]]) for s in told()["trace"]["segments"]]
    assert {stage for stage, _ in graphs} == {*drawn, "trace"}
    for stage, graph in graphs:
        for node in graph["nodes"]:
            if node["kind"] == "apply":
                assert lines_of(stage, node), (stage, node["id"], node["formula"])
                assert set(lines_of(stage, node)) <= there


def test_a_line_of_the_file_says_what_its_nodes_say() -> None:
    (file,) = told()["sources"]["files"]
    text = dict(file["lines"])
    for node in told()["graphs"]["symbolic"]["nodes"]:
        if "source" in node:
            assert text[node["source"]["line"]].strip() == node["source"]["code"]


def test_what_was_written_is_not_said_to_come_from_elsewhere() -> None:
    derived = told()["sources"]["from"]
    assert "symbolic" not in derived
    start = {node["id"] for node in told()["graphs"]["symbolic"]["nodes"] if "source" in node}
    assert start
    for node in told()["graphs"]["updates"]["nodes"]:
        if "T.grad(" not in node.get("source", {}).get("code", "T.grad("):
            assert node["id"] not in derived["updates"], node


def test_what_the_gradient_made_comes_from_the_line_that_called_it_and_those_it_was_made_for() -> (
    None
):
    text = dict(told()["sources"]["files"][0]["lines"])
    of = told()["sources"]["from"]["updates"]
    said = [[text[int(key.partition(":")[2])].strip() for key in lines] for lines in of.values()]
    assert all(lines[0].startswith("gradients = T.grad(") for lines in said)
    assert {line for lines in said for line in lines[1:]} == {
        "cost = T.sum((output - y) ** 2)",
        "output = engine.sigmoid(T.dot(engine.sigmoid(T.dot(X, W1)), W2))",
    }


def test_what_the_rewriter_made_of_two_lines_comes_from_both() -> None:
    text = dict(told()["sources"]["files"][0]["lines"])
    fused = told()["sources"]["from"]["optimized"].values()
    said = [{text[int(key.partition(":")[2])].strip() for key in lines} for lines in fused]
    assert any(len(lines) > 1 and any("T.sum(" in line for line in lines) for lines in said)


def graph_of(source: SourceLine) -> Graph:
    """Make a graph whose one node says that a line wrote it."""
    value = Variable("v", "y", "float64", "intermediate", owner="n")
    given = Variable("x", "x", "float64", "input")
    apply = Apply("n", Op("exp", "elementwise", "Exp"), ("x",), ("v",), source=source)
    return Graph(Origin("theano", "1.0.5"), (given, value), (apply,), ("x",), (Output("v", "y"),))


def test_a_file_that_a_recorded_graph_names_is_not_read() -> None:
    story = graph_story(graph_of(SourceLine("/etc/passwd", 1, "y = exp(x)")))
    assert story["sources"]["files"] == [
        {"file": "/etc/passwd", "library": False, "lines": [[1, "y = exp(x)"]]}
    ]


@pytest.mark.neutral
class TestShownLines:
    def test_a_long_file_is_shown_around_the_lines_used(self) -> None:
        file = [f"line {n}" for n in range(1, 2001)]
        numbers = [number for number, _ in shown_lines({500: "line 500", 1500: ""}, file)]
        near = range(-AROUND, AROUND + 1)
        assert numbers == [500 + n for n in near] + [1500 + n for n in near]

    def test_a_file_that_was_changed_since_is_not_shown(self) -> None:
        assert shown_lines({2: "y = exp(x)"}, ["", "y = log(x)"]) == [[2, "y = exp(x)"]]
        assert shown_lines({9: "y = exp(x)"}, ["", "y = exp(x)"]) == [[9, "y = exp(x)"]]

    def test_nothing_in_a_line_reorders_or_hides_the_rest(self) -> None:
        ((_, line),) = shown_lines({}, ["\tx = 1 \u202e\u2066 # \x1b[2J"])
        assert line == "    x = 1 \ufffd\ufffd # \ufffd[2J"

    def test_a_huge_line_is_cut(self) -> None:
        ((_, line),) = shown_lines({}, ["x" * 1_000_000])
        assert len(line) == MAX_LETTERS
