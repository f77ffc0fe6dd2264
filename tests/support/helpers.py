"""Name the types of the fixtures that tests share."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from forking import LONGEST


class RunCli(Protocol):
    """Run `python -m xorexplain ...` and return its exit status and what it printed."""

    def __call__(
        self,
        *arguments: str | os.PathLike[str],
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: str = "",
        timeout: float = LONGEST,
    ) -> subprocess.CompletedProcess[str]: ...


class Told(NamedTuple):
    """Hold an exit status and what was printed."""

    status: int
    out: str
    err: str


class Screen(io.StringIO):
    """Be a terminal, or what else stdout is."""

    def __init__(self, is_terminal: bool = True) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


class Call(Protocol):
    """Run `xorexplain ...` in this process, in an empty folder."""

    def __call__(self, *arguments: str) -> Told: ...
