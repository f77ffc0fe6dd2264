"""Build a page that has an explorer in it, for builders that can and cannot show it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sphinx_builds import STRICT, Built, attributes, build

pytestmark = pytest.mark.usefixtures("engine")

CONF = """
extensions = ["xorexplain.sphinxext"]
project = "stories"
version = release = "1"
project_copyright = "1"
"""
INDEX = """
A story
=======

.. xorexplain-explore::
   :no-compile:
   :height: 500

.. xorexplain-rewrites::
   :steps: notable
   :player:
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("story")
    source = folder / "source"
    source.mkdir()
    (source / "conf.py").write_text(CONF, encoding="utf-8")
    (source / "index.rst").write_text(INDEX, encoding="utf-8")
    return folder


def built(folder: Path, builder: str) -> Built:
    found = build(folder / "source", folder, builder, *STRICT)
    assert (found.status, found.warned) == (0, "")
    return found


def test_html_has_the_page_in_a_frame(folder: Path) -> None:
    html = built(folder, "html")
    text = html.text("index.html")

    frame, player = [v for n, v in attributes(text) if n == "src" and v.startswith("_images/")]
    assert html.text(frame).startswith("<!DOCTYPE html>")
    assert ("href", frame) in attributes(text)
    assert player.endswith(".html#view=rewrites")
    assert html.text(player.partition("#")[0]).startswith("<!DOCTYPE html>")
    assert "height: 500px" in text


@pytest.mark.parametrize("builder", ["text", "latex", "epub"])
def test_other_builders_have_the_outline(folder: Path, builder: str) -> None:
    found = built(folder, builder)
    names = {"text": "index.txt", "latex": "*.tex", "epub": "index.xhtml"}
    (file,) = found.out.glob(names[builder])

    text = file.read_text(encoding="utf-8")
    assert text.count("z1 = X") == 1, "the player adds nothing where it cannot be shown"
