"""Have a page in the documentation for each command and each decision."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xorexplain.cli import COMMANDS

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_page_that_runs_it(command: str) -> None:
    entries = re.findall(r"^   (\S+)$", (DOCS / "commands" / "index.rst").read_text(), re.MULTILINE)
    pages = [(DOCS / "commands" / f"{entry}.rst").resolve() for entry in entries]

    page = next(page for page in pages if page.stem in (command, f"{command}s"))
    assert f".. run:: xorexplain {command}" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["", "commands", "decisions", "develop"])
def test_each_page_is_in_a_toctree(folder: str) -> None:
    index = (DOCS / folder / "index.rst").read_text(encoding="utf-8")
    entries = re.findall(r"^   ([\w./*-]+)$", index, re.MULTILINE)
    listed = {page.stem for entry in entries for page in (DOCS / folder).glob(f"{entry}.rst")}
    others = (DOCS / "commands" / "index.rst").read_text(encoding="utf-8") if not folder else ""

    missing = [
        page.stem
        for page in (DOCS / folder).glob("*.rst")
        if page.stem != "index" and page.stem not in listed and f"../{page.stem}" not in others
    ]
    assert missing == []
