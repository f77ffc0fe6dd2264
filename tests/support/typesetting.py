"""Compile LaTeX as a user would."""

from __future__ import annotations

import subprocess
from pathlib import Path

from forking import LONGEST

PREAMBLE = "\\documentclass{article}\n\\usepackage{amsmath}\n\\allowdisplaybreaks\n"


def compile_latex(folder: Path, document: str) -> str:
    """Compile a document with latexmk and return what TeX logged; fail where it does.

    A document without a class gets the smallest preamble that formulas need.
    """
    if "\\documentclass" not in document:
        document = PREAMBLE + document
    (folder / "page.tex").write_text(document, encoding="ascii")
    command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=LONGEST, check=False)
    log = (folder / "page.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-3000:]
    return log
