"""Defaults of a project: found from the working folder upwards, checked, given way to flags."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from xorexplain.cli import main
from xorexplain.cli.commands import COMMANDS
from xorexplain.cli.commands.doctor.record import Machine
from xorexplain.cli.commands.doctor.settings import settings
from xorexplain.cli.settings import SHARED

MODELS = """
from xorexplain.engines import choose

def net():
    x = choose().tensor.dscalar("x")
    return {"cost": (x - 1) ** 2}

def other():
    return choose().tensor.dscalar("x") * 2
"""


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Write settings, in a folder where there are two models."""
    (tmp_path / "two_nets.py").write_text(MODELS, "utf-8")

    def written(text: str, name: str = "xorexplain.toml") -> None:
        (tmp_path / name).write_text(text, "utf-8")

    return written


@pytest.mark.usefixtures("engine")
def test_defaults_and_flags_that_win(call: Any, write: Any, tmp_path: Path) -> None:
    write('model = "two_nets.py:net"\nformat = "dot"\n[graph]\ndirection = "LR"\n')

    assert call("graph").out.startswith("graph.dot: net ")
    assert "rankdir=LR" in (tmp_path / "graph.dot").read_text("utf-8")
    assert call("graph", "two_nets.py:other", "--direction", "TB").out.startswith("graph.dot: oth")
    assert "rankdir=LR" not in (tmp_path / "graph.dot").read_text("utf-8")
    assert call("graph", "-o", "g.txt").out.startswith("g.txt: net ")
    assert call("print").out.startswith("net ")
    assert call("print", "xor").out.startswith("xor ")


@pytest.mark.usefixtures("engine")
def test_the_nearest_file_above_is_taken(
    call: Any, write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write('[tool.xorexplain]\nmodel = "two_nets.py:net"\n', "pyproject.toml")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1\n", "utf-8")
    monkeypatch.chdir(inner)

    assert call("print").out.startswith("net ")
    (tmp_path / "a" / "xorexplain.toml").write_text("", "utf-8")
    assert call("print").out.startswith("xor ")


@pytest.mark.usefixtures("engine")
def test_files_without_a_name_go_into_the_folder(call: Any, write: Any, tmp_path: Path) -> None:
    write('out = "figures"\n')

    assert call("graph", "gone.py", "--format", "dot").status == 2
    assert not (tmp_path / "figures").exists()
    assert call("graph", "--format", "dot").out.startswith("figures/graph.dot: ")
    assert (tmp_path / "figures" / "graph.dot").exists()
    assert call("graph", "-o", "own.dot").out.startswith("own.dot: ")
    assert call("graph", "-o", "-", "--format", "dot").out.startswith("digraph")


@pytest.mark.usefixtures("engine")
def test_a_commands_table_is_for_its_questions_too(call: Any, write: Any) -> None:
    write('target = "cost"\n')
    assert "unknown setting 'target': " in call("rewrites").err
    write('[rewrites]\ntarget = "test"\n')

    assert call("rewrites").out.startswith("xor · rewrites · test")
    assert call("rewrites", "--target", "cost").out.startswith("xor · rewrites · cost")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('thme = "dark"', "unknown setting 'thme': did you mean theme or mode?"),
        ('theme = "drak"', "unknown theme 'drak': did you mean dark?"),
        ("theme = true", "theme must be a value, not true or false"),
        ('legend = "no"', "legend must be true or false"),
        ('max-nodes = "x"', "max-nodes: 'x' is not a valid integer."),
        ('[graph]\nscale = "x"', "scale: 'x' is not a valid number."),
        ("out = 3", "out must be the name of a folder"),
        ("[graf]", "unknown command 'graf': did you mean graph"),
        ('[graph]\ndirectin = "LR"', "unknown setting of graph 'directin': did you mean direct"),
    ],
)
def test_mistakes_name_the_file(call: Any, write: Any, text: str, message: str) -> None:
    write(text)
    told = call("graph")

    assert (told.status, told.out) == (2, "")
    assert told.err.startswith(f"xorexplain: xorexplain.toml: {message}")
    assert told.err.count("\n") == 1


def test_what_is_no_toml(call: Any, write: Any) -> None:
    write("theme = ")

    told = call("graph")
    assert told.err.startswith("xorexplain: xorexplain.toml is no TOML: ")
    assert told.err.count("\n") == 1
    assert call("--help").status == 0


def test_what_all_commands_share_is_an_option_somewhere() -> None:
    context = click.Context(main)
    commands = [main.get_command(context, name) for name in COMMANDS]
    known = {name for command in commands for p in command.params for name in p.opts}  # type: ignore[union-attr]

    assert {f"--{key}" for key in SHARED} <= known


def test_doctor_shows_them(write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert settings(Machine()).found.startswith("none: no xorexplain.toml")
    write('theme = "dark"\n[graph]\nlegend = false\n')
    assert settings(Machine()).found == 'xorexplain.toml: theme = "dark", graph.legend = false'
    write('[gradient]\nthme = "dark"\n')
    found = settings(Machine())
    assert (found.status, found.cure) == ("problem", "did you mean theme or mode?")
    assert found.found == "xorexplain.toml: unknown setting of gradient 'thme'"
