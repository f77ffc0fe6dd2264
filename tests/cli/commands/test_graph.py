"""Draw from the command line: every format and stage, and every way to ask for the impossible."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import models
import pytest
from helpers import RunCli

from xorexplain.engines import Engine
from xorexplain.graph.json import from_json
from xorexplain.graph.stages import STAGES
from xorexplain.render import RENDERERS

pytestmark = pytest.mark.usefixtures("engine")

MODELS = """
from xorexplain import Model, engines

T = engines.choose().tensor

def plain():
    x = T.dmatrix("x")
    return {"out": T.tanh(x)}

def empty():
    return Model()

def nothing():
    return None

def long():
    x = T.dscalar("x")
    for _ in range(30):
        x = T.tanh(x)
    return x
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own.py").write_text(MODELS, encoding="utf-8")
    return tmp_path


def files(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name not in ("own.py", "__pycache__"))


def test_nothing_said_draws_the_tutorial_as_png(call: Any, engine: Engine, tmp_path: Path) -> None:
    told = call("graph")

    expected = f"graph.png: xor · symbolic · cost ({engine.title} {engine.version})\n"
    assert told == (0, expected, "")
    assert files(tmp_path) == ["graph.png"]


@pytest.mark.parametrize("format_", RENDERERS)
def test_the_suffix_chooses_the_format(call: Any, tmp_path: Path, format_: str) -> None:
    told = call("graph", "--out", f"g.{format_}")

    assert (told.status, told.err) == (0, "")
    assert files(tmp_path) == [f"g.{format_}"]
    assert (tmp_path / f"g.{format_}").stat().st_size > 300


def test_the_format_can_be_said(call: Any, tmp_path: Path) -> None:
    assert call("graph", "--out", "g.data", "--format", "json").status == 0
    assert from_json((tmp_path / "g.data").read_text(encoding="utf-8")).origin.model == "xor"


def test_a_format_alone_names_the_file(call: Any, tmp_path: Path) -> None:
    assert call("graph", "--format", "svg").status == 0
    assert files(tmp_path) == ["graph.svg"]


@pytest.mark.parametrize("format_", ["svg", "txt", "dot", "mmd", "html", "json"])
def test_a_graph_is_read_back(call: Any, tmp_path: Path, format_: str) -> None:
    assert call("graph", "--stage", "optimized", "--out", "first.json").status == 0
    direct = call("graph", "--stage", "optimized", "--out", "-", "--format", format_).out

    told = call("graph", "--from", "first.json", "--out", "-", "--format", format_)

    assert (told.status, told.err) == (0, "")
    assert told.out == direct


def test_stdout_by_another_name_takes_the_graph_alone(run_cli: RunCli) -> None:
    told = run_cli("graph", "--out", "/dev/stdout", "--format", "json")

    assert from_json(told.stdout).origin.model == "xor"


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage(call: Any, engine: Engine, tmp_path: Path, stage: str) -> None:
    told = call("graph", "--stage", stage, "--out", "g.json")

    graph = from_json((tmp_path / "g.json").read_text(encoding="utf-8"))
    assert (told.status, told.err) == (0, "")
    assert graph.origin.stage == stage
    assert len(graph.applies) == len(models.record(engine, "xor", stage).applies)


@pytest.mark.parametrize("target", ["output", "cost", "train", "test", "W1"])
def test_targets(call: Any, tmp_path: Path, target: str) -> None:
    stage = "gradient" if target == "W1" else "updates" if target == "train" else "symbolic"
    told = call("graph", "--stage", stage, "--target", target, "--out", "g.dot")

    assert told.status == 0
    assert f"· {target}" in told.out


@pytest.mark.parametrize("stage", STAGES)
def test_pydotprint_needs_no_dot_program(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    if stage != "compiled":
        monkeypatch.setenv("PATH", "")
    told = call("graph", "--style", "pydotprint", "--stage", stage, "--out", "g.dot")

    assert (told.status, told.err) == (0, "")
    assert (tmp_path / "g.dot").read_text(encoding="utf-8").startswith("digraph")


def test_pydotprint_as_a_picture(call: Any, tmp_path: Path) -> None:
    told = call("graph", "--style", "pydotprint", "--out", "g.svg")

    assert (told.status, told.err) == (0, "")
    assert ElementTree.parse(tmp_path / "g.svg").getroot().tag.endswith("svg")


@pytest.mark.once
@pytest.mark.parametrize("format_", ["svg", "dot", "txt"])
def test_stdout_takes_the_graph_alone(call: Any, tmp_path: Path, format_: str) -> None:
    told = call("graph", "--format", format_, "--out", "-")

    assert (told.status, told.err) == (0, "")
    starts = {"svg": "<?xml", "dot": "digraph", "txt": "xor · symbolic"}
    assert told.out.startswith(starts[format_])
    assert files(tmp_path) == []


def test_json_reports_what_was_written(call: Any, engine: Engine) -> None:
    told = call("graph", "--out", "g.dot", "--raw", "--json")

    assert json.loads(told.out) == {
        "file": "g.dot",
        "format": "dot",
        "engine": engine.name,
        "version": engine.version,
        "model": "xor",
        "stage": "symbolic",
        "target": "cost",
        "apply_nodes": len(models.record(engine, "xor", "symbolic").applies),
        "shown": len(models.record(engine, "xor", "symbolic").applies),
        "notes": [],
    }


def test_a_limit_is_told_and_drawn(call: Any, tmp_path: Path) -> None:
    told = call("graph", "--max-nodes", "3", "--out", "g.txt", "--json")

    note = "the 3 nodes nearest to the results; --max-nodes 0 is all"
    assert told.err == f"note: 3 of 8 apply nodes: {note}\n"
    assert json.loads(told.out)["notes"] == [f"3 of 8 apply nodes: {note}"]
    assert json.loads(told.out)["shown"] == 3
    lines = (tmp_path / "g.txt").read_text(encoding="utf-8").splitlines()
    assert lines[1].endswith("8 apply nodes, 3 shown")
    assert lines[2] == note


def test_large_graphs_are_cut_only_in_pictures(
    call: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xorexplain.api.drawing.GRAPH_NODES", 20)
    spec = ["--model", "own.py:long", "--json"]

    counts = {
        " ".join(arguments): json.loads(call("graph", *spec, *arguments).out)["shown"]
        for arguments in (
            ["--out", "g.svg"],
            ["--out", "g.svg", "--max-nodes", "0"],
            ["--out", "g.svg", "--raw"],
            ["--out", "g.dot"],
            ["--out", "g.txt"],
        )
    }

    assert list(counts.values()) == [20, 30, 30, 30, 30]


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        (["--around", "cost", "--radius", "1"], {"sum"}),
        (["--path", "W2", "output"], {"dot", "sigmoid"}),
        (["--select", "op:Dot", "--select", "family:reduction"], {"dot", "sum"}),
        (["--around", "W1", "--select", "op:dot"], {"dot"}),
    ],
)
def test_parts(call: Any, tmp_path: Path, arguments: list[str], kinds: set[str]) -> None:
    told = call("graph", *arguments, "--out", "g.json")

    graph = from_json((tmp_path / "g.json").read_text(encoding="utf-8"))
    assert told.status == 0
    assert {apply.op.kind for apply in graph.applies} == kinds
    assert re.match(r"note: \d+ of \d+ apply nodes: (around|between|only) ", told.err)


def test_how_it_looks(call: Any, tmp_path: Path) -> None:
    looks = ["--direction", "lr", "--theme", "dark", "--no-legend", "--types", "--shapes", "--raw"]
    told = call("graph", *looks, "--out", "g.dot")

    text = (tmp_path / "g.dot").read_text(encoding="utf-8")
    assert told.status == 0
    assert "rankdir=LR" in text
    assert "#15191e" in text
    assert "4×5 float64" in text
    assert "linear algebra" not in text


def test_a_png_is_as_fine_as_asked_for(call: Any, tmp_path: Path) -> None:
    def width(*options: str) -> int:
        call("graph", "-o", "g.png", *options)
        return int.from_bytes((tmp_path / "g.png").read_bytes()[16:20], "big")

    usual = width()
    assert width("--dpi", "240") == pytest.approx(2 * usual, abs=2)
    assert width("--scale", "0.5") == pytest.approx(usual / 2, abs=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "g.svgg"], "g.svgg: unknown suffix .svgg: did you mean svg?"),
        (["--out", "g"], "g: no suffix tells the format: add one of .png"),
        (["--out", "-"], "stdout has no suffix that tells the format: add --format"),
        (["--format", "jpg"], "unknown format 'jpg': "),
        (["--stage", "optimised"], "unknown stage 'optimised': did you mean optimized"),
        (["--target", "ouput"], "unknown target 'ouput': did you mean output"),
        (["--stage", "gradient", "--target", "W9"], "'W9': did you mean W"),
        (["--engine", "tensorflow"], "unknown engine 'tensorflow': did you mean pytensor"),
        (["--theme", "drak"], "unknown theme 'drak': did you mean dark?"),
        (["--direction", "up"], "unknown direction 'UP': choose from TB, LR, BT, RL"),
        (["--layout", "embeded"], "unknown layout 'embeded': did you mean embedded?"),
        (["--style", "pydot"], "unknown style 'pydot': did you mean pydotprint"),
        (["--time-limit", "0"], "'--time-limit': 0.0 is not in the range x>0"),
        (["--max-nodes", "-1"], "'--max-nodes': -1 is not in the range x>=0"),
        (["--out", "."], ". is a folder: give a file name with --out"),
        (["--out", "missing/g.svg"], "missing does not exist: create it first (mkdir -p)"),
        (["--out", "own.py/g.svg"], "own.py is not a folder: choose another --out"),
        (["--around", "hiden"], "no node is called 'hiden': "),
        (["--path", "W1", "X"], "no path leads from W1 to X: neither is computed from the other"),
        (["--select", "dot"], "cannot select by 'dot': write op:Dot, name:W1 or family:reduction"),
        (["--select", "op:dto"], "nothing matches 'op:dto': did you mean dot"),
        (["--radius", "3"], "--radius says how near to a node: add --around NAME"),
        (["--model", "own.py:nothing"], "return an xorexplain.Model"),
        (["--model", "own.py:plan"], "has no 'plan': did you mean plain"),
        (["--model", "owm"], "no module named 'owm': run from the folder that holds it"),
        (["--model", "gone.py:model"], "there is no file gone.py: "),
        (["--model", "own.py:plain", "--stage", "gradient"], "the model has no cost"),
        (["--model", "own.py:empty"], "the model is empty: return at least one variable"),
        (["--style", "pydotprint", "--out", "g.json"], "draws png, svg, pdf and dot, not json"),
        (["--style", "pydotprint", "--raw"], "--raw works on our own picture: leave out --style"),
        (["--style", "pydotprint", "--select", "op:dot"], "--select works on our own picture"),
        (["--style", "pydotprint", "--no-legend"], "--legend works on our own picture"),
        (["--format", "svg", "--out", "-", "--json"], "--json reports on stdout"),
        (["--format", "svg", "--out", "g.png"], "g.png would hold svg, not png: end the name in"),
        (["--time-limit", "inf"], "--time-limit inf: give a number from 0 to 86400"),
        (["--time-limit", "nan"], "--time-limit nan: give a number from 0 to 86400"),
        (["--time-limit", "1e300"], "--time-limit 1e300: give a number from 0 to 86400"),
        (["--dpi", "200", "--out", "g.svg"], "--dpi is for PNG, not svg, which is as fine as"),
        (["--scale", "1000"], "--scale 1000: give a number from 0 to 100"),
        (["--from", "gone.json"], "cannot read gone.json: No such file or directory"),
        (["--from", "own.py"], "own.py: not JSON (line 2)"),
        (["--from", "g.json", "--target", "W1"], "the file of --from says what --target does"),
    ],
)
def test_mistakes(call: Any, folder: Path, arguments: list[str], message: str) -> None:
    said = arguments if "--out" in arguments else [*arguments, "--out", "g.svg"]
    told = call("graph", *said)

    assert (told.status, told.out) == (2, "")
    assert message in told.err
    assert told.err.startswith("xorexplain: ")
    assert told.err.count("\n") == 1
    assert files(folder) == []


@pytest.mark.parametrize(
    "arguments", [["--target", "nope"], ["--around", "nope"], ["--stage", "nope"]]
)
def test_a_failure_keeps_the_old_file(call: Any, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "g.svg").write_text("old", encoding="utf-8")

    assert call("graph", *arguments, "--out", "g.svg").status == 2
    assert (tmp_path / "g.svg").read_text(encoding="utf-8") == "old"


def test_a_missing_dot_program_is_named(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = call("graph", "--layout", "system", "--out", "g.svg")

    assert told.status == 2
    assert "--layout system" in told.err
    assert told.err.count("\n") == 1
    assert files(tmp_path) == []


def test_hostile_names_are_drawn(call: Any, tmp_path: Path) -> None:
    (tmp_path / "hostile.py").write_text(
        "from xorexplain import engines\nimport models\n\n"
        "def model():\n    return models.hostile_names(engines.choose())\n",
        encoding="utf-8",
    )
    told = call("graph", "--model", "hostile.py:model", "--out", "g.svg")

    assert (told.status, told.err) == (0, "")
    assert told.out.count("\n") == 1
    text = (tmp_path / "g.svg").read_text(encoding="utf-8")
    assert "🧠" in "".join(ElementTree.fromstring(text).itertext())


def test_what_is_inside_an_op_is_opened_on_demand(call: Any, tmp_path: Path) -> None:
    common = ["graph", "--stage", "optimized", "--format", "txt", "--out", "-"]

    closed, opened = call(*common), call(*common, "--open", "composite")
    unknown = call(*common, "--open", "composit")

    assert "inside fused" not in closed[1]
    assert "inside fused" in opened[1]
    assert unknown[0] == 2
    assert "did you mean composite" in unknown[2]
