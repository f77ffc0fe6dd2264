"""Whatever a name, a value or a file holds is shown as text: in a terminal, on pages, in pictures.

The reports: a model's name ran a script on every generated page; a trace file alone steered the
terminal of whoever read it; `%%{init: ...}%%` in a name was a directive to Mermaid.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import hostile
import pytest
from hostile import WORST, infected, network, steering
from models import HOSTILE_NAMES
from public.conftest import Call
from sphinx_builds import build
from windows import Windows

from xorexplain.cli import run
from xorexplain.engines import Engine
from xorexplain.graph import json as jsonio
from xorexplain.graph.records import Graph
from xorexplain.models.stages import view
from xorexplain.render import RENDERERS, Layout, render
from xorexplain.render.look import Look
from xorexplain.rewrites import json as tracejson
from xorexplain.rewrites.record import record_rewriting

MODEL = """\
import hostile
from xorexplain.engines import choose


def model():
    return hostile.network(choose(), {cost!r}, {start})
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    """A model of hostile names, as it is given to `--model`."""
    return written(tmp_path, WORST)


def written(folder: Path, cost: str, start: int = 0) -> str:
    (folder / "named.py").write_text(MODEL.format(cost=cost, start=start), encoding="utf-8")
    return f"{folder / 'named.py'}:model"


@pytest.fixture(scope="module")
def graphs(engine: Engine) -> dict[str, Graph]:
    """Graphs of hostile names, as they are recorded and as a file may hold them."""
    made = {
        f"{stage} {start}": view(engine, network(engine, start=start), stage).graph()
        for stage in ("symbolic", "updates", "optimized")
        for start in (0, 7, 14)
    }
    data = infected(json.loads(jsonio.to_json(made["optimized 0"])))
    return {**made, "file": jsonio.from_json(json.dumps(data))}


@pytest.fixture(scope="module")
def trace_text(engine: Engine) -> str:
    """A trace whose every text is hostile."""
    recorded = record_rewriting(engine, network(engine))
    data = json.loads(tracejson.to_json(recorded))
    data["stopped"], data["remarks"] = "it was slow", ["a remark"]
    data["steps"][-1].update(verdict="failed", message="an error")
    return json.dumps(infected(data))


NOBODY = f"{WORST} nobody"
COMMANDS: dict[str, tuple[str, ...]] = {
    "graph": ("graph", "--out", "g.svg"),
    "graph in words": ("graph", "--out", "g.dot", "--json"),
    "text": ("graph", "--out", "-", "--format", "txt"),
    "mermaid": ("graph", "--out", "-", "--format", "mmd"),
    "pydotprint": ("graph", "--out", "-", "--format", "dot", "--style", "pydotprint"),
    "debugprint": ("print", "--style", "engine"),
    "tree": ("print", "--stage", "optimized"),
    "json": ("print", "--json"),
    "gradient": ("gradient",),
    "gradient in LaTeX": ("gradient", "--format", "latex"),
    "gradient in JSON": ("gradient", "--json"),
    "gradient to a file": ("gradient", "--out", "g.txt"),
    "gradient of nobody": ("gradient", "--wrt", NOBODY),
    "check": ("gradient", "--check"),
    "why": ("gradient", "--why"),
    "rewrites": ("rewrites", "--all"),
    "rewrites in JSON": ("rewrites", "--json"),
    "step": ("rewrites", "1"),
    "summary": ("rewrites", "usage"),
    "rewrites check": ("rewrites", "check"),
    "origin": ("rewrites", "origins", "n0"),
    "origin of nobody": ("rewrites", "origins", NOBODY),
    "why not": ("rewrites", "why-not", "local_mul_canonizer"),
    "nobody": ("graph", "--target", NOBODY),
    "values": ("values",),
    "values in a picture": ("graph", "--values", "--out", "-", "--format", "txt"),
    "nan": ("nan",),
    "nan in JSON": ("nan", "--json"),
    "pages": ("pages", "--out", "pages", "--steps", "2"),
    "explore": ("explore", "--out", "page.html", "--no-compile"),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_no_command_lets_a_name_steer_the_terminal(
    call: Call, spec: str, command: tuple[str, ...]
) -> None:
    told = call(*command, "--model", spec)

    is_mistake = NOBODY in command
    assert told.status == (2 if is_mistake else 0), told.err
    assert steering(told.out + told.err) == set()
    assert told.out if not is_mistake else told.err.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("graph", "--out", "g.svg"), 0),
        (("graph", "--out", "g.json", "--stage", "optimized"), 0),
        (("graph", "--out", "g.dot", "--style", "pydotprint"), 2),
        (("print",), 0),
        (("gradient",), 0),
        (("gradient", "--check"), 0),
        (("rewrites", "check"), 0),
        (("rewrites", "--out", "t.html"), 0),
        (("pages", "--out", "pages", "--steps", "2"), 0),
    ],
    ids=str,
)
def test_half_of_a_pair_of_characters_is_a_name_too(
    call: Call, tmp_path: Path, command: tuple[str, ...], status: int
) -> None:
    """No encoding has bytes for it; what an engine cannot do with it is told in one line."""
    (tmp_path / "lone.py").write_text(LONE_MODEL, encoding="utf-8")

    told = call(*command, "--model", "lone.py:model")

    assert told.status == status, told.err
    assert steering(told.out + told.err) == set()
    assert "Traceback" not in told.err


LONE_MODEL = """
import numpy
from hostile import LONE
from xorexplain import Model
from xorexplain.engines import choose

def model():
    engine = choose()
    T = engine.tensor
    x, W = T.dvector(LONE), engine.module.shared(numpy.ones(2), name=LONE + "W")
    h = T.tanh(x * W)
    h.name = LONE + "h"
    cost = T.sum(h)
    cost.name = LONE + "c"
    updates = [(W, W - 0.1 * engine.grad(cost, [W])[0])]
    return Model({LONE: h}, cost, [W], updates, [x], LONE, data={LONE: numpy.ones(2)})
"""


@pytest.mark.parametrize("command", [("print", "--json"), ("gradient", "--json")])
def test_json_holds_the_names_as_they_are(call: Call, spec: str, command: tuple[str, ...]) -> None:
    text = json.dumps(json.loads(call(*command, "--model", spec).out))

    assert json.dumps("\x1b]0;owned\x07")[1:-1] in text or command[0] == "gradient"


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("--all", "--json"),
        ("1",),
        ("usage",),
        ("usage", "--json"),
        ("origins", "n0"),
        ("--phase", "none"),
        ("--name", "none"),
        ("--around", "none"),
        ("--out", "t.txt"),
        ("--out", "t.json"),
        ("1", "--out", "t.svg"),
        ("1", "--out", "t.dot"),
        ("1", "--json"),
    ],
    ids=" ".join,
)
def test_a_trace_from_a_file_steers_no_terminal(
    call: Call, trace_text: str, command: tuple[str, ...]
) -> None:
    Path("t0.json").write_text(trace_text, encoding="utf-8")

    told = call("rewrites", *command, "--trace", "t0.json")

    assert told.status in (0, 2), told.err
    assert "Traceback" not in told.err
    assert steering(told.out + told.err) == set()
    if "t.txt" in command:
        assert steering(Path("t.txt").read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    "format_",
    [
        # That pixels come out is the same for the names of both engines.
        pytest.param(format_, marks=[pytest.mark.neutral] if format_ in ("png", "pdf") else [])
        for format_ in RENDERERS
    ],
)
def test_every_writer_shows_names_as_text(graphs: dict[str, Graph], format_: str) -> None:
    for graph in graphs.values():
        data = render(graph, format_, Look(types=True, shapes=True), Layout()).data
        if format_ in ("png", "pdf"):
            assert data
            continue
        text = data.decode()
        assert steering(text) == set()
        assert not {"owned\x07", "<script>window", "<img src=x"} & set(fragments(text, format_))
        if format_ == "svg":
            tags = {
                element.tag.rpartition("}")[2] for element in ElementTree.fromstring(data).iter()
            }
            assert tags <= SVG
        if format_ == "json":
            assert jsonio.from_json(text) == graph
        if format_ == "mmd":
            assert "%" not in text
            assert "$" not in text


SVG = {
    *("svg", "title", "desc", "g", "polygon", "polyline", "path", "ellipse", "text", "a"),
    *("tspan", "defs", "linearGradient", "stop", "radialGradient"),
}


def fragments(text: str, format_: str) -> Iterator[str]:
    """Yield what of the names is there in the format's own language."""
    if format_ in ("svg", "html", "mmd"):
        yield from (part for part in ("<script>window", "<img src=x") if part in text)


@pytest.mark.parametrize(
    "kind",
    [
        # The worst holds the others; alone, they are written and read in the same way everywhere.
        pytest.param(kind, marks=[] if kind == "worst" else [pytest.mark.neutral])
        for kind in hostile.COSTS
    ],
)
def test_the_site_of_a_hostile_model_is_built_without_a_warning(
    call: Call, tmp_path: Path, kind: str
) -> None:
    """Build it as `docs` does, which takes a warning of Sphinx for a failure."""
    spec = written(tmp_path, hostile.COSTS[kind], list(hostile.COSTS).index(kind))

    told = call("docs", "--out", "site", "--steps", "2", "--model", spec)

    assert (told.status, told.out) == (0, told.out), told.err
    for page in Path("site").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>window.broken" not in text
        assert "<img src=x" not in text
        assert "problematic" not in text
        assert "system-message" not in text


@pytest.fixture(scope="module")
def worst(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages of a model of the worst names, which each theme shows."""
    folder = tmp_path_factory.mktemp("worst")
    spec = written(folder, WORST)
    assert run(["pages", "--out", f"{folder / 'pages'}", "--steps", "2", "--model", spec]) == 0
    return folder


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["furo", "alabaster"])
def test_no_page_of_a_site_runs_what_a_name_says(windows: Windows, worst: Path, theme: str) -> None:
    built = build(worst / "pages", worst / "built", "html", "-W", "-D", f"html_theme={theme}")
    assert built.status == 0, built.warned
    broken: list[Any] = []
    page = windows.take({"dialog": lambda dialog: broken.append(dialog.message)})
    for file in sorted(built.out.rglob("*.html")):
        page.goto(file.as_uri())
        broken.append(page.evaluate("window.broken"))
    page.goto(f"{(built.out / 'search.html').as_uri()}?q=network")
    page.locator("#search-results li").first.wait_for()
    broken.append(page.evaluate("window.broken"))
    windows.give_back(page)
    assert len(broken) > 5
    assert set(broken) == {None}


@pytest.mark.browser
def test_pages_of_files_run_nothing_that_they_hold(
    call: Call, windows: Windows, tmp_path: Path, trace_text: str, graphs: dict[str, Graph]
) -> None:
    Path("t.json").write_text(trace_text, encoding="utf-8")
    Path("g.json").write_text(jsonio.to_json(graphs["file"]), encoding="utf-8")
    made = [
        call("rewrites", "--trace", "t.json", "--out", "t.html"),
        call("graph", "--from", "g.json", "--out", "g.html"),
    ]
    assert [told.status for told in made] == [0, 0], made
    said: list[Any] = []
    page = windows.take(
        dict.fromkeys(("dialog", "pageerror"), lambda found: said.append(str(found)))
    )
    for name in ("t.html", "t.html#view=rewrites&step=1", "g.html"):
        page.goto(f"{tmp_path.as_uri()}/{name}")
        page.locator("main[data-ready]").wait_for(state="attached")
        said.append(page.evaluate("window.broken"))
        assert page.locator("img, iframe").count() == 0
    windows.give_back(page)
    assert set(said) == {None}


def test_names_are_hostile_enough() -> None:
    text = "".join(HOSTILE_NAMES) + WORST
    for part in ("\x1b", "\x9b", "\u202e", "<script>", "%%{init", ".. raw::", "*", "|", "`", "\\"):
        assert part in text
