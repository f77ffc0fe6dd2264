"""Make a PDF of a walk-through, with its pictures, by LaTeX."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from xorexplain.sphinxext.walkthrough import Walkthrough
from xorexplain.sphinxext.walkthrough.project import write

pytest.importorskip("sphinx", reason="needs sphinx, to read the pages")


def sphinx(builder: str, walk: Path, out: Path) -> str:
    """Have Sphinx build pages, with every warning an error; return what is printed."""
    command = [sys.executable, "-m", "sphinx", "-M", builder, str(walk), str(out), "-q", "-W"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def walk(written: Callable[[str], Walkthrough], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pdf") / "walk"
    write(folder, written("xor").files)
    return folder


def test_paper_has_each_picture_once(walk: Path) -> None:
    sphinx("latex", walk, walk.parent / "tex")

    text = (walk.parent / "tex" / "latex" / "walkthrough.tex").read_text(encoding="utf-8")
    pictures = re.findall(r"includegraphics(?:\[.*?\])?\{\{(.*?)\}", text)
    assert sorted(pictures) == sorted(path.stem for path in walk.glob("pictures/*.pdf"))
    assert "Play it" not in text


@pytest.mark.xelatex
def test_a_pdf_is_made(walk: Path) -> None:
    sphinx("latexpdf", walk, walk.parent / "tex")

    made = walk.parent / "tex" / "latex"
    log = (made / "walkthrough.log").read_text(encoding="utf-8", errors="replace")
    assert (made / "walkthrough.pdf").read_bytes().startswith(b"%PDF")
    # A letter that no font has would be a gap.
    assert "Missing character" not in log
    # Nor does a name stand across the column beside it; 36 lines did.
    assert log.count("Overfull") < 10
