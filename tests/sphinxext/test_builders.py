"""Build the pages with the other builders; each shows pictures as it can."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from sphinx_builds import STRICT, Built, build, ids

pytestmark = pytest.mark.usefixtures("engine")
BUILDERS = ("text", "man", "latex", "epub", "dirhtml", "singlehtml")


@pytest.fixture(scope="module")
def built(
    pages: Built, pages_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Built]:
    """Build with a copy of what was read and recorded for HTML, to which nothing is added so."""
    source, folder = pages_folder / "source", tmp_path_factory.mktemp("builders")
    shutil.copytree(pages.doctrees, folder / pages.doctrees.name)
    return {name: build(source, folder, name, *STRICT, "-j", "2") for name in BUILDERS}


@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_writes_the_pages_without_a_warning(
    builder: str, built: dict[str, Built]
) -> None:
    assert built[builder].warned == ""
    assert built[builder].status == 0


def test_only_the_first_builder_records(pages: Built, built: dict[str, Built]) -> None:
    said = [
        re.search(r"xorexplain: (\d+) recorded", found.said) for found in (pages, *built.values())
    ]
    recorded = [int(match[1]) if match else 0 for match in said]

    assert recorded[0] > 10
    assert recorded[1:] == [0] * len(BUILDERS)


def test_text_has_the_tree_in_the_place_of_a_picture(built: dict[str, Built]) -> None:
    page = built["text"].text("index.txt")

    assert "└─ _ ^ 2" in page
    assert "The network and its" in page
    assert "digraph" not in page


def test_text_has_steps_and_formulas_as_text(built: dict[str, Built]) -> None:
    steps, gradient = built["text"].text("rewrites.txt"), built["text"].text("gradient.txt")

    assert "before and after:" in steps
    assert "δW1 = Xᵀ · δz1" in gradient
    assert r"\delta" not in gradient


def test_text_has_points_of_the_curve(built: dict[str, Built]) -> None:
    page = built["text"].text("training.txt")

    assert re.search(r"step  cost\n +1  1\.\d+", page)


def test_manual_pages_have_the_tree(built: dict[str, Built]) -> None:
    (page,) = built["man"].out.glob("*.1")

    assert "└─ _ ^ 2" in page.read_text(encoding="utf-8")


def test_latex_includes_pictures_as_pdf(built: dict[str, Built]) -> None:
    tex = built["latex"].text("pages.tex")
    named = re.findall(r"\\sphinxincludegraphics\{(xorexplain-\w+\.pdf)\}", tex)

    assert len(named) == 10
    assert all((built["latex"].out / name).read_bytes().startswith(b"%PDF") for name in named)
    assert r"\delta W_{1}" in tex
    assert "digraph" not in tex
    labels = set(re.findall(r"\\label\{\\detokenize\{(.*?)\}\}", tex))
    targets = set(re.findall(r"\\hyperref\[\\detokenize\{(.*?)\}\]", tex))
    assert targets - labels == set()


def test_an_epub_holds_its_pictures_as_files(built: dict[str, Built]) -> None:
    (file,) = built["epub"].out.glob("*.epub")
    with zipfile.ZipFile(file) as book:
        page = book.read("index.xhtml").decode()
        steps = book.read("rewrites.xhtml").decode()
        manifest = book.read("content.opf").decode()
        names = set(book.namelist())
    shown = re.findall(r'<img src="(_images/xorexplain-\w+\.svg)" alt="(.*?)" />', page)

    assert len(shown) == 3
    assert {name for name, _ in shown} <= names
    assert all(name in manifest for name, _ in shown)
    assert shown[0][1].startswith("Graph of 7 apply nodes")
    assert shown[2][1] == "The graph that &lt;runs&gt; &amp; &quot;works&quot;"
    assert "<details" not in steps
    assert "before and after:" in steps


@pytest.mark.parametrize(("builder", "page"), [("singlehtml", ""), ("dirhtml", "own/")])
def test_other_pages_of_html_have_pictures_too(
    builder: str, page: str, built: dict[str, Built]
) -> None:
    text = built[builder].text(f"{page}index.html")
    counts = Counter(id_ for id_ in ids(text) if id_.startswith("xorexplain"))

    assert text.count("<svg role") == (10 if builder == "singlehtml" else 3)
    assert [id_ for id_, count in counts.items() if count > 1] == []
