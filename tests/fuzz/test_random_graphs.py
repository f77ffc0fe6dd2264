"""Random graphs of every family of ops are recorded, written and read back without a loss."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import numpy
import pytest
from fuzz.campaign import bounded, each
from fuzz.graphs import models, numbered
from hypothesis import strategies as st

from xorexplain.engines import Engine
from xorexplain.engines.common import toposort
from xorexplain.graph import Graph
from xorexplain.jsonio import from_json, to_json
from xorexplain.render.dot import dot
from xorexplain.render.look import Look
from xorexplain.render.mermaid import mermaid
from xorexplain.render.tree import tree
from xorexplain.stages import view

pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
]


@bounded
@each
def test_a_snapshot_is_the_engine_s_graph(engine: Engine, data: st.DataObject) -> None:
    """Nodes, edges, types, shapes and constants, walked side by side."""
    made = data.draw(models(engine))
    graph = view(engine, made, "symbolic", "output").graph()
    tops = list(made.outputs.values())
    pairs = dict(zip(graph.outputs, tops, strict=True))
    waiting = [(output.variable, top) for output, top in pairs.items()]
    seen: dict[str, Any] = {}
    nodes = set()
    while waiting:
        id_, theirs = waiting.pop()
        if id_ in seen:
            assert seen[id_] is theirs
            continue
        seen[id_] = theirs
        ours = graph.variable[id_]
        known = engine.type_of(theirs)
        assert (ours.dtype, ours.shape) == (known.dtype, known.shape)
        assert told_apart(ours.name, theirs.name)
        assert (ours.role == "constant") is (engine.role_of(theirs) == "constant")
        if ours.role == "constant" and ours.filling is not None and ours.dtype is not None:
            assert said(ours.filling, engine.value_of(theirs))
        apply = graph.owner(id_)
        assert (apply is None) is (theirs.owner is None)
        if apply is not None:
            nodes.add(apply.id)
            assert apply.op.label == str(theirs.owner.op)
            assert apply.outputs.index(id_) == theirs.owner.outputs.index(theirs)
            waiting += zip(apply.inputs, theirs.owner.inputs, strict=True)

    assert len(nodes) == len(graph.applies) == len(toposort(tops))


def told_apart(ours: str | None, theirs: str | None) -> bool:
    """Tell whether a name is the engine's, with a number where several have it."""
    return ours == theirs or re.fullmatch(rf"{re.escape(theirs or '')}_\d+", ours or "") is not None


def said(text: str, value: Any) -> bool:
    """Tell whether the one number of a text is every element, as far as it is written."""
    array = numpy.asarray(value)
    if array.dtype.kind == "b":
        return bool((array == (text == "True")).all())
    return bool(numpy.allclose(array, complex(text), rtol=1e-3))


@bounded
@each
def test_pictures_and_texts_hold_all_names_and_edges(engine: Engine, data: st.DataObject) -> None:
    made = data.draw(models(engine))
    graph = view(engine, made, "symbolic", "output").graph()
    raw = Look(raw=True)
    written = {"dot": dot(graph, raw), "mermaid": mermaid(graph, raw), "tree": tree(graph, raw)}

    for notation, text in written.items():
        for words in words_of(graph):
            assert words in read(text), notation
    for start, end in edges(graph):
        assert f"{start} -> {end}" in written["dot"]
        assert f"  {start} -" in written["mermaid"]


def read(text: str) -> str:
    """Take the escapes of DOT and Mermaid back."""
    return html.unescape(re.sub(r"(?<!&)#(\d+);", r"&#\1;", text))


def words_of(graph: Graph) -> Iterator[str]:
    """Name what must be read somewhere: names, and the numbers of constants of one element."""
    for variable in graph.variables:
        if variable.name is not None and variable.name != "_":
            yield variable.name
        if variable.role == "constant" and variable.shape == () and variable.value is not None:
            yield variable.value


def edges(graph: Graph) -> Iterator[tuple[str, str]]:
    """List the edges between variables and the apply nodes that have nothing inside."""
    for apply in graph.applies:
        yield from ((apply.id, output) for output in apply.outputs)
        if apply.inner is None:
            yield from ((argument, apply.id) for argument in apply.inputs)


@bounded
@each
def test_graphs_come_back_from_json(engine: Engine, data: st.DataObject) -> None:
    made = data.draw(models(engine))
    for stage in ("symbolic", "optimized"):
        graph = view(engine, made, stage, "output").graph()
        assert from_json(to_json(graph)) == graph


def test_a_number_names_one_model(engine: Engine) -> None:
    """A finding can be told by its number."""
    first, again = (
        view(engine, numbered(engine, 7), "symbolic", "output").graph() for _ in range(2)
    )

    assert [a.op for a in first.applies] == [a.op for a in again.applies]
    assert [v.name for v in first.variables] == [v.name for v in again.variables]
