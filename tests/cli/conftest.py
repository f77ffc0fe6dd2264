"""Run the command line in this process, for the many cases that need no process of their own."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import Call, Told

from xorexplain import cli


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Call]:
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGTERM)

    def run(*arguments: str) -> Told:
        capsys.readouterr()
        status = cli.run(arguments)
        out, err = capsys.readouterr()
        return Told(status, out, err)

    yield run
    signal.signal(signal.SIGTERM, before)
