"""The first view of the explorer page: what it tells, where it leads, and what it does alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from exploring import FIGURE, PHONE, OpenStory, Story, Visit, resized, visiting
from windows import Windows, opened

from xorexplain.explorer.bundle import page_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

BACK = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(21, 25, 30)"


def test_it_tells_the_story(open_story: OpenStory, story: Story) -> None:
    page = open_story("").page
    start = page.locator("#start")
    assert page.get_by_role("tab", selected=True).inner_text() == "Start"
    assert not page.locator(FIGURE).is_visible()
    counts = start.locator(".stages .count").all_inner_texts()
    assert counts == [str(view["count"]) for view in story["views"]]
    assert counts[:3] == ["8", "34", "40"]
    steps = len(story["trace"]["steps"])
    assert start.locator(".verdict").inner_text() == f"{steps} steps, all values agree"
    assert start.locator(".matter li").count() == 7
    assert start.locator(".tries li").count() == 3
    assert not page.get_by_text("needs JavaScript").is_visible()
    assert not page.locator(".poster").is_visible()


def test_every_thumbnail_and_link_leads_to_its_view(open_story: OpenStory) -> None:
    visit = open_story("")
    page = visit.page
    links = page.locator("#start a")
    assert links.count() == 5 + 1 + 7 + 3
    for position in range(links.count()):
        said = parse_qs((links.nth(position).get_attribute("href") or "").removeprefix("#"))
        links.nth(position).click()
        # The browser tells a page of its new address after the click is over.
        page.locator("#start").wait_for(state="hidden")
        address = visit.address()
        assert address.get("step", "0") == said.get("step", ["0"])[0]
        assert {key: address[key] for key in said if key != "step"} == {
            key: values[0] for key, values in said.items() if key != "step"
        }
        chosen = page.get_by_role("tab", selected=True)
        assert chosen.get_attribute("id") == f"tab-{address['view']}"
        assert page.locator(FIGURE).is_visible()
        assert not page.locator("#start").is_visible()
        if "node" in said:
            assert page.locator(".node.picked").count() == 1
        page.go_back()
        page.locator("#start").wait_for()


def test_the_address_wins_over_the_view_the_page_opens_at(
    windows: Windows, story_of: Callable[[str], tuple[Story, Path]], tmp_path: Path
) -> None:
    story, _ = story_of("xor")
    path = tmp_path / "rewrites.html"
    path.write_bytes(page_of(story, "rewrites"))
    wanted = {"": "rewrites", "#view=gradient": "gradient"}
    for hash_, chosen in wanted.items():
        page = windows.take()
        page.goto(path.as_uri() + hash_)
        page.locator("main[data-ready]").wait_for(state="attached")
        tab = page.get_by_role("tab", selected=True)
        assert tab.get_attribute("id") == f"tab-{chosen}"
        windows.give_back(page)


def test_keys_of_pictures_do_nothing_here(open_story: OpenStory) -> None:
    visit = open_story("")
    for key in ("+", "-", "0", "s", "v", "Escape", "ArrowRight", " "):
        visit.page.keyboard.press(key)
    assert visit.page.get_by_role("tab", selected=True).inner_text() == "Start"
    visit.page.get_by_role("button", name="Copy or save").click()
    items = visit.page.locator(".menu-item").all_inner_texts()
    assert items == ["Copy link to this view", "Print"]


def test_what_a_model_lacks_is_said(open_story: OpenStory) -> None:
    visit = open_story("", model="hostile")
    views = [view for view in visit.story["views"] if view["graph"]]
    assert visit.page.locator(".stages li").count() == len(views)
    assert visit.page.locator(".tries li").count() == 3
    lacks = [view["why"] for view in visit.story["views"] if view.get("why")]
    assert lacks
    for reason in lacks:
        assert reason in visit.page.locator(".lacks").inner_text()


def test_a_phone_never_scrolls_the_start_sideways(open_story: OpenStory) -> None:
    page = open_story("", viewport=PHONE, has_touch=True).page
    for width in (390, 320):
        resized(page, width, 844)
        assert page.evaluate("document.querySelector('#start').scrollWidth") <= width
        assert page.locator(".stages .count").last.is_visible()


def test_without_scripts_there_are_a_picture_and_the_summary(
    browser: Browser, story_of: Callable[[str], tuple[Story, Path]]
) -> None:
    story, path = story_of("xor")
    page = opened(browser, java_script_enabled=False)
    # An address of another view leads nowhere either.
    page.goto(path.as_uri() + "#view=rewrites")
    poster = page.locator(".poster")
    assert poster.is_visible()
    graph = story["graphs"]["symbolic"]
    assert poster.locator(".shape").count() == len(graph["nodes"])
    assert poster.locator(".line").count() == len(graph["edges"])
    assert page.get_by_text("all values agree").is_visible()
    assert page.get_by_role("heading", name="xor").is_visible()
    assert page.get_by_text("needs JavaScript").is_visible()
    assert not page.locator(".tabs, .stage, #tools").first.is_visible()
    page.context.close()


@pytest.fixture
def served(
    windows: Windows, story_of: Callable[[str], tuple[Story, Path]]
) -> Iterator[Callable[[str], Visit]]:
    """Open pages of a site, one of which holds the explorer in a frame, as Furo's pages do."""
    story, path = story_of("xor")
    visit = visiting(windows, story, color_scheme="light")
    visit.page.route("http://docs.test/story.html", lambda route: route.fulfill(path=path))
    around = '<body data-theme="dark"><iframe src="story.html" width=900 height=600></iframe>'
    visit.page.route(
        "http://docs.test/index.html",
        lambda route: route.fulfill(body=around, content_type="text/html"),
    )

    def open_(name: str) -> Visit:
        visit.page.goto(f"http://docs.test/{name}")
        return visit

    yield open_
    windows.give_back(visit.page)
    assert visit.errors == []


def test_the_choice_of_colours_is_kept(served: Callable[[str], Visit]) -> None:
    page = served("story.html").page
    flip = page.get_by_role("button", name="Light or dark")
    assert page.evaluate(BACK) == LIGHT
    flip.click()
    page.reload()
    assert page.evaluate(BACK) == DARK
    flip.click()
    page.reload()
    assert page.evaluate(BACK) == LIGHT
    assert page.evaluate("localStorage.length") == 0
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => {BACK} === '{DARK}'")


def test_a_frame_follows_the_page_around_it(served: Callable[[str], Visit]) -> None:
    page = served("index.html").page
    page.frame_locator("iframe").get_by_role("tab", name="Start").wait_for()
    frame = page.frames[1]
    frame.wait_for_function(f"() => {BACK} === '{DARK}'")
    for theme, colour in (("light", LIGHT), ("dark", DARK), ("auto", LIGHT)):
        page.evaluate("theme => { document.body.dataset.theme = theme }", theme)
        frame.wait_for_function(f"() => {BACK} === '{colour}'")
    page.emulate_media(color_scheme="dark")
    frame.wait_for_function(f"() => {BACK} === '{DARK}'")
    frame.get_by_role("button", name="Light or dark").click()
    assert frame.evaluate(BACK) == LIGHT
    assert page.evaluate("localStorage.length") == 0
