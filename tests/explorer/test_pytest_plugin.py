"""pytest has an option that watches a run of tests."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from processes import environment

from xorexplain.engines import Engine

TESTS = """
import importlib

engine = importlib.import_module({name!r})
x = importlib.import_module({name!r} + ".tensor").dvector("x")

def test_double():
    double = engine.function([x], x * 2, mode="FAST_COMPILE")
    assert double([1.0])[0] == 2
"""


def test_a_run_of_tests_is_watched(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS.format(name=engine.name))
    plugin = ["-p", "no:cacheprovider", "-q"]
    if not entry_points(group="pytest11", name="xorexplain"):
        # A checkout that is not installed: pytest has to be told of the plugin.
        plugin += ["-p", "xorexplain.explorer.pytest_plugin"]

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, "--xorexplain=report"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "1 passed" in ran.stdout
    assert "xorexplain: 1 function compiled" in ran.stdout
    report = (tmp_path / "report" / "report.txt").read_text()
    assert "test_it.py:8" in report
    assert (tmp_path / "report" / "index.html").is_file()
