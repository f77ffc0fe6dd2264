"""Read whole sites in Chromium: the walk-through, and the project's own where it is named.

tox -e docs && PROJECT_SITE=docs/_build/html pytest tests/browser/test_site.py
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from axe import COLOURS, grave
from exploring import resized
from sphinx_builds import anchors, ids
from teaching import MOST_WORDS, read_words
from walkthroughs import written_of
from windows import Handlers, Windows

from xorexplain.engines import Engine
from xorexplain.sphinxext.walkthrough.episodes import EPISODES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        None in map(importlib.util.find_spec, ("sphinx", "furo")), reason="needs sphinx and furo"
    ),
]
PROJECT = "PROJECT_SITE"
"""The environment variable that names the folder of the project's site."""
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SITES = ("walkthrough", "project")


@dataclass
class Reader:
    """Hold a browser's page and what went wrong on it."""

    page: Page
    errors: list[str]
    requests: list[str]

    def open(self, file: Path, hash_: str = "") -> Page:
        self.page.goto(file.as_uri() + hash_, wait_until="load")
        return self.page


@pytest.fixture(scope="session")
def site_of(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the folder of a site."""

    @cache
    def build_walkthrough() -> Path:
        from xorexplain.sphinxext.walkthrough.project import write
        from xorexplain.sphinxext.walkthrough.site import build

        folder = tmp_path_factory.mktemp("site") / "site"
        write(folder, build(written_of(engine, "xor").files, lambda line: None))
        return folder

    def find(name: str) -> Path:
        if name == "walkthrough":
            return build_walkthrough()
        if PROJECT not in os.environ:
            pytest.skip(f"the project's site is not named: set {PROJECT}")
        return Path(os.environ[PROJECT]).resolve()

    return find


@pytest.fixture
def site(site_of: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    return site_of(request.param)


each_site = pytest.mark.parametrize("site", SITES, indirect=True)


@pytest.fixture(scope="module")
def open_reader(windows: Windows) -> Iterator[Callable[..., Reader]]:
    """Open a window; at the end nothing may have been asked of a network."""
    readers: list[Reader] = []

    def make(**options: Any) -> Reader:
        errors: list[str] = []
        requests: list[str] = []
        handlers: Handlers = {
            "pageerror": lambda error: errors.append(str(error)),
            "console": lambda said: errors.append(said.text) if said.type == "error" else None,
            "request": lambda request: requests.append(request.url),
        }
        page = windows.take(handlers, **{"viewport": DESKTOP, **options})
        readers.append(Reader(page, errors, requests))
        return readers[-1]

    yield make
    for made in readers:
        assert [url for url in made.requests if urlsplit(url).scheme not in ("file", "data")] == []


@pytest.fixture
def reader(windows: Windows, open_reader: Callable[..., Reader]) -> Iterator[Callable[..., Reader]]:
    """Open a window; at the end nothing may have gone wrong in it."""
    readers: list[Reader] = []

    def make(**options: Any) -> Reader:
        readers.append(open_reader(**options))
        return readers[-1]

    yield make
    for made in readers:
        windows.give_back(made.page)
        assert made.errors == []


OTHER_FONTS = "for (const found of document.querySelectorAll('math')) found.style.fontSize = '110%'"
"""Formulas are that much wider in the fonts of another machine."""


CUT = """[...document.querySelectorAll('article section > div[class*="highlight-"] pre')].filter(
  p => p.scrollWidth > p.clientWidth && p.innerText.split('\\n').every(l => l.length <= 100)
).map(p => p.innerText.slice(0, 40))"""
"""Code and what commands print, by its first words, that goes on beyond its place."""


class Seen(NamedTuple):
    """What a page of a site was found to be when it was read."""

    file: Path
    broken: list[str]
    """Pictures that are not there."""
    errors: list[str]
    beyond: int
    """How far it is wider than a phone."""
    moving: list[str]
    """Tables that a phone shows a part of, by their first words."""
    cut: list[str]
    """Lines of no more than 100 columns that a wide window shows a part of."""


@pytest.fixture(scope="module")
def seen(windows: Windows, open_reader: Callable[..., Reader]) -> Callable[[Path], list[Seen]]:
    """Read all pages of a site once, each in a wide window that is then as narrow as a phone."""

    @cache
    def read(site: Path) -> list[Seen]:
        window, found = open_reader(), []
        for file in pages(site):
            resized(window.page, **DESKTOP)
            page = window.open(file)
            broken = page.evaluate(
                "[...document.images].filter(i => !(i.complete && i.naturalWidth)).map(i => i.src)"
            )
            cut = page.evaluate(CUT)
            resized(page, **PHONE)
            beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            page.evaluate(OTHER_FONTS)
            moving = page.evaluate(
                "[...document.querySelectorAll('article table.docutils')].map(t => [t,"
                " t.closest('.table-wrapper') ?? t.parentElement])"
                ".filter(([t, w]) => w.scrollWidth > w.clientWidth + 1)"
                ".map(([t]) => t.innerText.slice(0, 40))"
            )
            found.append(Seen(file, broken, list(window.errors), beyond, moving, cut))
            window.errors.clear()
        windows.give_back(window.page)
        return found

    return read


def walkthrough_page(site: Path, name: str) -> Path:
    """Return a page of the walk-through, which is the whole of a site or a folder of it."""
    folder = site / "walkthrough" if (site / "walkthrough").is_dir() else site
    return folder / f"{name}.html"


def pages(site: Path) -> list[Path]:
    return sorted(file for file in site.rglob("*.html") if "_static" not in file.parts)


@each_site
def test_no_link_is_dead(site: Path) -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in pages(site)}
    known = {file: set(ids(text)) for file, text in texts.items()}
    dead = []
    for file, text in texts.items():
        for link in dict.fromkeys(anchors(text)):
            address, anchor = urldefrag(link)
            if urlsplit(link).scheme or address.endswith("/"):
                continue
            # The explorer reads `view=rewrites` itself; that is no place on its page.
            anchor = "" if "=" in anchor else anchor
            target = (file.parent / unquote(urlsplit(address).path)).resolve() if address else file
            if not target.is_file() or (anchor and unquote(anchor) not in known.get(target, ())):
                dead.append(f"{file.relative_to(site)}: {link}")

    assert dead == []


@each_site
def test_a_page_that_teaches_is_short_whatever_is_counted(site: Path) -> None:
    path = [walkthrough_page(site, "index").parent, site / "start"]
    teaching = [file for folder in path for file in folder.glob("*.html")]
    episodes = {episode.page for episode in EPISODES}
    read = {
        str(file.relative_to(site)): read_words(file.read_text(encoding="utf-8"))
        for file in (*teaching, *site.glob("engines-*.html"))
        if not file.stem.startswith("rewrites-") or file.stem in episodes
    }

    assert len(read) > 12
    assert {name: number for name, number in read.items() if number > MOST_WORDS} == {}


@each_site
def test_every_page_loads_without_error_and_with_its_pictures(
    site: Path, seen: Callable[[Path], list[Seen]]
) -> None:
    assert [(page.file, page.broken) for page in seen(site) if page.broken] == []
    assert [(page.file, page.errors) for page in seen(site) if page.errors] == []


@each_site
def test_a_phone_never_scrolls_sideways(site: Path, seen: Callable[[Path], list[Seen]]) -> None:
    assert [(page.file, page.beyond) for page in seen(site) if page.beyond > 0] == []
    assert [(page.file, page.moving) for page in seen(site) if page.moving] == []


@pytest.mark.parametrize("site", ["project"], indirect=True)
def test_a_wide_window_shows_whole_lines(site: Path, seen: Callable[[Path], list[Seen]]) -> None:
    assert [(page.file, page.cut) for page in seen(site) if page.cut] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@each_site
def test_a_page_shows_the_pictures_of_its_theme_alone(
    site: Path, reader: Callable[..., Reader], theme: str
) -> None:
    window = reader(color_scheme=theme)
    file = walkthrough_page(site, "network")
    page = window.open(file)

    shown = page.evaluate(
        "[...document.images].filter(i => i.offsetWidth).map(i => i.currentSrc || i.src)"
    )
    drawn = [address for address in shown if "network" in address]
    assert len(drawn) == 1
    assert f"-{theme}" in drawn[0]
    back = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g)")
    assert (sum(map(int, back[:3])) < 3 * 128) is (theme == "dark")


@pytest.mark.parametrize("theme", ["light", "dark"])
@each_site
def test_text_has_the_contrast_that_it_needs(
    site: Path, reader: Callable[..., Reader], theme: str
) -> None:
    window = reader(color_scheme=theme)
    taught = (walkthrough_page(site, name) for name in ("gradient", "rewrites-in-place"))
    own = (site / f"{name}.html" for name in ("start/lines", "howto/nan", "sphinx", "ops"))
    for file in (*taught, *(one for one in own if one.is_file())):
        assert (file.name, grave(window.open(file), COLOURS)) == (file.name, [])


@each_site
def test_the_switch_changes_the_theme(site: Path, reader: Callable[..., Reader]) -> None:
    window = reader(color_scheme="light")
    page = window.open(walkthrough_page(site, "network"))
    dark = page.locator("img.only-dark").first
    assert not dark.is_visible()

    for _ in range(3):
        page.locator(".theme-toggle:visible").first.click()
        if page.locator("body").get_attribute("data-theme") == "dark":
            break

    assert dark.is_visible()
    assert not page.locator("img.only-light").first.is_visible()


@each_site
def test_steps_open_and_close(site: Path, reader: Callable[..., Reader]) -> None:
    window = reader()
    page = window.open(walkthrough_page(site, "rewrites-canonicalize"))
    step = page.locator("details.xorexplain-step").first
    inside = step.locator("p").last
    assert not inside.is_visible()

    step.locator("summary").click()
    assert inside.is_visible()
    assert "apply node" in inside.inner_text()

    step.locator("summary").press("Enter")
    assert not inside.is_visible()


@each_site
def test_formulas_are_set(site: Path, reader: Callable[..., Reader]) -> None:
    window = reader()
    page = window.open(walkthrough_page(site, "gradient"))

    sizes = page.evaluate(
        "[...document.querySelectorAll('math')].filter(m => m.checkVisibility())"
        ".map(m => m.getBoundingClientRect()).map(r => [r.width, r.height])"
    )
    assert len(sizes) > 20
    assert all(width > 0 and height > 0 for width, height in sizes)
    aligned = page.evaluate(
        "[...document.querySelectorAll('.math mtable.ams-align')].every(t =>"
        " new Set([...t.querySelectorAll(':scope > mtr > mtd:nth-child(2)')]"
        ".map(c => Math.round(c.getBoundingClientRect().left))).size === 1)"
    )
    assert aligned


MATRICES = """[...document.querySelectorAll('.math mtable:not([class])')].map(t => {
  const end = one => Math.round(one.lastElementChild.getBoundingClientRect().right);
  const ends = cells => new Set(cells.map(end));
  const rows = [...t.children], style = getComputedStyle(t);
  return [rows[0].children.length,
    [...Array(rows[0].children.length).keys()].filter(
      n => ends(rows.map(r => r.children[n])).size > 1).length,
    [style.borderLeftWidth, style.borderRightWidth].filter(w => parseFloat(w) > 0).length,
    [...t.parentElement.children].filter(o => o !== t && o.checkVisibility()).length];
})"""
"""Of each matrix: its columns, those whose numbers do not end below each other, its borders, and
its parentheses that are letters, which a machine without a font of mathematics leaves small."""


@each_site
def test_a_matrix_is_enclosed_and_its_numbers_end_below_each_other(
    site: Path, reader: Callable[..., Reader]
) -> None:
    window = reader()

    found = window.open(walkthrough_page(site, "data")).evaluate(MATRICES)

    assert found == [[2, 0, 2, 0], [5, 0, 2, 0], [1, 0, 2, 0], [1, 0, 2, 0]]


@each_site
def test_search_finds_a_page(site: Path, reader: Callable[..., Reader]) -> None:
    window = reader()
    page = window.open(site / "search.html", "?q=adjoint")

    # Sphinx adds one result after another: the page is among them once it has come.
    found = page.locator("#search-results li a").filter(has_text=re.compile("gradient", re.I))
    found.first.wait_for()
