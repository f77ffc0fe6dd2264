"""Build the small projects in tests/roots, each build in a process of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from forking import LONGEST, run_forked

import xorexplain

ROOTS = Path(__file__).resolve().parents[1] / "roots"
STRICT = ("-n", "-W", "--keep-going")
SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Built:
    """Hold what a build wrote and said."""

    out: Path
    doctrees: Path
    status: int
    said: str
    warned: str

    def text(self, name: str) -> str:
        return (self.out / name).read_text(encoding="utf-8")

    @property
    def entries(self) -> dict[str, float]:
        """The entries of the cache and when each was written."""
        folder = self.doctrees / "xorexplain"
        return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.json")}


@cache
def package_path() -> str:
    """Return a folder with a copy of the package.

    Its code is a part of what entries of the cache are named after, so that two builds can only be
    compared where nobody works on it in between.
    """
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    package = Path(xorexplain.__file__).parent
    shutil.copytree(package, folder / package.name)
    return str(folder)


def build(
    source: Path,
    folder: Path,
    builder: str,
    *options: str,
    python: Sequence[str] = (),
) -> Built:
    """Build a project with a builder; the builders of one folder share the doctrees.

    `python` is a command that starts a Python of its own, which hashes as no other does.
    """
    out, doctrees = folder / builder, folder / "doctrees"
    folder.mkdir(exist_ok=True)
    words = ["-b", builder, "-d", str(doctrees), *options, str(source), str(out)]
    environment = {**os.environ, "PYTHONPATH": package_path(), "NO_COLOR": "1"}
    if not python:
        # In a folder where `python -m` finds no other package of the name.
        completed = run_forked("sphinx", words, folder, environment)
        return Built(out, doctrees, completed.returncode, completed.stdout, completed.stderr)
    completed = subprocess.run(
        [*python, "-m", "sphinx", *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )
    return Built(out, doctrees, completed.returncode, completed.stdout, completed.stderr)


def pictures(page: str) -> list[ElementTree.Element]:
    """Return the pictures of a page, each parsed as the XML it has to be."""
    parts = page.split("<svg ")[1:]
    texts = [f"<svg {part.partition('</svg>')[0]}</svg>" for part in parts]
    return [ElementTree.fromstring(text) for text in texts]


def ids(page: str) -> list[str]:
    """Return every id of a page."""
    return [value for name, value in attributes(page) if name == "id"]


def anchors(page: str) -> list[str]:
    """Return what the links of a page lead to."""
    return [value for name, value in attributes(page) if name == "href"]


def attributes(page: str) -> list[tuple[str, str]]:
    """Return all attributes of all elements of a page."""
    found: list[tuple[str, str]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend((name, value or "") for name, value in attrs)

    Reader().feed(page)
    return found
