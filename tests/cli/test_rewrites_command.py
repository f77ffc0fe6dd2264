"""List the steps of a rewriting from the command line."""

from __future__ import annotations

import json

import pytest

from xorexplain.cli import run


def test_lists_steps_by_phase(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rewrites"]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith("xor · rewrites · train\n40 apply nodes before, ")
    assert "canonicalize" in printed
    assert "local_pow_specialize" in printed
    assert "merges of equal computations left out; --all shows them" in printed


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
