"""Build sites from the command line."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest
from helpers import Call

MODEL = """
from xorexplain import Model, engines

T = engines.choose().tensor

def model():
    x = T.dvector("x")
    return Model({"y": T.tanh(x) ** 2}, inputs=[x])
"""
needs_sphinx = pytest.mark.skipif(
    None in map(importlib.util.find_spec, ("sphinx", "furo")), reason="needs sphinx and furo"
)


@pytest.fixture
def spec(tmp_path: Path) -> str:
    (tmp_path / "small.py").write_text(MODEL)
    return "small.py:model"


@needs_sphinx
def test_builds_a_site_that_needs_no_network(call: Call, spec: str, tmp_path: Path) -> None:
    told = call("docs", "--model", spec, "--out", "site")

    assert told.status == 0
    assert re.fullmatch(r"site/index\.html: \d+ pages\n", told.out)
    page = (tmp_path / "site" / "network.html").read_text(encoding="utf-8")
    assert "<math" in page
    loaded = re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=\"([^\"]+)", page)
    assert loaded
    assert [address for address in loaded if "//" in address] == []
    assert not list((tmp_path / "site").rglob("*.rst"))


@needs_sphinx
def test_writes_a_site_again_but_not_over_anything_else(
    call: Call, spec: str, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("mine")

    assert call("docs", "--model", spec, "--out", "site").status == 0
    again = call("docs", "--model", spec, "--out", "site", "--json")
    report = json.loads(again.out)
    assert again.status == 0
    assert report["folder"] == "site"
    assert {"index.html", "network.html"} <= set(report["pages"])
    assert "network.html" not in report["changed"]
    told = call("docs", "--model", spec, "--out", "mine")

    assert told.status == 2
    assert "mine/index.html was not written by this command" in told.err
    assert (tmp_path / "mine" / "index.html").read_text() == "mine"


@needs_sphinx
def test_opens_the_site(call: Call, spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", lambda path: opened.append(path) or 0)

    assert call("docs", "--model", spec, "--open").status == 0
    assert opened == ["site/index.html"]

    monkeypatch.setattr("click.launch", lambda path: 1)
    told = call("docs", "--model", spec, "--open")
    assert told.status == 0
    assert "open site/index.html yourself" in told.err


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"sphinx"}, "sphinx is not installed: pip install 'xorexplain[docs]'"),
        ({"sphinx", "furo"}, "sphinx and furo are not installed: pip install 'xorexplain[docs]'"),
    ],
)
def test_names_the_cure_where_sphinx_is_missing(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: set[str], said: str
) -> None:
    monkeypatch.setattr(
        "xorexplain.cli.commands.docs.importlib.util.find_spec",
        lambda name: None if name in missing else object(),
    )

    told = call("docs", "--out", "site")

    assert (told.status, told.err) == (2, f"xorexplain: {said}\n")
    assert not (tmp_path / "site").exists()


@needs_sphinx
def test_shows_on_a_terminal_how_far_it_is(
    call: Call, spec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xorexplain.cli.progress.is_interactive", lambda: True)

    told = call("docs", "--model", spec, "--out", "site")

    steps = [line.strip() for line in told.err.split("\r\033[K")]
    assert steps.index("recording the graph") < steps.index("writing the pages")
    assert any(re.fullmatch(r"reading sources\.\.\. \[ *\d+%\]", step) for step in steps)
