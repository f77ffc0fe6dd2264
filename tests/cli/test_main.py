"""Start the command line, mistype it, interrupt it, and take its output away."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pytest
from forking import LONGEST
from helpers import RunCli
from processes import environment, output_of

import xorexplain
from xorexplain.cli.commands import COMMANDS


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["graph", "--help"]])
def test_help_and_version_import_no_engine(arguments: list[str]) -> None:
    code = """
        import sys
        from xorexplain.cli import run
        status = run(sys.argv[1:])
        print(status, sorted(sys.modules.keys() & {"theano", "pytensor", "numpy", "rich", "pydot"}))
    """

    assert output_of(code, *arguments).splitlines()[-1] == "0 []"


def test_help_names_every_command(call: Any) -> None:
    told = call("--help")

    assert told.status == 0
    assert all(f"  {name} " in told.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(call: Any, name: str) -> None:
    told = call(name, "--help")

    assert (told.status, told.err) == (0, "")
    assert told.out.startswith(f"Usage: xorexplain {name}")
    assert f"Example:  xorexplain {name}" in told.out


def questions() -> list[str]:
    """Name every command and every question about a rewriting."""
    from xorexplain.cli.commands.rewrites import QUESTIONS

    own = [name for name in COMMANDS if name != "rewrites"]
    return [*own, *(f"rewrites {name}" for name in QUESTIONS)]


@pytest.mark.parametrize("name", questions())
def test_every_command_answers_in_json(call: Any, name: str) -> None:
    assert re.search(r"^  --json ", call(*name.split(), "--help").out, re.MULTILINE)


def test_the_version(call: Any) -> None:
    assert call("--version").out == f"xorexplain {xorexplain.__version__}\n"


def test_that_pytensor_links_no_blas_is_left_to_doctor(call: Any) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        call("--version")
        warnings.warn("PyTensor could not link to a BLAS installation. More", stacklevel=1)

    assert seen == []


def test_nothing_said_shows_the_help(call: Any) -> None:
    told = call()

    assert (told.status, told.out) == (2, "")
    assert told.err.startswith("Usage: xorexplain")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grpah"], "unknown command 'grpah': did you mean graph"),
        (["zzz"], "unknown command 'zzz': choose from graph, print"),
        (["--nonsense"], "unknown option --nonsense: see xorexplain --help"),
        (["graph", "--thme", "x"], "unknown option --thme: did you mean --theme"),
        (["graph", "--zzz"], "unknown option --zzz: see xorexplain graph --help"),
        (["graph", "--out"], "Option '--out' requires an argument: see"),
        (
            ["graph", "xor", "more"],
            "Got unexpected extra argument (more): see xorexplain graph --help",
        ),
        (["graph", "--radius", "0"], "'--radius': 0 is not in the range x>=1: see"),
        (["graph", "--radius", "two"], "'--radius': 'two' is not a valid integer: see"),
        (["graph", "--scale", "two"], "'--scale': 'two' is not a valid number: see"),
        (["print", "--depth", "-2"], "'--depth': -2 is not in the range x>=-1"),
        (["print", "--stage", "gradeint"], "unknown stage 'gradeint': did you mean gradient?"),
        (["print", "--engine", "keras"], "unknown engine 'keras': "),
    ],
)
def test_mistakes_are_told_in_one_line(call: Any, arguments: list[str], message: str) -> None:
    told = call(*arguments)

    assert (told.status, told.out) == (2, "")
    assert told.err.startswith("xorexplain: ")
    assert told.err.count("\n") == 1
    assert message in told.err


HOSTILE = """
from xorexplain import engines

def model():
    T = engines.choose().tensor
    x = T.dscalar("two\\nlines \\x1b[31m")
    y = T.tanh(x)
    y.name = "{}".format("y" * 10000)
    return {"out": y, "long\\n" + "z" * 10000: x}
"""


@pytest.mark.usefixtures("engine")
def test_names_that_a_mistake_quotes_stay_on_its_line(call: Any, tmp_path: Path) -> None:
    (tmp_path / "hostile.py").write_text(HOSTILE, encoding="utf-8")
    spec = ["--model", "hostile.py:model", "--format", "dot", "--out", "g.dot"]

    for arguments in (["--target", "nope"], ["--around", "nope"], ["--path", "nope", "out"]):
        told = call("graph", *spec, *arguments)

        assert told.status == 2
        assert told.err.count("\n") == 1
        assert len(told.err) < 2000
        assert "\x1b" not in told.err
        assert not (tmp_path / "g.dot").exists()


def test_a_failing_model_shows_its_own_frames(call: Any, tmp_path: Path) -> None:
    (tmp_path / "failing.py").write_text("def model():\n    return 1 / 0\n", encoding="utf-8")

    told = call("print", "--model", "failing.py:model")

    assert told.status == 2
    assert "return 1 / 0" in told.err
    assert told.err.splitlines()[-1].startswith("xorexplain: ")
    assert "ZeroDivisionError" in told.err.splitlines()[-1]


LARGE = """
from xorexplain import engines

def model():
    T = engines.choose().tensor
    x = T.dscalar("x")
    for number in range(600):
        x = T.tanh(x)
        x.name = f"of_the_layer_that_has_the_number_{number}"
    return x
"""


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "arguments",
    [["print", "--style", "engine"], ["graph", "--format", "dot", "--out", "-"]],
    ids=["print", "graph"],
)
def test_a_reader_that_leaves_ends_it_quietly(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "large.py").write_text(LARGE, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "xorexplain", *arguments, "--model", "large.py:model"],
        cwd=tmp_path,
        # Without a buffer, Python does not notice.
        env=environment(PYTHONUNBUFFERED=""),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    _, err = process.communicate(timeout=LONGEST)

    assert (process.returncode, err) == (130, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("arguments", [["print"], ["--help"]])
def test_a_full_disk_is_a_mistake(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "xorexplain", *arguments],
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )

    assert done.returncode == 2
    assert done.stderr.startswith("xorexplain: cannot write to stdout: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("engine")
def test_an_old_encoding_loses_signs_and_nothing_else(run_cli: RunCli) -> None:
    done = run_cli("print", env={"PYTHONIOENCODING": "ascii"})

    assert (done.returncode, done.stderr) == (0, "")
    assert "sigmoid" in done.stdout


_GRAPH = [sys.executable, "-m", "xorexplain", "graph"]
SLEEPING = """
import pathlib, time

def model():
    pathlib.Path("started").touch()
    time.sleep(300)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_quietly_and_keep_the_old_file(
    number: int, status: int, tmp_path: Path
) -> None:
    (tmp_path / "sleeping.py").write_text(SLEEPING, encoding="utf-8")
    (tmp_path / "graph.svg").write_text("old", encoding="utf-8")
    process = subprocess.Popen(
        [*_GRAPH, "--model", "sleeping.py:model", "--out", "graph.svg"],
        cwd=tmp_path,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        stderr=subprocess.PIPE,
    )
    while not (tmp_path / "started").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    _, err = process.communicate(timeout=LONGEST)

    assert (process.returncode, err.strip()) == (status, b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "graph.svg",
        "sleeping.py",
        "started",
    ]
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8") == "old"


def test_the_module_and_the_script_are_one(run_cli: RunCli) -> None:
    from xorexplain import __main__

    assert run_cli("--version").stdout == f"xorexplain {xorexplain.__version__}\n"
    with pytest.raises(SystemExit):
        __main__.main()
