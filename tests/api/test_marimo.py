"""Run a marimo notebook without a browser and look at what each of its cells shows."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from forking import LONGEST

pytestmark = pytest.mark.marimo

CELLS = (
    "xorexplain.draw(cost)",
    "xorexplain.snapshot(cost)",
    "xorexplain.gradient(cost)",
    "xorexplain.rewrites(cost)",
    "xorexplain.explore(cost)",
)
START = """
import marimo

app = marimo.App()

@app.cell
def _():
    import xorexplain
    from xorexplain import engines
    T = engines.choose().tensor
    x = T.dvector("x")
    cost = (T.tanh(x) ** 2).sum()
    return cost, xorexplain
"""


def outputs(folder: Path) -> list[Any]:
    """Export the notebook and return the data of each cell that shows some."""
    cells = "".join(
        f"\n@app.cell\ndef _(cost, xorexplain):\n    {code}\n    return\n" for code in CELLS
    )
    (folder / "notebook.py").write_text(START + cells, encoding="utf-8")
    command = [sys.executable, "-m", "marimo", "export", "html", "notebook.py", "-o", "out.html"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=LONGEST)
    page = html.unescape((folder / "out.html").read_text(encoding="utf-8"))
    found = re.search(r'"session": (\{)', page)
    assert found is not None
    session, _ = json.JSONDecoder().raw_decode(page, found.start(1))
    return [cell["outputs"][0]["data"] for cell in session["cells"][1:]]


def test_marimo_shows_what_jupyter_does(tmp_path: Path) -> None:
    found = [data["application/vnd.marimo+mimebundle"] for data in outputs(tmp_path)]
    bundles = [entry if isinstance(entry, dict) else json.loads(entry) for entry in found]

    kinds = [set(bundle) for bundle in bundles]
    assert kinds[:2] == [{"image/svg+xml"}] * 2
    assert kinds[2:4] == [{"text/html", "text/latex"}] * 2
    assert kinds[4] == {"text/html"}
    assert "Backward" in bundles[2]["text/html"]
    assert "srcdoc=" in bundles[4]["text/html"]
