"""Hold every renderer to one contract: whole, well-formed, repeatable output for any graph."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from itertools import product
from xml.etree import ElementTree

import graphs
import models
import pygraphviz
import pytest
from processes import environment, output_of

from xorexplain.engines import Engine, choose
from xorexplain.errors import XorexplainError
from xorexplain.graph.ops import KINDS
from xorexplain.graph.records import Graph, Op
from xorexplain.graph.views import DEFAULT_VIEWS, apply_views
from xorexplain.render import PICTURES, RENDERERS, Layout, format_of, render
from xorexplain.render.look import DIRECTIONS, Look
from xorexplain.render.theme import THEMES

WRITINGS = tuple(name for name in RENDERERS if name not in PICTURES)

each_format = pytest.mark.parametrize("format_", RENDERERS)


def rendered(graph: Graph, format_: str, look: Look | None = None) -> bytes:
    """Render a graph and check that the bytes are what the format promises."""
    rendering = render(graph, format_, look or Look(), Layout())
    assert rendering.notes == ()
    assert isinstance(rendering.data, bytes)
    well_formed(rendering.data, format_)
    return rendering.data


def well_formed(data: bytes, format_: str) -> None:
    if format_ == "png":
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        assert data.endswith(b"IEND\xaeB`\x82")
        return
    if format_ == "pdf":
        assert data.startswith(b"%PDF-")
        assert data.rstrip().endswith(b"%%EOF")
        return
    text = data.decode()
    assert text.endswith("\n")
    if format_ == "svg":
        assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    elif format_ == "dot":
        assert pygraphviz.AGraph(string=text).nodes()
    elif format_ == "json":
        assert json.loads(text)["format"] == "xorexplain-graph"
    elif format_ == "mmd":
        # A front matter, and then a label's quotes in pairs on every line.
        assert text.split("\n", 4)[0::2][:2] == ["---", "---"]
        assert [line for line in text.splitlines() if line.count('"') % 2] == []
    elif format_ == "html":
        assert text.startswith("<!DOCTYPE html>")
        assert json.loads(page_data(text))["version"] == 1
    else:
        assert format_ == "txt"
        assert text.strip()


def page_data(text: str) -> str:
    """Return the data block of a page, which holds nothing that could end it."""
    _, _, rest = text.partition('<script type="application/json" id="story">')
    data, _, _ = rest.partition("</script>")
    assert "<" not in data
    return data


@each_format
def test_the_network_of_the_tutorial(engine: Engine, format_: str) -> None:
    for stage in ("symbolic", "gradient", "optimized"):
        graph = apply_views(models.record(engine, "xor", stage), DEFAULT_VIEWS)

        assert len(rendered(graph, format_)) > 300


@pytest.mark.parametrize("format_", WRITINGS)
@models.each_model
def test_every_model(engine: Engine, format_: str, name: str) -> None:
    graph = models.record(engine, name, "symbolic")

    rendered(graph, format_, Look(raw=True))
    rendered(apply_views(graph, DEFAULT_VIEWS), format_)


@pytest.mark.parametrize("name", ["recurrent", "op_from_graph", "hostile_names", "identity"])
@pytest.mark.parametrize("format_", PICTURES)
def test_a_picture_of_every_kind_of_model(engine: Engine, format_: str, name: str) -> None:
    rendered(apply_views(models.record(engine, name, "symbolic"), DEFAULT_VIEWS), format_)


@each_format
def test_a_result_that_is_an_input(format_: str) -> None:
    rendered(graphs.graph(outputs="x"), format_)


@each_format
def test_a_constant_alone(format_: str) -> None:
    rendered(apply_views(graphs.graph(outputs="2.0"), DEFAULT_VIEWS), format_)


@each_format
def test_every_theme_and_direction(format_: str) -> None:
    graph = graphs.graph("h = dot(x, W)", "y = sub(h, 2.0)", shared=["W"])
    looks = [Look(theme=theme, direction=to) for theme, to in product(THEMES, DIRECTIONS)]
    made = {rendered(apply_views(graph, DEFAULT_VIEWS), format_, look) for look in looks}

    if format_ in ("txt", "json"):
        assert len(made) == 1
    elif format_ in ("dot", "mmd"):
        assert len(made) == len(looks)


@each_format
def test_everything_shown_at_once(format_: str) -> None:
    graph = graphs.graph("h = dot(x, W)", "y = sub(h, 2.0)", shapes={"x": (4, 2), "h": (4, None)})
    look = Look(raw=True, types=True, shapes=True, legend=False, notes=("a <note>",))

    rendered(graph, format_, look)


@pytest.mark.parametrize("format_", ["svg", *WRITINGS])
def test_hostile_names_survive(engine: Engine, format_: str) -> None:
    graph = models.record(engine, "hostile_names", "symbolic")
    text = rendered(graph, format_).decode()

    assert "🧠 Σ ∂ кошка 猫" in text
    # A page has scripts of its own; its data is looked at by `page_data`.
    assert "<script>" not in text or format_ in ("txt", "json", "html")
    assert ("x" * 100 in text) == (format_ == "json")
    assert "\x1b" not in text


@each_format
def test_rendering_leaves_the_graph_as_it_was(format_: str) -> None:
    graph = graphs.graph("h = dot(x, W)", "y = tanh(h)")

    rendered(graph, format_)

    assert graph == graphs.graph("h = dot(x, W)", "y = tanh(h)")


@pytest.mark.parametrize("format_", WRITINGS)
def test_deep_graphs(format_: str) -> None:
    rendered(graphs.chain(3000), format_)


def digests() -> dict[str, str]:
    """Hash what every renderer makes of some models."""
    engine = choose()
    made: dict[str, bytes] = {}
    for name in ("xor", "mlp", "op_from_graph", "twins", "constants"):
        for stage, format_ in product(("symbolic", "optimized"), WRITINGS):
            graph = models.record(engine, name, stage)
            made[f"{name} {stage} {format_}"] = rendered(graph, format_, Look(raw=True))
            simple = apply_views(graph, DEFAULT_VIEWS)
            made[f"{name} {stage} {format_} simple"] = rendered(simple, format_)
    for format_ in PICTURES:
        graph = apply_views(models.record(engine, "xor", "symbolic"), DEFAULT_VIEWS)
        made[format_] = rendered(graph, format_)
    # Cairo writes the time into a PDF.
    made["pdf"] = re.sub(rb"/CreationDate \(D:\d+Z\)", b"", made["pdf"])
    return {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}


@pytest.mark.neutral
def test_two_runs_give_the_same_bytes(engine: Engine) -> None:
    """Graphs of both engines are written alike; that each records alike is tested for each."""
    code = """
        import json, runpy, sys
        print(json.dumps(runpy.run_path(sys.argv[1])["digests"]()))
    """
    first, second = (
        json.loads(output_of(code, __file__, env=environment(PYTHONHASHSEED=seed)))
        for seed in ("1", "2")
    )

    assert first == second
    assert len(first) > len(RENDERERS)


@pytest.mark.parametrize(
    ("path", "format_", "expected"),
    [
        ("graph.svg", None, "svg"),
        ("a.b/graph.PNG", None, "png"),
        ("graph", "dot", "dot"),
        ("graph.svg", "svg", "svg"),
        ("graph.data", "txt", "txt"),
    ],
)
def test_format_of(path: str, format_: str | None, expected: str) -> None:
    assert format_of(path, format_) == expected


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("graph.svgg", "graph.svgg: unknown suffix .svgg: did you mean svg?, or say --format"),
        ("graph", "graph: no suffix tells the format: add one of .png, .svg"),
        ("graph.tar.gz", "unknown suffix .gz: choose from png, svg"),
    ],
)
def test_a_suffix_that_tells_no_format(path: str, message: str) -> None:
    with pytest.raises(XorexplainError) as caught:
        format_of(path)

    assert message in str(caught.value)


def test_an_unknown_format() -> None:
    with pytest.raises(XorexplainError, match="unknown format 'jpng': did you mean png"):
        render(graphs.chain(1), "jpng", Look(), Layout())


def test_a_graph_over_the_limit_keeps_a_short_description(engine: Engine) -> None:
    graph = replace(graphs.chain(301), origin=models.record(engine, "xor", "symbolic").origin)

    assert b"301 apply nodes" in rendered(graph, "svg")


@pytest.mark.parametrize(("inputs", "outputs"), [(0, 1), (3, 2)])
def test_an_op_of_a_file_may_read_and_give_any_number(inputs: int, outputs: int) -> None:
    """A kind is what a file says it is; a picture of it is a picture, never a fault."""
    plain = graphs.graph("a = tanh(x)", "b = mul(a, y)", "c = add(b, x)", outputs=["c"])
    first, mul, last = plain.applies
    spare = replace(plain.variable[mul.outputs[0]], id="v9", name=None)
    for kind, row in KINDS.items():
        odd = replace(
            mul,
            op=Op(kind, row.family, "Odd"),
            inputs=(*mul.inputs, *mul.inputs)[:inputs],
            outputs=(*mul.outputs, spare.id)[:outputs],
        )
        variables = (*plain.variables, *(v for v in (spare,) if v.id in odd.outputs))
        graph = replace(plain, variables=variables, applies=(first, odd, last))
        assert render(apply_views(graph, DEFAULT_VIEWS), "dot", Look(), Layout()).data
