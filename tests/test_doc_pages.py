"""Have a page in the documentation for each command and each decision, and true words on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
import rooms
from rooms import MODULES

from xorexplain.cli.commands import COMMANDS

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
    tops = "|".join((*rooms.rooms(), "xorexplain", "tests", "docs"))
    return re.findall(rf"``((?:{tops})[/.][\w./]+)``", text)


PAGES = sorted((DOCS / "develop").glob("*.rst"))
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
# Names that stand for those a reader chooses.
CHOSEN = {"your_model", "its_name", "test_NAME", "own_"}


@each_page
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


@cache
def sources() -> Mapping[Path, str]:
    """Return the text of whatever a page for maintainers may speak of."""
    root = DOCS.parent
    endings = {".py", ".js", ".ts", ".css", ".html", ".txt", ".json", ".toml", ".ini"}
    folders = (root / "xorexplain", root / "tests", DOCS / "_ext", root / "tools")
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in endings]
    own = [root / "pyproject.toml", root / "tox.ini"]
    return {path: path.read_text(encoding="utf-8") for path in (*files, *own)}


def prose(page: Path) -> tuple[str, str]:
    """Return what a page says, and the code that it shows."""
    text = page.read_text(encoding="utf-8")
    shown = re.findall(r"^( *)\.\. code-block:: \w+\n\n((?:\1   .*\n|\n)+)", text, re.MULTILINE)
    for _, code in shown:
        text = text.replace(code, "\n")
    return text, "\n".join(code for _, code in shown)


@each_page
def test_every_word_of_code_on_them_is_one_of_the_code(page: Path) -> None:
    said, shown = prose(page)
    known = {path.stem for path in sources()} | CHOSEN | set(re.findall(r"\w+", shown))
    known.update(*(re.findall(r"\w+", text) for text in sources().values()))
    names = [word for name in re.findall(r"``([^`]+)``", said) for word in re.findall(r"\w+", name)]

    assert sorted(set(names) - known) == []


@each_page
def test_what_they_say_a_file_has_is_in_it(page: Path) -> None:
    missing = []
    for name, path in re.findall(
        r"``([\w.]+)``\s+(?:of|in)\s+``([\w/]+\.(?:py|[jt]s|json))``", prose(page)[0]
    ):
        files = [file for file in sources() if f"/{file}".endswith(f"/{path}")]
        part = name.rpartition(".")[2]
        if not any(re.search(rf"\b{part}\b", sources()[file]) for file in files):
            missing.append(f"{name} of {path}")

    assert missing == []
