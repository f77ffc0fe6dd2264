"""Have a page in the documentation for each command and each decision, and true words on them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from test_architecture import MODULES, ROOMS

from xorexplain.cli import COMMANDS

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_page_that_runs_it(command: str) -> None:
    entries = re.findall(r"^   (\S+)$", (DOCS / "commands" / "index.rst").read_text(), re.MULTILINE)
    pages = [(DOCS / "commands" / f"{entry}.rst").resolve() for entry in entries]

    # One page tells how a program is run and how its report is read.
    told_on = "run" if command == "report" else command
    page = next(page for page in pages if page.stem in (told_on, f"{told_on}s"))
    assert f".. run:: xorexplain {command}" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["", "commands", "decisions", "develop", "howto"])
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


def test_no_two_pages_have_one_title() -> None:
    """Else a reader of the search, or of the list of pages, cannot tell which is which."""
    pages = [p for p in DOCS.rglob("*.rst") if "_build" not in p.parts]
    titles = Counter(p.read_text(encoding="utf-8").lstrip().split("\n", 1)[0] for p in pages)

    assert [title for title, times in titles.items() if times > 1] == []


def named(text: str) -> list[str]:
    """Return what a page writes as a path or a module of the repository."""
    tops = "|".join((*ROOMS, "xorexplain", "tests", "docs"))
    return re.findall(rf"``((?:{tops})[/.][\w./]+)``", text)


@pytest.mark.parametrize("page", sorted((DOCS / "develop").glob("*.rst")), ids=lambda p: p.stem)
def test_the_pages_for_maintainers_name_what_is_there(page: Path) -> None:
    package = DOCS.parent / "xorexplain"
    texts = {name: path.read_text(encoding="utf-8") for name, path in MODULES.items()}
    missing = []
    for name in named(page.read_text(encoding="utf-8")):
        path = name.removeprefix("xorexplain/").removesuffix("/")
        places = (package / path, package / f"{path}.py", DOCS.parent / path)
        module, _, attribute = name.removeprefix("xorexplain.").rpartition(".")
        is_module = f"{module}.{attribute}" in MODULES
        is_name = bool(re.search(rf"\b{attribute}\b", texts.get(module, "")))
        if "NAME" not in name and not (is_module or is_name or any(p.exists() for p in places)):
            missing.append(name)

    assert missing == []
