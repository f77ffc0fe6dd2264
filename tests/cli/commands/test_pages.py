"""Write walk-throughs from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import Call, RunCli

MODEL = """
from xorexplain import Model, engines

T = engines.choose().tensor

def model():
    x = T.dvector("x")
    y = T.tanh(x) ** 2
    return Model({"y": y}, inputs=[x])
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    """A model that has no cost."""
    (tmp_path / "small.py").write_text(MODEL)
    return "small.py:model"


def test_writes_the_walkthrough_of_xor_the_same_each_time(run_cli: RunCli, tmp_path: Path) -> None:
    """Compare processes: Theano shares a constant with whatever else in a process keeps it.

    The first hashes as no other does; the second is forked from one with the engine imported.
    """
    words = ("pages", "--out", "w", "--steps", "300")

    told = run_cli(*words, env={"PYTHONHASHSEED": "1"})
    first = contents(tmp_path / "w")
    again = run_cli(*words)

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("w: ")
    assert {"index.rst", "conf.py", "player/rewrites.html"} <= set(first)
    assert again.stdout.endswith(" 0 files changed\n")
    assert contents(tmp_path / "w") == first


def contents(folder: Path) -> dict[str, bytes]:
    """Read the files of a folder and those below it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_tells_what_a_model_of_ones_own_lacks(call: Call, spec: str, tmp_path: Path) -> None:
    told = call("pages", "--model", spec, "--out", "w", "--json")

    report = json.loads(told.out)
    assert told.status == 0
    assert "cost.rst" not in report["pages"]
    assert "return xorexplain.Model(..., cost=...)" in report["missing"]["the cost"]
    assert set(report["missing"]) == {
        "the cost",
        "the gradient",
        "the numbers",
        "the updates",
        "the hidden layer",
        "training",
        "predictions",
    }
    assert told.err.count("note: no page on") == len(set(report["missing"].values()))
    assert "No page on the cost" in (tmp_path / "w" / "index.rst").read_text()


def test_keeps_pages_that_were_edited(call: Call, spec: str, tmp_path: Path) -> None:
    call("pages", "--model", spec, "--out", "w")
    page = tmp_path / "w" / "network.rst"
    page.write_text("mine")

    told = call("pages", "--model", spec, "--out", "w")

    assert told.status == 2
    assert told.err == (
        "xorexplain: w/network.rst was changed since it was written: keep the change elsewhere, "
        "or say --force to overwrite it\n"
    )
    assert page.read_text() == "mine"
    assert call("pages", "--model", spec, "--out", "w", "--force").status == 0
    assert page.read_text() != "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "small.py"], "small.py is a file: give a folder"),
        (["--out", "nowhere/deeper"], "does not exist"),
        (["--out", "w", "--model", "small.py:modell"], "did you mean model"),
        (["--out", "w", "--steps", "0"], "--steps"),
    ],
)
def test_mistakes_are_one_line(
    call: Call, spec: str, tmp_path: Path, arguments: list[str], said: str
) -> None:
    told = call("pages", *arguments)

    assert told.status == 2
    assert said in told.err
    assert told.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) in (
        [],
        ["__pycache__"],
    )
