"""List the steps of a rewriting from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from helpers import RunCli

from xorexplain.cli import run
from xorexplain.engines import Engine
from xorexplain.rewrites.json import from_json

COMPILED = """
import importlib
from xorexplain.engines import choose

engine = choose()
x = engine.tensor.dvector("x")
function = engine.module.function([x], x * 2 / 2)
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with the trace of XOR."""
    path = tmp_path_factory.mktemp("traces") / "xor.json"
    assert run(["rewrites", "--out", str(path)]) == 0
    return path


def step_of(rewrite: str, saved: Path) -> int:
    trace = from_json(saved.read_text("utf-8"))
    return next(s.number for s in trace.steps if rewrite in (s.rewrite, *s.members))


def test_lists_steps_by_phase(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rewrites"]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith("xor · rewrites · train\n40 apply nodes before, ")
    assert "canonicalize" in printed
    assert "local_pow_specialize" in printed
    assert "merges of equal computations left out; --all shows them" in printed


def test_colours_are_for_the_words_that_changed(
    saved: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["rewrites", "--trace", str(saved), "--name", "local_mul_canonizer"]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(asked) == 0
    coloured = capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(asked) == 0
    plain = capsys.readouterr().out
    codes, red, green = r"(?:\x1b\[[\d;]*m)*", r"\x1b\[31m", r"\x1b\[32m"

    assert re.search(r"m2 × d2 → 2 × ", plain)
    assert "\x1b" not in plain
    assert re.search(rf"{red}m2{codes} × d2{codes} → {codes}{green}2 ×", coloured)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_all_shows_the_merges(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rewrites", "--all"]) == 0

    assert "MergeOptimizer" in capsys.readouterr().out


def test_one_step_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    run(["rewrites", "--json", "--name", "local_pow_canonicalize"])
    number = json.loads(capsys.readouterr().out)["steps"][0]["number"]

    assert run(["rewrites", str(number)]) == 0

    printed = capsys.readouterr().out
    assert "local_pow_canonicalize" in printed
    assert "− d" in printed
    assert "why" in printed


def test_a_step_defines_the_names_it_used(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = step_of("local_pow_specialize", saved)
    assert run(["rewrites", str(number), "--trace", str(saved)]) == 0
    told, _, names = capsys.readouterr().out.partition("the names before it\n")

    squared = re.search(r"q\d = (d\d)²   op ", told)
    assert squared is not None
    defined = [line.split(" = ")[0].strip() for line in names.splitlines()]
    assert defined[-1] == squared[1]
    assert {"z1", "a1", "z2"} <= set(defined)
    for line in names.splitlines():
        used = set(re.findall(r"\b[zadqsu]\d+\b", line.split(" = ")[1]))
        assert used <= set(defined)


def test_json_has_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rewrites", "--json", "--all"]) == 0

    data = json.loads(capsys.readouterr().out)
    assert [step["number"] for step in data["steps"]] == list(range(1, len(data["steps"]) + 1))
    assert data["nodes_before"] == 40
    assert data["steps"][-1]["nodes"] == data["nodes_after"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["9999"], "there is no step 9999: the last one is"),
        (["--phase", "canonicalise"], "did you mean canonicalize"),
        (["--name", "local_pow_specialise"], "did you mean local_pow_specialize"),
        (["--target", "nothing"], "unknown target 'nothing'"),
    ],
)
def test_mistakes_are_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rewrites", *arguments]) == 2

    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_step_is_told_with_all_that_is_known(
    engine: Engine, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = step_of("local_mul_canonizer", saved)
    assert run(["rewrites", str(number)]) == 0

    printed = capsys.readouterr().out
    assert "law       x × y ÷ x = y   for x ≠ 0" in printed
    assert "check     values are the same to the last digit" in printed
    assert f"defined   {engine.name}/tensor/" in printed
    assert "tags      canonicalize, " in printed
    assert 'mode.excluding("local_mul_canonizer")   checked: it fires no more' in printed


def test_a_trace_from_a_file_tells_the_same_story(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rewrites", "--trace", str(saved)]) == 0
    told = capsys.readouterr().out
    assert run(["rewrites"]) == 0

    def timeless(text: str) -> list[str]:
        return [line for line in text.splitlines() if not line.endswith(" ms")]

    assert timeless(told) == timeless(capsys.readouterr().out)
    assert run(["rewrites", "--trace", str(saved), "8"]) == 0
    assert "step 8" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "dot", "txt"])
def test_a_step_is_written_before_and_after(
    saved: Path, suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = step_of("local_pow_specialize", saved)
    out = tmp_path / f"step.{suffix}"

    assert run(["rewrites", str(number), "--trace", str(saved), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: step {number}\n"
    start = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph", "txt": b"step"}
    assert out.read_bytes().startswith(start[suffix])
    if suffix == "svg":
        text = out.read_text("utf-8")
        assert "before" in text
        assert ">− " in text
        assert "+ square" in text


def test_the_check_finds_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rewrites", "check"]) == 0
    short = capsys.readouterr().out
    assert re.match(r"(\d+) of (\1|\d+) steps keep every value", short)
    assert "change one" not in short
    assert " ok" not in short

    assert run(["rewrites", "check", "--all"]) == 0
    assert capsys.readouterr().out.count(" ok") > 20

    assert run(["rewrites", "check", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert all(e["is_fine"] for e in found if not e["note"].startswith("rejected"))
    assert any(e["is_fine"] for e in found)


def test_the_summary_counts_tries_hits_time_and_nodes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rewrites", "usage", "--json"]) == 0
    found = {entry["rewrite"]: entry for entry in json.loads(capsys.readouterr().out)}
    canonizer = found["local_mul_canonizer"]

    assert canonizer["tries"] > canonizer["hits"] >= canonizer["fired"] > 0
    assert canonizer["nodes_in"] > 0
    assert canonizer["milliseconds"] > 0

    assert run(["rewrites", "usage"]) == 0
    printed = capsys.readouterr().out
    assert "local_mul_canonizer" in printed
    assert "more were tried" in printed


def test_around_shows_what_touches_a_node(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rewrites", "--around", "q1", "--json"]) == 0
    steps = json.loads(capsys.readouterr().out)["steps"]

    assert 0 < len(steps) < 20
    assert any(r["name"] == "q1" for step in steps for r in step["replacements"])


def test_origin_tells_where_a_node_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rewrites", "origins", "W2 (new)"]) == 0

    printed = capsys.readouterr().out
    assert "in the graph that runs" in printed
    assert "W2 − " in printed
    assert re.search(r"xorexplain/models/tutorial.py:\d+  updates = ", printed)
    assert run(["rewrites", "origins", "cost", "--json"]) == 0
    assert "sum(q1)" in json.dumps(json.loads(capsys.readouterr().out), ensure_ascii=False)


def test_origin_tells_what_became_of_a_node(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = from_json(saved.read_text("utf-8"))
    gone = next(
        a for a in trace.start if a not in trace.end and trace.universe.apply[a].op.kind == "sub"
    )
    assert run(["rewrites", "origins", gone]) == 0

    printed = capsys.readouterr().out
    assert "in the graph before rewriting" in printed
    assert "became" in printed


def test_without_compares_both(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rewrites", "without", "local_mul_canonizer"]) == 0

    printed = capsys.readouterr().out
    assert "without local_mul_canonizer" in printed
    assert "apply nodes" in printed
    assert "one call" in printed


def test_why_not_gives_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rewrites", "why-not", "local_abs_lift"]) == 0
    told = capsys.readouterr().out
    assert "It was never tried" in told
    assert re.search(r"^form +\|x × y\|$", told, re.MULTILINE)

    assert run(["rewrites", "why-not", "local_pow_specialize", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "fired"


def test_a_compiled_function_of_the_users_file_is_overheard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "compiled.py"
    path.write_text(COMPILED, "utf-8")

    assert run(["rewrites", "--model", f"{path}:function"]) == 0
    assert "local_mul_canonizer" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "x.svg"], "a picture shows one step: say which, as in rewrites 8"),
        (["3", "--out", "x.gif"], "unknown suffix"),
        (["--trace", "/nowhere/t.json"], "cannot read /nowhere/t.json"),
        (["3", "--summary"], "two questions"),
        (["--node", "n3"], "write `rewrites why-not NAME`"),
        (["--around", "nobody"], "no step touches 'nobody'"),
        (["origins", "nobody"], "no node is called 'nobody'"),
        (["without", "local_mul_canoniser"], "did you mean local_mul_canonizer"),
        (["why-not", "local_mul_canoniser"], "did you mean local_mul_canonizer"),
    ],
)
def test_more_mistakes_are_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rewrites", *arguments]) == 2

    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_what_needs_the_model_says_so_for_a_file(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["check"], ["without", "x"], ["why-not", "x"]):
        assert run(["rewrites", "--trace", str(saved), *arguments]) == 2
        assert "leave --trace out" in capsys.readouterr().err


def test_a_trace_from_a_file_is_made_a_page(
    capsys: pytest.CaptureFixture[str], saved: Path, tmp_path: Path
) -> None:
    """No engine and no model is asked: the page has every step, and the two ends."""
    out = tmp_path / "t.html"

    assert run(["rewrites", "--trace", str(saved), "--out", str(out)]) == 0

    steps = len(from_json(saved.read_text("utf-8")).steps)
    assert 'data-opens="rewrites"' in out.read_text("utf-8")
    data = re.findall(r'id="story">(.*?)</script>', out.read_text("utf-8"), re.DOTALL)[0]
    story = json.loads(data)
    assert story["trace"]["steps"]["rows"] == steps
    assert [view["key"] for view in story["views"]] == ["updates", "optimized"]
    assert capsys.readouterr().out.startswith(f"{out}: xor · train (")


def test_a_trace_goes_through_a_pipe(run_cli: RunCli, saved: Path) -> None:
    written = run_cli("rewrites", "--trace", str(saved), "--out", "-", "--format", "json").stdout
    read = run_cli("rewrites", "--trace", "-", "usage", stdin=written)

    assert read.returncode == 0
    assert from_json(written) == from_json(saved.read_text("utf-8"))


def test_a_file_that_is_no_trace_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "graph.json"
    path.write_text('{"format": "xorexplain-graph", "version": 1}', "utf-8")

    assert run(["rewrites", "--trace", str(path)]) == 2
    assert "not a trace file" in capsys.readouterr().err
