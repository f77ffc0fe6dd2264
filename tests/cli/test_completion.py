"""What a shell may complete: commands, options, model files and what is in them; nothing is run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import environment, output_of

from xorexplain.cli import COMPLETION, main
from xorexplain.cli.completion import Bash
from xorexplain.engines import Engine
from xorexplain.engines.names import BACKENDS, MODES
from xorexplain.engines.settings import Settings
from xorexplain.errors import XorexplainError

TWO = """
import theano.tensor as T
raise SystemExit("this was run")

def wide():
    hidden = T.dvector("weights")
    return hidden * 2

def deep(): return wide()

def looping():
    def step(row, before):
        inner = row + before
        return inner
    states = scan(step, T.dmatrix("rows"))
    return states
"""
ONE = "x = tensor.dvector('x')\ny = tensor.tanh(x)\n"
Complete = Callable[..., list[str]]


@pytest.fixture
def complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Complete:
    """Complete a line as bash asks for it, in a folder with two models, and return the words."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"two.py": TWO, "one.py": ONE, "broken.py": "def net(:"}.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "graph.json").write_text('{"variables": [{"name": "W"}, {"name": null}]}')
    (tmp_path / "notes.txt").touch()
    (tmp_path / "inner").mkdir()

    def completed(line: str, **variables: str) -> list[str]:
        asked = {"COMP_LINE": line, "COMP_POINT": str(len(line)), "COMP_WORDBREAKS": " \t=:"}
        for name, value in {**asked, **variables}.items():
            monkeypatch.setenv(name, value)
        answer = Bash(main, {}, "xorexplain", COMPLETION).complete()
        return [word.partition(",")[2] for word in answer.splitlines()]

    return completed


FILES = ["broken.py", "graph.json", "one.py", "two.py", "inner/"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("gr", ["graph", "gradient"]),
        ("graph ", FILES),
        ("gradient ", ["broken.py", "one.py", "two.py", "inner/"]),
        ("graph o", ["one.py"]),
        ("graph t", ["two.py:wide", "two.py:deep", "two.py:looping"]),
        ("graph two.py:", ["wide", "deep", "looping"]),
        ("graph two.py:d", ["deep"]),
        ("graph two:d", ["deep"]),
        ("graph -m two.py:d", ["deep"]),
        ("graph --model=two.py:d", ["deep"]),
        ("graph --model=on", ["one.py"]),
        ("graph broken.py:", []),
        ("graph in", ["in"]),
        ("graph one.py ", []),
        ("graph one.py --stage o", ["optimized"]),
        ("graph --theme d", ["dark"]),
        ("graph one.py --target ", ["output", "cost", "train", "test", "x", "y"]),
        ("graph two.py:wide --around ", ["hidden", "weights"]),
        ("graph two.py:looping --around ", ["states", "rows"]),
        ("graph --mode FAST", ["FAST_RUN", "FAST_COMPILE"]),
        ("graph --mode o", ["one.py"]),
        ("graph --mode one.py:", ["y"]),
        ("graph --backend c", ["c"]),
        ("graph graph.json --around ", ["W"]),
        ("graph --target W", ["W1", "W2"]),
        ("graph --select op:softm", ["softmax", "softmax_grad", "softmax_with_bias"]),
        ("graph one.py --select name:", ["x", "y"]),
        ("gradient one.py --wrt ", ["x", "y"]),
        ("rewrites wh", ["why-not"]),
        ("rewrites two.p", ["two.py:wide", "two.py:deep", "two.py:looping"]),
        ("rewrites one.py us", ["usage"]),
        ("rewrites one.py --ph", ["--phase"]),
        ("rewrites why-not local_mul_c", ["local_mul_canonizer"]),
        ("rewrites one.py why-not local_mul_c", ["local_mul_canonizer"]),
        ("rewrites without a local_mul_c", ["local_mul_canonizer"]),
        ("rewrites --name local_mul_c", ["local_mul_canonizer"]),
        ("rewrites step 3 o", ["one.py"]),
        ("rewrites 3 o", ["one.py"]),
        ("nonsense gr", ["graph", "gradient"]),
    ],
)
@pytest.mark.usefixtures("engine")
def test_words(complete: Complete, line: str, words: list[str]) -> None:
    assert complete(f"xorexplain {line}") == words


def test_a_shell_that_takes_a_colon_for_a_part_of_a_word(complete: Complete) -> None:
    assert complete("xorexplain graph two.py:d", COMP_WORDBREAKS=" \t") == ["two.py:deep"]
    assert complete("xorexplain graph --model=on", COMP_WORDBREAKS=" \t") == ["--model=one.py"]


def test_only_what_is_before_the_cursor_counts(complete: Complete) -> None:
    assert complete("xorexplain graph o --theme dark", COMP_POINT="18") == ["one.py"]


def test_modes_and_backends_are_those_of_the_engine(engine: Engine) -> None:
    with pytest.raises(XorexplainError) as modes, engine.configured(Settings(mode="nonsense")):
        pass
    with pytest.raises(XorexplainError) as backends:
        engine.mode_of_backend("nonsense")

    assert str(modes.value).endswith(f"choose from {', '.join(MODES[engine.name])}")
    assert str(backends.value).endswith(f"choose from {', '.join(BACKENDS[engine.name])}")


def test_the_projects_model_has_the_names(complete: Complete, tmp_path: Path) -> None:
    (tmp_path / "xorexplain.toml").write_text('model = "one.py"\n')

    assert complete("xorexplain graph --around ") == ["x", "y"]
    (tmp_path / "xorexplain.toml").write_text("model = \n")
    assert "W1" in complete("xorexplain graph --around ")


def test_no_engine_is_imported() -> None:
    code = """
        import sys
        from xorexplain.cli import run
        try:
            run()
        except SystemExit as error:
            print(error.code, sorted(sys.modules.keys() & {"theano", "pytensor", "numpy", "rich"}))
    """
    line = "xorexplain rewrites why-not local_mul_c"
    asked = {"COMP_LINE": line, "COMP_POINT": str(len(line)), COMPLETION: "bash_complete"}

    assert output_of(code, env=asked).splitlines() == ["plain,local_mul_canonizer", "0 []"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "xorexplain"],
        env=environment(**{COMPLETION: f"{shell}_source"}),
        capture_output=True,
        text=True,
        check=True,
    )

    assert COMPLETION in done.stdout
    assert "xorexplain" in done.stdout


@pytest.fixture
def run_in_shell(complete: Complete, tmp_path: Path) -> Callable[..., list[str]]:
    """Run a script in a shell that finds the program, in a folder with two models."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "xorexplain"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m xorexplain "$@"\n')
    program.chmod(0o755)

    def run(*command: str) -> list[str]:
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(PATH=f"{folder}{os.pathsep}{os.environ['PATH']}"),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    return run


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_itself_completes(run_in_shell: Callable[..., list[str]]) -> None:
    script = """
        eval "$(%s=bash_source xorexplain)"
        COMP_LINE="xorexplain graph two.py:" COMP_POINT=24
        _xorexplain_completion xorexplain
        echo "${COMPREPLY[@]}"
        complete -p xorexplain
    """

    assert run_in_shell("bash", "--norc", "-c", script % COMPLETION) == [
        "wide deep looping",
        "complete -o nosort -F _xorexplain_completion xorexplain",
    ]


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
def test_fish_itself_completes(run_in_shell: Callable[..., list[str]]) -> None:
    script = f"""
        {COMPLETION}=fish_source xorexplain | source
        complete -C "xorexplain graph two.py:d"
    """

    assert run_in_shell("fish", "--no-config", "-c", script) == ["two.py:deep\tfunction"]
