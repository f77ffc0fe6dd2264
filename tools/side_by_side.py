"""Run the tests of a tox environment in two processes: commands, pages and the API, and the rest.

Usage: python tools/side_by_side.py REPORT [options of pytest]; the reports are REPORT.xml and
REPORT-front.xml.

One process would be the last that runs. Two environments would be installed twice, and have Python
compile the same libraries twice; so the second process begins when the first has imported what
both need.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import IO

import pytest

NO_TESTS = pytest.ExitCode.NO_TESTS_COLLECTED
"""Of one of the two, where files of the other are named."""


class Second:
    """Start the second process when the first has collected its tests."""

    def __init__(self, options: Sequence[str], out: IO[bytes]) -> None:
        self._options, self._out = options, out
        self._process: subprocess.Popen[bytes] | None = None

    def pytest_collection_finish(self) -> None:
        """Start it; called by pytest, except where xdist's workers collect."""
        # With a folder of its own for what Theano compiles: where another compiles, it sleeps.
        flags = os.environ.get("THEANO_FLAGS", "")
        flags = re.sub(r"base_compiledir=[^,]+", r"\g<0>-front", flags, count=1)
        # -P: what is tested is the package that is installed, not the folder at hand.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pytest", *self._options],
            env={**os.environ, "THEANO_FLAGS": flags},
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=subprocess.STDOUT,
        )

    def status(self) -> int:
        """Wait until it has ended, and return its exit status."""
        if self._process is None:
            self.pytest_collection_finish()
        assert self._process is not None
        return self._process.wait()


def main(report: str, *options: str) -> int:
    """Run both, print the second's output after the first's, and return the exit status."""
    first = ["-m", "not front and not neutral", f"--junitxml={report}.xml", *options]
    front = ["-m", "front and not neutral", f"--junitxml={report}-front.xml", *options]
    with tempfile.TemporaryFile() as out:
        second = Second(front, out)
        statuses = [int(pytest.main(first, plugins=[second])), second.status()]
        out.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(out.read())
    ended = [status for status in statuses if status != NO_TESTS] or [int(NO_TESTS)]
    return max(ended, key=abs)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
