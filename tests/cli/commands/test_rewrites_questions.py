"""Ask each question about a rewriting by its command, by its old flag, and by a wrong name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from processes import output_of

from xorexplain.cli import run
from xorexplain.cli.commands.rewrites import QUESTIONS
from xorexplain.rewrites.json import from_json


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of a file with the trace of XOR."""
    path = tmp_path_factory.mktemp("traces") / "xor.json"
    assert run(["rewrites", "--out", str(path)]) == 0
    return str(path)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_help_with_an_example_and_its_own_options(call: Any, name: str) -> None:
    told = call("rewrites", name, "--help")

    assert (told.status, told.err) == (0, "")
    assert told.out.startswith(f"Usage: xorexplain rewrites {name} ")
    assert f"Example:  xorexplain rewrites {name}" in told.out
    assert {"--model", "--target", "--json", "--out"} <= set(told.out.split())
    only = {"--phase": "list", "--theme": "step", "--node": "why-not"}
    assert [
        option for option, of in only.items() if option in told.out.split() and of != name
    ] == []


def test_the_questions_are_listed_without_importing_any() -> None:
    code = """
        import sys
        from xorexplain.cli import run
        run(["rewrites", "--help"])
        questions = "xorexplain.cli.commands.rewrites."
        found = [name for name in sys.modules if name.startswith(questions)]
        print(found, sorted(sys.modules.keys() & {"theano", "pytensor", "numpy", "rich"}))
    """
    told = output_of(code)

    assert all(f"  {name} " in told for name in QUESTIONS)
    assert told.splitlines()[-1] == "['xorexplain.cli.commands.rewrites.old_flags'] []"


def test_options_may_stand_before_the_question(call: Any, saved: str) -> None:
    told = call("rewrites", "--trace", saved, "usage")

    assert told.status == 0
    assert told.out == call("rewrites", "usage", "--trace", saved).out
    assert call("rewrites", "--trace", saved).out == call("rewrites", "list", "--trace", saved).out
    step = call("rewrites", "step", "8", "--trace", saved).out
    assert call("rewrites", "--seed", "3", "8", "--trace", saved).out == step


@pytest.mark.parametrize(
    ("old", "now"),
    [
        (("--summary", "--all"), "usage --all"),
        (("--all", "--summary"), "usage --all"),
        (("--origin", "cost"), "origins cost"),
        (("--origin=W1 (new)",), "origins 'W1 (new)'"),
    ],
    ids=str,
)
def test_an_old_flag_is_understood_and_told_of(
    call: Any, saved: str, old: tuple[str, ...], now: str
) -> None:
    told = call("rewrites", *old, "--trace", saved)

    assert told.status == 0
    flag = next(word for word in old if word != "--all").partition("=")[0]
    line = f"note: {flag} goes with the next release: write `rewrites {now} --trace {saved}`\n"
    assert told.err == line
    question, *words = now.replace("'W1 (new)'", "W1_(new)").split()
    words = [word.replace("_", " ") for word in words]
    assert call("rewrites", question, *words, "--trace", saved).out == told.out


def test_old_flags_ask_the_questions_of_a_model(call: Any) -> None:
    for old, now in [
        (["--check"], ["check"]),
        (["--why-not", "local_abs_lift"], ["why-not", "local_abs_lift"]),
        (
            ["--node", "n3", "--why-not", "local_abs_lift"],
            ["why-not", "local_abs_lift", "--node", "n3"],
        ),
    ]:
        told = call("rewrites", *old)
        assert (told.status, told.err.count("\n")) == (0, 1)
        assert told.out == call("rewrites", *now).out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc"], "unknown command 'chekc': did you mean check?"),
        (["--model", "m.py:model", "chekc"], "unknown command 'chekc': did you mean check?"),
        (["--phse", "merge1"], "unknown option --phse: did you mean --phase"),
        (["why-not", "local_abs_lfit"], "did you mean local_abs_lift"),
        (["why-not", "local_abs_lift", "--node", "n9999"], "'n9999' was ever in the graph: choose"),
        (["without", "local_mul_canoniser"], "did you mean local_mul_canonizer"),
        (["origins", "cosst"], "did you mean cost"),
        (["list", "--phase", "canonicalise"], "did you mean canonicalize"),
        (["step", "0"], "0 is not in the range x>=1: see xorexplain rewrites step --help"),
        (["usage", "--phase", "x"], "Else see xorexplain rewrites usage --help"),
        (["usage", "--out", "u.svg"], "u.svg: a picture shows one step: say which"),
        (["usage", "--format", "txt"], "add --out FILE"),
        (["--json", "--out", "t.json"], "--json prints: leave it out"),
        (["--check", "--summary"], "--check and --summary are two questions"),
        (["without"], "Missing argument 'NAME...': see xorexplain rewrites without --help"),
        (["--model", "m.py:mdoel"], "did you mean model"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_names_are_told_in_one_line(
    call: Any, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "m.py").write_text("def model():\n    return None\n", encoding="utf-8")
    told = call("rewrites", *arguments)

    assert (told.status, told.out) == (2, "")
    assert message in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("question", [["usage"], ["origins", "cost"], ["list"]], ids=" ".join)
def test_answers_are_written_as_they_are_printed(
    call: Any, saved: str, tmp_path: Path, question: list[str]
) -> None:
    asked = ["rewrites", *question, "--trace", saved]
    everything = ["--all"] if question == ["list"] else []
    assert call(*asked, "--out", "answer.txt").status == 0
    assert call(*asked, "--out", "answer.json").out.startswith("answer.json: ")

    printed = call(*asked, *everything).out
    written = (tmp_path / "answer.txt").read_text("utf-8")
    assert written.split() == printed.split()
    assert call(*asked, "--out", "-", "--format", "txt").out == written
    data = (tmp_path / "answer.json").read_text("utf-8")
    if question == ["list"]:
        assert from_json(data) == from_json(Path(saved).read_text("utf-8"))
    else:
        assert data == call(*asked, "--json").out
        assert json.loads(data)


def test_the_shell_completes_questions() -> None:
    code = """
        from click.shell_completion import ShellComplete
        from xorexplain.cli import main
        shell = ShellComplete(main, {}, "xorexplain", "_XOREXPLAIN_COMPLETE")
        print([item.value for item in shell.get_completions(["rewrites"], "w")])
        print([item.value for item in shell.get_completions(["rewrites", "step"], "--th")])
    """

    assert output_of(code).splitlines() == ["['why-not', 'without']", "['--theme']"]
