"""Run the command line in this process, for the many cases that need no process of their own."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from xorexplain import cli


class Told(NamedTuple):
    """Hold an exit status and what was printed."""

    status: int
    out: str
    err: str


class Call(Protocol):
    """Run `xorexplain ...` in this process, in an empty folder."""

    def __call__(self, *arguments: str) -> Told: ...


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
