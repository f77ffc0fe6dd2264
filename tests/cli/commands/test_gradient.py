"""Explain gradients from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from xorexplain.cli import run


def test_tells_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradient"]) == 0

    printed = capsys.readouterr().out
    assert "δz2 = δoutput × output × (1 − output)" in printed
    assert "∂cost/∂W1 = δW1 = Xᵀ · δz1" in printed
    assert "W2 ← W2 − 0.01 × δW2" in printed


def test_one_parameter(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradient", "--wrt", "W2"]) == 0

    printed = capsys.readouterr().out
    assert "δW2" in printed
    assert "δW1" not in printed


def test_check_passes_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradient", "--check"]) == 0
    short = capsys.readouterr().out
    assert re.match(r"18 of 18 agree, worst \d\.\de-\d+ \(δW[12]\)\n", short)
    assert "finite differences" not in short

    assert run(["gradient", "--check", "--all"]) == 0
    whole = capsys.readouterr().out
    assert whole.startswith(short.splitlines()[0])
    assert whole.count(" ok") == 18

    assert run(["gradient", "--check", "--tolerance", "1e-300"]) == 1
    failed = capsys.readouterr().out
    assert " too far off, worst " in failed.splitlines()[0]
    assert "TOO FAR" in failed
    assert " ok" not in failed


def test_json_has_formulas_in_both_notations(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradient", "--json"]) == 0

    story = json.loads(capsys.readouterr().out)
    assert [step["op"] for step in story["steps"]] == [
        *("sum", "pow", "sub", "sigmoid", "dot", "sigmoid", "dot")
    ]
    last = story["steps"][-1]["gives"][0]["value"]
    assert last["text"] == "Xᵀ · δz1"
    assert r"^{\top}" in last["latex"] or r"^\top" in last["latex"]


@pytest.mark.parametrize("suffix", ["txt", "tex", "json", "svg", "png", "pdf", "dot"])
def test_writes_every_format(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"gradient.{suffix}"

    assert run(["gradient", "--out", str(out)]) == 0
    assert out.stat().st_size > 1000


def test_second_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradient", "--order", "2", "--check"]) == 0

    assert "too far off" not in capsys.readouterr().out


def test_lists_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradient", "--rules"]) == 0

    printed = capsys.readouterr().out
    assert any(line.startswith("sigmoid ") and "formula" in line for line in printed.splitlines())

    assert run(["gradient", "--rules", "--json"]) == 0
    rules = {rule["op"]: rule for rule in json.loads(capsys.readouterr().out)}
    assert rules["sigmoid"]["form"] == "formula"
    assert rules["sigmoid"]["sentence"] in " ".join(printed.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--wrt", "W3"], "did you mean"),
        (["--out", "g.jpg"], "unknown suffix"),
        (["--out", "nowhere/g.svg"], "does not exist"),
        (["--format", "latx"], "did you mean latex"),
        (["--order", "3"], "--order"),
    ],
)
def test_mistakes_are_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["gradient", *arguments]) == 2

    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
