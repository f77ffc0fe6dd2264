from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from helpers import RunCli

import xorexplain
from xorexplain import engines
from xorexplain.cli.commands import doctor as doctor_command
from xorexplain.cli.commands.doctor.record import Check
from xorexplain.render.lines import joined

ENGINES = ("theano", "pytensor")


@pytest.mark.usefixtures("engine")
def test_the_report(run_cli: RunCli) -> None:
    done = run_cli("doctor")
    lines = done.stdout.splitlines()

    assert lines[0].split() == ["ok", "engine", *engine_text().split()]
    assert {line.split()[0] for line in lines if line[:1].strip()} >= {"ok"}
    assert lines[-1] == "Drawing, printing and training work."
    assert "\x1b" not in done.stdout
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.usefixtures("engine")
def test_json(run_cli: RunCli) -> None:
    done = run_cli("doctor", "--json")
    data = json.loads(done.stdout)

    assert data["version"] == xorexplain.__version__
    assert data["works"] is True
    assert data["checks"][0]["found"] == engine_text()
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.usefixtures("engine")
def test_no_home_and_nowhere_to_compile(run_cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"
    env = {"HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home)}
    done = run_cli("doctor", "--json", env={**env, "THEANO_FLAGS": "", "PYTENSOR_FLAGS": ""})
    data = json.loads(done.stdout)
    checks = {check["name"]: check for check in data["checks"]}

    assert checks["compile directory"]["status"] == "problem"
    assert str(home) in checks["compile directory"]["found"]
    assert checks["compile directory"]["cure"].startswith("export ")
    assert checks["embedded Graphviz"]["status"] == "ok"
    assert "Traceback" not in done.stderr
    assert (data["works"], done.returncode) == (False, 1)


def engine_text() -> str:
    engine = engines.choose()
    return f"{engine.title} {engine.version}"


@pytest.fixture
def without_engine(tmp_path: Path) -> Path:
    """Return a folder that holds what is installed here except the engines."""
    folder = tmp_path / "packages"
    folder.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.lower().startswith(ENGINES):
            (folder / path.name).symlink_to(path)
    if not (folder / "xorexplain").exists():
        (folder / "xorexplain").symlink_to(Path(xorexplain.__file__).parent)
    return folder


def run_doctor(packages: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run in a Python that sees only these packages."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "xorexplain", "doctor", *arguments],
        env={**os.environ, "PYTHONPATH": str(packages)},
        cwd=packages.parent,
        capture_output=True,
        encoding="utf-8",
    )


def test_no_engine(without_engine: Path) -> None:
    done = run_doctor(without_engine)

    assert done.stdout.startswith("missing  engine             no engine is installed\n")
    assert "to mend:    pip install '" in done.stdout
    assert "embedded Graphviz  " in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Not in order: engine, compile directory")
    assert (done.stderr, done.returncode) == ("", 1)


def test_an_engine_that_does_not_start(without_engine: Path) -> None:
    broken = without_engine / "pytensor"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise AttributeError('numpy has no bool\\nand so on')")
    data = json.loads(run_doctor(without_engine, "--json").stdout)
    check = data["checks"][0]

    assert (check["status"], data["works"]) == ("problem", False)
    assert check["found"] == "pytensor ? does not start: AttributeError: numpy has no bool"
    assert check["cure"] == "pip install --force-reinstall 'pytensor>=3.3'"


def test_the_report_does_without_rich(without_engine: Path) -> None:
    (without_engine / "rich").unlink()
    done = run_doctor(without_engine)

    assert "problem  rich  " in done.stdout
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_lines_are_aligned() -> None:
    report = doctor_command.lines(
        [
            Check("engine", "ok", "Theano 1.0.5"),
            Check("system Graphviz", "missing", "no dot", "--layout system", "apt-get install x"),
        ],
        50,
    )

    assert joined(report).splitlines() == [
        "ok       engine           Theano 1.0.5",
        "missing  system Graphviz  no dot",
        "                          takes away: --layout",
        "                          system",
        "                          to mend:    apt-get install x",
        "",
        "Drawing, printing and training work.",
    ]
