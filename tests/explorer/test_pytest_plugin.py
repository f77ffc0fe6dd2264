"""pytest has an option that watches a run of tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from forking import LONGEST
from processes import environment

from xorexplain.engines import Engine
from xorexplain.explorer.pytest_plugin import pytest_configure

TESTS = """
import importlib

engine = importlib.import_module({name!r})
tensor = importlib.import_module({name!r} + ".tensor")
x = tensor.dvector("x")

def test_double():
    double = engine.function([x], tensor.log(x) * 2, mode="FAST_COMPILE")
    assert double([1.0])[0] == 0
    assert double([-1.0])[0] != 0
"""


def test_a_run_of_tests_is_watched(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS.format(name=engine.name))
    plugin = ["-p", "no:cacheprovider", "-q"]
    if not entry_points(group="pytest11", name="xorexplain"):
        # A checkout that is not installed: pytest has to be told of the plugin.
        plugin += ["-p", "xorexplain.explorer.pytest_plugin"]

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, "--xorexplain=report", "--xorexplain-nan"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "1 passed" in ran.stdout
    assert "xorexplain: 1 function compiled" in ran.stdout
    report = (tmp_path / "report" / "report.txt").read_text()
    assert "test_it.py:9" in report
    assert "NaN" in report
    assert (tmp_path / "report" / "index.html").is_file()


def test_an_option_without_a_folder_says_so() -> None:
    told = _Config({"--xorexplain": None, "--xorexplain-nan": False, "--xorexplain-check": True})

    with pytest.raises(pytest.UsageError, match="--xorexplain-check is told in a report: add --x"):
        pytest_configure(told)


class _Config:
    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options

    def getoption(self, name: str, default: Any = None) -> Any:
        return self.options.get(name, default)
