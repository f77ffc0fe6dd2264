"""Run Python code in a process of its own, with the package under test."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

import xorexplain

TESTS = Path(__file__).resolve().parent
PACKAGE = Path(xorexplain.__file__).resolve().parent


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment, with the package and the tests on the import path."""
    paths = [str(PACKAGE.parent), str(TESTS), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **changes}


def bare_environment(home: Path, **changes: str) -> dict[str, str]:
    """Return the environment of a user who has set nothing: no engine's flags, an empty home."""
    kept = {
        name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ
    }
    return {**kept, "HOME": str(home), "PYTHONPATH": environment()["PYTHONPATH"], **changes}


def run_python(
    code: str, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own and return its exit status and what it printed."""
    from forking import LONGEST  # a process that reads this file has the folder of tools nowhere

    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        env=dict(environment() if env is None else env),
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )


def output_of(code: str, *arguments: str, **options: object) -> str:
    """Run code in a process of its own, see that it ends well, and return what it printed."""
    completed = run_python(code, *arguments, **options)  # type: ignore[arg-type]
    assert completed.returncode == 0, completed.stderr
    return completed.stdout
