"""Use the package as a Python program does."""

from __future__ import annotations

import inspect
import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

import graphs
import models
import pytest

import xorexplain
from xorexplain import Graph, Model, XorexplainError, api
from xorexplain.engines import Engine
from xorexplain.gradients.choose import differentiate
from xorexplain.graph.json import from_json
from xorexplain.models.loading import as_model
from xorexplain.render import RENDERERS
from xorexplain.rewrites.record import record


def variables(engine: Engine) -> tuple[Any, Any]:
    """Return an input and a named matrix computed from it."""
    x = engine.tensor.dmatrix("x")
    y = engine.tensor.tanh(x)
    y.name = "y"
    return x, y


OBJECTS: dict[str, Callable[[Engine], Any]] = {
    "variable": lambda engine: variables(engine)[1],
    "input": lambda engine: variables(engine)[0],
    "list": lambda engine: list(variables(engine)),
    "tuple": variables,
    "dict": lambda engine: dict(zip(("in", "out"), variables(engine), strict=True)),
    "ordered dict": lambda engine: OrderedDict(out=variables(engine)[1]),
    "read-only mapping": lambda engine: MappingProxyType({"out": variables(engine)[1]}),
    "model": lambda engine: models.model(engine, "xor"),
    "graph": lambda engine: graphs.chain(3),
}

each_object = pytest.mark.parametrize("kind", OBJECTS)


def function(engine: Engine) -> Any:
    x, y = variables(engine)
    return engine.compile([x], [y], [])


@each_object
def test_snapshot(engine: Engine, kind: str) -> None:
    graph = xorexplain.snapshot(OBJECTS[kind](engine))

    assert isinstance(graph, Graph)
    assert graph.origin.stage == "symbolic"
    assert graph.outputs


@each_object
def test_text(engine: Engine, kind: str) -> None:
    text = xorexplain.text(OBJECTS[kind](engine))

    assert text.endswith("\n")
    assert "apply node" in text.splitlines()[1]


@each_object
def test_draw(engine: Engine, kind: str, tmp_path: Path) -> None:
    out = xorexplain.draw(OBJECTS[kind](engine), tmp_path / "graph.dot")

    assert out == tmp_path / "graph.dot"
    assert out.read_text(encoding="utf-8").startswith("digraph")


def test_a_list_shows_all_its_variables(engine: Engine) -> None:
    graph = xorexplain.snapshot(list(variables(engine)))

    assert [output.label for output in graph.outputs] == ["x", "y"]


@pytest.mark.parametrize("mapping", [dict, OrderedDict, MappingProxyType])
def test_a_mapping_shows_all_its_variables(engine: Engine, mapping: Callable[..., Any]) -> None:
    _, y = variables(engine)
    graph = xorexplain.snapshot(mapping({"cost": y.sum(), "hidden": y}))

    assert [output.label for output in graph.outputs] == ["cost", "hidden"]


def test_a_model_shows_its_cost(engine: Engine) -> None:
    graph = xorexplain.snapshot(models.model(engine, "xor"))

    assert [output.label for output in graph.outputs] == ["cost"]


def test_a_compiled_function_shows_what_runs(engine: Engine) -> None:
    compiled = function(engine)
    graph = xorexplain.snapshot(compiled)

    assert graph.origin.stage == "compiled"
    assert "y" in xorexplain.text(compiled)
    with pytest.raises(XorexplainError, match="use --stage compiled"):
        xorexplain.snapshot(compiled, stage="symbolic")


def test_a_function_graph_is_shown_as_it_is(engine: Engine) -> None:
    maker = function(engine).maker
    graph = xorexplain.snapshot(maker.fgraph)

    assert graph.origin.stage is None
    assert graphs.kinds(graph)
    assert "y" in xorexplain.text(maker.fgraph)


@pytest.mark.parametrize("stage", ["symbolic", "gradient", "updates", "optimized", "compiled"])
def test_stages_of_a_model(engine: Engine, stage: str) -> None:
    model = models.model(engine, "xor")

    assert xorexplain.snapshot(model, stage=stage).origin.stage == stage
    assert f"· {stage}" in xorexplain.text(model, stage=stage)


def test_a_target(engine: Engine) -> None:
    graph = xorexplain.snapshot(models.model(engine, "xor"), target="output")

    assert [output.label for output in graph.outputs] == ["output"]


def test_a_graph_is_returned_as_it_is() -> None:
    graph = graphs.chain(2)

    assert xorexplain.snapshot(graph) is graph
    with pytest.raises(XorexplainError, match="a Graph is one stage already"):
        xorexplain.snapshot(graph, stage="gradient")


@pytest.mark.parametrize("nonsense", [42, "x", None, object(), [], {}, [1], {"a": "b"}])
def test_nonsense_is_named(nonsense: Any) -> None:
    with pytest.raises(XorexplainError) as caught:
        xorexplain.snapshot(nonsense)

    assert "\n" not in str(caught.value)


def test_options_of_text(engine: Engine) -> None:
    model = models.model(engine, "xor")

    assert "expand dims" not in xorexplain.text(model)
    assert "expand dims" in xorexplain.text(model, raw=True)
    assert "4×5" in xorexplain.text(model, shapes=True)
    assert "float64" in xorexplain.text(model, shapes=True, types=True)


@pytest.mark.parametrize("format_", RENDERERS)
def test_draw_chooses_the_format_by_suffix(engine: Engine, tmp_path: Path, format_: str) -> None:
    out = tmp_path / f"graph.{format_}"

    assert xorexplain.draw(models.model(engine, "xor"), str(out)) == out
    assert out.stat().st_size > 300
    assert list(tmp_path.iterdir()) == [out]


def test_draw_takes_the_format_that_is_named(engine: Engine, tmp_path: Path) -> None:
    out = xorexplain.draw(models.model(engine, "xor"), tmp_path / "graph", format="json")

    assert from_json(out.read_text(encoding="utf-8")).origin.model == "xor"


def test_json_holds_the_whole_graph(engine: Engine, tmp_path: Path) -> None:
    model = models.model(engine, "xor")
    out = xorexplain.draw(model, tmp_path / "graph.json")

    assert from_json(out.read_text(encoding="utf-8")) == xorexplain.snapshot(model)


def test_options_of_draw(engine: Engine, tmp_path: Path) -> None:
    model = models.model(engine, "xor")
    options = {"raw": True, "direction": "LR", "theme": "dark", "types": True, "shapes": True}
    text = xorexplain.draw(model, tmp_path / "g.dot", **options).read_text(encoding="utf-8")

    assert "rankdir=LR" in text
    assert "#15191e" in text
    assert "4×5 float64" in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"out": "graph.svgg"}, "unknown suffix .svgg: did you mean svg"),
        ({"out": "graph"}, "no suffix tells the format"),
        ({"out": "missing/graph.dot"}, "create it first"),
        ({"out": "."}, ". is a folder"),
        ({"format": "svgg"}, "unknown format 'svgg': did you mean svg"),
        ({"theme": "drak"}, "unknown theme 'drak': did you mean dark"),
        ({"direction": "LL"}, "unknown direction 'LL': did you mean"),
        ({"budget": float("nan")}, "nan seconds for the layout: give a number from 0 to 86,400"),
        ({"budget": 1e300}, "1e+300 seconds for the layout: give a number from 0 to 86,400"),
        ({"layout": "embeded"}, "unknown layout 'embeded': did you mean embedded"),
        ({"stage": "gradeint"}, "unknown stage 'gradeint': did you mean gradient"),
        ({"target": "ouput"}, "unknown target 'ouput': did you mean output"),
    ],
)
def test_mistakes_leave_nothing_behind(
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(XorexplainError) as caught:
        xorexplain.draw(models.model(engine, "xor"), **{"out": "graph.svg", **options})

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_keeps_the_old_file(engine: Engine, tmp_path: Path) -> None:
    out = tmp_path / "graph.svg"
    out.write_text("old", encoding="utf-8")

    with pytest.raises(XorexplainError):
        xorexplain.draw(models.model(engine, "xor"), out, target="nothing")

    assert out.read_text(encoding="utf-8") == "old"


def test_jupyter_shows_a_picture_and_text(engine: Engine) -> None:
    graph = xorexplain.snapshot(models.model(engine, "xor"))

    shown = graph._repr_mimebundle_(include=None, exclude=None)

    assert set(shown) == {"image/svg+xml", "text/plain"}
    assert ElementTree.fromstring(shown["image/svg+xml"]).tag.endswith("svg")
    assert shown["text/plain"] == xorexplain.text(graph)


def test_a_picture_stands_in_a_page_beside_its_like(engine: Engine) -> None:
    shown = xorexplain.draw(models.model(engine, "xor"))._repr_mimebundle_()
    root = ElementTree.fromstring(shown["image/svg+xml"])

    assert shown["image/svg+xml"].startswith("<svg ")
    assert [element for element in root.iter() if element.get("id")] == []
    assert "aria-labelledby" not in root.attrib
    assert "max-width: 100%" in root.attrib["style"]
    assert root[0].tag.endswith("title")


@each_object
def test_draw_without_a_file_gives_a_picture(engine: Engine, kind: str, tmp_path: Path) -> None:
    picture = xorexplain.draw(OBJECTS[kind](engine))
    out = picture.save(tmp_path / "graph.dot")

    assert out.read_text(encoding="utf-8").startswith("digraph")
    assert repr(picture).startswith("<Picture of <Graph ")


def test_a_picture_is_saved_as_it_was_asked_for(engine: Engine, tmp_path: Path) -> None:
    model = models.model(engine, "xor")
    options = {"stage": "gradient", "target": "W1", "raw": True, "theme": "dark"}
    picture = xorexplain.draw(model, **options)

    saved = picture.save(tmp_path / "saved.dot").read_bytes()
    assert saved == xorexplain.draw(model, tmp_path / "drawn.dot", **options).read_bytes()
    with pytest.raises(XorexplainError, match=r"unknown suffix .svgg: did you mean svg"):
        picture.save(tmp_path / "graph.svgg")
    with pytest.raises(XorexplainError, match="format is that of a file"):
        xorexplain.draw(model, format="svg")


def test_a_large_picture_shows_what_is_near_to_the_results() -> None:
    shown = xorexplain.draw(graphs.chain(700), fold=False)._repr_mimebundle_()

    assert shown["image/svg+xml"].count('class="node"') < 620
    assert "the 600 nodes nearest to the results" in shown["image/svg+xml"]
    assert shown["text/plain"] == "<Graph test · symbolic · 700 apply nodes>"


def test_what_is_too_large_for_a_notebook_is_offered_as_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("xorexplain.api.shown.MAX_SHOWN", 1000)

    shown = xorexplain.draw(graphs.chain(3))._repr_mimebundle_()

    assert set(shown) == {"text/html", "text/plain"}
    assert "too much for a notebook: .save('picture.svg') writes it" in shown["text/plain"]


def test_records_are_told_in_a_line(engine: Engine) -> None:
    model = models.model(engine, "xor")
    chosen, understood = as_model(model)
    recording = record(chosen, understood)
    told = [model, xorexplain.snapshot(model), differentiate(chosen, understood)]
    told += [recording, recording.trace, recording.trace.last]

    for entry in told:
        assert re.fullmatch(r"<(\w+)[^\n]{5,160}>", repr(entry))
    assert repr(told[0]).startswith("<Model xor · 1 output · a cost · 2 parameters")
    assert repr(told[1]) == f"<Graph xor · symbolic · {told[1].count} apply nodes>"
    assert repr(told[2]).startswith("<Derivation xor · wrt W1, W2 · ")
    assert repr(Model(outputs=3, parameters=4)) == "<Model>"


def test_a_mistake_shows_none_of_our_lines() -> None:
    error = XorexplainError("it is so: do this", "the model's own\nlines")

    assert error._render_traceback_() == [
        "the model's own",
        "lines",
        "XorexplainError: it is so: do this",
    ]


def test_the_api_is_documented() -> None:
    for name in ("draw", "snapshot", "text"):
        documented = inspect.getdoc(getattr(api, name))

        assert documented
        assert documented.splitlines()[0].endswith(".")


def test_pictures_show_shapes_unless_they_are_not_wanted(engine: Engine, tmp_path: Path) -> None:
    x = engine.tensor.dmatrix("x")
    value = engine.tensor.dot(x, models.shared(engine, (3, 4), "W"))

    shown = xorexplain.draw(value, tmp_path / "shown.dot").read_text(encoding="utf-8")
    hidden = xorexplain.draw(value, tmp_path / "hidden.dot", shapes=False)
    assert "n×3" in shown
    assert "n×4" in shown
    assert "×" not in hidden.read_text(encoding="utf-8")
