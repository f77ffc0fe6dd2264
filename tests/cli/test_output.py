"""Where what a command writes goes: files it names itself, and stdout for `-`."""

from __future__ import annotations

import io
import sys
import tarfile
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import Screen

from xorexplain.cli import building
from xorexplain.cli.commands import pages
from xorexplain.sphinxext.walkthrough import Walkthrough

pytestmark = pytest.mark.usefixtures("engine")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["graph", "--format", "svg"], "graph.svg"),
        (["gradient", "--format", "dot"], "gradient.dot"),
        (["rewrites", "1", "--format", "dot"], "step-1.dot"),
    ],
    ids=str,
)
def test_a_format_alone_names_the_file(
    call: Any, tmp_path: Path, arguments: list[str], name: str
) -> None:
    told = call(*arguments)

    assert (told.status, told.err) == (0, "")
    assert told.out.startswith(f"{name}: ")
    assert (tmp_path / name).stat().st_size


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        (["graph", "-o", "-", "--format", "txt"], "xor "),
        (["gradient", "-o", "-"], "xor "),
        (["gradient", "-o", "-", "--format", "latex"], "\\"),
        (["gradient", "-o", "-", "--check"], "18 of 18 agree"),
        (["rewrites", "-o", "-"], "xor "),
        (["rewrites", "usage", "-o", "-", "--json"], "["),
        (["rewrites", "1", "-o", "-"], "step 1 "),
        (["rewrites", "1", "-o", "-", "--format", "dot"], "digraph"),
    ],
    ids=str,
)
def test_stdout_for_a_dash(call: Any, tmp_path: Path, arguments: list[str], start: str) -> None:
    told = call(*arguments)

    assert (told.status, told.err) == (0, "")
    assert told.out.lstrip("%\n ").startswith(start)
    assert list(tmp_path.iterdir()) == []


MODEL = """
from xorexplain.engines import choose

def net():
    return choose().tensor.dscalar("x") * 2
"""


def test_a_folder_for_a_dash_is_an_archive(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"index.rst": b"Story\n", "pictures/cost.svg": b"<svg/>"}
    monkeypatch.setattr(pages, "make", lambda *names: Walkthrough(files, ()))
    told = call("pages", "-o", "-")

    assert (told.status, told.err) == (0, "")
    with tarfile.open(fileobj=io.BytesIO(told.out.encode())) as archive:
        read = {name: archive.extractfile(name) for name in archive.getnames()}
        assert {name: file.read() for name, file in read.items() if file} == files
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pages", "-o", "-", "--json"], "--json is for a folder: give one with --out, not -"),
        (["docs", "-o", "-", "--open"], "--open is for a folder: give one with --out, not -"),
        (["gradient", "--check", "--format", "svg"], "--check prints: leave --format svg out"),
        (["gradient", "--why", "-o", "g.txt"], "--why prints: leave --out out"),
        (["graph", "-o", "-"], "stdout has no suffix that tells the format: add --format"),
    ],
    ids=str,
)
def test_mistakes(call: Any, arguments: list[str], message: str) -> None:
    told = call(*arguments)

    assert (told.status, told.out, told.err) == (2, "", f"xorexplain: {message}\n")


def test_an_archive_is_not_for_a_terminal(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    told = call("pages", "-o", "-")

    assert told.status == 2
    assert "the archive is not for a terminal: add `| tar x`, or name a folder" in told.err


def test_a_file_that_trains_says_at_which_line(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file is looked at while it waits for that, however long a busy machine takes till then.
    looked, line_at = threading.Event(), building._line_at
    looked.set()

    def look(file: Path, thread: int) -> int:
        line = 0 if looked.is_set() else line_at(file, thread)
        looked.set()
        return line

    def wait() -> None:
        looked.clear()
        looked.wait()

    monkeypatch.setattr(building, "PATIENCE", 0.01)
    monkeypatch.setattr(building, "_line_at", look)
    monkeypatch.setitem(sys.modules, "looking", SimpleNamespace(wait=wait))
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "compiling.py").write_text(
        f"{MODEL}\nimport looking\nx = choose().tensor.dscalar()\n"
        "class Slow(dict):\n    def items(self):\n        looking.wait()\n        return []\n"
        "choose().module.function([x], x * 2, updates=Slow())\n",
        "utf-8",
    )
    (tmp_path / "training.py").write_text(
        f"import looking\n{MODEL}\ndef train():\n    looking.wait()\n\ntrain()\n", "utf-8"
    )
    told = call("print", "training.py:net")

    assert told.status == 0
    assert call("print", "compiling.py:net").err == ""
    assert told.err == (
        "note: training.py has been running for a while, it is at line 11, `train()`: "
        'what need not run to be shown goes under `if __name__ == "__main__":`\n'
    )
