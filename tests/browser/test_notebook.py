"""Look in Chromium at what a notebook shows: pictures, reports and the explorer in one page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import graphs
import models
import pytest
from exploring import FIGURE, eventually, expect
from notebooks import RICHEST, Shown, as_page
from windows import Windows, opened

import xorexplain
from xorexplain.engines import Engine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CELL = 700
"""How wide a cell is, in pixels."""
SCHEMES = {"light": ("#ffffff", "#111111"), "dark": ("#111111", "#eeeeee")}
LEAST_CONTRAST = 4.5
CONTRAST = """
([background]) => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const channels = (colour, under) => {
    canvas.fillStyle = under; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => rgb
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const opacity = (element) =>
    element === null ? 1 : getComputedStyle(element).opacity * opacity(element.parentElement);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || parent.closest("svg, iframe")) continue;
    canvas.globalAlpha = 1;
    const under = channels(background, background);
    canvas.globalAlpha = opacity(parent);
    canvas.fillStyle = getComputedStyle(parent).color; canvas.fillRect(0, 0, 1, 1);
    const over = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    const [high, low] = [light(over), light(under)].sort((a, b) => b - a);
    found.push([(high + 0.05) / (low + 0.05), walker.currentNode.data.trim().slice(0, 40)]);
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def outputs(engine: Engine) -> dict[str, Shown]:
    """Return what the cells of a notebook show, by name."""
    model = models.model(engine, "xor")
    trace = xorexplain.rewrites(model)
    shown: dict[str, Any] = {
        "picture": xorexplain.draw(model, stage="gradient"),
        "again": xorexplain.draw(model, stage="gradient"),
        "wide": xorexplain.draw(model, stage="updates", raw=True, direction="LR"),
        "large": xorexplain.draw(graphs.chain(700), fold=False),
        "gradient": xorexplain.gradient(model),
        "rewrites": trace,
        "step": xorexplain.rewrites(model, 8),
        "explorer": xorexplain.explore(model),
    }
    return {name: Shown([value._repr_mimebundle_()], "", "", "") for name, value in shown.items()}


@pytest.fixture(scope="module", params=SCHEMES)
def notebook(
    request: pytest.FixtureRequest,
    browser: Browser,
    outputs: dict[str, Shown],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Page]:
    background, text = SCHEMES[request.param]
    style = f"body {{ width: {CELL}px; margin: 0; background: {background}; color: {text} }}"
    path = tmp_path_factory.mktemp("notebook") / "notebook.html"
    path.write_text(as_page(outputs, style), encoding="utf-8")
    size = {"width": 900, "height": 800}
    page = opened(browser, viewport=size, color_scheme=request.param)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.goto(path.as_uri())
    yield page
    page.context.close()
    assert errors == []


def test_nothing_is_wider_than_its_cell(notebook: Page) -> None:
    widths = notebook.evaluate(
        "[...document.querySelectorAll('section > *')].map((e) => e.getBoundingClientRect().width)"
    )

    assert len(widths) == 8
    assert max(widths) <= CELL


def test_pictures_keep_their_proportions(notebook: Page) -> None:
    shapes = notebook.evaluate(
        """[...document.querySelectorAll('section > svg')].map((picture) => {
          const { width, height } = picture.getBoundingClientRect();
          return [width / height, picture.viewBox.baseVal.width / picture.viewBox.baseVal.height];
        })"""
    )

    assert len(shapes) == 4
    for shown, drawn in shapes:
        assert shown == pytest.approx(drawn, rel=0.01)


@pytest.mark.parametrize(("name", "width"), [("wide", CELL), ("large", None)])
def test_a_picture_fits_as_an_image_too(
    windows: Windows, outputs: dict[str, Shown], name: str, width: int | None
) -> None:
    """Some pages, such as those of nbconvert, show SVG as an image without limits."""
    picture = quote(outputs[name].bundles[0]["image/svg+xml"])
    page = windows.take()
    page.set_content(f'<div style="width: {CELL}px"><img src="data:image/svg+xml,{picture}"></div>')
    page.wait_for_function("() => document.images[0].complete")
    shown = page.evaluate("document.images[0].getBoundingClientRect().width")
    windows.give_back(page)

    assert 200 < shown <= CELL
    assert width is None or shown == pytest.approx(width, abs=1)


def test_vs_code_shows_the_same(windows: Windows, outputs: dict[str, Shown]) -> None:
    """Its renderers take these types in this order; its frame has scripts from nowhere else."""
    order = ("text/html", "text/latex", "image/svg+xml", "text/plain")
    for name, shown in outputs.items():
        kinds = shown.bundles[0].keys()
        assert kinds <= {*order}
        assert next(kind for kind in order if kind in kinds) in RICHEST[:2], name
    told = {name: outputs[name] for name in ("picture", "gradient", "rewrites", "step")}
    requests: list[str] = []
    page = windows.take()
    page.on("request", lambda request: requests.append(request.url))
    page.set_content(f'<iframe sandbox="" srcdoc="{escape(as_page(told, ""))}"></iframe>')
    frame = page.frame_locator("iframe")
    written = [frame.locator(f"#{name}").inner_text() for name in told]
    drawn = frame.locator("svg text").count()
    windows.give_back(page)

    assert all(written[1:])
    assert drawn > 20
    assert [url for url in requests if not url.startswith("about:")] == []


def test_no_id_stands_twice(notebook: Page) -> None:
    ids = notebook.evaluate("[...document.querySelectorAll('section [id]')].map((e) => e.id)")

    assert ids == []


def test_a_picture_is_named_for_who_does_not_see_it(notebook: Page) -> None:
    assert notebook.get_by_role("img", name="xor · gradient").count() == 2


def test_every_word_can_be_read(notebook: Page) -> None:
    background = notebook.evaluate("getComputedStyle(document.body).backgroundColor")
    found = notebook.evaluate(CONTRAST, [background])

    assert len(found) > 200
    assert [entry for entry in found if entry[0] < LEAST_CONTRAST] == []


def test_no_script_runs_in_the_notebook_itself(notebook: Page) -> None:
    assert notebook.evaluate("document.scripts.length") == 0
    assert notebook.evaluate("'xorexplain' in window") is False


def test_the_explorer_works_in_its_frame(notebook: Page) -> None:
    frame = notebook.frame_locator("iframe")
    notebook.locator("iframe").scroll_into_view_if_needed()
    for place, count in enumerate(("8", "34", "40")):
        expect(frame.locator(".stages .count").nth(place)).to_have_text(count)
    frame.locator(".stages a").first.click()
    frame.locator(f"{FIGURE} .node").first.wait_for()
    frame.get_by_role("tab", name="Gradient").click()
    frame.locator(f"{FIGURE} .node").first.wait_for()

    box = notebook.locator("iframe").bounding_box()
    assert box is not None
    assert 500 <= box["height"] <= 720
    expect(frame.get_by_role("tab", name="Gradient")).to_have_attribute("aria-selected", "true")


def test_the_explorer_fits_its_picture_once_it_is_in_sight(notebook: Page) -> None:
    notebook.evaluate("scrollTo(0, 0)")
    notebook.reload()
    frame = notebook.frame_locator("iframe")
    frame.get_by_role("tab", name="Symbolic").dispatch_event("click")
    notebook.locator("iframe").scroll_into_view_if_needed()

    def fits() -> bool:
        canvas = frame.locator(FIGURE).bounding_box()
        world = frame.locator(f"{FIGURE} > .world").bounding_box()
        if canvas is None or world is None:
            return False
        middle = world["x"] + world["width"] / 2 - canvas["x"] - canvas["width"] / 2
        return abs(middle) < canvas["width"] / 4 and world["width"] > canvas["width"] / 4

    # The frame has a size, and tells the page of it, only once it is in sight.
    eventually(fits, True)

    # A click on the picture keeps the focus where it is, but has keys come to the frame.
    frame.locator(FIGURE).click(position={"x": 4, "y": 4})
    eventually(lambda: frame.locator("body").evaluate("() => document.hasFocus()"), True)
