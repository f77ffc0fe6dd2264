"""Colours, paper, narrow windows, motion."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest
from exploring import FIGURE, PHONE, OpenStory, Story, expect, graph, resized
from playwright.sync_api import Browser
from windows import opened

from xorexplain.explorer import page as html
from xorexplain.explorer.report_page import report_page
from xorexplain.render.theme import THEMES, Colours, Theme
from xorexplain.runs.session.records import Raised, Seen

STYLES = html.WEB / "css"
VIEWS = ["symbolic", "derivation", "rewrites&step=5"]


def named(theme: Theme) -> dict[str, str]:
    """Return a theme's colours under the names the style has for them."""
    simple = {key: getattr(theme, key) for key in ("background", "text", "faint", "edge", "accent")}
    sorts: dict[str, Colours] = {key.replace(" ", "-"): c for key, c in theme.families.items()}
    sorts |= {key: getattr(theme, key) for key in ("plain", "parameter", "result", "update")}
    fills = {f"{key}-fill": colours.fill for key, colours in sorts.items()}
    return {
        **simple,
        **fills,
        **{f"{key}-border": colours.border for key, colours in sorts.items()},
    }


def test_the_style_has_the_colours_of_the_pictures() -> None:
    text = (STYLES / "tokens.css").read_text(encoding="utf-8").lower()
    found = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);", text)
    for at, name in ((1, "light"), (2, "dark")):
        wanted = {key: colour.lower() for key, colour in named(THEMES[name]).items()}
        assert {entry[0]: entry[at] for entry in found if entry[0] in wanted} == wanted


def test_every_asset_is_listed_once_and_small() -> None:
    folder = html.WEB
    orders = {
        name: (folder / name).read_text(encoding="utf-8").split()
        for name in ("parts.txt", "pair.txt")
    }
    listed = list(dict.fromkeys(chain(*orders.values())))
    there = {
        str(path.relative_to(folder)) for path in folder.rglob("*.*s*") if path.parent != folder
    }
    assert all(len(each) == len(set(each)) for each in orders.values())
    assert set(listed) == there
    for name in listed:
        assert len(Path(folder / name).read_text(encoding="utf-8").splitlines()) < 300


@pytest.mark.browser
def test_light_and_dark_follow_the_system_and_the_button(open_story: OpenStory) -> None:
    back = "getComputedStyle(document.body).backgroundColor"
    for scheme, other in (("light", "dark"), ("dark", "light")):
        colours = {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 25, 30)"}
        page = open_story(color_scheme=scheme).page
        assert page.evaluate(back) == colours[scheme]
        page.get_by_role("button", name="Light or dark").click()
        assert page.evaluate(back) == colours[other]
        page.get_by_role("button", name="Light or dark").click()
        assert page.evaluate(back) == colours[scheme]


@pytest.mark.browser
def test_paper_is_white_and_has_no_controls(open_story: OpenStory) -> None:
    page = open_story("view=optimized", color_scheme="dark").page
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.get_by_role("tablist").is_visible()
    assert page.locator(".outline").is_visible()
    assert page.locator(FIGURE).is_visible()
    fill = "getComputedStyle(document.querySelector('.family-elementwise .shape')).fill"
    light = THEMES["light"].families["elementwise"].fill
    assert page.evaluate(fill) == f"rgb{tuple(bytes.fromhex(light[1:]))}"
    # Without this a browser leaves out what is filled.
    adjust = "getComputedStyle(document.querySelector('.shape')).printColorAdjust"
    assert page.evaluate(adjust) == "exact"


@pytest.mark.browser
def test_a_step_goes_on_paper_without_the_list_of_all(open_story: OpenStory) -> None:
    page = open_story("view=rewrites&step=5").page
    page.emulate_media(media="print")
    assert page.locator("#panel").is_visible()
    assert not page.locator(".listed").is_visible()
    picture, panel = page.locator("#panes").bounding_box(), page.locator("#panel").bounding_box()
    assert picture is not None
    assert panel is not None
    assert picture["y"] + picture["height"] <= panel["y"]


@pytest.mark.browser
def test_the_whole_picture_goes_on_paper(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=updates")
    for _ in range(4):
        visit.page.keyboard.press("+")
    before = visit.place(), visit.zoom()
    visit.page.evaluate("() => { dispatchEvent(new Event('beforeprint')) }")
    width, height = graph(story, "updates")["size"]
    seen = (visit.page.locator(FIGURE).get_attribute("viewBox") or "").split()
    assert float(seen[2]) >= width
    assert float(seen[3]) >= height
    visit.page.evaluate("() => { dispatchEvent(new Event('afterprint')) }")
    assert (visit.place(), visit.zoom()) == before


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_never_scrolls_sideways(open_story: OpenStory, view: str) -> None:
    page = open_story(f"view={view}", viewport=PHONE, has_touch=True).page
    for width in (390, 320):
        resized(page, width, 844)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        box = page.locator("#panes").bounding_box()
        assert box is not None
        assert box["width"] == width
        assert box["height"] > 250


@pytest.mark.browser
@pytest.mark.neutral
@pytest.mark.parametrize(("width", "lines"), [(1280, 2), (390, 4)])
def test_an_error_in_a_report_is_wrapped_on_a_phone_alone(
    browser: Browser, width: int, lines: int
) -> None:
    told = "\n".join(["node      dot(images, weights) + bias_of_the_hidden_layer  (add)"] * 2)
    error = Raised("ValueError", "shapes", "", None, told)
    page = opened(browser, viewport={"width": width, "height": 844})
    page.set_content(report_page(Seen("p.py", "", "", 0, 1, "", (), errors=(error,)), {}, ""))

    box = page.locator("pre").evaluate(
        "e => [e.scrollWidth - e.clientWidth, e.clientHeight / parseFloat("
        "getComputedStyle(e).lineHeight)]"
    )
    page.context.close()
    assert box == [0, pytest.approx(lines, abs=0.3)]


@pytest.mark.browser
def test_on_a_phone_the_panel_is_a_sheet(open_story: OpenStory, story: Story) -> None:
    visit = open_story(viewport=PHONE, has_touch=True)
    panel = visit.page.locator("#panel")
    expect(panel).to_be_hidden()
    # What a tap does comes after the fingers are gone.
    visit.node(graph(story, "symbolic")["nodes"][-2]["id"]).tap()
    expect(panel).to_be_visible()
    box = panel.bounding_box()
    assert box is not None
    assert box["width"] == PHONE["width"]
    assert box["y"] > PHONE["height"] * 0.25
    panel.get_by_role("button", name="Close the sheet").tap()
    expect(panel).to_be_hidden()
    outline = visit.page.get_by_role("button", name="Outline")
    outline.tap()
    expect(visit.page.locator(".outline")).to_be_visible()
    expect(outline).to_have_attribute("aria-expanded", "true")
    visit.page.get_by_role("button", name="Details").last.tap()
    expect(visit.page.locator(".outline")).to_be_hidden()


@pytest.mark.browser
def test_less_motion_is_honoured(open_story: OpenStory) -> None:
    for motion, glides in (("reduce", False), ("no-preference", True)):
        visit = open_story(reduced_motion=motion)
        visit.page.keyboard.press("+")
        visit.page.keyboard.press("+")
        at_once = visit.page.evaluate(
            "() => {"
            "  const world = document.querySelector('[data-pane=main] .world');"
            "  const fit = document.querySelector('.zoom button:last-child');"
            "  const before = world.getAttribute('transform');"
            "  fit.click();"
            "  return world.getAttribute('transform') !== before;"
            "}"
        )
        assert at_once is not glides
