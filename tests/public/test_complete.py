"""Show everything a graph holds: constants, names, edges and links; public reports among them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import complete
import models
import numpy
import pytest
from models import shared
from stories import story

from xorexplain.engines import Engine
from xorexplain.engines.shared.keeping import fewer_frames, keep_frames
from xorexplain.explorer.graphs import edges_of
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.graph.records import Graph, Origin
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.graph.views.part import Part
from xorexplain.models.capture import capture, outputs_source
from xorexplain.models.loading import load_model
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.render.look import Look
from xorexplain.render.pictures.dot import dot
from xorexplain.render.pictures.mermaid import mermaid
from xorexplain.render.pictures.tree import tree

STAGES = ("symbolic", "gradient", "optimized")


def graph_of(engine: Engine, model: Model, stage: str = "symbolic", target: Any = None) -> Graph:
    return apply_views(view(engine, model, stage, target).graph(), DEFAULT_VIEWS)


def shown(graph: Graph) -> tuple[str, str, str]:
    """Return text, picture and Mermaid of a graph."""
    look = Look()
    flowchart = complete.words_of_mermaid(mermaid(graph, look))
    return tree(graph, look), dot(graph, look), flowchart


@pytest.mark.parametrize("seed", range(12))
def test_random_graphs_lose_nothing(engine: Engine, seed: int) -> None:
    model = complete.random_model(engine, seed)
    for stage in STAGES:
        target = "gradient" if stage == "gradient" else "output"
        assert complete.problems(engine, view(engine, model, stage, target)) == []
    assert complete.problems(engine, view(engine, model, "optimized", "cost")) == []


@pytest.mark.parametrize("name", ["xor", "mlp", "recurrent", "op_from_graph", "constants", "twins"])
def test_models_lose_nothing(engine: Engine, name: str) -> None:
    model = models.model(engine, name)
    for stage in models.stages(engine, name):
        if stage != "compiled":
            assert complete.problems(engine, view(engine, model, stage)) == []


def test_a_constant_given_to_a_box_is_seen(engine: Engine) -> None:
    """Case black_box: y = 3.5 x + 1."""
    T = engine.tensor
    a, b, x = T.dscalar("a"), T.dscalar(), T.dscalar("x")
    y = engine.module.OpFromGraph([a, b], [a * b + 1])(
        x, T.constant(numpy.float64(3.5), dtype="float64")
    )
    cost = y**2
    cost.name = "cost"
    model = Model({"y": y}, cost, [x])

    for text in shown(graph_of(engine, model, target="y")):
        assert "x × 3.5 + 1" in text or "3.5 × x + 1" in text
    told = tell(differentiate(engine, model))
    assert "3.5" in story(told)


def test_a_scan_says_how_often_it_runs_and_what_feeds_it(engine: Engine) -> None:
    model = models.model(engine, "recurrent")
    v = engine.tensor.dvector("start")
    options = {} if engine.name == "theano" else {"return_updates": False}
    looped = engine.module.scan(lambda h: h * 2.5, outputs_info=[v], n_steps=7, **options)
    looped = looped[0] if engine.name == "theano" else looped

    for text in shown(graph_of(engine, Model({"looped": looped}))):
        assert "7 rounds" in text
        assert "2.5" in text
    text = tree(graph_of(engine, model), Look())
    inside = text.partition("inside scan")[2]
    assert "input  ← U" in inside
    assert "input  ← W" in inside


@pytest.mark.pytensor
def test_the_second_output_has_a_name(engine: Engine) -> None:
    """Case second_output: the names of all outputs of an svd, read or not."""
    T = engine.tensor
    _, s, vt = T.linalg.svd(T.dmatrix("A"))
    s.name, vt.name = "singular values", "right"

    for text in shown(graph_of(engine, Model({"total": s.sum()}))):
        assert "singular values" in text
        assert "right" in text


def test_a_constant_keeps_its_name(engine: Engine) -> None:
    """Case named_constant: observed data are called y_obs, everywhere."""
    T = engine.tensor
    x = T.dvector("x")
    residual = x - T.constant(numpy.arange(5.0), name="y_obs")
    cost = (residual**2).sum()
    cost.name = "cost"
    model = Model({"r": residual}, cost, [x])

    text, picture, flowchart = shown(graph_of(engine, model, target="r"))
    assert "y_obs = [0.0, 1.0, 2.0, 3.0, 4.0]" in text
    assert "y_obs<br/>[0.0, 1.0, 2.0, 3.0, 4.0]" in picture
    assert "y_obs<br>[0.0, 1.0, 2.0, 3.0, 4.0]" in flowchart
    assert "x − y_obs" in story(tell(differentiate(engine, model)))


@pytest.mark.parametrize(
    ("value", "text"),
    [(numpy.array([5.0]), "[5.0]"), (numpy.array(5.0), "5.0"), (numpy.full((1, 1), 5), "[[5]]")],
)
def test_an_array_of_one_element_is_no_scalar(engine: Engine, value: Any, text: str) -> None:
    """Case one_element_vector: [5.0] is a vector of length 1."""
    T = engine.tensor
    x = T.dmatrix("x") if value.ndim == 2 else T.dvector("x")

    found = graph_of(engine, Model({"a": T.constant(value) * x}))

    assert f"{text} × _" in tree(found, Look()) or f"_ × {text}" in tree(found, Look())
    assert f"<b>{text} × _" in dot(found, Look())


def test_parameters_of_one_name_are_told_apart(engine: Engine) -> None:
    """Case same_names: W, W_2 and W_3, by the same numbers in every stage and for every target."""
    T = engine.tensor
    x = T.dmatrix("x")
    weights = [shared(engine, (3, 3), "W", seed) for seed in range(3)]
    h = x
    for w in weights:
        h = T.tanh(T.dot(h, w))
    cost = T.sum(h**2)
    cost.name = "cost"
    updates = models.descent(engine, cost, weights)
    model = Model({"h": h}, cost, weights, updates, [x])

    for stage in ("symbolic", "updates", "optimized"):
        graph = view(engine, model, stage).graph()
        names = {v.name for v in graph.variables if v.role == "shared"}
        assert names == {"W", "W_2", "W_3"}
    labels = [o.label for o in view(engine, model, "gradient").graph().outputs]
    assert labels == ["∂cost/∂W", "∂cost/∂W_2", "∂cost/∂W_3"]
    alone = differentiate(engine, model, ["W_2"])
    assert [alone.names[result.parameter] for result in alone.results] == ["W_2"]
    assert alone.variables[alone.results[0].parameter] is weights[1]
    assert [w.name for w in weights] == ["W", "W", "W"]
    part, _ = Part(around="W_3", radius=1).of(view(engine, model, "symbolic").graph())
    assert "W_3" in {v.name for v in part.variables}
    for name in ("W_2", "W_3"):
        assert view(engine, model, "symbolic", name).graph().outputs[0].label == name


def test_a_weight_used_often_is_one(engine: Engine) -> None:
    """Case tied (torchinfo#176): one parameter, read six times."""
    T = engine.tensor
    x, w = T.dmatrix("x"), shared(engine, (2, 2), "W")
    h = x
    for _ in range(6):
        h = T.tanh(T.dot(h, w))
    graph = graph_of(engine, Model({"h": h}, None, [w], [], [x]))

    (weight,) = [v for v in graph.variables if v.name == "W"]
    assert len(graph.clients[weight.id]) == 6
    assert tree(graph, Look()).count("W  parameter") == 6
    assert dot(graph, Look()).count(f"  {weight.id} -> ") == 6


def test_a_part_keeps_links_through_what_it_hides(engine: Engine) -> None:
    """Case named_between (pymc#6421): a chosen node is not cut off from the other."""
    T = engine.tensor
    a = T.dscalar("a")
    b = a + 1
    b.name = "b"
    c = T.exp(b)
    c.name = "c"
    d = T.tanh(c) * a
    d.name = "d"
    whole = graph_of(engine, Model({"d": d}))
    part, _ = Part(patterns=("op:add", "op:mul")).of(whole)

    (link,) = part.hidden
    assert part.variable[link[0]].name == "b"
    text, picture, flowchart = shown(part)
    assert "⇠ b (n0), through what is hidden" in text
    assert "arrowhead=empty" in picture
    assert "through what is hidden" in picture
    assert "hidden between" in flowchart
    assert "hidden between" in [edge["label"] for edge in edges_of(part)]


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        (["user.py", "ENGINE"], "user.py"),
        (["user.py", "LIBRARY", "ENGINE"], "user.py"),
        (["user.py", "STDLIB", "ENGINE"], "user.py"),
        (["user.py", "<frozen importlib._bootstrap>", "ENGINE"], "user.py"),
        (["STDLIB", "<ipython-input-3-abc>", "ENGINE"], "<ipython-input-3-abc>"),
        (["<string>", "LIBRARY"], "<string>"),
        (["STDLIB", "LIBRARY", "ENGINE"], "LIBRARY"),
        (["STDLIB", "ENGINE"], None),
        (["<__array_function__ internals>", "ENGINE"], None),
    ],
)
def test_a_source_line_is_the_users(
    engine: Engine, frames: list[str], expected: str | None
) -> None:
    packages = "/venv/lib/site-packages/"
    known = {
        "ENGINE": str(engine.module.__file__),
        "LIBRARY": f"{packages}lasagne/layers.py",
        "STDLIB": str(sys.modules["functools"].__file__),
    }
    made = engine.tensor.tanh(engine.tensor.dscalar("x"))
    made.tag.trace = [[(known.get(f, f), 7, "function", "code") for f in frames]]

    line = engine.source_line(made)

    assert (line.file if line else None) == known.get(expected or "", expected)


@pytest.mark.parametrize("trace", [None, "text", [None], [["frame"]], [[(1, 2, 3, 4)]], 5])
def test_a_broken_trace_has_no_line(engine: Engine, trace: Any) -> None:
    made = engine.tensor.tanh(engine.tensor.dscalar("x"))
    made.tag.trace = trace

    assert engine.source_line(made) is None


def test_code_that_is_executed_has_lines(engine: Engine) -> None:
    space: dict[str, Any] = {"T": engine.tensor}
    exec("x = T.dscalar('x')\ny = T.tanh(x)\n", space)

    graph = capture(engine, outputs_source([space["y"]], ["y"]), Origin(engine.name, ""))

    assert graph.applies[0].source is not None
    assert (graph.applies[0].source.file, graph.applies[0].source.line) == ("<string>", 2)


@pytest.mark.parametrize("name", ["z1", "a1", "W", "two⏎lines", f"{'x' * 47}…"])
def test_a_name_that_is_printed_is_understood(engine: Engine, name: str) -> None:
    """Case same_names: what a picture or an explanation calls a variable can be asked for."""
    T = engine.tensor
    W, long = shared(engine, (2, 2), "W"), shared(engine, (2, 2), "x" * 100)
    lines = T.dmatrix("two\nlines")
    cost = T.sum(T.tanh(T.dot(lines, W)) * long)
    cost.name = "cost"
    model = Model({"cost": cost}, cost, [W, long], [], [lines])
    part, _ = Part(around=name, radius=1).of(view(engine, model, "symbolic").graph())

    assert part.applies
    assert view(engine, model, "symbolic", name).graph().outputs[0].label == name
    assert len(differentiate(engine, model, [name]).results) == 1


@pytest.mark.parametrize(("kept", "expected"), [(8, 24), (3, 3), (-1, -1)])
def test_more_frames_are_kept_unless_somebody_chose(kept: int, expected: int) -> None:
    flat = SimpleNamespace(traceback__limit=kept)
    nested = SimpleNamespace(traceback=SimpleNamespace(limit=kept))

    keep_frames(flat)
    keep_frames(nested)

    assert (flat.traceback__limit, nested.traceback.limit) == (expected, expected)
    with fewer_frames(flat), fewer_frames(nested):
        own = min(expected, 12)
        assert (flat.traceback__limit, nested.traceback.limit) == (own, own)
    assert (flat.traceback__limit, nested.traceback.limit) == (expected, expected)


def test_a_line_behind_a_deep_library_is_found(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyMC and Lasagne make a variable many calls below the user's line."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "deep_helper.py").write_text(
        "def build(T, x, depth):\n    return T.tanh(x) if depth == 0 else build(T, x, depth - 1)\n"
    )
    (tmp_path / "program.py").write_text(
        f"from {engine.module.__name__} import tensor as T\n"
        "from deep_helper import build\n"
        "def model():\n"
        "    return {'y': build(T, T.dscalar('x'), 12)}\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setitem(sys.modules, "deep_helper", None)
    monkeypatch.delitem(sys.modules, "deep_helper")
    _, model = load_model(f"{tmp_path / 'program.py'}:model", engine.name)

    source = view(engine, model, "symbolic").graph().applies[0].source

    assert source is not None
    assert (source.file, source.line) == (str(tmp_path / "program.py"), 4)
