"""Hold the page on PyMC to what the commands on it print."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.pytensor]
pytest.importorskip("pymc", reason="needs PyMC")
DOCS = Path(__file__).resolve().parents[2] / "docs"
SHOWN = re.compile(r"^   \$ xorexplain (.+)\n((?:   [^$\n].*\n|\n(?=   [^$\n]))+)", re.MULTILINE)


def shown() -> dict[str, str]:
    """Return the commands of the page that have their output below them."""
    found = SHOWN.findall((DOCS / "pymc.rst").read_text("utf-8"))
    return {words: re.sub(r"^   ", "", out, flags=re.MULTILINE).strip() for words, out in found}


@pytest.mark.parametrize("words", shown())
def test_a_command_of_the_page_prints_what_is_there(words: str, run_cli: Any) -> None:
    told = run_cli(*words.split(), cwd=DOCS / "examples")

    assert told.returncode == 0, told.stderr
    lines = [re.sub(r"^PyTensor \S+", "PyTensor 3.3.8", line) for line in told.stdout.splitlines()]
    assert "\n".join(lines).strip() == shown()[words]
