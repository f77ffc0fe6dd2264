"""What is copied of a state of the rewriting is that state: its graph, the marks of its step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from pathlib import Path
from typing import Any

import numpy
import pytest
from exploring import Story, open_page
from windows import Windows

from xorexplain.engines import Engine
from xorexplain.graph.views.fold import fold_constants
from xorexplain.graph.views.shapes import infer_shapes
from xorexplain.models.samples import sample_values
from xorexplain.models.tutorial import xor
from xorexplain.render import Layout, draw_dot
from xorexplain.render.look import Look
from xorexplain.render.pictures.mermaid import mermaid
from xorexplain.render.reports.gather import Subject
from xorexplain.rewrites.replay import replay
from xorexplain.rewrites.states import Values
from xorexplain.rewrites.trace import Trace

pytestmark = pytest.mark.browser

EDGE = re.compile(r"^ +(\w+) ([-=.]+>)(.*) (\w+)$", re.MULTILINE)
WRITTEN = """() => [...Array(xorexplain.trace.last + 1).keys()].map(step => {
  xorexplain.state.set({ view: "rewrites", step });
  const drawing = { graph: xorexplain.trace.at(step).graph };
  return Object.fromEntries(xorexplain.copies.texts(drawing).map(([name, make]) => [name, make()]));
})"""
NODE = re.compile(r" +(\w+)[\[(].*:::(\w+)")


@pytest.fixture(scope="module")
def states(
    windows: Windows, story_of: Callable[[str], tuple[Story, Path]]
) -> Sequence[Mapping[str, str]]:
    """The texts of every state of the XOR network's rewriting."""
    story, path = story_of("xor")
    visit = open_page(windows, path, story, "view=rewrites")
    written = visit.page.evaluate(WRITTEN)
    windows.give_back(visit.page)
    assert visit.errors == []
    assert len(written) == len(story["trace"]["steps"]) + 1
    return written


@pytest.fixture(scope="module")
def trace(engine: Engine) -> Trace:
    return Subject(engine, xor(engine)).trace


def test_dot_has_the_nodes_and_marks_of_each_step(
    states: Sequence[Mapping[str, str]], trace: Trace
) -> None:
    for step, written in zip(trace.steps, states[1:], strict=True):
        signs = {id_: label[3:5] for id_, label in _labels(written["DOT"]).items()}
        if step.verdict != "applied":
            continue
        for sign, ids in (("+ ", step.added), ("− ", step.removed)):
            there = [id_ for id_ in ids if id_ in signs]
            assert there == list(ids) or sign == "− "
            assert {signs[id_] for id_ in there} <= {sign}


def test_dot_is_drawn_by_graphviz(states: Sequence[Mapping[str, str]]) -> None:
    for written in (states[0], states[len(states) // 2], states[-1]):
        drawn = draw_dot(written["DOT"], "svg", Layout())
        assert drawn.notes == ()
        assert drawn.data.count(b'class="node"') == len(_labels(written["DOT"]))


def test_mermaid_is_what_the_writer_of_the_command_writes(
    states: Sequence[Mapping[str, str]], trace: Trace
) -> None:
    trace_states = (fold_constants(infer_shapes(state.graph)) for _, state in replay(trace))
    for written, graph in zip(states, trace_states, strict=True):
        ours, theirs = written["Mermaid"], mermaid(graph, Look(shapes=True))
        assert set(NODE.findall(ours)) == set(NODE.findall(theirs))
        # The number of an argument stays on its edge while the others are constants.
        edges = [sorted(EDGE.findall(re.sub(r'\|"\d+"\|', "", text))) for text in (ours, theirs)]
        assert edges[0] == edges[1]
        styles = [set(re.findall(r"classDef .*", text.lower())) for text in (ours, theirs)]
        assert styles[0] == styles[1]


def test_numpy_code_of_each_state_gives_what_the_engine_computes(
    engine: Engine, states: Sequence[Mapping[str, str]]
) -> None:
    recording = Subject(engine, xor(engine)).recording
    start = recording.trace.first.graph
    drawn = sample_values(engine, start, recording.variables, {})
    given = {start.variable[id_].name: value for id_, value in drawn.items()}
    values = Values(recording, drawn)
    expected = [values.value(variable) for variable in values.state.results]
    for written in states:
        # The page holds nothing that a copied text would need besides.
        space: dict[str, Any] = {}
        exec(written["NumPy"], space)
        made = space["computed"](*(given[name] for name in signature(space["computed"]).parameters))
        for found, wanted in zip(made, expected, strict=True):
            numpy.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


def test_latex_has_an_equation_a_value(states: Sequence[Mapping[str, str]], trace: Trace) -> None:
    for written, (_, state) in zip(states, replay(trace), strict=True):
        first, *lines, last = written["LaTeX"].removesuffix("\n").split("\n")
        assert (first, last) == ("\\begin{align*}", "\\end{align*}")
        left = [line.partition(" &= ")[0] for line in lines]
        assert len(set(left)) == len(left) >= len(state.graph.applies)


def _labels(text: str) -> dict[str, str]:
    """Have Graphviz read DOT text; return the labels of its nodes."""
    import pygraphviz

    found = pygraphviz.AGraph(string=text)
    return {str(node): node.attr["label"] for node in found.nodes()}
