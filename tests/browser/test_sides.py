"""The columns beside the picture, and the keys: which part of the page has them, and when."""

from __future__ import annotations

import pytest
from exploring import PHONE, OpenStory, Story, Visit, eventually, expect, graph

pytestmark = [pytest.mark.browser, pytest.mark.neutral]

TOUCH = {"viewport": PHONE, "has_touch": True}


def width(visit: Visit, selector: str) -> float:
    """Return how wide a part of the page is."""
    box = visit.page.locator(selector).bounding_box()
    assert box is not None
    return box["width"]


def test_a_column_is_resized_by_dragging_and_by_keys_and_closed(open_story: OpenStory) -> None:
    visit = open_story("view=symbolic")
    page = visit.page
    for side, way in (("#left", 1), ("#panel", -1)):
        start, stage = width(visit, side), width(visit, "#stage")
        grip = page.locator(f"{side} > .grip").bounding_box()
        assert grip is not None
        x, y = grip["x"] + grip["width"] / 2, grip["y"] + 100
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60 * way, y)
        page.mouse.up()
        eventually(lambda side=side: width(visit, side), pytest.approx(start + 60, abs=2))
        assert width(visit, "#stage") == pytest.approx(stage - 60, abs=2)
        page.locator(f"{side} > .grip").focus()
        page.keyboard.press("ArrowLeft" if way > 0 else "ArrowRight")
        assert width(visit, side) < start + 55
        page.mouse.move(x + 60 * way, y)
    for name, side in (("contents", "#left"), ("details", "#panel")):
        opener = page.get_by_role("button", name=f"Show the {name}")
        before = width(visit, "#stage")
        opener.click()
        assert not page.locator(side).is_visible()
        assert width(visit, "#stage") > before + 150
        opener.click()
        assert page.locator(side).is_visible()


def test_a_column_never_takes_all_of_the_picture(open_story: OpenStory) -> None:
    visit = open_story("view=symbolic", viewport={"width": 1000, "height": 700})
    visit.page.locator("#panel > .grip").focus()
    for _ in range(60):
        visit.page.keyboard.press("ArrowLeft")
    assert width(visit, "#stage") >= 300


@pytest.mark.parametrize("view", ["symbolic", "gradient", "compiled", "rewrites"])
@pytest.mark.parametrize("window", [(1440, 900), (390, 844)])
def test_no_text_is_smaller_than_11_px_when_a_picture_opens(
    open_story: OpenStory, view: str, window: tuple[int, int]
) -> None:
    visit = open_story(f"view={view}", viewport={"width": window[0], "height": window[1]})
    sizes = visit.page.eval_on_selector_all(
        "[data-pane=main] > svg.canvas text",
        "all => all.map(t => Number(t.getAttribute('font-size') ?? 12))",
    )
    assert sizes
    assert min(sizes) * visit.zoom() >= 11


def test_the_arrows_step_after_a_click_on_anything(open_story: OpenStory) -> None:
    visit = open_story("view=symbolic")
    page = visit.page
    page.get_by_role("tab", name="Rewrites").click()
    page.keyboard.press("ArrowRight")
    assert visit.address()["view"] == "rewrites"
    step = int(visit.address()["step"])
    for clicked in (
        # The tab keeps the focus.
        page.locator("[data-pane=main] .node[data-mark]:not([data-mark=''])").first,
        page.get_by_role("checkbox", name="values on nodes"),
        page.get_by_role("button", name="Zoom in"),
        page.locator("#panel h2").first,
        page.locator("[data-pane=main] > svg.canvas"),
        page.locator(".steps button").nth(4),
        page.get_by_role("button", name="Source", exact=True).first,
    ):
        clicked.click()
        here = int(visit.address().get("step", step))
        page.keyboard.press("ArrowRight")
        page.wait_for_function("was => !location.hash.includes(was)", arg=f"step={here}&")
        step = int(visit.address()["step"])
        assert step > here, clicked


def test_the_keys_are_those_of_the_page_after_a_choice_from_a_list(open_story: OpenStory) -> None:
    visit = open_story("view=rewrites&step=3")
    chooser = visit.page.get_by_label("Row of the data")
    chooser.click()
    visit.page.keyboard.press("Escape")
    chooser.select_option(index=1)
    visit.page.keyboard.press("ArrowRight")
    assert int(visit.address()["step"]) > 3


def test_the_space_bar_plays_after_a_click_on_a_button(open_story: OpenStory) -> None:
    visit = open_story("view=rewrites&step=3")
    page = visit.page
    page.get_by_role("button", name="Next step").click()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_hidden()


@pytest.mark.parametrize(
    ("hash_", "list_"),
    [
        ("view=rewrites&step=20", ".steps"),
        ("view=derivation", ".equations"),
        ("view=symbolic&node=n3", "#panel .links"),
        ("view=symbolic", "#left .outline"),
    ],
)
def test_a_list_is_one_tab_stop(open_story: OpenStory, hash_: str, list_: str) -> None:
    visit = open_story(hash_)
    found = visit.page.locator(list_).first
    stops = found.locator('[tabindex="0"]')
    assert stops.count() == 1
    before = stops.evaluate("item => item.textContent")
    stops.focus()
    visit.page.keyboard.press("ArrowDown")
    assert stops.count() == 1
    inside = found.locator("button, [role=treeitem]").count()
    assert (stops.evaluate("item => item.textContent") != before) == (inside > 1)
    visit.page.keyboard.press("Tab")
    assert not found.evaluate("list => list.contains(document.activeElement)")


@pytest.mark.parametrize(
    "hash_",
    [
        "view=gradient",
        "view=rewrites&step=20",
        "view=rewrites&step=20&split=before",
        "view=gradient&split=symbolic",
    ],
)
def test_the_sheet_of_a_phone_never_hides_the_tapped_node(
    open_story: OpenStory, hash_: str
) -> None:
    visit = open_story(hash_, **TOUCH, reduced_motion="no-preference")
    page = visit.page
    visit.settle()
    room = page.locator("[data-pane=main]").bounding_box()
    assert room is not None
    places = page.eval_on_selector_all(
        "[data-pane=main] > svg.canvas .node:not(.absent)",
        """all => all.map(n => [n.dataset.id, n.querySelector(".shape").getBoundingClientRect()])
                     .map(([id, b]) => [id, b.x + b.width / 2, b.y + b.height / 2])""",
    )
    (lowest, x, y) = max(
        (
            place
            for place in places
            if 20 < place[1] < 370 and room["y"] < place[2] < room["y"] + room["height"] - 25
        ),
        key=lambda place: place[2],
    )
    page.touchscreen.tap(x, y)
    visit.until(node=lowest)
    visit.settle()
    shown = visit.node(lowest).locator(".shape").bounding_box()
    pane, sheet = (page.locator(s).bounding_box() for s in ("[data-pane=main]", "#panel"))
    assert shown
    assert pane
    assert sheet
    assert sheet["y"] < 500
    assert pane["y"] <= shown["y"] + 1
    assert shown["y"] + shown["height"] <= min(sheet["y"], pane["y"] + pane["height"]) + 1


def test_opening_the_file_in_a_narrow_window_closes_the_contents(open_story: OpenStory) -> None:
    visit = open_story("view=symbolic")
    visit.page.keyboard.press("l")
    assert not visit.page.locator("#left").is_visible()
    visit.page.keyboard.press("l")
    assert visit.page.locator("#left").is_visible()


def test_a_node_found_by_the_search_takes_keys_at_once(open_story: OpenStory, story: Story) -> None:
    visit = open_story("view=symbolic")
    node = next(n for n in graph(story, "symbolic")["nodes"] if n["kind"] == "apply")
    visit.page.locator("#find").fill(node["name"])
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("v")
    assert visit.address()["values"] == "1"
