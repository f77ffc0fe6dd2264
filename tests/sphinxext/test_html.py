"""Build the pages as HTML, in two processes, and read them as a browser does."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from sphinx_builds import ROOTS, STRICT, SVG, Built, anchors, build, ids, pictures

PAGES = ("index", "own", "rewrites", "gradient", "training", "dictionary")
each_page = pytest.mark.parametrize("name", PAGES)

pytestmark = pytest.mark.usefixtures("engine")


def test_the_pages_are_built_without_a_warning(pages: Built) -> None:
    assert pages.warned == ""
    assert pages.status == 0


@each_page
def test_no_two_elements_have_one_id(pages: Built, name: str) -> None:
    counts = Counter(ids(pages.text(f"{name}.html")))

    assert [id_ for id_, count in counts.items() if count > 1] == []


@each_page
def test_links_within_the_project_lead_somewhere(pages: Built, name: str) -> None:
    links = [link for link in anchors(pages.text(f"{name}.html")) if not link.startswith("http")]
    dead = []
    for link in links:
        page, _, anchor = link.partition("#")
        file = pages.out / (page.partition("?")[0] or f"{name}.html")
        if not file.is_file() or (anchor and anchor not in ids_of(file)):
            dead.append(link)

    assert dead == []


@cache
def ids_of(file: Path) -> set[str]:
    return set(ids(file.read_text(encoding="utf-8")))


@each_page
def test_pictures_say_what_they_show(pages: Built, name: str) -> None:
    for picture in pictures(pages.text(f"{name}.html")):
        title, description = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
        assert picture.get("role") == "img"
        assert title is not None
        assert description is not None
        assert title.text
        assert description.text
        assert picture.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


@each_page
def test_no_page_shows_dot_source(pages: Built, name: str) -> None:
    assert "digraph" not in pages.text(f"{name}.html")


def test_a_picture_is_described_in_words(pages: Built) -> None:
    described = [p.findtext(f"{SVG}desc") or "" for p in pictures(pages.text("index.html"))]

    assert re.match(
        r"Graph of 7 apply nodes out of 8, from X, W1, W2 and y to cost: 1\. ", described[0]
    )
    assert described[2] == 'The graph that <runs> & "works"'


def test_a_caption_makes_a_figure_with_a_number_and_a_name(pages: Built) -> None:
    page = pages.text("index.html")

    assert '<figure class="align-center" id="network">' in page
    assert '<a class="reference internal" href="#network"><span class="std std-numref">' in page
    assert 'href="dictionary.html#xorexplain-op-sigmoid"' in page


def test_roles_lead_to_the_node_in_the_picture(pages: Built) -> None:
    page = pages.text("index.html")
    nodes = re.findall(r'href="#(xorexplain-index-graph-1-\w+)"[^>]*><code[^>]*>(.*?)</code>', page)
    shown = [re.sub("<.*?>", "", text) for _, text in nodes]

    assert shown == ["W1", "the hidden layer"]
    assert {target for target, _ in nodes} <= set(ids(page))


def test_classes_and_themes_are_kept(pages: Built) -> None:
    page = pages.text("index.html")

    assert 'class="wide big xorexplain-picture xorexplain-dark"' in page
    assert 'class="xorexplain-picture xorexplain-light"' in page


def test_every_colour_has_another_one_on_a_dark_page(pages: Built) -> None:
    css = pages.text("_static/xorexplain.css")
    page = "".join(pages.text(f"{name}.html") for name in PAGES)
    own = page.split('class="xorexplain-picture xorexplain-both"')[1:]
    used = set(re.findall(r'(fill|stroke)="(#\w+)"', "".join(p.split("</svg>")[0] for p in own)))

    assert used
    assert [pair for pair in used if f'[{pair[0]}="{pair[1]}"]' not in css] == []
    assert 'href="_static/xorexplain.css' in pages.text("index.html")


def test_steps_can_be_opened_without_javascript(pages: Built) -> None:
    page = pages.text("rewrites.html")
    listed, canonical, notable, drawn = page.split('class="xorexplain-box docutils container"')[1:]

    assert "<details" not in listed
    assert listed.count("<tr") > 10
    assert 'id="canonical"' in canonical
    assert re.search(r'<details class="xorexplain-step" id="[\w-]+-step-\d+">', canonical)
    assert canonical.count("<details") == canonical.count("<summary")
    assert canonical.count("<details") == canonical.count("Phase canonicalize")
    assert '<details class="xorexplain-step" id=' in notable
    assert notable.count('open="open"') == notable.count("<details")
    assert "before and after:" in notable
    assert drawn.count("<svg role") == drawn.count("<details") == 2
    assert len(re.findall(r"side by side: \d+ apply nodes? removed, \d+ added\.", drawn)) == 2


def test_gradients_come_as_steps_mathematics_text_and_pictures(pages: Built) -> None:
    page = pages.text("gradient.html")

    assert page.count("<details") >= 14
    assert r"\delta W_{1}" in page
    assert "<pre>xor · gradient · W2" in re.sub("<span[^>]*>|</span>", "", page)
    assert "exists: the only path from cost to W1 is open" in page
    assert "Forward graph of cost beside its gradient for W1, W2" in page


def test_training_shows_curve_table_and_settings(pages: Built) -> None:
    page = pages.text("training.html")
    (curve,) = pictures(page)

    assert "it goes from" in (curve.findtext(f"{SVG}desc") or "")
    assert len(list(curve.iter(f"{SVG}polyline"))) > 5
    assert page.count("<tr") == 5
    assert "after 40 steps on" in page


def test_the_dictionary_defines_what_roles_ask_for(pages: Built) -> None:
    page = pages.text("dictionary.html")
    index = pages.text("xorexplain-index.html")

    assert re.search(r"(Theano|PyTensor) [\d.]+ registers \d+ rewrites; \d+ of them", page)
    assert 'id="xorexplain-rewrite-local_mul_canonizer"' in page
    assert 'href="#xorexplain-op-our_op"' in page
    assert 'href="dictionary.html#xorexplain-op-our_op"' in pages.text("index.html")
    assert 'href="dictionary.html#xorexplain-op-our_op"' in index
    assert 'href="index.html#xorexplain-index-graph-1"' in index


# Names that try to get out of wherever they are written.


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """Build in one folder, so that only the first builder records anything."""
    folder = tmp_path_factory.mktemp("hostile")
    options = (*STRICT, "-D", "version=1", "-D", "release=1", "-D", "project_copyright=1")
    return {
        name: build(ROOTS / "hostile", folder, name, *options) for name in ("html", "text", "epub")
    }


def test_names_cannot_get_out_of_where_they_are_written(hostile: dict[str, Built]) -> None:
    built = hostile["html"]
    page = built.text("index.html")

    assert built.warned == ""
    assert "<script>alert" not in page
    assert len(pictures(page)) >= 3
    assert not [name for name in page.split("<") if name.startswith("b>")]
    assert not set("\x00\x1b\x9b\x85\u202e\u2066") & set(page)


@pytest.mark.parametrize("builder", ["text", "epub"])
def test_other_builders_take_names_as_text(hostile: dict[str, Built], builder: str) -> None:
    built = hostile[builder]

    assert built.warned == ""
    for path in built.out.rglob("*.[tx]*t*"):
        if path.suffix in (".txt", ".xhtml"):
            text = path.read_text(encoding="utf-8")
            assert not set("\x00\x1b\x9b\x85\u202e\u2066") & set(text)
            assert "<script>alert" not in text or builder == "text"
